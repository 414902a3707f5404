using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>The lines of a log that speak of trouble: each pattern once, the frequent first, with a sample as it stands.</summary>
internal static partial class ErrorLines
{
    private const int Most = 30;

    public static string Summarise(string log)
    {
        Dictionary<string, (int Count, string Sample)> patterns = new(StringComparer.Ordinal);
        foreach (var range in log.AsSpan().Split('\n'))
        {
            var line = log[range].TrimEnd();
            if (!Trouble().IsMatch(line))
            {
                continue;
            }

            var shape = Varying().Replace(line, "#");
            patterns[shape] = patterns.TryGetValue(shape, out var known) ? (known.Count + 1, known.Sample) : (1, line);
        }

        var text = new StringBuilder();
        foreach (var (count, sample) in patterns.Values.OrderByDescending(p => p.Count).Take(Most))
        {
            text.Append(CultureInfo.InvariantCulture, $"{count} x {sample}\n");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"error|fatal|exception|panic|fail|refused|denied|timed? ?out|unavailable|no such host|in use", RegexOptions.IgnoreCase)]
    private static partial Regex Trouble();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|\d+([.:T-]\d+)*Z?|""[^""]{30,}""")]
    private static partial Regex Varying();
}
