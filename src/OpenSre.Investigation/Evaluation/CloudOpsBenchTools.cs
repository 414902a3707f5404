using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Sources;

namespace OpenSre.Investigation;

/// <summary>The tools of a cluster, answered from a recorded case. The texts are kubectl's own, so the same parsers read them.</summary>
public static class CloudOpsBenchTools
{
    /// <summary>The alerts of the case, which in a live system come with the incident.</summary>
    private static readonly ToolDescription Alerts = new("k8s.alerts", "The alerts of the namespace with the values they were raised on", [], TimeSpan.FromSeconds(10), 200_000, 1);

    public static IReadOnlyList<IEvidenceTool> All(CloudOpsBenchCase recorded) =>
    [
        Tool(KubernetesToolDescriptions.Resources, a => Resources(recorded, a)),
        Tool(KubernetesToolDescriptions.Object, a =>
            recorded.Command($"kubectl describe {a("kind")} {a("name")} -n {recorded.Namespace}") ?? recorded.Answer("DescribeResource", ("resource_type", a("kind")), ("name", a("name")), ("namespace", recorded.Namespace))),
        Tool(KubernetesToolDescriptions.Events, _ => recorded.Answer("GetResources", ("resource_type", "events"), ("name", ""), ("namespace", recorded.Namespace))),
        Tool(KubernetesToolDescriptions.ErrorLogs, a => recorded.Answer("GetErrorLogs", ("namespace", recorded.Namespace), ("service_name", a("service")))),
        Tool(KubernetesToolDescriptions.AppYaml, a => recorded.Answer("GetAppYAML", ("app_name", a("name")))),
        Tool(KubernetesToolDescriptions.Dependencies, a => recorded.Answer("GetServiceDependencies", ("service_name", a("service")))),
        Tool(KubernetesToolDescriptions.Connectivity, a => recorded.Answer("CheckServiceConnectivity", ("namespace", recorded.Namespace), ("service_name", a("service")), ("port", a("port")))),
        Tool(KubernetesToolDescriptions.NodeService, a => recorded.Answer("CheckNodeServiceStatus", ("node_name", a("node")), ("service_name", a("service")))),
        Tool(Alerts, _ => recorded.Alerts),
    ];

    /// <summary>What the tables of the case call its workloads, services and nodes, and its namespace.</summary>
    public static IEnumerable<string> Names(CloudOpsBenchCase recorded)
    {
        foreach (var kind in new[] { "deployments", "statefulsets", "services", "nodes" })
        {
            var table = KubeTable.Parse(Resources(recorded, name => name == "kind" ? kind : "") ?? "");
            foreach (var row in table.Rows)
            {
                yield return row["NAME"];
            }
        }

        yield return recorded.Namespace;
    }

    private static string? Resources(CloudOpsBenchCase recorded, Func<string, string> a) =>
        recorded.Command($"kubectl get {a("kind")} {(a("name").Length > 0 ? a("name") + " " : "")}-n {recorded.Namespace} -o wide")
        ?? recorded.Answer("GetResources", ("resource_type", a("kind")), ("name", a("name")), ("namespace", recorded.Namespace), ("output_wide", "true"))
        ?? recorded.Answer("GetResources", ("resource_type", a("kind")), ("name", a("name")), ("namespace", recorded.Namespace));

    private static RecordedTool Tool(ToolDescription description, Func<Func<string, string>, string?> answer) => new(description, answer);
}
