using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Makes an incident of alerts that came together.</summary>
public static class Incidents
{
    private static readonly TimeSpan Fallback = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>
    /// The window begins when the first alert that still fires began, or half an hour ago if none says; it ends now.
    /// </summary>
    public static Incident From(IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        var starts = alerts.Where(a => a.Status != AlertStatus.Resolved || alerts.All(b => b.Status == AlertStatus.Resolved))
            .Select(a => a.StartsAt).OfType<DateTimeOffset>().Where(s => s <= now && now - s < Longest).ToList();
        var start = starts.Count > 0 ? starts.Min() : now - Fallback;
        var id = $"{now:yyyyMMdd-HHmmss}-{Math.Abs(StableHash(alerts)) % 0xffff:x4}";
        return new Incident(id, alerts, new TimeWindow(start, now));
    }

    private static int StableHash(IReadOnlyList<Alert> alerts)
    {
        var hash = 17;
        foreach (var c in alerts.SelectMany(a => a.Fingerprint + a.Name))
        {
            hash = unchecked((hash * 31) + c);
        }

        return hash == int.MinValue ? 0 : hash;
    }
}
