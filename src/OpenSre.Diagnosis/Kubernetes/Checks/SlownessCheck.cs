using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Which of many slow services is the slow one: the one whose slowness what it calls does not explain; a node, when
/// most of what runs on it is slow and little elsewhere.
/// </summary>
public sealed class SlownessCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.slowness",
        [KubeTools.Alerts, KubeTools.Dependencies, KubeTools.Resources],
        "CPU throttling beside more CPU use; growth of latency that no slower callee explains; growth on most services of one node.",
        ["k8s.cpu_overload", "k8s.network_delay", "k8s.node_network_delay", "k8s.node_network_loss", KubernetesFaults.Degraded, KubernetesFaults.NodeSuspect, KubernetesFaults.Failing],
        "a service it calls is slower still");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var graph = CallGraph.Of(context);
        foreach (var output in context.Outputs(KubeTools.Alerts))
        {
            var alerts = Parsed<IReadOnlyList<MetricAlert>>.Of(output, MetricAlert.Read);
            Requests(context, output, alerts);
            Cpu(context, output, alerts);
            Latency(context, view, graph, output, alerts);
            Retransmissions(context, view, output, alerts);
        }
    }

    /// <summary>Requests that fail fail somewhere behind where they come in.</summary>
    private static void Requests(CheckContext context, StoredOutput output, IReadOnlyList<MetricAlert> alerts)
    {
        foreach (var alert in alerts.Where(a => a.Kind.Length == 0 && a.Name.Length > 0 && a.RawError.Length > 0).OrderByDescending(a => a.Occurrences).DistinctBy(a => a.Name).Take(3))
        {
            context.Tell(output, ClusterView.App(alert.Name), "k8s.requests", alert.RawError, $"requests for {alert.Name} fail", KubernetesFaults.Failing, 2);
        }
    }

    private static void Cpu(CheckContext context, StoredOutput output, IReadOnlyList<MetricAlert> alerts)
    {
        foreach (var alert in alerts.Where(a => a.Kind == "Service"))
        {
            if (alert.Signal("Throttled") is { } throttled && throttled.Contains("cpu", StringComparison.OrdinalIgnoreCase))
            {
                var grown = alert.Signal("cpu core");
                context.Tell(output, ClusterView.App(alert.Name), "k8s.cpu", throttled, $"{alert.Name} is throttled", Currency.Now, (KubernetesFaults.Degraded, alert.LatencyRatio > 0 ? 3.5 : 2), ("k8s.cpu_overload", alert.LatencyRatio > 0 ? 4 : 2.5));
                if (grown is not null)
                {
                    context.Tell(output, ClusterView.App(alert.Name), "k8s.cpu_use", grown, $"{alert.Name} uses much more CPU than before", "k8s.cpu_overload", 1.5);
                }
            }
        }
    }

    private static void Latency(CheckContext context, ClusterView view, CallGraph graph, StoredOutput output, IReadOnlyList<MetricAlert> alerts)
    {
        var slow = alerts.Where(a => a.Kind == "Service" && a.LatencyRatio > 1.5 && a.Signal("Throttled") is null).OrderByDescending(a => a.LatencyRatio).ToList();
        if (slow.Count == 0)
        {
            return;
        }

        var unexplained = slow.Where(a => !IsExplained(a, slow, graph)).ToList();
        var common = CommonCaller(unexplained, slow, graph);
        var best = (common is null ? unexplained : [common]).OrderByDescending(a => a.LatencyRatio).ToList();
        foreach (var (index, alert) in best.Take(4).Index())
        {
            var share = Math.Log(alert.LatencyRatio) / Math.Log(Math.Max(2, best[0].LatencyRatio));
            var weight = index == 0 ? 4 : Math.Clamp(3.4 * share, 0.2, 3);
            context.Tell(output, ClusterView.App(alert.Name), "k8s.latency", alert.Signal("latency")!, $"{alert.Name} is {alert.LatencyRatio:0} times slower, and nothing it calls explains it", Currency.Now, (KubernetesFaults.Degraded, weight - 0.2), ("k8s.network_delay", weight));
        }

        foreach (var alert in slow.Except(best).Take(4))
        {
            context.Tell(output, ClusterView.App(alert.Name), "k8s.latency", alert.Signal("latency")!, $"{alert.Name} is slower, and so is what it calls", "k8s.network_delay", 1);
        }

        // The call graph is asked where it could change the answer: at the slowest services.
        var close = best.Count > 1 && common is null && Math.Log(best[1].LatencyRatio) > Math.Log(best[0].LatencyRatio) * 0.75;
        foreach (var alert in best.Where(a => close && graph.Callees(a.Name).Count == 0).Take(2))
        {
            // Which of several is the one is not a question of the kind of fault: it is worth asking whatever the kinds say.
            context.Suggest(ToolCall.With(KubeTools.Dependencies, ("service", alert.Name)), $"whether something {alert.Name} calls is slow itself", 0.9);
        }

        Placement(context, view, output, alerts);
    }

    private static bool IsExplained(MetricAlert alert, List<MetricAlert> slow, CallGraph graph)
    {
        var reach = graph.Reach(alert.Name);
        return slow.Any(other => other != alert && reach.Contains(other.Name) && !graph.Reach(other.Name).Contains(alert.Name)
            && (other.LatencyRatio >= alert.LatencyRatio * 0.6 || (other.LatencyRatio >= 8 && other.LatencyGrowth >= alert.LatencyGrowth * 0.3)));
    }

    /// <summary>When several things one service calls are slower by much less than itself, it is the network of the caller.</summary>
    private static MetricAlert? CommonCaller(List<MetricAlert> unexplained, List<MetricAlert> slow, CallGraph graph)
    {
        if (unexplained.Count < 3)
        {
            return null;
        }

        return slow.Where(a => graph.Callees(a.Name).Count(c => slow.Any(s => s.Name == c)) >= 4)
            .Where(a => slow.Where(s => graph.Reach(a.Name).Contains(s.Name)).All(s => s.LatencyGrowth < a.LatencyGrowth * 0.35))
            .OrderByDescending(a => a.LatencyGrowth).FirstOrDefault();
    }

    private static void Placement(CheckContext context, ClusterView view, StoredOutput output, IReadOnlyList<MetricAlert> alerts)
    {
        var troubled = alerts.Where(a => a.Kind == "Service" && (a.LatencyRatio > 1.5 || a.Says("ERROR_SPIKE"))).Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        var byNode = view.Pods.Where(p => p.Node.Length > 0).GroupBy(p => p.Node, StringComparer.Ordinal).Select(g => (Node: g.Key, Apps: g.Select(p => p.App).Distinct(StringComparer.Ordinal).ToList())).Where(g => g.Apps.Count >= 2).ToList();
        if (byNode.Count < 2 || troubled.Count < 4)
        {
            return;
        }

        var ranked = byNode.Select(g => (g.Node, Share: (double)g.Apps.Count(troubled.Contains) / g.Apps.Count)).OrderByDescending(g => g.Share).ToList();
        if (ranked[0].Share >= 0.6 && ranked[0].Share - ranked[1].Share >= 0.25)
        {
            var line = alerts.First(a => troubled.Contains(a.Name)).Signals[0];
            context.Tell(output, ClusterView.Node(ranked[0].Node), "k8s.placement", line, $"{ranked[0].Share:P0} of the services on {ranked[0].Node} are in trouble, {ranked[1].Share:P0} elsewhere", Currency.Now, (KubernetesFaults.NodeSuspect, 3), ("k8s.node_network_delay", 3));
        }
    }

    private static void Retransmissions(CheckContext context, ClusterView view, StoredOutput output, IReadOnlyList<MetricAlert> alerts)
    {
        foreach (var alert in alerts.Where(a => a.Kind == "Node"))
        {
            var node = ClusterView.Node(alert.Name);
            context.Relate(view.NamespaceEntity, node, RelationKind.DependsOn);
            if ((alert.Signal("packet loss") ?? alert.Signal("Packet Drop") ?? alert.Signal("PACKET_LOSS")) is { } loss)
            {
                context.Tell(output, node, "k8s.node_network", loss, $"{alert.Name} loses packets", "k8s.node_network_loss", 4);
            }
            else if (alert.Signal("Retransmission") is { } again)
            {
                context.Tell(output, node, "k8s.node_network", again, $"{alert.Name} sends packets again", Currency.Now, ("k8s.node_network_loss", 2.5), ("k8s.node_network_delay", 2));
            }
        }
    }
}
