using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Whether what the alert complains of holds now: by the pods and workloads it names, and by the monitors of the
/// service. Pods that are ready say little about errors of requests; monitors say little about pods.
/// </summary>
public sealed class ClusterRecheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.recheck",
        [KubeTools.Resources, CloudTools.Monitors],
        "The pods and workloads the alert names, now: all ready, without restarts of late, on nodes that are ready; pods that are being deleted do not count. Monitors of the service that all say OK, or one that alerts.",
        [],
        "a pod, workload or node that is not ready now; a monitor that alerts");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var ofRequests = context.Reading.Has(Symptom.Errors | Symptom.Latency) && !context.Reading.Has(Symptom.Restarts | Symptom.Container | Symptom.Down | Symptom.OutOfMemory);
        if (view.HasPods)
        {
            Cluster(context, view, ofRequests);
        }

        var monitors = context.Records(CloudTools.Monitors, "monitor").ToList();
        var alerting = monitors.Where(m => m["state"].Equals("Alert", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var monitor in alerting.Take(2))
        {
            Say(context, monitor.Output, "recheck.monitors", monitor.Line, $"a monitor alerts now: {SafeText.Line(monitor["text"], 120)}", -4);
        }

        // A monitor without data says nothing; one that warns is no proof of health.
        var telling = monitors.Where(m => m["state"].Equals("OK", StringComparison.OrdinalIgnoreCase) || m["state"].Equals("Warn", StringComparison.OrdinalIgnoreCase)).ToList();
        var well = telling.Where(m => m["state"].Equals("OK", StringComparison.OrdinalIgnoreCase)).ToList();
        if (well.Count > 0 && alerting.Count == 0)
        {
            Say(context, well[0].Output, "recheck.monitors", well[0].Line, well.Count == monitors.Count ? $"no failure: all {monitors.Count} monitors are OK now" : $"{well.Count} of {monitors.Count} monitors are OK now, and none alerts", (ofRequests ? 4 : 1.5) * (well.Count == telling.Count ? 1 : 0.6));
        }

        if (ofRequests && context.HasRun(CloudTools.Monitors) && monitors.Count == 0)
        {
            context.Missing("monitors of the service", "the alert speaks of requests, and no monitor shows how they fare now");
        }
    }

    private static void Cluster(CheckContext context, ClusterView view, bool ofRequests)
    {
        var apps = view.Pods.Select(p => p.App).Concat(view.WorkloadNames).Distinct(StringComparer.Ordinal).ToList();
        var named = apps.Where(context.Reading.Names).ToList();
        var meant = named.Count > 0 ? named : apps;
        var pods = view.Pods.Where(p => meant.Contains(p.App) && !p.IsLeaving).ToList();
        if (pods.FirstOrDefault(p => !p.IsReady || p.KeepsRestarting) is { } bad)
        {
            Say(context, bad.Seen.Output, "recheck", bad.Seen.Line, $"the pod {bad.Name} is not well now: {bad.Status}, {bad.Ready} of {bad.Containers} containers ready, {bad.Restarts} restarts", -4);
        }
        else if (view.Workloads.FirstOrDefault(w => meant.Contains(w.Name) && !w.IsReady) is { } lacking)
        {
            Say(context, lacking.Seen.Output, "recheck", lacking.Seen.Line, $"{lacking.Name} has {lacking.Ready} of {lacking.Desired} pods ready now", -4);
        }
        else if (view.Rows("nodes").FirstOrDefault(n => !n["STATUS"].StartsWith("Ready", StringComparison.Ordinal) && (context.Reading.Names(n.Name) || pods.Any(p => p.Node == n.Name))) is { Row.Table: not null } node)
        {
            Say(context, node.Output, "recheck", node.Line, $"the node {node.Name} is {node["STATUS"]} now", -4);
        }
        else if (pods.Count > 0 && (view.HasDeployments || named.Count > 0) && (!NamesNode(context) || view.Listed("nodes")))
        {
            var restarts = pods.Sum(p => p.Restarts);
            Say(context, pods[0].Seen.Output, "recheck", pods[0].Seen.Line, $"no failure now: all {pods.Count} pods are Running and ready{(restarts > 0 ? $", {restarts} restarts in all, the last {Words.Ago(pods.Min(p => p.RestartedAgo))}" : ", no restart")}{Leaving(view, meant)}", ofRequests ? 1 : view.HasDeployments ? 4 : 2);
        }
    }

    /// <summary>Whether the alert is about a node: then pods that are well do not answer it.</summary>
    internal static bool NamesNode(CheckContext context) => context.Incident.Alerts.Any(a => a.Find("kube_node", "node", "nodename") is not null);

    private static string Leaving(ClusterView view, List<string> meant) =>
        view.Pods.FirstOrDefault(p => p.IsLeaving && meant.Contains(p.App)) is { } old ? $"; {old.Name} is terminating, as pods of an old ReplicaSet do after a rollout" : "";

    private static void Say(CheckContext context, StoredOutput output, string family, string quote, string claim, double weight) =>
        context.Found(output, context.Host, family, quote, claim, Currency.Now, [new Bearing(FaultCatalogue.Healthy, context.Host, weight)]);
}
