using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Where to look in a cluster, given what has been read: pods, then what is not ready, then how calls travel.</summary>
public static partial class KubernetesLeads
{
    public static IEnumerable<Lead> For(CheckContext context)
    {
        var view = ClusterView.Of(context);
        yield return Look(KubeTools.List("pods"), "which pods are not well", 1);
        if (!view.Listed("pods"))
        {
            yield break;
        }

        var troubled = view.Pods.Where(p => !p.IsLeaving && (!p.IsReady || p.KeepsRestarting)).ToList();
        foreach (var group in troubled.OrderByDescending(p => !p.IsReady).GroupBy(p => p.App, StringComparer.Ordinal).Take(2))
        {
            yield return Look(KubeTools.One("pods", group.First().Name), $"why {group.First().Name} is not well", 0.99);
            if (group.Any(p => p.Status == "Running" || p.KeepsRestarting))
            {
                yield return Look(KubeTools.Logs(group.Key), $"what {group.Key} says, which runs and is not well", 0.6);
            }
        }

        yield return Look(KubeTools.List("deployments"), "which workloads lack pods", troubled.Count > 0 ? 0.5 : 0.95);
        if (view.Workloads.Count(w => !w.IsReady) > 1 || troubled.Count(p => p.Status != "Running") > 1)
        {
            yield return Look(KubeTools.List("nodes"), "whether a node is behind it", 0.98);
        }

        if (!view.HasDeployments || troubled.Count > 0 || view.Workloads.Any(w => !w.IsReady))
        {
            yield break;
        }

        // All that runs is well: then it is how calls travel, or how fast.
        yield return Look(new ToolCall(KubeTools.Alerts), "what is measured to be wrong", 0.94);
        yield return Look(KubeTools.List("services"), "where calls are sent", 0.92);
        if (!view.Listed("services"))
        {
            yield break;
        }

        foreach (var lead in OfCalls(context, view))
        {
            yield return lead;
        }
    }

    private static IEnumerable<Lead> OfCalls(CheckContext context, ClusterView view)
    {
        var failing = context.Outputs(KubeTools.Alerts)
            .SelectMany(o => Parsed<IReadOnlyList<MetricAlert>>.Of(o, MetricAlert.Read))
            .Where(a => a.Kind.Length == 0 && a.Name.Length > 0)
            .OrderByDescending(a => a.Occurrences).Select(a => a.Name).Distinct(StringComparer.Ordinal).ToList();
        // Answers of 404 and 503 come from whoever passes requests on.
        var passedOn = context.Outputs(KubeTools.Alerts).Any(o => PassedOn().IsMatch(o.Text));
        yield return Look(KubeTools.List("endpoints"), "where services lead", failing.Count > 0 ? 0.6 : 0.88);
        foreach (var gateway in view.WorkloadNames.Where(n => Gateway().IsMatch(n)).Take(2))
        {
            yield return Look(KubeTools.Yaml(gateway), $"how {gateway} routes", failing.Count == 0 || passedOn ? 0.91 : 0.855);
        }

        foreach (var (index, name) in failing.Index().Take(2))
        {
            yield return Look(KubeTools.Logs(name), $"what {name} says", 0.9 - (0.08 * index));
        }

        foreach (var entry in Entries(view).Take(1))
        {
            yield return Look(KubeTools.Logs(entry.App), $"what {entry.App} says, where requests come in", failing.Count > 0 ? 0.5 : 0.87);
            if (entry.Port.Length > 0)
            {
                yield return Look(ToolCall.With(KubeTools.Connectivity, ("service", entry.Service), ("port", entry.Port)), $"whether {entry.Service} is reached from every node", 0.7);
            }
        }

        var graph = CallGraph.Of(context);
        foreach (var name in failing.Take(1))
        {
            yield return Look(ToolCall.With(KubeTools.Dependencies, ("service", name)), $"what {name} calls", 0.88);
            foreach (var caller in graph.Callers(name).Take(passedOn ? 2 : 0))
            {
                yield return Look(KubeTools.Yaml(caller), $"how {caller} passes requests on to {name}", 0.86);
            }

            foreach (var callee in graph.Callees(name).Take(2))
            {
                yield return Look(KubeTools.Logs(callee), $"what {callee} says, which {name} calls", 0.87);
            }
        }

        foreach (var (_, name, text) in context.Outputs(KubeTools.Dependencies).Select(o => (o, ClusterView.Argument(o, "service"), o.Text)))
        {
            foreach (var caller in graph.Callers(name).Take(2))
            {
                if (!text.Contains("[Service]: " + caller, StringComparison.Ordinal) && failing.Count == 0)
                {
                    yield return Look(KubeTools.Yaml(caller), $"{caller} calls {name}", 0.85);
                }
            }
        }
    }

    /// <summary>Workloads that are open to the outside.</summary>
    private static IEnumerable<(string App, string Service, string Port)> Entries(ClusterView view)
    {
        foreach (var service in view.Rows("services").Where(s => s["TYPE"] is "NodePort" or "LoadBalancer"))
        {
            var app = service["SELECTOR"].Split(',').Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]).FirstOrDefault(view.WorkloadNames.Contains);
            if (app is null || !view.WorkloadNames.Contains(app))
            {
                continue;
            }

            var own = view.Rows("services").FirstOrDefault(s => s.Name == app);
            var named = own.Row.Table is null ? service : own;
            yield return (app, named.Name, named["PORT(S)"].Split('/', ':')[0]);
        }
    }

    /// <summary>That a workload is not ready is no answer: the more it is believed, the more worth it is to look behind it.</summary>
    private static Lead Look(ToolCall call, string why, double weight) => new(call, why, KubernetesFaults.Causes, weight, KubernetesFaults.States);

    [GeneratedRegex(@"\b(404|502|503) (Client|Server) Error|HTTPError\('(404|502|503)")]
    private static partial Regex PassedOn();

    [GeneratedRegex(@"gateway|ingress|router|proxy|\bedge\b|nginx|traefik|envoy|kong", RegexOptions.IgnoreCase)]
    private static partial Regex Gateway();
}
