using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// Points in time as vendors write them: RFC 3339 and its relatives, RFC 1123, or a Unix time in seconds, milliseconds,
/// microseconds or nanoseconds, told apart by magnitude. Without a zone it is UTC. Years before 1990
/// (<c>0001-01-01</c>, zero) mean "not set".
/// </summary>
internal static partial class VendorTime
{
    public static DateTimeOffset? Of(JsonElement value) => Of(value.AsText());

    /// <summary>The first of the named fields that holds a time.</summary>
    public static DateTimeOffset? Time(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Of(element.Get(name)) is { } time)
            {
                return time;
            }
        }

        return null;
    }

    public static DateTimeOffset? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 64)
        {
            return null;
        }

        text = text.Trim();
        if (IsPlain(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var plain) && plain.Year is >= 1990 and <= 9000)
        {
            return plain;
        }

        var match = Written().Match(text);
        if (match.Success)
        {
            return OfParts(match);
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return OfUnix(number);
        }

        return DateTimeOffset.TryParseExact(text, ["r", "ddd, d MMM yyyy HH:mm:ss zzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Known(time)
            : null;
    }

    /// <summary>A Unix time; seconds reach to the year 2286 before the next unit begins.</summary>
    public static DateTimeOffset? OfUnix(double value)
    {
        var seconds = Math.Abs(value) switch
        {
            < 1e10 => value,
            < 1e13 => value / 1e3,
            < 1e16 => value / 1e6,
            _ => value / 1e9,
        };
        return seconds is > 0 and < 1e10 ? Known(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))) : null;
    }

    /// <summary>The way nearly all write it, RFC 3339 in UTC, which needs no pattern.</summary>
    private static bool IsPlain(string text) =>
        text.Length is >= 20 and <= 28 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] is ('Z' or '.') && text[^1] == 'Z';

    private static DateTimeOffset? OfParts(Match match)
    {
        int Part(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;

        var (year, month, day) = (Part("year"), Part("month"), Part("day"));
        var (hour, minute, second) = (Part("hour"), Part("minute"), Part("second"));
        if (year is < 1990 or > 9000 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59)
        {
            return null;
        }

        var offset = TimeSpan.Zero;
        if (match.Groups["sign"].Success)
        {
            offset = new TimeSpan(Part("zoneHour"), Part("zoneMinute"), 0);
            if (offset > TimeSpan.FromHours(14))
            {
                return null;
            }

            offset = match.Groups["sign"].ValueSpan[0] == '-' ? -offset : offset;
        }

        var fraction = match.Groups["fraction"].Success
            ? double.Parse("0." + match.Groups["fraction"].Value, CultureInfo.InvariantCulture)
            : 0;
        return new DateTimeOffset(year, month, day, hour, minute, Math.Min(second, 59), offset).AddTicks((long)(fraction * TimeSpan.TicksPerSecond));
    }

    private static DateTimeOffset? Known(DateTimeOffset time) => time.Year < 1990 ? null : time;

    [GeneratedRegex(@"^(?<year>[0-9]{4})[-./](?<month>[0-9]{2})[-./](?<day>[0-9]{2})([Tt ]+(?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})([.,](?<fraction>[0-9]{1,12}))?)? *([Zz]|UTC|GMT|(?<sign>[+-])(?<zoneHour>[0-9]{2}):?(?<zoneMinute>[0-9]{2})?)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
