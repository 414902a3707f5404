using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Puts the states vendors name on our scale.</summary>
internal static class StatusWords
{
    /// <summary>
    /// What a state says about the condition. "normal" and "healthy" are unknown rather than resolved: they report a
    /// state and do not say that something ended, so it is worth a look.
    /// </summary>
    public static AlertStatus? Of(string? word) => word?.Trim().ToLowerInvariant() switch
    {
        "firing" or "alerting" or "alarm" or "alert" or "active" or "activated" or "problem" or "triggered" or "trigger"
            or "re-triggered" or "open" or "opened" or "created" or "create" or "new" or "down" or "failed" or "failing"
            or "failure" or "error" or "critical" or "warning" or "warn" or "acknowledged" or "pending" or "unresolved"
            or "unreachable" or "unhealthy" => AlertStatus.Firing,
        "resolved" or "resolve" or "ok" or "okay" or "recovered" or "recovery" or "closed" or "close" or "clear" or "cleared"
            or "up" or "inactive" or "expired" or "fixed" or "ended" or "success" => AlertStatus.Resolved,
        "normal" or "healthy" or "no_data" or "nodata" or "insufficient_data" or "paused" or "maintenance" or "unknown"
            or "suppressed" => AlertStatus.Unknown,
        _ => null,
    };
}
