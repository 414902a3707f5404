using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Start-up leaves traces in every cluster: accounts not there yet, probes too early. What kept a workload from being
/// ready is past once it is ready.
/// </summary>
public sealed class ReadyNowCheck : ICheck
{
    private static readonly string[] KeepUnready =
    [
        "k8s.missing_service_account", "k8s.cpu_capacity", "k8s.memory_capacity", "k8s.node_affinity", "k8s.node_selector", "k8s.node_cordon",
        "k8s.taint_toleration", "k8s.pod_anti_affinity", "k8s.pv_occupied", "k8s.pvc_access_mode", "k8s.pvc_capacity", "k8s.pvc_selector",
        "k8s.pvc_storage_class", "k8s.image_registry_dns", "k8s.image_reference", "k8s.image_pull_secret", "k8s.missing_secret",
        "k8s.volume_permission", "k8s.readiness_port", "k8s.readiness_protocol", "k8s.liveness_port", "k8s.liveness_protocol",
        "k8s.liveness_timing", "k8s.oom_killed", "k8s.sidecar_port_conflict", "k8s.db_credentials", "k8s.db_port", "k8s.crash",
        CloudFaults.LivenessFailing, CloudFaults.ReadinessFailing,
    ];

    public CheckInfo Info { get; } = new(
        "k8s.ready_now",
        [KubeTools.Resources],
        "A workload that has all its pods ready, without restarts of late, refutes every fault that would keep it from that.",
        KeepUnready,
        "a restart of late, or a pod that is not ready");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        if (!view.HasPods)
        {
            return;
        }

        var claimed = context.Evidence.SelectMany(e => e.Bearings).Where(b => b.Weight > 0).Select(b => (b.FaultType, b.Entity)).ToHashSet();
        foreach (var app in claimed.Where(c => c.Entity.Kind == EntityKind.Workload).Select(c => c.Entity).Distinct())
        {
            if (view.IsUnready(app.Name) != false || view.Pods.Any(p => p.App == app.Name && p.KeepsRestarting))
            {
                continue;
            }

            var seen = view.Workload(app.Name)?.Seen ?? view.Pods.Where(p => p.App == app.Name).Select(p => (Sighting?)p.Seen).FirstOrDefault();
            List<Bearing> against = [.. KeepUnready.Where(f => claimed.Contains((f, app))).Select(f => new Bearing(f, app, -3, true))];
            if (seen is { } sighting && against.Count > 0)
            {
                context.Found(sighting.Output, app, "k8s.ready_now", sighting.Line, $"{app.Name} has all its pods ready now", Currency.Now, against);
            }
        }
    }
}
