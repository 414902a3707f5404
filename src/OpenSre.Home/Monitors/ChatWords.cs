using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>Spans of time as people type them.</summary>
internal static partial class ChatWords
{
    /// <summary>"2h", "30 min", "1d", "2 hours"; null when there is none at the start of the text.</summary>
    public static (TimeSpan Span, string After)? Duration(string text)
    {
        var match = Spans().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var span = match.Groups[2].Value.ToLowerInvariant()[0] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => TimeSpan.FromDays(number * 7),
        };
        return span > TimeSpan.Zero ? (span, text[match.Length..].Trim()) : null;
    }

    public static string[] Split(string text) => text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A word without capitals and the punctuation after it.</summary>
    public static string Word(string text) => text.Trim().TrimEnd('.', ',', '!', '?', ':', ';').ToLowerInvariant();

    [GeneratedRegex(@"^(?:for\s+)?(\d{1,4}(?:\.\d{1,2})?)\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\b\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Spans();
}
