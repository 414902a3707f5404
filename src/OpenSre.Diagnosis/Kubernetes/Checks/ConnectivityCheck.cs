using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Whether a service is reached from every node; a node from which it is not has a fault of its own.</summary>
public sealed partial class ConnectivityCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.connectivity",
        [KubeTools.Connectivity],
        "A service that is reached from some nodes and not from others.",
        ["k8s.kube_proxy_down", KubernetesFaults.NodeSuspect],
        "kube-proxy of that node runs");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var output in context.Outputs(KubeTools.Connectivity))
        {
            var parts = FromNode().Matches(output.Text);
            var failing = parts.Where(p => p.Groups["result"].Value.Contains("Failed", StringComparison.Ordinal)).ToList();
            if (failing.Count == 0 || failing.Count == parts.Count)
            {
                continue;
            }

            foreach (var part in failing)
            {
                var node = ClusterView.Node(part.Groups["node"].Value);
                context.Relate(view.NamespaceEntity, node, RelationKind.DependsOn);
                context.Tell(output, node, "k8s.connectivity", part.Value.Split('\n')[0].TrimEnd(), $"{ClusterView.Argument(output, "service")} is reached from other nodes but not from {node.Name}", Currency.Now, (KubernetesFaults.NodeSuspect, 3), ("k8s.kube_proxy_down", 3));
                context.Look(KubeTools.Service(node.Name, "kube-proxy"), $"whether kube-proxy runs on {node.Name}", 1);
            }
        }
    }

    [GeneratedRegex(@"deployed on (?<node>[A-Za-z0-9.-]+):[^\n]*\n([^\n]*\n)??Connection (?<result>Failed|Succeeded)", RegexOptions.ExplicitCapture)]
    private static partial Regex FromNode();
}
