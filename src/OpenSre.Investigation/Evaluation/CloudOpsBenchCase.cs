using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>One recorded incident of Cloud-OpsBench: the question, the alerts, and what every tool answered. No label, no name.</summary>
public sealed class CloudOpsBenchCase
{
    private readonly Dictionary<string, string> _answers;
    private readonly Dictionary<string, string> _commands;

    private CloudOpsBenchCase(string ns, string query, string alerts, DateTimeOffset at, Dictionary<string, string> answers, Dictionary<string, string> commands)
    {
        (Namespace, Query, Alerts, At, _answers, _commands) = (ns, query, alerts, at, answers, commands);
    }

    public string Namespace { get; }

    public string Query { get; }

    /// <summary>The text of the alerts, empty JSON when there are none.</summary>
    public string Alerts { get; }

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset At { get; }

    /// <exception cref="InvalidDataException">A file of the case is missing or cannot be read.</exception>
    public static CloudOpsBenchCase Load(string folder)
    {
        try
        {
            using var query = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "query.json")));
            using var cache = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tool_cache.json")));
            using var states = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "k8s_states.json")));
            var alerts = Path.Combine(folder, "alert.json");
            Dictionary<string, string> answers = new(StringComparer.Ordinal);
            foreach (var entry in cache.RootElement.EnumerateObject())
            {
                answers[Key(entry.Name)] = Words(entry.Value);
            }

            var commands = states.RootElement.EnumerateObject().ToDictionary(c => c.Name, c => Words(c.Value), StringComparer.Ordinal);
            var at = answers.TryGetValue("collection_timestamp", out var stamp) && DateTimeOffset.TryParse(stamp, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
            return new CloudOpsBenchCase(
                query.RootElement.GetProperty("namespace").GetString()!,
                query.RootElement.GetProperty("query").GetString()!,
                File.Exists(alerts) ? File.ReadAllText(alerts) : "{}",
                at,
                answers,
                commands);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{folder} holds no case that can be read: {e.Message}", e);
        }
    }

    /// <summary>What a benchmark tool answered to these arguments; null when it was never asked.</summary>
    public string? Answer(string tool, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var words = new List<string>();
        foreach (var (name, value) in arguments)
        {
            words.Add($"{name}={value}");
        }

        return _answers.GetValueOrDefault(tool + " " + string.Join(' ', words.Order(StringComparer.Ordinal)));
    }

    /// <summary>What a literal kubectl command printed; null when it was never run.</summary>
    public string? Command(string command) => _commands.GetValueOrDefault(command);

    /// <summary>"Tool:{json}" with its arguments in one order.</summary>
    private static string Key(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon + 1 >= name.Length || name[colon + 1] != '{')
        {
            return name;
        }

        using var arguments = JsonDocument.Parse(name[(colon + 1)..]);
        var words = arguments.RootElement.EnumerateObject().Select(a => $"{a.Name}={(a.Value.ValueKind == JsonValueKind.String ? a.Value.GetString() : a.Value.GetRawText())}");
        return name[..colon] + " " + string.Join(' ', words.Order(StringComparer.Ordinal));
    }

    /// <summary>Text as it is; structured answers as lines of text, so that what stands in a string can be quoted.</summary>
    private static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join('\n', value.EnumerateArray().Select(Words)),
        JsonValueKind.Object => string.Join('\n', value.EnumerateObject().Select(p => $"{p.Name}: {Words(p.Value)}")),
        _ => value.GetRawText(),
    };
}
