using System.Diagnostics;
using System.Globalization;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>How the things a session can watch are looked at.</summary>
internal static class Watches
{
    /// <exception cref="InvalidDataException">It cannot be watched; the message is a sentence.</exception>
    public static IWatchProbe For(WatchTarget target, TimeProvider time) => target.Kind switch
    {
        "url" => Uri.TryCreate(target.Name, UriKind.Absolute, out var url) ? new UrlWatch(url, time) : throw new InvalidDataException($"{SafeText.Line(target.Name, 120)} is no URL."),
        "pid" => int.TryParse(target.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? new ProcessWatch(pid, time) : throw new InvalidDataException("A pid is a number."),
        "unit" => new RecordWatch(Tool("service.inspect"), new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = target.Name }, target.Name),
        "container" => new RecordWatch(Tool("docker.containers"), new Dictionary<string, string>(StringComparer.Ordinal), target.Name),
        _ => new FolderWatch(target.Name, time),
    };

    private static IEvidenceTool Tool(string name) => Toolbox.All(Toolbox.LocalRunner()).First(t => t.Description.Name == name);
}

/// <summary>A URL: whether it answers well and how fast. Where it answers with alerts, they arrive.</summary>
internal sealed class UrlWatch(Uri url, TimeProvider time) : IWatchProbe
{
    private const int LargestBody = 1024 * 1024;
    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = true }) { Timeout = TimeSpan.FromSeconds(15), MaxResponseContentBufferSize = LargestBody };
    private Dictionary<string, Alert> _firing = [];

    public IReadOnlyList<string> Metrics { get; } = ["time", "status"];

    private bool GivesAlerts => url.AbsolutePath.EndsWith("/alerts", StringComparison.Ordinal);

    public async Task<WatchReading> LookAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await Client.GetAsync(url, cancellation).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var status = (int)answer.StatusCode;
            var metrics = new Dictionary<string, double>(StringComparer.Ordinal) { ["time"] = seconds, ["status"] = status };
            var state = $"{status} in {seconds * 1000:0} ms";
            if (status >= 400)
            {
                return new WatchReading(state, $"it answers {status}", metrics);
            }

            return new WatchReading(state, null, metrics) { Arrival = GivesAlerts ? Arrivals(await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)) : null };
        }
        catch (HttpRequestException e)
        {
            return new WatchReading("no answer", $"it does not answer: {SafeText.Line(e.Message, 160)}", new Dictionary<string, double>());
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WatchReading("no answer", $"it did not answer within {Client.Timeout.TotalSeconds:0} s", new Dictionary<string, double>());
        }
    }

    /// <summary>Alerts that are there, and those that were there before and are gone.</summary>
    private AlertArrival? Arrivals(string body)
    {
        var read = AlertIntake.Read(body, time.GetUtcNow());
        if (read.Kind is IntakeKind.Unusable or IntakeKind.Question)
        {
            return null;
        }

        var now = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var alert in read.Alerts.Where(a => a.Status != AlertStatus.Resolved))
        {
            now[alert.Fingerprint + alert.Name] = alert;
        }

        var gone = _firing.Where(f => !now.ContainsKey(f.Key)).Select(f => f.Value with { Status = AlertStatus.Resolved });
        List<Alert> all = [.. now.Where(n => !_firing.ContainsKey(n.Key)).Select(n => n.Value), .. gone];
        _firing = now;
        return all.Count == 0 ? null : new AlertArrival(url.Host, body, all);
    }
}

/// <summary>A process: its processor time and memory, and that it is there.</summary>
internal sealed class ProcessWatch(int pid, TimeProvider time) : IWatchProbe
{
    private (TimeSpan Cpu, long At)? _before;

    public IReadOnlyList<string> Metrics { get; } = ["cpu", "memory"];

    public Task<WatchReading> LookAsync(CancellationToken cancellation)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            if (process.HasExited)
            {
                return Task.FromResult(Gone());
            }

            var (cpu, at) = (process.TotalProcessorTime, time.GetTimestamp());
            var metrics = new Dictionary<string, double>(StringComparer.Ordinal) { ["memory"] = process.WorkingSet64 };
            var state = $"{process.ProcessName}, {process.WorkingSet64 / (1024.0 * 1024):0} MiB";
            if (_before is { } before && time.GetElapsedTime(before.At, at) is { Ticks: > 0 } passed)
            {
                metrics["cpu"] = Math.Max(0, (cpu - before.Cpu) / passed * 100);
                state += $", {metrics["cpu"]:0.#} % of a processor";
            }

