using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What the tools of a cluster are, whether they look at a live one or at a recording.</summary>
public static class KubernetesToolDescriptions
{
    private static readonly ToolParameter Namespace = new("namespace", "the namespace, the usual one if not given");

    public static ToolDescription Resources { get; } = Describe("k8s.resources", "The objects of one kind in a table: pods, deployments, services, endpoints, nodes, claims, volumes, quotas", 1, new("kind", "the kind, as kubectl takes it", true), new("name", "one object only"), Namespace);

    public static ToolDescription Object { get; } = Describe("k8s.describe", "Everything Kubernetes says about one object, with its events", 1, new("kind", "the kind, as kubectl takes it", true), new("name", "the name of the object", true), Namespace);

    public static ToolDescription Events { get; } = Describe("k8s.events", "The events of the namespace, oldest first", 1, Namespace);

    public static ToolDescription Logs { get; } = Describe("k8s.logs", "The last lines of a pod, or of its container before the last restart", 1.2, new("pod", "the name of the pod", true), new("previous", "\"true\" for the container before the last restart"), Namespace);

    public static ToolDescription ErrorLogs { get; } = Describe("k8s.error_logs", "The lines of a workload's logs that speak of errors, each pattern once with its count", 1.2, new("service", "the name of the workload", true), Namespace);

    public static ToolDescription AppYaml { get; } = Describe("k8s.app_yaml", "The manifest of a workload and of the service of its name", 1, new("name", "the name of the workload", true), Namespace);

    public static ToolDescription Dependencies { get; } = Describe("k8s.dependencies", "Which services a workload calls and is called by, by the addresses in their environments", 1.2, new("service", "the name of the workload", true), Namespace);

    public static ToolDescription Connectivity { get; } = Describe("k8s.connectivity", "Whether a service answers through the API server's proxy", 1.2, new("service", "the name of the service", true), new("port", "the port of the service", true), Namespace);

    public static ToolDescription NodeService { get; } = Describe("k8s.node_service", "The state of a systemd service on a node: kubelet, containerd, kube-proxy, kube-scheduler", 1.2, new("node", "the name of the node", true), new("service", "the systemd service", true));

    private static ToolDescription Describe(string name, string summary, double cost, params ToolParameter[] parameters) =>
        new(name, summary, parameters, TimeSpan.FromSeconds(20), 200_000, cost);
}
