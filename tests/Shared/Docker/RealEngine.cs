using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Sources;

[assembly: AssemblyFixture(typeof(OpenSre.Tests.Docker.RealEngine))]

namespace OpenSre.Tests.Docker;

/// <summary>
/// A real Docker engine with containers in every state: the one OPENSRE_TEST_DOCKER names (unix://…), else one started
/// for the tests where dockerd, docker, busybox and root are there. It is started by the first test that asks for it.
/// </summary>
public sealed class RealEngine : IAsyncDisposable
{
    /// <summary>An image of one static program, without a registry.</summary>
    public const string Image = "opensre-test/busybox:1";

    private static readonly string[] Names = ["web", "api", "leaky", "flappy", "job", "cron"];

    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<string> _more = [];
    private readonly TempFolder _folder = new();
    private readonly LocalCommandRunner _runner = new();
    private Process? _engine;
    private string? _missing;
    private bool _ready;
    private bool _isBare;

    /// <summary>An engine of one's own, without containers but those a test runs.</summary>
    public static RealEngine Bare() => new() { _isBare = true, Prefix = $"demo{Environment.ProcessId}-" };

    public string Socket { get; private set; } = "";

    /// <summary>Before the name of every container, so that an engine in use is not disturbed.</summary>
    public string Prefix { get; private init; } = $"opensre-test-{Environment.ProcessId}-";

    /// <summary>A program that is docker, pointed at this engine.</summary>
    public string Program => _folder.File("docker");