            _before = (cpu, at);
            return Task.FromResult(new WatchReading(state, null, metrics));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return Task.FromResult(Gone());
        }
    }

    private static WatchReading Gone() => new("gone", "the process has ended", new Dictionary<string, double>()) { IsOver = true };
}

/// <summary>A unit or container, by the record an evidence tool prints of it.</summary>
internal sealed class RecordWatch(IEvidenceTool tool, IReadOnlyDictionary<string, string> arguments, string name) : IWatchProbe
{
    private static readonly string[] Well = ["active", "reloading", "activating", "running", "run", "up"];

    public IReadOnlyList<string> Metrics { get; } = ["memory"];

    public async Task<WatchReading> LookAsync(CancellationToken cancellation)
    {
        var result = await tool.RunAsync(arguments, cancellation).ConfigureAwait(false);
        if (result.Status != ToolStatus.Ok)
        {
            return new WatchReading("cannot be seen", $"it cannot be seen: {SafeText.Line(result.Note.Length > 0 ? result.Note : result.Status.ToString(), 160)}", new Dictionary<string, double>());
        }

        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        string? state = null;
        foreach (var line in result.Text.Split('\n'))
        {
            var words = line.Split(' ');
            var fields = words.Skip(1).Select(w => w.Split('=', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
            if (fields.GetValueOrDefault("name") == name && (fields.GetValueOrDefault("active") ?? fields.GetValueOrDefault("state")) is { } found)
            {
                state ??= fields.GetValueOrDefault("health") is { Length: > 0 } health and not "none" ? $"{found} {health}" : found;
            }

            if (words[0] == "process" && state is null && fields.ContainsKey("pid"))
            {
                state = "running";
            }

            if (words[0] == "process" && long.TryParse(fields.GetValueOrDefault("rss_kb"), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes))
            {
                metrics["memory"] = metrics.GetValueOrDefault("memory") + (kilobytes * 1024.0);
            }
        }

        return state is null
            ? new WatchReading("not there", "nothing of that name is there", metrics)
            : new WatchReading(state, Well.Contains(state.Split(' ')[0]) && !state.Contains("unhealthy", StringComparison.Ordinal) ? null : $"it is {state}", metrics);
    }
}

/// <summary>A file or folder alerts are put in: what is new there arrives.</summary>
internal sealed class FolderWatch : IWatchProbe
{
    private const long LargestFile = 1024 * 1024;
    private readonly string _path;
    private readonly TimeProvider _time;
    private Dictionary<string, DateTime> _seen;

    public FolderWatch(string path, TimeProvider time)
    {
        _path = Path.GetFullPath(path);
        _time = time;
        if (!File.Exists(_path) && !Directory.Exists(_path))
        {
            throw new InvalidDataException($"There is no file or folder {SafeText.Line(path, 160)}.");
        }

        // What is there already is no news.
        _seen = Files();
    }

    public IReadOnlyList<string> Metrics { get; } = [];

    public Task<WatchReading> LookAsync(CancellationToken cancellation)
    {
        if (!File.Exists(_path) && !Directory.Exists(_path))
        {
            return Task.FromResult(new WatchReading("gone", "it is no longer there", new Dictionary<string, double>()));
        }

        var now = Files();
        var news = now.Where(f => !_seen.TryGetValue(f.Key, out var before) || before != f.Value).Select(f => f.Key).Order(StringComparer.Ordinal).ToList();
        _seen = now;
        List<Alert> alerts = [];
        var text = "";
        foreach (var file in news.Take(20))
        {
            var content = Read(file);
            var read = AlertIntake.Read(content, _time.GetUtcNow());
            if (read.Kind is IntakeKind.Alerts or IntakeKind.Resolved or IntakeKind.Question)
            {
                text = content;
                alerts.AddRange(read.Alerts.Select(a => a.Status == AlertStatus.Unknown ? a with { Status = AlertStatus.Firing } : a));
            }
        }

        return Task.FromResult(new WatchReading($"{now.Count} files", null, new Dictionary<string, double>()) { Arrival = alerts.Count == 0 ? null : new AlertArrival(Path.GetFileName(_path.TrimEnd('/')), text, alerts) });
    }

    private static string Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > LargestFile ? "" : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone again, or not for us; there is nothing to read in it.
            return "";
        }
    }

    private Dictionary<string, DateTime> Files() => File.Exists(_path)
        ? new Dictionary<string, DateTime>(StringComparer.Ordinal) { [_path] = File.GetLastWriteTimeUtc(_path) }
        : new DirectoryInfo(_path).EnumerateFiles().Where(f => !f.Name.StartsWith('.')).Take(5000).ToDictionary(f => f.FullName, f => f.LastWriteTimeUtc, StringComparer.Ordinal);
}
