using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>Every time of day and epoch is seven hours later; what carries an offset is written in another one.</summary>
public sealed partial class TimeShift : Retelling
{
    private static readonly TimeSpan Zone = new(5, 30, 0);

    public override TimeSpan Shift => TimeSpan.FromHours(7);

    public override string Tell(string text, string tool)
    {
        text = Iso().Replace(text, m => Move(m, m.Groups["zone"].Value));
        text = Mail().Replace(text, m => DateTimeOffset.TryParse(m.Value, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time + Shift).ToOffset(Zone).ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + "+0530"
            : m.Value);
        text = Syslog().Replace(text, m => DateTime.TryParseExact("2024 " + m.Value.Replace("  ", " ", StringComparison.Ordinal), "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? $"{time + Shift:MMM} {(time + Shift).Day,2} {time + Shift:HH:mm:ss}"
            : m.Value);
        return Epoch().Replace(text, m => m.Groups["lead"].Value + (long.Parse(m.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture) + (long)Shift.TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }

    private string Move(Match match, string zone)
    {
        var separator = match.Groups["between"].Value;
        if (!DateTime.TryParseExact(match.Groups["date"].Value + " " + match.Groups["time"].Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return match.Value;
        }

        var moved = time + Shift;
        if (zone.Length > 1 && TimeSpan.TryParse(zone.TrimStart('+').Insert(zone.Contains(':', StringComparison.Ordinal) ? 0 : zone.Length - 3, zone.Contains(':', StringComparison.Ordinal) ? "" : ":"), CultureInfo.InvariantCulture, out var offset))
        {
            moved += Zone - offset;
            zone = zone.Contains(':', StringComparison.Ordinal) ? "+05:30" : "+0530";
        }

        return moved.ToString($"yyyy-MM-dd'{separator}'HH:mm:ss", CultureInfo.InvariantCulture) + match.Groups["part"].Value + zone;
    }

    [GeneratedRegex(@"(?<date>20[0-9]{2}-[01][0-9]-[0-3][0-9])(?<between>[T _])(?<time>[0-2][0-9]:[0-5][0-9]:[0-5][0-9])(?<part>[.,][0-9]+)?(?<zone>Z|[+-][0-9]{2}:?[0-9]{2}(?![0-9]))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    [GeneratedRegex(@"\b[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [+-][0-9]{4}")]
    private static partial Regex Mail();

    [GeneratedRegex(@"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Syslog();

    [GeneratedRegex(@"(?<lead>(=|""[A-Za-z]*"":\s?))(?<seconds>1[5-9][0-9]{8})\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Epoch();
}
