using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using OpenSre.Home.Tests;

namespace OpenSre.Tests.Cli;

/// <summary>
/// The real program as the daemon of a home, with a stand-in for Signal, and for one host this machine with a <c>docker</c> that
/// knows only the containers of a test: each is a file with its state, and what is done to one is written down.
/// </summary>
internal sealed class WatchedHome : IAsyncDisposable
{
    /// <summary>On the list, and no operator.</summary>
    public const string Cleo = "0a1b2c3d-0000-4000-8000-000000000003";

    private const string Docker = """
        #!/bin/sh
        # Containers are files in $CONTAINERS: a line "state health output"; what is done is added to $CONTAINERS.ran.
        cd "$CONTAINERS" || exit 1
        case $1 in
          ps) for c in *; do [ -f "$c" ] || continue; read -r state health output <"$c"; printf '%s-id\tUp 3 days (%s)\n' "$c" "$health"; done;;
          inspect) for c in *; do [ -f "$c" ] || continue; read -r state health output <"$c"
              printf 'inspect %s-id\t"/%s"\t"image:1"\t%s\t0\tfalse\t2026-01-01T00:00:00Z\t0001-01-01T00:00:00Z\t0\tunless-stopped\tnull\tnull\tnull\t"%s"\t0\t"%s"\n' "$c" "$c" "$state" "$health" "${output:-timeout}"; done;;
          start | stop | restart) [ -f "$2" ] || { echo "No such container: $2" >&2; exit 1; }
              echo "$1 $2" >>"$CONTAINERS.ran"
              if [ "$1" = stop ]; then echo 'exited none' >"$2.x"; else echo 'running healthy' >"$2.x"; fi; mv "$2.x" "$2";;
          *) echo "not here" >&2; exit 1;;
        esac
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);
    private readonly Opensre _opensre = new();
    private readonly List<string> _log = [];
    private readonly Lock _gate = new();
    private Process? _daemon;

    private WatchedHome(SignalStandIn signal) => Signal = signal;

    public SignalStandIn Signal { get; }

    /// <summary>The home folder: config.yaml, .env, audit.jsonl.</summary>
    public string Home => Path.Combine(_opensre.Home, "home");

    /// <summary>Where the assistant keeps what it knows.</summary>
    public string State => Path.Combine(Home, "home");

    public string Log
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Everything that was done to containers, in order.</summary>
    public IReadOnlyList<string> Ran => File.Exists(Containers + ".ran") ? File.ReadAllLines(Containers + ".ran") : [];

    private string Containers => Path.Combine(_opensre.Home, "containers");

    /// <param name="more">Lines under <c>home:</c>.</param>
    public static async Task<WatchedHome> MakeAsync(string more = "", string budget = "{ messages_per_hour: 1000, investigations_per_hour: 0 }")
    {
        var home = new WatchedHome(await SignalStandIn.StartAsync());
        Directory.CreateDirectory(home.Home);
        Directory.CreateDirectory(home.Containers);
        Directory.CreateDirectory(home._opensre.Bin);
        foreach (var (name, script) in new[] { ("docker", Docker), ("apt-get", "#!/bin/sh\n"), ("smartctl", "#!/bin/sh\n") })
        {
            var path = Path.Combine(home._opensre.Bin, name);
            await File.WriteAllTextAsync(path, script);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        home._opensre.Variables["CONTAINERS"] = home.Containers;
        await File.WriteAllTextAsync(Path.Combine(home.Home, ".env"), $"SIGNAL_PHONE={SignalStandIn.Phone}\nSIGNAL_SERVICE={home.Signal.Address.Authority}\n");

        // The rules about the machine itself say nothing here: it is whatever the tests make of it.
        await File.WriteAllTextAsync(Path.Combine(home.Home, "config.yaml"), $$"""
            home:
              zone: UTC
              people: [{ name: Anna, uuid: {{SignalStandIn.Anna}}, operator: true }, { name: Ben, uuid: {{SignalStandIn.Ben}}, operator: true }, { name: Cleo, uuid: {{Cleo}} }]
              hosts: { nas: local }
              protected: []
              listen: { address: "127.0.0.1:0", webhook: /signal/word }
              budget: {{budget}}
              actions: { enabled: true, per_host_and_hour: 1000, expiry: 30m }
              timeouts: { host: 90s, fresh: 1s, monitor_every: 5s, investigation: 60s }
              rules: { {{string.Join(", ", new[] { "cpu", "load", "iowait", "steal", "memory", "memory.pressure", "swap", "disk", "inodes", "disk.forecast", "temperature", "clock", "host", "watching", "units", "array", "smart", "unreadable", "updates", "reboot" }.Select(r => r + ": { off: true }"))}} }
            {{more}}
            """);
        return home;
    }

    /// <summary>Sets a container; it appears if it was not there.</summary>
    /// <param name="output">What its health check said, as it stands between the quotes of JSON.</param>
    public void Set(string container, string health, string state = "running", string output = "")
    {
        var path = Path.Combine(Containers, container);
        File.WriteAllText(path + ".x", $"{state} {health} {output}\n");
        File.Move(path + ".x", path, overwrite: true);
    }

    /// <summary>Starts the daemon and waits until it hears.</summary>
    public async Task StartAsync()
    {
        var before = Signal.Connections;
        _daemon = _opensre.Start("home");
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _daemon.OutputDataReceived += (_, e) => said.TrySetResult(e.Data ?? "");
        _daemon.ErrorDataReceived += (_, e) => Note(e.Data ?? "");
        _daemon.BeginOutputReadLine();
        _daemon.BeginErrorReadLine();
        var first = await said.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Note(first);
        Assert.Contains("http://", first, StringComparison.Ordinal);
        Signal.Webhook = new Uri(first[first.IndexOf("http://", StringComparison.Ordinal)..].Trim() + "/signal/word");
        await UntilAsync(() => Signal.Connections > before);
    }

    /// <summary>Whether a message stands in the inbox: it is the daemon's then, whatever happens to it.</summary>
    public bool HasWritten(long timestamp) => Lines("inbox.jsonl").Any(l => l.Contains($"|{timestamp}\"", StringComparison.Ordinal));

    /// <summary>All lines of the daemon's files that hold a word.</summary>
    public string Written(string word) => string.Join('\n', new[] { "inbox.jsonl", "outbox.jsonl", "plans.json", "../audit.jsonl" }.SelectMany(f => Lines(f).Where(l => l.Contains(word, StringComparison.Ordinal)).Select(l => $"{f}: {(l.Length > 1500 ? l[..1500] : l)}")));

    private string[] Lines(string file) => File.Exists(Path.Combine(State, file)) ? File.ReadAllLines(Path.Combine(State, file)) : [];

    /// <summary>SIGKILL, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (_daemon is { } daemon)
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(CancellationToken.None);
            daemon.Dispose();
            _daemon = null;
        }
    }

    /// <summary>Waits for something that is sure to come; says with the log what did not.</summary>
    /// <param name="more">What else there is to say about that.</param>
    public async Task UntilAsync(Func<bool> condition, Func<string>? more = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var end = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"it did not come about: {what}\n{more?.Invoke()}\n{Log}\n{string.Join("\n---\n", Signal.Sent.TakeLast(12).Select(d => $"{(d.Edits is null ? "" : "edit: ")}{d.Text}"))}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The message to somebody that is as it should be, whenever it came.</summary>
    /// <param name="act">Done first.</param>
    public async Task<Delivered> MessageAsync(Func<Delivered, bool> isIt, string to = SignalStandIn.Anna, Func<Task>? act = null, [CallerArgumentExpression(nameof(isIt))] string what = "")
    {
        if (act is not null)
        {
            await act();
        }

        Delivered? found = null;
        await UntilAsync(() => (found = Signal.Sent.FirstOrDefault(d => d.Recipient == to && isIt(d))) is not null, null, what);
        return found!;
    }

    public static string CodeOf(string plan) => plan[(plan.IndexOf("Plan ", StringComparison.Ordinal) + "Plan ".Length)..][..4];

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await Signal.DisposeAsync();
        _opensre.Dispose();
    }

    private void Note(string line)
    {
        lock (_gate)
        {
            _log.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {line}"));
        }
    }
}
