namespace OpenSre.Diagnostics;

/// <summary>Which workloads are short of ready pods now, and where their pods run.</summary>
public sealed class ReadinessCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.readiness",
        [KubeTools.Resources],
        "A workload with fewer ready pods than desired, or a pod that keeps restarting, is in trouble now.",
        [KubernetesFaults.WorkloadUnready],
        "a newer table that shows it ready");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var app in view.Pods.Select(p => p.App).Concat(view.WorkloadNames).Distinct(StringComparer.Ordinal))
        {
            context.Relate(view.NamespaceEntity, ClusterView.App(app), RelationKind.DependsOn);
        }

        foreach (var node in view.Pods.Select(p => p.Node).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal))
        {
            context.Relate(view.NamespaceEntity, ClusterView.Node(node), RelationKind.DependsOn);
        }

        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (var pod in view.Pods.OrderBy(p => p.IsReady).ThenByDescending(p => p.KeepsRestarting))
        {
            var app = ClusterView.App(pod.App);
            if (pod.Node.Length > 0)
            {
                context.Relate(app, ClusterView.Node(pod.Node), RelationKind.Uses);
            }

            if (pod.IsLeaving)
            {
                continue;
            }

            // The second pod of a workload in the same plight says nothing new.
            if (!told.Add(pod.App))
            {
                continue;
            }

            if (!pod.IsReady)
            {
                context.Tell(pod.Seen.Output, app, "k8s.readiness", pod.Seen.Line, $"the pod {pod.Name} is {pod.Status} with {pod.Ready} of {pod.Containers} containers ready", KubernetesFaults.WorkloadUnready, 3);
            }
            else if (pod.KeepsRestarting)
            {
                context.Tell(pod.Seen.Output, app, "k8s.readiness", pod.Seen.Line, $"the pod {pod.Name} has restarted {pod.Restarts} times in its life of {Words.Duration(pod.Age)}", KubernetesFaults.WorkloadUnready, 2);
            }
        }

        foreach (var workload in view.Workloads.Where(w => !w.IsReady))
        {
            context.Tell(workload.Seen.Output, ClusterView.App(workload.Name), "k8s.readiness", workload.Seen.Line, $"{workload.Name} has {workload.Ready} of {workload.Desired} pods ready", KubernetesFaults.WorkloadUnready, 3);
        }
    }
}
