using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Reads answers of unknown format: plain text, logfmt, JSON lines, and JSON of any shape, found by what its fields are
/// commonly called. Only what may matter is kept: errors, lines the signature library knows, and states of things.
/// </summary>
public static partial class OutsideReading
{
    /// <summary>Lines kept of one output; the newest are most telling, and stand last in most answers.</summary>
    private const int MostLines = 300;

    private const int LongestQuote = 400;
    private const int Deepest = 24;

    private static readonly string[] MessageFields = ["message", "msg", "log", "line", "body", "text", "error", "exception", "event", "description", "reason", "detail", "summary", "title"];
    private static readonly string[] TimeFields = ["@timestamp", "timestamp", "time", "ts", "date", "datetime", "lasttimestamp", "lastseen", "last_seen", "startsat", "created_at", "createdat"];
    private static readonly string[] LevelFields = ["level", "severity", "lvl", "loglevel", "log_level", "levelname", "severity_text", "priority"];
    private static readonly string[] StateFields = ["status", "state", "health", "health_status", "healthstatus", "phase", "condition"];
    private static readonly string[] SourceFields = ["service", "service_name", "servicename", "service.name", "app", "application", "app_kubernetes_io_name", "container", "container_name", "containername", "unit", "_systemd_unit", "job", "component", "workload", "deployment", "pod", "pod_name", "name", "monitor", "check"];
    private static readonly string[] LabelFields = ["labels", "stream", "metric", "resource", "kubernetes", "attributes", "tags", "metadata", "fields"];

    /// <summary>What may matter in an output, in its order.</summary>
    public static IReadOnlyList<OutsideLine> Of(StoredOutput output)
    {
        List<OutsideLine> lines = [];
        var text = output.Text;
        if (!TryJson(text, lines, output.At))
        {
            foreach (var range in text.AsSpan().Split('\n'))
            {
                var line = text[range].Trim('\r', ' ');
                if (line.Length > 0 && !(line[0] is '{' or '[' && TryJson(line, lines, output.At)))
                {
                    foreach (var part in Parts(line))
                    {
                        Plain(lines, part, part, null, "", false, output.At);
                    }
                }
            }
        }

        lines.RemoveAll(l => l.Quote.Length == 0 || !text.Contains(l.Quote, StringComparison.Ordinal));
        return lines.Count > MostLines ? lines[^MostLines..] : lines;
    }

    /// <summary>JSON that was cut, on one line, still has its entries.</summary>
    private static IEnumerable<string> Parts(string line) =>
        line.Length < 2000 ? [line] : Borders().Split(line).Select(p => p.Trim()).Where(p => p.Length > 0);

