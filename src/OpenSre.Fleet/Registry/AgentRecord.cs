using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>An agent somebody has registered.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Pid">Its process id at that time.</param>
/// <param name="Command">Its command line.</param>
/// <param name="RegisteredAt">ISO 8601; empty when not said.</param>
/// <param name="Source"><c>registered</c> or <c>discovered</c>.</param>
/// <param name="WaitsOn">Ids of processes it waits for.</param>
/// <param name="Provider">The kind of agent, or null.</param>
/// <param name="ProcessStart">The start of <see cref="ProcessIdentity"/>, which the original does not know; null when it was lost.</param>
public sealed record AgentRecord(string Name, int Pid, string Command, string RegisteredAt, string Source, IReadOnlyList<int> WaitsOn, string? Provider, long? ProcessStart)
{
    private const string StartKey = "proc_start";

    /// <summary>True if the record speaks of this very process and not of an earlier one with the same number.</summary>
    public bool Is(ProcessFacts process) => Pid == process.Identity.Pid
        && (ProcessStart is { } start ? start == process.Identity.Start
            : !DateTimeOffset.TryParse(RegisteredAt, out var at) || process.StartedAt <= at + TimeSpan.FromSeconds(1));

    /// <summary>The line as the original writes it, with the start of the process after it.</summary>
    internal byte[] ToLine()
    {
        var json = new PythonJson(spaced: true).Begin('{')
            .Key("name").Value(Name).Key("pid").Value(Pid).Key("command").Value(Command).Key("registered_at").Value(RegisteredAt).Key("source").Value(Source)
            .Key("waits_on").Begin('[');
        foreach (var pid in WaitsOn)
        {
            json.Value(pid);
        }

        json.End(']').Key("provider").Value(Provider);
        return (ProcessStart is { } start ? json.Key(StartKey).Value(start) : json).End('}').ToLine();
    }

    /// <summary>Reads a line; null when it lacks what a record must have.</summary>
    internal static AgentRecord? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("pid", out var pidValue) || pidValue.ValueKind != JsonValueKind.Number || !pidValue.TryGetInt32(out var pid)
                || Text(root, "name") is not { } name || Text(root, "command") is not { } command)
            {
                return null;
            }

            int[] waits = root.TryGetProperty("waits_on", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Number && p.TryGetInt32(out _)).Select(p => p.GetInt32())]
                : [];
            long? start = root.TryGetProperty(StartKey, out var startValue) && startValue.ValueKind == JsonValueKind.Number && startValue.TryGetInt64(out var ticks) ? ticks : null;
            return new AgentRecord(name, pid, command, Text(root, "registered_at") ?? "", Text(root, "source") ?? "registered", waits, Text(root, "provider"), start);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? PythonJson.Text(value) : null;
}
