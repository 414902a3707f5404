using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>When something began, as people say it: "since 10:05", "for 20 minutes", "2 hours ago", or a full date and time.</summary>
internal static partial class TextTime
{
    /// <summary>The beginning the text names, or null. A time of day is the latest such time not after <paramref name="now"/>, in its zone unless UTC is named.</summary>
    public static DateTimeOffset? StartIn(string text, DateTimeOffset now)
    {
        if (Dated().Match(text) is { Success: true } dated && VendorTime.Of(dated.Value) is { } exact)
        {
            return exact;
        }

        if (TimeOfDay().Match(text) is { Success: true } clock)
        {
            var offset = clock.Groups["utc"].Success ? TimeSpan.Zero : now.Offset;
            var today = now.ToOffset(offset);
            var start = new DateTimeOffset(today.Date, offset).Add(new TimeSpan(Part(clock, "hour"), Part(clock, "minute"), 0));
            return start <= now ? start : start.AddDays(-1);
        }

        if (Span().Match(text) is { Success: true } span)
        {
            var amount = span.Groups["amount"].Success ? Part(span, "amount") : 1;
            return now - (char.ToLowerInvariant(span.Groups["unit"].ValueSpan[0]) switch
            {
                's' => TimeSpan.FromSeconds(amount),
                'm' => TimeSpan.FromMinutes(amount),
                'h' => TimeSpan.FromHours(amount),
                _ => TimeSpan.FromDays(amount),
            });
        }

        return null;
    }

    private static int Part(Match match, string name) => int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![\w./-])[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?(?![\w:])", RegexOptions.ExplicitCapture)]
    private static partial Regex Dated();

    [GeneratedRegex(@"\b(since|from|around|about|at|after|seit|depuis|desde) (?<hour>[01]?[0-9]|2[0-3]):(?<minute>[0-5][0-9])(:[0-5][0-9])?(?<utc> ?(UTC|Z|GMT)\b)?(?![\w:])", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"\b(((for|since)( about| over| nearly)?( the)?( last| past)?|(in|over|within) the (last|past)) (?<amount>[1-9][0-9]{0,2}) ?(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)|(in|over|for) the (last|past) (?<unit>minute|hour|day)|(?<amount>[1-9][0-9]{0,2}) ?(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?) ago|an? (?<unit>minute|hour|day) ago)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Span();
}
