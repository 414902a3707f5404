using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Why the scheduler finds no node for a pod that is pending now.</summary>
public sealed partial class SchedulingCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.scheduling",
        [KubeTools.Describe, KubeTools.Resources],
        "The newest FailedScheduling message of a pending pod, by the reasons it counts nodes under. A pending pod without any message speaks against the scheduler.",
        ["k8s.cpu_capacity", "k8s.memory_capacity", "k8s.node_affinity", "k8s.node_selector", "k8s.node_cordon", "k8s.taint_toleration", "k8s.pod_anti_affinity", "k8s.scheduler_down", KubernetesFaults.NodeSuspect],
        "the pod runs on a node now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, pod) in view.Descriptions("pods"))
        {
            if (pod["Status"] != "Pending" || pod["Node"].Length > 0)
            {
                continue;
            }

            var app = ClusterView.App(view.AppOf(name));
            var failure = pod.Events.Where(e => e.Reason == "FailedScheduling" && !e.Message.StartsWith("skip schedule", StringComparison.Ordinal)).OrderBy(e => e.LastSeconds).FirstOrDefault();
            if (failure is null)
            {
                NoWord(context, view, output, pod, app);
                continue;
            }

            if (Claims().IsMatch(failure.Message))
            {
                StorageLeads(context, failure, app);
                continue;
            }

            Weigh(context, view, output, pod, app, failure);
        }
    }

    private static void Weigh(CheckContext context, ClusterView view, StoredOutput output, KubeDescription pod, Entity app, KubeEvent failure)
    {
        var message = failure.Message;
        var preemption = message.IndexOf("preemption:", StringComparison.Ordinal);
        message = preemption > 0 ? message[..preemption] : message;
        var reasons = message.IndexOf("available:", StringComparison.Ordinal);
        message = reasons > 0 ? message[(reasons + 10)..] : message;
        // A node that is down is tainted by the cluster itself: then the others need not fit.
        var nodeDown = NodeDown().IsMatch(message);
        if (nodeDown)
        {
            context.Suggest(KubeTools.List("nodes"), "which node is down", 0.95);
        }

        var workers = view.Listed("nodes") ? view.Rows("nodes").Count(n => !IsControlPlane(n)) : (int?)null;
        var cordonedWorkers = view.Rows("nodes").Count(n => !IsControlPlane(n) && n["STATUS"].Contains("SchedulingDisabled", StringComparison.Ordinal));
        foreach (Match reason in Reason().Matches(message))
        {
            var count = int.Parse(reason.Groups["count"].ValueSpan);
            var why = reason.Groups["why"].Value;
            void Say(string fault, double weight) => context.Tell(output, app, "k8s.scheduling", failure.Line, $"the scheduler finds no node for {app.Name}: {SafeText.Line(why, 100)} ({count} nodes)", fault, nodeDown ? weight * 0.4 : weight);
            switch (why)
            {
                case var w when w.Contains("Insufficient cpu", StringComparison.Ordinal):
                    Say("k8s.cpu_capacity", 4);
                    break;
                case var w when w.Contains("Insufficient memory", StringComparison.Ordinal):
                    Say("k8s.memory_capacity", 4);
                    break;
                case var w when w.Contains("anti-affinity", StringComparison.Ordinal):
                    Say("k8s.pod_anti_affinity", 4);
                    break;
                case var w when w.Contains("affinity/selector", StringComparison.Ordinal) || w.Contains("node selector", StringComparison.Ordinal) || w.Contains("node affinity", StringComparison.Ordinal):
                    var selects = pod.Section("Node-Selectors") is { } section && (pod["Node-Selectors"].Length > 0 || section.Children.Count > 0);
                    Say(selects ? "k8s.node_selector" : "k8s.node_affinity", 3.5);
                    break;
                case var w when w.Contains("taint", StringComparison.Ordinal) && !w.Contains("node.kubernetes.io/", StringComparison.Ordinal) && !w.Contains("control-plane", StringComparison.Ordinal) && !w.Contains("node-role", StringComparison.Ordinal):
                    Say("k8s.taint_toleration", 4);
                    break;
                case var w when w.Contains("unschedulable", StringComparison.Ordinal):
                    // Control-plane nodes are cordoned in many clusters; it is the workers that matter.
                    if (workers is not null)
                    {
                        Say("k8s.node_cordon", cordonedWorkers == 0 ? 0.1 : 4.5);
                    }
                    else
                    {
                        Say("k8s.node_cordon", count >= 2 ? 4.2 : 0.5);
                        context.Suggest(KubeTools.List("nodes"), "which nodes are cordoned", count >= 2 ? 0.5 : 0.2, "k8s.node_cordon");
                    }

                    break;
            }
        }
    }

    private static void StorageLeads(CheckContext context, KubeEvent failure, Entity app)
    {
        context.Look(KubeTools.Yaml(app.Name), $"what {app.Name} claims", 0.95);
        if (failure.Message.Contains("not found", StringComparison.Ordinal))
        {
            context.Look(KubeTools.List("resourcequota"), "whether a quota forbids the claim", 0.97);
        }
        else
        {
            context.Look(KubeTools.List("persistentvolumes"), "which volumes there are", 0.96);
            context.Look(KubeTools.List("persistentvolumeclaims"), "the state of the claims", 0.6);
        }
    }

    private static void NoWord(CheckContext context, ClusterView view, StoredOutput output, KubeDescription pod, Entity app)
    {
        if (!view.Listed("nodes"))
        {
            context.Look(KubeTools.List("nodes"), "where the scheduler runs", 0.97);
            return;
        }

        var status = pod.Section("Status")?.Line ?? "";
        foreach (var node in view.Rows("nodes").Where(IsControlPlane))
        {
            var entity = ClusterView.Node(node.Name);
            context.Relate(view.NamespaceEntity, entity, RelationKind.DependsOn);
            context.Relate(app, entity, RelationKind.Uses);
            context.Tell(output, entity, "k8s.scheduling", status, $"a pod of {app.Name} is pending and nothing on {node.Name} has placed it", KubernetesFaults.NodeSuspect, 3);
            context.Tell(output, entity, "k8s.scheduling", status, $"a pod of {app.Name} is pending and the scheduler has not said a word about it", "k8s.scheduler_down", 2.5);
            context.Look(KubeTools.Service(node.Name, "kube-scheduler"), "whether the scheduler runs", 1);
        }
    }

    internal static bool IsControlPlane(Sighting node) =>
        node["ROLES"].Contains("master", StringComparison.Ordinal) || node["ROLES"].Contains("control-plane", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<count>[0-9]+) (?<why>[^,{.]+(\{[^}]*\})?)", RegexOptions.ExplicitCapture)]
    private static partial Regex Reason();

    [GeneratedRegex(@"node\.kubernetes\.io/(unreachable|not-ready)")]
    private static partial Regex NodeDown();

    [GeneratedRegex(@"PersistentVolumeClaim|persistentvolumeclaim|volume node affinity|bind to", RegexOptions.ExplicitCapture)]
    private static partial Regex Claims();
}
