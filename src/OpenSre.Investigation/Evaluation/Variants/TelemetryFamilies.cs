namespace OpenSre.Investigation;

/// <summary>Which tools tell about the same side of a system, so that they would be missing together.</summary>
public static class TelemetryFamilies
{
    private static readonly (string Family, string[] Tools)[] Table =
    [
        ("logs", ["k8s.error_logs", "k8s.logs", "logs.", "journal.", "host.kernel_log", "docker.logs", "loki."]),
        ("events", ["k8s.events", "docker.events"]),
        ("manifests", ["k8s.app_yaml", "files.", "git.", "host.changes", "changes."]),
        ("topology", ["k8s.dependencies", "k8s.connectivity", "net.", "topology.", "traces."]),
        ("metrics", ["k8s.alerts", "host.", "prometheus.", "metrics."]),
        ("objects", ["k8s.describe", "service.inspect", "docker.inspect"]),
        ("nodes", ["k8s.node_service", "systemd."]),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Table.Select(t => t.Family)];

    /// <summary>The family of a tool; "" for lists of what there is, without which nothing can be said.</summary>
    public static string Of(string tool) =>
        Table.FirstOrDefault(t => t.Tools.Any(p => p[^1] == '.' ? tool.StartsWith(p, StringComparison.Ordinal) && tool != "host.overview" : p == tool)).Family ?? "";
}
