using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Nodes that are not ready, and the services on them that make them so.</summary>
public sealed partial class NodeCheck : ICheck
{
    private static readonly (string Service, string Fault)[] Services =
    [
        ("kubelet", "k8s.kubelet_down"), ("containerd", "k8s.containerd_down"), ("kube-proxy", "k8s.kube_proxy_down"), ("kube-scheduler", "k8s.scheduler_down"),
    ];

    public CheckInfo Info { get; } = new(
        "k8s.node",
        [KubeTools.Resources, KubeTools.NodeService],
        "A node that is not Ready; a service of a node that systemd does not show as active.",
        [KubernetesFaults.NodeNotReady, "k8s.kubelet_down", "k8s.containerd_down", "k8s.kube_proxy_down", "k8s.scheduler_down"],
        "the service is active now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var seen in view.Rows("nodes"))
        {
            var node = ClusterView.Node(seen.Name);
            context.Relate(view.NamespaceEntity, node, RelationKind.DependsOn);
            if (seen["STATUS"].StartsWith("NotReady", StringComparison.Ordinal) || seen["STATUS"].StartsWith("Unknown", StringComparison.Ordinal))
            {
                context.Tell(seen.Output, node, "k8s.node", seen.Line, $"the node {seen.Name} is {seen["STATUS"]}", KubernetesFaults.NodeNotReady, 4);
                // A node that is not ready has one of few reasons, and each is one question away.
                var asked = context.Outputs(KubeTools.NodeService).Any(o => ClusterView.Argument(o, "node") == seen.Name && ClusterView.Argument(o, "service") == "kubelet");
                context.Suggest(KubeTools.Service(seen.Name, asked ? "containerd" : "kubelet"), $"why {seen.Name} is not ready", asked && IsDown(context, seen.Name) ? 0 : 0.95);
            }
        }

        foreach (var output in context.Outputs(KubeTools.NodeService))
        {
            ReadService(context, output);
        }
    }

    private static bool IsDown(CheckContext context, string node) =>
        context.Outputs(KubeTools.NodeService).Any(o => ClusterView.Argument(o, "node") == node && Active().Match(o.Text) is { Success: true } match && match.Groups["state"].Value != "active");

    private static void ReadService(CheckContext context, StoredOutput output)
    {
        var service = ClusterView.Argument(output, "service");
        var node = ClusterView.Node(ClusterView.Argument(output, "node"));
        var fault = Services.FirstOrDefault(s => s.Service == service).Fault;
        if (fault is null || Active().Match(output.Text) is not { Success: true } match)
        {
            return;
        }

        var state = match.Groups["state"].Value;
        if (state == "active")
        {
            context.Tell(output, node, "k8s.node_service", match.Value, $"{service} runs on {node.Name}", fault, -3, contradicts: true);
        }
        else
        {
            context.Tell(output, node, "k8s.node_service", match.Value, $"{service} on {node.Name} is {state}", fault, 4);
            context.Tell(output, node, "k8s.node_service_state", match.Value, $"{service} on {node.Name} is {state}", fault, 2);
        }
    }

    [GeneratedRegex(@"Active: (?<state>[a-z]+) \([^)]*\)")]
    private static partial Regex Active();
}
