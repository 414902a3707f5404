namespace OpenSre.Home;

/// <summary>Times of day where people live, across the changes of the clock.</summary>
public static class LocalClock
{
    public static bool IsQuiet(QuietHours? quiet, DateTimeOffset now, TimeZoneInfo zone) =>
        quiet is not null && quiet.Contains(TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(now, zone).TimeOfDay));

    /// <summary>
    /// The next moment after <paramref name="now"/> at which clocks show <paramref name="time"/>. Where they skip it, the
    /// moment they skip at; where they show it twice, the first.
    /// </summary>
    public static DateTimeOffset Next(TimeOnly time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var day = -1; ; day++)
        {
            if (At(today.AddDays(day), time, zone) is var at && at > now)
            {
                return at;
            }
        }
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            // The clock jumps over it: the offset of before the jump names the moment of the jump and what follows.
            var before = zone.GetUtcOffset(local.AddHours(-3));
            var moment = new DateTimeOffset(local, before);
            var jump = moment;
            while (zone.GetUtcOffset(jump.AddMinutes(-1)) != before)
            {
                jump = jump.AddMinutes(-1);
            }

            return jump;
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
