using OpenSre.Core;
using static OpenSre.Diagnostics.FaultDepth;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>The fault types of a Kubernetes cluster and what runs on it.</summary>
public static class KubernetesFaults
{
    private const double Usual = -3.5;

    /// <summary>What is less than an answer has to give way to one.</summary>
    private const double Open = -4.5;

    /// <summary>What is seen of a workload before its reason is known; it also stands for reasons no check knows.</summary>
    public const string WorkloadUnready = "k8s.workload_unready";

    public const string NodeNotReady = "k8s.node_not_ready";

    /// <summary>Calls to it fail, or it says that its work fails.</summary>
    public const string Failing = "k8s.failing";

    public const string Degraded = "k8s.degraded";

    /// <summary>What is wrong has to do with where it runs.</summary>
    public const string NodeSuspect = "k8s.node_suspect";

    /// <summary>A quota of any resource.</summary>
    public const string Quota = "k8s.quota";

    public static IReadOnlyList<FaultType> All { get; } =
    [
        Of(WorkloadUnready, "{0} has fewer ready pods than it should", State, "See why", "kubectl describe deployment {0}") with { IsOpen = true },
        Of(NodeNotReady, "The node {0} is not ready", State, "See its conditions", "kubectl describe node {0}") with { IsOpen = true },

        Of(Failing, "Calls to {0} fail", State, "Read its log", "kubectl logs deployment/{0}") with { IsOpen = true, GivesWay = true, Prior = Open },
        Of(Degraded, "{0} is slower or does less than before, more than what it calls", State, "Look at its use of resources", "kubectl top pods") with { IsOpen = true, GivesWay = true, Prior = Open },
        Of(NodeSuspect, "What is wrong has to do with the node {0}", State, "See its conditions", "kubectl describe node {0}") with { IsOpen = true, GivesWay = true, Prior = Open },
        Of(Quota, "A quota of the namespace {0} refuses something", Resource, "Look at the quotas", "kubectl describe quota -n {0}") with { GivesWay = true, Prior = Open },

        Of("k8s.missing_service_account", "{0} names a service account that does not exist", Reason, "Compare the names", "kubectl get serviceaccounts"),
        Of("k8s.quota_cpu", "The CPU quota of the namespace {0} is used up", Resource, "Look at the quotas", "kubectl describe quota -n {0}"),
        Of("k8s.quota_memory", "The memory quota of the namespace {0} is used up", Resource, "Look at the quotas", "kubectl describe quota -n {0}"),
        Of("k8s.quota_pods", "The pod quota of the namespace {0} is used up", Resource, "Look at the quotas", "kubectl describe quota -n {0}"),
        Of("k8s.quota_services", "The service quota of the namespace {0} is used up", Resource, "Look at the quotas", "kubectl describe quota -n {0}"),
        Of("k8s.quota_storage", "The storage quota of the namespace {0} leaves no room for a claim", Resource, "Look at the quotas", "kubectl describe quota -n {0}"),

        Of("k8s.containerd_down", "The container runtime of the node {0} does not run", Resource, "Look at it on the node", "systemctl status containerd"),
        Of("k8s.kube_proxy_down", "kube-proxy does not run on the node {0}", Resource, "Look at it on the node", "systemctl status kube-proxy"),
        Of("k8s.scheduler_down", "The scheduler on {0} does not run", Resource, "Look at it on the node", "systemctl status kube-scheduler"),
        Of("k8s.kubelet_down", "The kubelet of the node {0} does not run", Resource, "Look at it on the node", "systemctl status kubelet"),
        Of("k8s.node_network_delay", "The network of the node {0} is slow", Resource, "Measure it from another node", "ping {0}"),
        Of("k8s.node_network_loss", "The network of the node {0} loses packets", Resource, "Measure it from another node", "ping {0}"),

        Of("k8s.cpu_overload", "{0} uses all the CPU it may use", Reason, "Look at its use and limit", "kubectl top pods"),
        Of("k8s.network_delay", "The network of {0} is slow", Reason, "Measure from inside a pod", ""),

        Of("k8s.db_connections_exhausted", "The database {0} takes no more connections", Resource, "Look at the connections and their limit", "") with { Prior = Told },
        Of("k8s.db_read_only", "The database {0} is read-only", Resource, "Look at its read_only setting", "") with { Prior = Told },
        Of("k8s.db_credentials", "{0} uses a wrong user or password for its database", Reason, "Compare its secret with the database", "kubectl get secrets"),
        Of("k8s.db_port", "{0} looks for its database on a wrong port", Reason, "Compare its secret with the database's service", "kubectl get services"),
        Of("k8s.scaled_to_zero", "{0} is scaled to zero replicas", Reason, "Scale it up", "kubectl scale deployment {0} --replicas=1"),
        Of("k8s.liveness_port", "The liveness probe of {0} asks a wrong port", Reason, "Compare the probe with the ports", "kubectl get deployment {0} -o yaml"),
        Of("k8s.liveness_protocol", "The liveness probe of {0} speaks a wrong protocol", Reason, "Compare the probe with the readiness probe", "kubectl get deployment {0} -o yaml"),
        Of("k8s.liveness_timing", "The liveness probe of {0} is too impatient", Reason, "Look at its delay, period and threshold", "kubectl get deployment {0} -o yaml"),
        Of("k8s.readiness_port", "The readiness probe of {0} asks a wrong port", Reason, "Compare the probe with the ports", "kubectl get deployment {0} -o yaml"),
        Of("k8s.readiness_protocol", "The readiness probe of {0} speaks a wrong protocol", Reason, "Compare the probe with the liveness probe", "kubectl get deployment {0} -o yaml"),
        Of("k8s.oom_killed", "{0} is killed because its memory limit is too low", Reason, "Look at its limit", "kubectl describe deployment {0}"),
        Of("k8s.sidecar_port_conflict", "Two containers of a pod of {0} want the same port", Reason, "Compare the ports of its containers", "kubectl get deployment {0} -o yaml"),
        Of("k8s.crash", "{0} ends with an error soon after it starts", State, "Read its last words", "kubectl logs deployment/{0} --previous") with { IsOpen = true },

        Of("k8s.cpu_capacity", "No node has the CPU {0} requests", Reason, "Compare request and nodes", "kubectl describe nodes"),
        Of("k8s.memory_capacity", "No node has the memory {0} requests", Reason, "Compare request and nodes", "kubectl describe nodes"),
        Of("k8s.node_affinity", "No node fits the node affinity of {0}", Reason, "Compare with the labels", "kubectl get nodes --show-labels"),
        Of("k8s.node_selector", "No node has the labels {0} selects", Reason, "Compare with the labels", "kubectl get nodes --show-labels"),
        Of("k8s.node_cordon", "The nodes {0} could run on are cordoned", Reason, "Allow scheduling again", "kubectl uncordon NODE"),
        Of("k8s.taint_toleration", "{0} does not tolerate the taints of the nodes", Reason, "Look at the taints", "kubectl describe nodes"),
        Of("k8s.pod_anti_affinity", "The anti-affinity of {0} leaves no node", Reason, "Look at its rules", "kubectl get deployment {0} -o yaml"),
        Of("k8s.pv_occupied", "The volume {0} waits for is bound to another claim", Reason, "Look at the volumes", "kubectl get pv"),
        Of("k8s.pvc_access_mode", "The claim of {0} wants an access mode no volume has", Reason, "Compare claim and volumes", "kubectl get pv"),
        Of("k8s.pvc_capacity", "The claim of {0} wants more than any volume has", Reason, "Compare claim and volumes", "kubectl get pv"),
        Of("k8s.pvc_selector", "The claim of {0} selects labels no volume has", Reason, "Compare claim and volumes", "kubectl get pv --show-labels"),
        Of("k8s.pvc_storage_class", "The claim of {0} names a storage class no volume has", Reason, "Compare claim and volumes", "kubectl get storageclasses"),

        Of("k8s.gateway_route", "The gateway sends the requests for {0} elsewhere", Reason, "Compare its routes with the services", ""),
        Of("k8s.dns_failure", "{0} cannot resolve the names of services that exist", Reason, "Ask from inside a pod", "kubectl exec deployment/{0} -- getent hosts NAME"),
        Of("k8s.env_address", "{0} is given a wrong address of a service it calls", Reason, "Compare its environment with the services", "kubectl set env deployment/{0} --list"),
        Of("k8s.service_port", "The service {0} forwards to a port its pods do not listen on", Reason, "Compare targetPort and containerPort", "kubectl describe service {0}"),
        Of("k8s.service_protocol", "The service {0} forwards another protocol than its pods speak", Reason, "Look at the protocol of its port", "kubectl describe service {0}"),
        Of("k8s.service_selector", "The selector of the service {0} fits no pod", Reason, "Compare selector and labels", "kubectl get pods --show-labels"),

        Of("k8s.image_registry_dns", "The registry of the image of {0} cannot be resolved", Reason, "Check its name", ""),
        Of("k8s.image_reference", "The image of {0} does not exist under this name", Reason, "Check repository and tag", ""),
        Of("k8s.image_pull_secret", "{0} may not pull its image", Reason, "Look at its pull secrets", "kubectl get deployment {0} -o yaml"),
        Of("k8s.missing_secret", "{0} needs a secret or config map that does not exist", Reason, "Compare the names", "kubectl get secrets,configmaps"),
        Of("k8s.volume_permission", "{0} may not write to its volume", Reason, "Look at user, group and owner of the volume", ""),
    ];

    /// <summary>What is seen before a reason is known: never the end of a search.</summary>
    public static string[] States { get; } = [.. All.Where(f => f.Depth <= State).Select(f => f.Id)];

    /// <summary>Faults that name a cause; a lead speaks to these.</summary>
    public static string[] Causes { get; } = [.. All.Where(f => f.Depth > State).Select(f => f.Id)];

    /// <summary>A fault that clients are told in so many words; hardly anything else makes a database say them.</summary>
    private const double Told = Usual + 1.5;

    private static FaultType Of(string id, string title, FaultDepth depth, string remedy, string command) =>
        new(id, title, depth, Service | Network | Dns | Port | Cpu | Memory | OutOfMemory | Connections, Usual) { Remedies = [new Remedy(remedy, command)] };
}
