namespace OpenSre.Core;

/// <summary>What is investigated: one or more alerts that belong together, and the time they speak of.</summary>
public sealed record Incident(string Id, IReadOnlyList<Alert> Alerts, TimeWindow Window)
{
    /// <summary>The alert that leads: the most severe one that still fires.</summary>
    public Alert Primary => Alerts
        .OrderBy(a => a.Status == AlertStatus.Resolved)
        .ThenByDescending(a => a.Severity)
        .First();
}
