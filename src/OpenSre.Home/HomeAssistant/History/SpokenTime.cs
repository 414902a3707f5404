using System.Globalization;

namespace OpenSre.Home;

/// <summary>Times and spans as people say them, in the zone of the home.</summary>
internal sealed class SpokenTime(TimeZoneInfo zone, TimeProvider time)
{
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);

    /// <summary>The beginning of today where the home is.</summary>
    public DateTimeOffset Today
    {
        get
        {
            var now = Now;
            return new DateTimeOffset(now.Date, zone.GetUtcOffset(now.Date));
        }
    }

    /// <summary>"today at 14:02", "yesterday at 23:10", "on Tue 4 Mar at 08:00".</summary>
    public string At(DateTimeOffset when)
    {
        var local = TimeZoneInfo.ConvertTime(when, zone);
        var days = (Now.Date - local.Date).Days;
        var clock = local.ToString("HH:mm", CultureInfo.InvariantCulture);
        return days switch
        {
            0 => $"today at {clock}",
            1 => $"yesterday at {clock}",
            _ => $"on {local.ToString("ddd d MMM", CultureInfo.InvariantCulture)} at {clock}",
        };
    }

    /// <summary>"2 h 5 min", "3 days".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => $"{Math.Max(0, span.TotalSeconds):0} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min",
        { TotalDays: < 3 } => $"{(int)span.TotalDays} d {span.Hours} h",
        _ => $"{(int)span.TotalDays} days",
    };
}
