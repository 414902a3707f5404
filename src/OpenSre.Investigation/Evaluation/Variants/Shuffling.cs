using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>Rows of tables, entries of lists, events and records of one kind stand in another order.</summary>
public sealed partial class Shuffling : Retelling
{
    private static readonly HashSet<string> Loose = new(StringComparer.Ordinal)
    {
        "service", "supervised", "process", "listener", "filesystem", "interface", "disk", "process_files", "unit", "container", "limit", "address", "route", "pressure", "log_file",
    };

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Tell(string text, string tool)
    {
        if (tool.Length == 0 || text.Length == 0)
        {
            return text;
        }

        Random random = new((int)text.Aggregate(2166136261u, (h, c) => (h ^ c) * 16777619u));
        if (text.TrimStart() is ['{', ..] && TryJson(text, random) is { } json)
        {
            return json;
        }

        var lines = text.Split('\n');
        var first = Array.FindIndex(lines, l => Heading().IsMatch(l));
        if (first >= 0 && tool.StartsWith("k8s.", StringComparison.Ordinal))
        {
            Shuffle(lines, first + 1, lines.Length, random);
            return string.Join('\n', lines);
        }

        var events = Array.FindIndex(lines, l => l.StartsWith("Events:", StringComparison.Ordinal));
        if (events >= 0)
        {
            Shuffle(lines, Math.Min(lines.Length, events + 3), lines.Length, random);
            return string.Join('\n', lines);
        }

        if (TelemetryFamilies.Of(tool) == "logs" && tool.StartsWith("k8s.", StringComparison.Ordinal))
        {
            Shuffle(lines, 0, lines.Length, random);
            return string.Join('\n', lines);
        }

        for (var start = 0; start < lines.Length;)
        {
            var kind = lines[start].Split(' ')[0];
            var end = start + 1;
            while (end < lines.Length && Loose.Contains(kind) && lines[end].Split(' ')[0] == kind)
            {
                end++;
            }

            Shuffle(lines, start, end, random);
            start = end;
        }

        return string.Join('\n', lines);
    }

    private static void Shuffle(string[] lines, int start, int end, Random random)
    {
        while (end > start && lines[end - 1].Length == 0)
        {
            end--;
        }

        if (end - start > 1)
        {
            random.Shuffle(lines.AsSpan(start, end - start));
        }
    }

    private static string? TryJson(string text, Random random)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject root)
            {
                return null;
            }

            foreach (var (name, value) in root.ToList())
            {
                if (value is JsonArray array && array.Count > 1)
                {
                    var items = array.Select(i => i?.DeepClone()).ToArray();
                    random.Shuffle(items);
                    root[name] = new JsonArray(items);
                }
            }

            return root.ToJsonString(Readable);
        }
        catch (JsonException)
        {
            // Several documents or lines that only look like JSON: they keep their order.
            return text;
        }
    }

    [GeneratedRegex(@"^(NAME|LAST SEEN)\s.*\b[A-Z]+\s*$")]
    private static partial Regex Heading();
}
