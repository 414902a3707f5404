using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>Half as many log lines again, of the kind every system writes while nothing is wrong with it.</summary>
public sealed partial class Noise : Retelling
{
    private static readonly string[] Chatter =
    [
        "INFO request 48213 answered in 14 ms",
        "WARN client 7 sent an empty name, validation failed, answered 400",
        "INFO cache refreshed, 0 errors",
        "WARN option log-level is deprecated and will be ignored in a later version",
        "ERROR order of user 5521 refused: item out of stock",
        "INFO scheduled job cleanup finished, nothing failed",
        "WARN slow client, response sent after 2 attempts",
    ];

    public override string Tell(string text, string tool)
    {
        if (TelemetryFamilies.Of(tool) != "logs" || text.Length == 0)
        {
            return text;
        }

        var number = 0;
        string Next() => Chatter[number++ % Chatter.Length];
        if (text.Contains("\"patterns\": [", StringComparison.Ordinal))
        {
            var patterns = Sample().Count(text);
            var more = string.Concat(Enumerable.Range(0, (patterns + 1) / 2).Select(_ => $"{{\n \"count\": 3,\n \"ratio\": 0.01,\n \"sample\": \"{Next()}\"\n }},\n "));
            return patterns == 0 ? text : text.Replace("\"patterns\": [", "\"patterns\": [\n " + more, StringComparison.Ordinal);
        }

        List<string> lines = [];
        foreach (var (index, line) in text.Split('\n').Index())
        {
            lines.Add(line);
            if (index % 2 == 0 && line.Length > 0 && Lead().Match(line) is { Success: true, Length: > 0 } lead)
            {
                lines.Add(lead.Value + Next());
            }
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex("\"sample\":")]
    private static partial Regex Sample();

    /// <summary>What stands before the words of a line: the record's fields and the time.</summary>
    [GeneratedRegex(@"^((log|kernel|journal|entry|line)( [a-z_]+=\S+)*? text=)?([A-Za-z0-9_-]+: )?(20[0-9]{2}-[0-9]{2}-[0-9]{2}[T _][0-9:.,]+(Z|[+-][0-9:]+)? ?){0,2}", RegexOptions.ExplicitCapture)]
    private static partial Regex Lead();
}
