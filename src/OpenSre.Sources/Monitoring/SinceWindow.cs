using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>
/// The time from before something began until now: as long before as it has lasted, and an hour at least. It is said as
/// "since", so that a command names the same whenever it is asked again in a replay.
/// </summary>
internal readonly partial record struct SinceWindow(DateTimeOffset Start, DateTimeOffset Since, DateTimeOffset End)
{
    private static readonly TimeSpan LeastBefore = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan LongestBefore = TimeSpan.FromDays(2);
    private static readonly TimeSpan LongestSince = TimeSpan.FromDays(14);

    /// <param name="since">A time, or a span such as <c>-30m</c>.</param>
    /// <returns>Null for what is neither.</returns>
    public static SinceWindow? Of(string since, DateTimeOffset now)
    {
        DateTimeOffset at;
        if (Span().Match(since) is { Success: true } span)
        {
            at = now.AddMinutes(-int.Parse(span.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
        else if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            return null;
        }

        at = at < now - LongestSince ? now - LongestSince : at > now ? now : at;
        var lasted = now - at;
        return new SinceWindow(at - (lasted < LeastBefore ? LeastBefore : lasted > LongestBefore ? LongestBefore : lasted), at, now);
    }

    [GeneratedRegex(@"^-([0-9]{1,5})m\z")]
    private static partial Regex Span();
}