    /// <summary>Starts the engine and its containers, or skips the test and says why.</summary>
    public async Task NeedAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_ready && _missing is null)
            {
                _missing = await StartAsync();
                _ready = _missing is null;
            }
        }
        finally
        {
            _gate.Release();
        }

        Assert.SkipWhen(_missing is not null, _missing ?? "");
    }

    /// <summary>Runs one container more, with no network, which is gone after the tests. Its name.</summary>
    /// <param name="arguments">What comes between the name and the image.</param>
    public async Task<string> RunAsync(string name, string[] arguments, params string[] command)
    {
        _more.Add(Prefix + name);
        var made = await DockerAsync(["run", "-d", "--name", Prefix + name, "--network", "none", .. arguments, Image, .. command]);
        Assert.True(made is { Status: CommandStatus.Exited, ExitCode: 0 }, $"a test container could not be started: {made.Error}");
        return Prefix + name;
    }

    /// <summary>What <c>docker inspect</c> says of a container in a format.</summary>
    public async Task<string> InspectAsync(string container, string format) => (await DockerAsync(["inspect", "-f", format, container])).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        if (_ready)
        {
            await DockerAsync(["rm", "-f", .. _isBare ? [] : Names.Select(n => Prefix + n), .. _more]);
        }

        if (_engine is not null)
        {
            await _runner.RunAsync(new CommandRequest("test", "kill", ["-TERM", $"{_engine.Id}"], null, TimeSpan.FromSeconds(5), 1000), CancellationToken.None);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _engine.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _engine.Kill(entireProcessTree: true);
            }

            _engine.Dispose();
        }

        _gate.Dispose();
        _folder.Dispose();
    }

    private async Task<string?> StartAsync()
    {
        var docker = Find("docker");
        if (docker is null || Find("busybox") is null)
        {
            return "docker and busybox are needed for a real engine";
        }

        if (Environment.GetEnvironmentVariable("OPENSRE_TEST_DOCKER") is { Length: > 0 } given)
        {
            Socket = given.Replace("unix://", "", StringComparison.Ordinal);
        }
        else if (await StartEngineAsync() is { } why)
        {
            return why;
        }

        await File.WriteAllTextAsync(Program, $"#!/bin/sh\nexec '{docker}' -H 'unix://{Socket}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await MakeImageAsync();
        if (!_isBare)
        {
            await MakeContainersAsync();
        }

        return null;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Append("/usr/sbin").Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private async Task<string?> StartEngineAsync()
    {
        if (Find("dockerd") is not { } dockerd || Environment.UserName != "root")
        {
            return "no Docker engine: set OPENSRE_TEST_DOCKER=unix:///… or run as root with dockerd installed";
        }

        Socket = _folder.File("docker.sock");
        var log = _folder.File("dockerd.log");
        var start = new ProcessStartInfo("sh") { UseShellExecute = false };
        foreach (var argument in new[] { "-c", "exec \"$@\" >\"$0\" 2>&1", log, dockerd, "--host", $"unix://{Socket}", "--data-root", _folder.File("data"), "--exec-root", _folder.File("exec"), "--pidfile", _folder.File("docker.pid"), "--iptables=false", "--ip6tables=false", "--bridge=none", "--exec-opt", "native.cgroupdriver=cgroupfs", "--log-level", "warn" })
        {
            start.ArgumentList.Add(argument);
        }

        _engine = Process.Start(start)!;
        for (var i = 0; i < 900 && !_engine.HasExited; i++)
        {
            if (File.Exists(Socket) && (await AskAsync("/version")).ExitCode == 0)
            {
                return null;
            }

            await Task.Delay(100);
        }

        var lines = File.Exists(log) ? await File.ReadAllLinesAsync(log) : [];
        return $"dockerd could not be started here: {lines.LastOrDefault() ?? "it said nothing"}";
    }

    private async Task MakeImageAsync()
    {
        var script = $"""
            set -e
            r='{_folder.File("root")}'; mkdir -p "$r/bin" "$r/tmp" "$r/etc"; cp "$(command -v busybox)" "$r/bin/busybox"
            for a in sh sleep echo tail test true wget cat touch rm; do ln -s busybox "$r/bin/$a"; done
            tar -C "$r" -c . | '{Program}' import -c 'ENV PATH=/bin' - {Image}
            """;
        var made = await _runner.RunAsync(new CommandRequest("test", "sh", ["-s"], script, TimeSpan.FromSeconds(120), 10_000), CancellationToken.None);
        Assert.True(made is { Status: CommandStatus.Exited, ExitCode: 0 }, $"the test image could not be made: {made.Error}");
    }

    private async Task MakeContainersAsync()
    {
        string[] health = ["--health-interval=1s", "--health-timeout=2s", "--health-retries=2", "--health-start-period=0s"];
        string[][] runs =
        [
            ["--name", Prefix + "web", "--network", "none", .. health, "--health-cmd", "true", "--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web", "--label", "com.docker.compose.depends_on=api:service_started:false,db:service_healthy:true", Image, "sh", "-c", "echo 'web: listening'; exec sleep 3600"],
            ["--name", Prefix + "api", "--network", "none", "--memory", "64m", "--pids-limit", "50", "-e", "DB_PASS=hunter22", "-e", "MODE=prod", "-v", "/tmp:/host:ro", .. health, "--health-cmd", "echo 'GET /health -> 500 db pool exhausted'; exit 1", Image, "sh", "-c", "echo 'api: started'; echo 'ERROR [db] connection pool exhausted' >&2; exec sleep 3600"],
            ["--name", Prefix + "leaky", "--network", "none", "--memory", "32m", "--memory-swap", "32m", Image, "sh", "-c", "echo 'leaky: allocating'; exec tail /dev/zero"],
            ["--name", Prefix + "flappy", "--network", "none", "--restart", "always", Image, "sh", "-c", "echo 'FATAL config: DATABASE_URL is not set' >&2; exit 1"],
            ["--name", Prefix + "job", "--network", "none", Image, "sh", "-c", "exit 3"],
            ["--name", Prefix + "cron", "--network", "none", Image, "sh", "-c", "exec sleep 3600"],
        ];
        foreach (var run in runs)
        {
            var made = await DockerAsync(["run", "-d", .. run]);
            Assert.True(made is { Status: CommandStatus.Exited, ExitCode: 0 }, $"a test container could not be started: {made.Error}");
        }

        await DockerAsync(["pause", Prefix + "cron"]);
        const string Format = "{{.State.Status}} {{.State.OOMKilled}} {{if .State.Health}}{{.State.Health.Status}}{{end}} {{.RestartCount}}";
        var seen = new CommandResult(CommandStatus.NotFound, -1, "", "", 0);
        for (var i = 0; i < 1200; i++)
        {
            seen = await DockerAsync(["inspect", "-f", Format, .. Names.Select(n => Prefix + n)]);
            if (seen.Output.Split('\n') is [var web, var api, var leaky, var flappy, var job, var cron, ..]
                && web.Contains(" healthy", StringComparison.Ordinal) && api.Contains("unhealthy", StringComparison.Ordinal)
                && leaky.StartsWith("exited", StringComparison.Ordinal) && int.Parse(flappy.Split(' ')[^1]) >= 3
                && job.StartsWith("exited", StringComparison.Ordinal) && cron.StartsWith("paused", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"the test containers did not reach their states: {seen.Output}{seen.Error}");
    }

    private Task<CommandResult> DockerAsync(string[] arguments) =>
        _runner.RunAsync(new CommandRequest("test", Program, arguments, null, TimeSpan.FromSeconds(120), 100_000), CancellationToken.None);

    private Task<CommandResult> AskAsync(string path) => new BuiltInCommandRunner([new DockerProbe(Socket, TimeProvider.System)]).RunAsync(
        new CommandRequest("test", "opensre:docker", ["GET", path], null, TimeSpan.FromSeconds(5), 100_000), CancellationToken.None);
}
