using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>The words by which notes, runbooks and past incidents are found: lower case, without those that say nothing.</summary>
internal static partial class QuestionWords
{
    private const int Shortest = 3;

    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal)
    {
        "the", "and", "for", "are", "was", "not", "but", "has", "have", "had", "with", "from", "this", "that", "these", "those", "what", "when", "where", "which", "who", "why",
        "how", "its", "you", "your", "our", "can", "could", "should", "would", "will", "been", "being", "into", "onto", "over", "under", "than", "then", "there", "here", "all",
        "any", "some", "more", "most", "less", "very", "too", "does", "did", "done", "about", "after", "before", "since", "until", "also", "only", "just", "now", "new", "use",
        "used", "using", "wrong", "please", "check", "alert", "alerts", "alerting", "firing", "resolved", "warning", "critical", "error", "errors", "info", "severity", "true", "false",
        "null", "none", "http", "https", "www", "com",
    };

    public static HashSet<string> Of(Incident incident)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (var alert in incident.Alerts.Take(20))
        {
            words.UnionWith(Of(alert.Name));
            words.UnionWith(Of(alert.Summary));
            words.UnionWith(Of(alert.Question ?? ""));
            foreach (var value in alert.Labels.Values.Concat(alert.Annotations.Values).Where(v => v.Length < 200))
            {
                words.UnionWith(Of(value));
            }
        }

        return words;
    }

    /// <summary>The words of a text; a name such as DiskFull gives itself and its parts.</summary>
    public static HashSet<string> Of(string text)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (Match match in Word().Matches(text))
        {
            Add(words, match.Value);
            foreach (Match part in Part().Matches(match.Value))
            {
                Add(words, part.Value);
            }
        }

        return words;
    }

    /// <summary>A name without case and separators, to compare DiskFull, disk-full and "Disk full".</summary>
    public static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static void Add(HashSet<string> words, string word)
    {
        var lower = word.ToLowerInvariant();
        if (lower.Length >= Shortest && !Empty.Contains(lower) && !lower.All(char.IsDigit))
        {
            words.Add(lower);
        }
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+")]
    private static partial Regex Part();
}