    private static bool TryJson(string text, List<OutsideLine> lines, DateTimeOffset asked)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            Walk(document.RootElement, "", null, 0, lines, asked);
            return true;
        }
        catch (JsonException)
        {
            // Not JSON after all, or cut: it is read as text.
            return false;
        }
    }

    private static void Walk(JsonElement element, string source, DateTimeOffset? at, int depth, List<OutsideLine> lines, DateTimeOffset asked)
    {
        if (depth > Deepest)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WalkObject(element, source, at, depth, lines, asked);
                break;
            case JsonValueKind.Array when element.GetArrayLength() == 2 && element[1].ValueKind == JsonValueKind.String && TimeOf(element[0]) is { } stamped:
                // A pair of a time and a line, as Loki has them.
                Message(element[1], source, stamped, false, lines, asked);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item, source, at, depth + 1, lines, asked);
                }

                break;
            case JsonValueKind.String:
                Message(element, source, at, false, lines, asked);
                break;
        }
    }

    private static void WalkObject(JsonElement element, string source, DateTimeOffset? at, int depth, List<OutsideLine> lines, DateTimeOffset asked)
    {
        source = SourceIn(element) ?? source;
        at = Field(element, TimeFields) is { } time ? TimeOf(time.Value) ?? at : at;
        var isError = Field(element, LevelFields) is { Value.ValueKind: JsonValueKind.String } level && ErrorWord().IsMatch(level.Value.GetString()!);
        var message = Field(element, MessageFields, JsonValueKind.String);
        if (message is { } said)
        {
            Message(said.Value, source, at, isError || said.Name is "error" or "exception", lines, asked);
        }

        if (source.Length > 0 && Field(element, StateFields, JsonValueKind.String) is { } state && StateOf(state.Value.GetString()!) is var kind and not OutsideState.None)
        {
            lines.Add(new OutsideLine(QuoteOf(element, state), $"{state.Name} {state.Value.GetString()}", at, source, false, kind));
        }

        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                Walk(property.Value, source, at, depth + 1, lines, asked);
            }
            else if (property.Value.ValueKind == JsonValueKind.String && property.Name != message?.Name && property.Value.GetString()!.Contains('\n'))
            {
                // Whole texts under a name of their own, such as the output of a command.
                Message(property.Value, source, at, false, lines, asked);
            }
        }
    }

    /// <summary>A string of JSON as lines; the quote is the string as it is escaped there.</summary>
    private static void Message(JsonElement value, string source, DateTimeOffset? at, bool isError, List<OutsideLine> lines, DateTimeOffset asked)
    {
        var text = value.GetString()!;
        var raw = value.GetRawText()[1..^1];
        if (!text.Contains('\n'))
        {
            Plain(lines, raw, text, at, source, isError, asked);
            return;
        }

        var texts = text.Split('\n');
        var raws = raw.Split("\\n");
        for (var i = 0; i < texts.Length; i++)
        {
            // An escaped backslash before an n may make them differ; then the line has no quote of its own.
            Plain(lines, texts.Length == raws.Length ? raws[i] : raw, texts[i].Trim('\r'), at, source, isError, asked);
        }
    }

    private static void Plain(List<OutsideLine> lines, string quote, string text, DateTimeOffset? at, string source, bool isError, DateTimeOffset asked)
    {
        // A log line that is JSON itself, inside of whatever carries it.
        if (text.Length > 2 && text[0] == '{' && quote != text && Inner(text) is { } inner)
        {
            source = inner.Source.Length > 0 ? inner.Source : source;
            at = inner.At ?? at;
            isError |= inner.IsError;
            text = inner.Text;
        }

        at ??= LogLines.TimeOf(text, asked);
        if (source.Length == 0 && LabelInText().Match(text) is { Success: true } label)
        {
            source = label.Groups["name"].Value;
        }

        isError |= LogLevel.IsError(text);
        if (isError || LogSignatures.All.Any(s => s.Pattern.IsMatch(text)))
        {
            lines.Add(new OutsideLine(Cut(quote), text, at, source, isError));
        }
        else if (StateLine().Match(text) is { Success: true } row && StateOf(row.Groups["state"].Value) is var state and not OutsideState.None)
        {
            lines.Add(new OutsideLine(Cut(quote), text, at, source.Length > 0 ? source : row.Groups["name"].Value, false, state));
        }
    }

    private static OutsideLine? Inner(string text)
    {
        List<OutsideLine> inner = [];
        try
        {
            using var document = JsonDocument.Parse(text);
            var element = document.RootElement;
            var message = Field(element, MessageFields, JsonValueKind.String)?.Value.GetString();
            var isError = Field(element, LevelFields) is { Value.ValueKind: JsonValueKind.String } level && ErrorWord().IsMatch(level.Value.GetString()!);
            return message is null ? null : new OutsideLine("", message, Field(element, TimeFields) is { } time ? TimeOf(time.Value) : null, SourceIn(element) ?? "", isError);
        }
        catch (JsonException)
        {
            // Text that begins with a brace.
            return null;
        }
    }

    private static string? SourceIn(JsonElement element)
    {
        if (Field(element, SourceFields, JsonValueKind.String) is { } own && NameShape().IsMatch(own.Value.GetString()!))
        {
            return own.Value.GetString();
        }

        foreach (var labels in LabelFields)
        {
            if (Field(element, [labels], JsonValueKind.Object) is { } inner && Field(inner.Value, SourceFields, JsonValueKind.String) is { } named && NameShape().IsMatch(named.Value.GetString()!))
            {
                return named.Value.GetString();
            }
        }

        return null;
    }

    /// <summary>The first field of a list of names, in the order of the list.</summary>
    private static (string Name, JsonElement Value)? Field(JsonElement element, string[] names, JsonValueKind? kind = null)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        (string, JsonElement)? found = null;
        var best = int.MaxValue;
        foreach (var property in element.EnumerateObject())
        {
            var rank = Array.FindIndex(names, n => n.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
            if (rank >= 0 && rank < best && (kind is null || property.Value.ValueKind == kind) && !(property.Value.ValueKind == JsonValueKind.String && property.Value.GetString()!.Length == 0))
            {
                (found, best) = ((property.Name, property.Value), rank);
            }
        }

        return found;
    }

    private static DateTimeOffset? TimeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is { Length: >= 10 and < 40 } text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Epoch(number)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
        JsonValueKind.Number when value.TryGetDouble(out var seconds) && seconds < 9e18 => Epoch((long)seconds),
        _ => null,
    };

    /// <summary>Seconds, or parts of them, since 1970; null for a number that is no time of our days.</summary>
    private static DateTimeOffset? Epoch(long number)
    {
        var seconds = number;
        while (seconds > 9_999_999_999)
        {
            seconds /= 1000;
        }

        return seconds > 1_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private static OutsideState StateOf(string word) => TroubleWord().IsMatch(word) ? OutsideState.Trouble : WellWord().IsMatch(word) ? OutsideState.Well : OutsideState.None;

    private static string QuoteOf(JsonElement element, (string Name, JsonElement Value) state)
    {
        var whole = element.GetRawText();
        return whole.Length <= LongestQuote && !whole.Contains('\n') ? whole : state.Value.GetRawText();
    }

    private static string Cut(string quote) => quote.Length <= LongestQuote ? quote : quote[..LongestQuote];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^(error|err|fatal|crit(ical)?|emerg(ency)?|alert|panic|severe)$", Options)]
    private static partial Regex ErrorWord();

    [GeneratedRegex(@"^(down|unhealthy|fail(ed|ing|ure)?|critical|crash(loopbackoff|ed|ing)?|degraded|unavailable|outage|(major|partial)[ _]outage|not ?ready|offline|stopped|exited|dead|firing|error|imagepullbackoff|oomkilled)$", Options)]
    private static partial Regex TroubleWord();

    [GeneratedRegex(@"^(up|ok|okay|healthy|running|ready|active|operational|passing|available|online|normal|resolved)$", Options)]
    private static partial Regex WellWord();

    /// <summary>A row of a listing: a name, then its state among few other words.</summary>
    [GeneratedRegex(@"^[|*\- ]*(?<name>[A-Za-z0-9][A-Za-z0-9_.@/-]{1,62})[ :=|(\t]+([^\s]+[ |\t]+){0,3}?(?<state>down|unhealthy|failed|failing|critical|crashloopbackoff|degraded|unavailable|outage|not ready|notready|offline|stopped|exited|dead|up|ok|healthy|running|ready|active|operational|passing|online)([ |)\t.,;]+[^\s]+){0,6}[ |)\t.]*$", Options)]
    private static partial Regex StateLine();

    [GeneratedRegex(@"(?<![\w.])(service|app|application|container|container_name|unit|pod|component|job)=""?(?<name>[A-Za-z0-9][\w.@-]{1,62})", Options)]
    private static partial Regex LabelInText();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.@/-]{1,62}$", Options)]
    private static partial Regex NameShape();

    [GeneratedRegex(@"\\n|(?<=\})\s*,\s*(?=\{)|(?<=\])\s*,\s*(?=\[)")]
    private static partial Regex Borders();
}
