namespace OpenSre.Diagnostics;

/// <summary>Names of the evidence tools of monitoring services, as checks and leads speak of them.</summary>
public static class CloudTools
{
    public const string Logs = "datadog.logs";
    public const string Monitors = "datadog.monitors";
    public const string PodLogs = "k8s.logs";
}
