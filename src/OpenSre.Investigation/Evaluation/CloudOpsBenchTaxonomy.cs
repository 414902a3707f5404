using System.Collections.Frozen;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>The engine's fault types in the words of the benchmark. Only the evaluator knows these.</summary>
internal static class CloudOpsBenchTaxonomy
{
    private static readonly FrozenDictionary<string, (string Class, string Cause)> ByFault = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        [KubernetesFaults.Quota] = ("Admission_Fault", ScoreCard.Unexplained),
        ["k8s.missing_service_account"] = ("Admission_Fault", "missing_service_account"),
        ["k8s.quota_cpu"] = ("Admission_Fault", "namespace_cpu_quota_exceeded"),
        ["k8s.quota_memory"] = ("Admission_Fault", "namespace_memory_quota_exceeded"),
        ["k8s.quota_pods"] = ("Admission_Fault", "namespace_pod_quota_exceeded"),
        ["k8s.quota_services"] = ("Admission_Fault", "namespace_service_quota_exceeded"),
        ["k8s.quota_storage"] = ("Admission_Fault", "namespace_storage_quota_exceeded"),
        ["k8s.containerd_down"] = ("Infrastructure_Fault", "containerd_unavailable"),
        ["k8s.kube_proxy_down"] = ("Infrastructure_Fault", "kube_proxy_unavailable"),
        ["k8s.scheduler_down"] = ("Infrastructure_Fault", "kube_scheduler_unavailable"),
        ["k8s.kubelet_down"] = ("Infrastructure_Fault", "kubelet_unavailable"),
        ["k8s.node_network_delay"] = ("Infrastructure_Fault", "node_network_delay"),
        ["k8s.node_network_loss"] = ("Infrastructure_Fault", "node_network_packet_loss"),
        ["k8s.cpu_overload"] = ("Performance_Fault", "pod_cpu_overload"),
        ["k8s.network_delay"] = ("Performance_Fault", "pod_network_delay"),
        ["k8s.db_connections_exhausted"] = ("Runtime_Fault", "db_connection_exhaustion"),
        ["k8s.db_read_only"] = ("Runtime_Fault", "db_read_only"),
        ["k8s.db_credentials"] = ("Runtime_Fault", "mysql_invalid_credentials"),
        ["k8s.db_port"] = ("Runtime_Fault", "mysql_invalid_port"),
        ["k8s.scaled_to_zero"] = ("Runtime_Fault", "deployment_zero_replicas"),
        ["k8s.liveness_port"] = ("Runtime_Fault", "liveness_probe_incorrect_port"),
        ["k8s.liveness_protocol"] = ("Runtime_Fault", "liveness_probe_incorrect_protocol"),
        ["k8s.liveness_timing"] = ("Runtime_Fault", "liveness_probe_incorrect_timing"),
        ["k8s.readiness_port"] = ("Runtime_Fault", "readiness_probe_incorrect_port"),
        ["k8s.readiness_protocol"] = ("Runtime_Fault", "readiness_probe_incorrect_protocol"),
        ["k8s.oom_killed"] = ("Runtime_Fault", "oom_killed"),
        ["k8s.sidecar_port_conflict"] = ("Runtime_Fault", "service_sidecar_port_conflict"),
        ["k8s.cpu_capacity"] = ("Scheduling_Fault", "cpu_capacity_mismatch"),
        ["k8s.memory_capacity"] = ("Scheduling_Fault", "memory_capacity_mismatch"),
        ["k8s.node_affinity"] = ("Scheduling_Fault", "node_affinity_mismatch"),
        ["k8s.node_selector"] = ("Scheduling_Fault", "node_selector_mismatch"),
        ["k8s.node_cordon"] = ("Scheduling_Fault", "node_cordon_mismatch"),
        ["k8s.taint_toleration"] = ("Scheduling_Fault", "taint_toleration_mismatch"),
        ["k8s.pod_anti_affinity"] = ("Scheduling_Fault", "pod_anti_affinity_conflict"),
        ["k8s.pv_occupied"] = ("Scheduling_Fault", "pv_binding_occupied"),
        ["k8s.pvc_access_mode"] = ("Scheduling_Fault", "pvc_access_mode_mismatch"),
        ["k8s.pvc_capacity"] = ("Scheduling_Fault", "pvc_capacity_mismatch"),
        ["k8s.pvc_selector"] = ("Scheduling_Fault", "pvc_selector_mismatch"),
        ["k8s.pvc_storage_class"] = ("Scheduling_Fault", "pvc_storage_class_mismatch"),
        ["k8s.gateway_route"] = ("Service_Routing_Fault", "gateway_misroute"),
        ["k8s.dns_failure"] = ("Service_Routing_Fault", "service_dns_resolution_failure"),
        ["k8s.env_address"] = ("Service_Routing_Fault", "service_env_var_address_mismatch"),
        ["k8s.service_port"] = ("Service_Routing_Fault", "service_port_mapping_mismatch"),
        ["k8s.service_protocol"] = ("Service_Routing_Fault", "service_protocol_mismatch"),
        ["k8s.service_selector"] = ("Service_Routing_Fault", "service_selector_mismatch"),
        ["k8s.image_registry_dns"] = ("Startup_Fault", "image_registry_dns_failure"),
        ["k8s.image_reference"] = ("Startup_Fault", "incorrect_image_reference"),
        ["k8s.image_pull_secret"] = ("Startup_Fault", "missing_image_pull_secret"),
        ["k8s.missing_secret"] = ("Startup_Fault", "missing_secret_binding"),
        ["k8s.volume_permission"] = ("Startup_Fault", "volume_mount_permission_denied"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Cause and class of a fault type; for types that only say where trouble is, the cause is "unexplained".</summary>
    public static (string Class, string Cause) Of(string fault) => ByFault.GetValueOrDefault(fault, ("unknown", ScoreCard.Unexplained));

    /// <summary>The engine's fault types that mean a cause of the benchmark.</summary>
    public static IReadOnlyList<string> FaultsOf(string cause) => [.. ByFault.Where(f => f.Value.Cause == cause).Select(f => f.Key)];

    public static string Object(Entity entity) => entity.Kind switch
    {
        EntityKind.Node => "node/" + entity.Name,
        EntityKind.Namespace => "namespace/" + entity.Name,
        _ => "app/" + entity.Name,
    };
}
