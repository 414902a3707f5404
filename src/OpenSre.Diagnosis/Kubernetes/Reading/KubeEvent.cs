using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>An event of the cluster, from a describe text or from the events of a namespace.</summary>
/// <param name="Object">"pod/NAME"; empty in the events of a describe text, which speak of the described object.</param>
/// <param name="LastSeconds">How long ago it was last seen.</param>
/// <param name="FirstSeconds">How long ago it was first seen.</param>
/// <param name="Line">The line as it stands in the output.</param>
public sealed partial record KubeEvent(string Type, string Reason, string Object, string Message, double LastSeconds, double FirstSeconds, int Count, string Line)
{
    public bool IsWarning => Type == "Warning";

    /// <summary>The events of a describe text: a heading, a rule, rows.</summary>
    public static List<KubeEvent> ReadTable(IReadOnlyList<string> lines)
    {
        Dictionary<string, (int Start, int End)> columns = new(StringComparer.OrdinalIgnoreCase);
        List<KubeEvent> events = [];
        foreach (var line in lines)
        {
            if (columns.Count == 0)
            {
                if (line.Contains("Reason", StringComparison.Ordinal) && line.Contains("Message", StringComparison.Ordinal))
                {
                    KubeTable.ReadHeading(line, columns);
                }

                continue;
            }

            if (line.TrimStart().StartsWith("----", StringComparison.Ordinal))
            {
                continue;
            }

            string Cell(string name) => columns.TryGetValue(name, out var place) && place.Start < line.Length ? line[place.Start..Math.Min(place.End, line.Length)].Trim() : "";
            var (last, first, count) = ReadAge(Cell("Age"));
            if (Cell("Reason").Length > 0)
            {
                events.Add(new KubeEvent(Cell("Type"), Cell("Reason"), "", Cell("Message"), last, first, count, line.Trim()));
            }
        }

        return events;
    }

    /// <summary>The output of <c>kubectl get events</c>, with or without its heading.</summary>
    public static List<KubeEvent> ReadList(string text)
    {
        List<KubeEvent> events = [];
        var table = KubeTable.Parse(text);
        if (table.Has("MESSAGE"))
        {
            foreach (var row in table.Rows)
            {
                var (last, first, count) = ReadAge(row["LAST SEEN"]);
                events.Add(new KubeEvent(row["TYPE"], row["REASON"], row["OBJECT"], row["MESSAGE"], last, first, count, row.Line.Trim()));
            }

            return events;
        }

        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range].Trim();
            if (ListLine().Match(line) is { Success: true } match)
            {
                var (last, first, count) = ReadAge(match.Groups["age"].Value);
                events.Add(new KubeEvent(match.Groups["type"].Value, match.Groups["reason"].Value, match.Groups["object"].Value, match.Groups["message"].Value, last, first, count, line));
            }
        }

        return events;
    }

    /// <summary>"97s", "2m13s (x9 over 3h)", "4d2h": last seen, first seen, how often.</summary>
    public static (double Last, double First, int Count) ReadAge(string text)
    {
        var match = Repeated().Match(text);
        var last = KubeAge.Seconds(match.Success ? text[..match.Index].Trim() : text) ?? 0;
        return match.Success
            ? (last, KubeAge.Seconds(match.Groups["first"].Value) ?? last, int.Parse(match.Groups["count"].ValueSpan))
            : (last, last, 1);
    }

    [GeneratedRegex(@"\(x(?<count>[0-9]{1,8}) over (?<first>[0-9a-z]+)\)")]
    private static partial Regex Repeated();

    [GeneratedRegex(@"^(?<age>[0-9][0-9a-z]*( \(x[0-9]+ over [0-9a-z]+\))?)\s+(?<type>Normal|Warning)\s+(?<reason>\S+)\s+(?<object>[a-z]+/\S+)\s+(?<message>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ListLine();
}
