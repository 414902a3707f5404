using System.Collections.Frozen;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>
/// The engine's fault types in the categories of the set. A fault has a category of its own, and the broad category
/// it belongs to: the set labels databases by the first and clusters by the second. Only the evaluator knows these.
/// </summary>
internal static class OpenSreSyntheticTaxonomy
{
    private const string Resource = "resource_exhaustion";
    private const string Configuration = "configuration_error";
    private const string Infrastructure = "infrastructure";
    private const string Dependency = "dependency_failure";
    private const string Code = "code_defect";

    private static readonly FrozenDictionary<string, string[]> ByFault = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [FaultCatalogue.Healthy] = ["healthy"],
        [FaultCatalogue.Unknown] = ["unknown"],

        [DatabaseFaults.ReplicaLag] = ["replication_lag", Resource],
        [DatabaseFaults.WalOutrunsReplica] = ["replication_lag", "replication_lag_wal_volume", Resource],
        [DatabaseFaults.ConnectionsExhausted] = ["connection_exhaustion", Resource],
        [DatabaseFaults.StorageExhausted] = ["storage_exhaustion", Resource],
        [DatabaseFaults.CpuBusy] = ["cpu_saturation", Resource],
        [DatabaseFaults.BadQuery] = ["cpu_saturation_bad_query", "cpu_saturation", Resource],
        [DatabaseFaults.CheckpointStorm] = ["checkpoint_io_storm", "checkpoint_storm", Resource],
        [DatabaseFaults.VacuumStorm] = ["vacuum_freeze_storm", Resource],
        [DatabaseFaults.Wraparound] = ["transaction_id_wraparound", Resource],
        [DatabaseFaults.Failover] = ["failover", "failover_event", "database_failover", "multi_az_failover", Infrastructure],
        [DatabaseFaults.MemoryExhausted] = ["memory_exhaustion", Resource],
        [DatabaseFaults.LockContention] = ["lock_contention", Resource],
        [DatabaseFaults.IoSaturated] = ["io_saturation", Resource],
        [DatabaseFaults.TwoResources] = ["dual_resource_exhaustion", Resource],

        [KubernetesFaults.WorkloadUnready] = ["workload_unready"],
        [KubernetesFaults.NodeNotReady] = [Infrastructure],
        [CloudFaults.NodeLost] = [Infrastructure],
        [CloudFaults.NodePressure] = [Resource],
        [CloudFaults.LivenessFailing] = [Configuration],
        [CloudFaults.ReadinessFailing] = [Configuration],
        ["k8s.quota_cpu"] = [Resource],
        ["k8s.quota_memory"] = [Resource],
        ["k8s.quota_pods"] = [Resource],
        ["k8s.quota_services"] = [Resource],
        ["k8s.quota_storage"] = [Resource],
        ["k8s.cpu_capacity"] = [Resource],
        ["k8s.memory_capacity"] = [Resource],
        ["k8s.oom_killed"] = [Resource],
        ["k8s.cpu_overload"] = [Resource],
        ["k8s.db_connections_exhausted"] = ["connection_exhaustion", Resource],
        ["k8s.pvc_capacity"] = [Resource],
        ["k8s.containerd_down"] = [Infrastructure],
        ["k8s.kube_proxy_down"] = [Infrastructure],
        ["k8s.scheduler_down"] = [Infrastructure],
        ["k8s.kubelet_down"] = [Infrastructure],
        ["k8s.node_network_delay"] = [Infrastructure],
        ["k8s.node_network_loss"] = [Infrastructure],
        ["k8s.network_delay"] = [Infrastructure],
        ["k8s.crash"] = [Code],
        ["dns.resolver_broken"] = [Infrastructure],
        ["dns.name_unknown"] = [Configuration],
        ["dependency.unreachable"] = [Dependency],
        ["service.crash"] = [Code],
        ["memory.exhausted"] = [Resource],
        ["disk.space_exhausted"] = [Resource],
        ["fd.exhausted"] = [Resource],
        ["pids.exhausted"] = [Resource],
        ["disk.io_errors"] = [Infrastructure],
        ["disk.read_only"] = [Infrastructure],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The categories a fault rightly goes by, its own first. What is not listed is a matter of configuration.</summary>
    public static IReadOnlyList<string> Of(string fault) => ByFault.GetValueOrDefault(fault) ?? [Configuration];
}
