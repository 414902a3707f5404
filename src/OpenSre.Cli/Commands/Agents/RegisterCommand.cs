using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents register</c>, <c>forget</c>, <c>wait</c> and <c>graph</c>: what is written down about agents.</summary>
internal static class RegisterCommand
{
    public static Task<int> RegisterAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--command=");
        var pid = asked.Pid("opensre agents register PID [NAME] [--command TEXT]");
        var process = AgentDiscovery.LocalTable().Get(pid) ?? throw new AgentsUsageException($"no such pid {pid}");
        var settings = FleetSettings.Read(face.Home);
        var kind = new AgentClassifier(settings.Patterns).Classify(process.Arguments, process.Executable)?.Tool;
        var name = asked.Rest.Count > 1 ? asked.Rest[1] : kind is null ? $"agent-{pid}" : $"{kind}-{pid}";
        FleetTools.Registry(face).Register(new AgentRecord(name, pid, asked["--command"] ?? Redaction.Apply(string.Join(' ', process.Arguments)), face.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'"), "registered", [], kind, process.Identity.Start));
        face.Line($"registered {SafeText.Line(name, 60)} (pid {pid})");
        return Task.FromResult(ExitCodes.Done);
    }

    public static Task<int> ForgetAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var pid = AgentWords.Parse(words).Pid("opensre agents forget PID");
        var record = FleetTools.Registry(face).Forget(pid);
        face.Line(record is null ? $"no registered agent for pid {pid}" : $"forgot {SafeText.Line(record.Name, 60)} (pid {pid})");
        return Task.FromResult(record is null ? ExitCodes.Failed : ExitCodes.Done);
    }

    public static Task<int> WaitAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        const string Usage = "opensre agents wait PID --on OTHER_PID";
        var asked = AgentWords.Parse(words, "--on=");
        var pid = asked.Pid(Usage);
        if (!asked.Has("--on"))
        {
            throw new AgentsUsageException("usage: " + Usage);
        }

        var other = asked.Number("--on", 0);
        var registry = FleetTools.Registry(face);
        var waiting = registry.Get(pid) ?? throw new AgentsUsageException($"no registered agent for pid {pid}");
        var on = registry.Get(other) ?? throw new AgentsUsageException($"no registered agent for pid {other}");
        if (pid == other)
        {
            throw new AgentsUsageException("an agent cannot wait on itself");
        }

        registry.Register(waiting with { WaitsOn = [.. waiting.WaitsOn.Append(other).Distinct()] });
        face.Line($"{SafeText.Line(waiting.Name, 60)} (pid {pid}) now waits on {SafeText.Line(on.Name, 60)} (pid {other}).");
        Cycle(registry.All(), face);
        return Task.FromResult(ExitCodes.Done);
    }

    public static Task<int> GraphAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        AgentWords.Parse(words);
        var records = FleetTools.Registry(face).All();
        var table = AgentDiscovery.LocalTable();
        foreach (var record in records)
        {
            var waits = record.WaitsOn.Select(p => records.FirstOrDefault(r => r.Pid == p)?.Name ?? $"pid {p}").Select(n => SafeText.Line(n, 60)).ToList();
            var gone = table.Get(record.Pid) is { } process && record.Is(process) ? "" : ", its process is gone";
            face.Line($"{SafeText.Line(record.Name, 60)} ({record.Pid}) [{(waits.Count == 0 ? "active" : "waiting on " + string.Join(", ", waits))}{gone}]");
        }

        if (records.Count == 0)
        {
            face.Line("no agents discovered or registered yet");
        }

        Cycle(records, face);
        return Task.FromResult(ExitCodes.Done);
    }

    private static void Cycle(IReadOnlyList<AgentRecord> records, AgentsFace face)
    {
        if (WaitGraph.Cycle(records) is { Count: > 0 } cycle)
        {
            face.Line(face.Look.Bad($"agent dependency cycle detected: {string.Join(" -> ", cycle.Select(p => $"{SafeText.Line(records.First(r => r.Pid == p).Name, 60)} ({p})"))}."));
        }
    }
}
