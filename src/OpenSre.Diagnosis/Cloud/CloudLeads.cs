using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Where to look in a cloud account: at the database or the cluster the alert names, and at what watches them.</summary>
public static class CloudLeads
{
    public static IEnumerable<Lead> For(CheckContext context)
    {
        if (DatabaseView.Of(context).Instance.Length > 0)
        {
            foreach (var lead in DatabaseLeads.For(context))
            {
                yield return lead;
            }

            yield break;
        }

        foreach (var lead in KubernetesLeads.For(context))
        {
            yield return lead;
        }

        var view = ClusterView.Of(context);
        var troubled = view.Pods.Where(p => !p.IsLeaving && (!p.IsReady || p.KeepsRestarting)).ToList();
        var well = view.HasPods && troubled.Count == 0;
        yield return Look(new ToolCall(CloudTools.Monitors), "which monitors alert now", well ? 0.93 : 0.3);
        yield return Look(new ToolCall(CloudTools.Logs), "what the service logs", well ? 0.9 : 0.45);
        yield return Look(new ToolCall(KubeTools.Events), "what the cluster reports", view.HasPods ? 0.5 : 0.2);
        yield return Look(KubeTools.List("nodes"), "whether a node is behind it", ClusterRecheck.NamesNode(context) ? 0.985 : 0.3);
        foreach (var node in view.Rows("nodes").Where(n => !n["STATUS"].StartsWith("Ready", StringComparison.Ordinal)).Take(1))
        {
            yield return Look(KubeTools.One("nodes", node.Name), $"why {node.Name} is not ready", 0.98);
        }

        foreach (var pod in troubled.Take(1))
        {
            yield return Look(ToolCall.With(CloudTools.PodLogs, ("pod", pod.Name)), $"the last words of {pod.Name}", 0.8);
        }
    }

    private static Lead Look(ToolCall call, string why, double weight) => new(call, why, Causes, weight, KubernetesFaults.States);

    private static readonly string[] Causes = [.. KubernetesFaults.Causes, .. CloudFaults.Own.Select(f => f.Id)];
}
