namespace OpenSre.Diagnostics;

/// <summary>Workloads that are wanted to have no pod at all.</summary>
public sealed class ScaleCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.scale",
        [KubeTools.Resources],
        "A deployment or stateful set with zero desired replicas.",
        ["k8s.scaled_to_zero", KubernetesFaults.WorkloadUnready],
        "many workloads at zero: then zero is how this namespace rests");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var zero = view.Workloads.Where(w => w.Desired == 0).ToList();
        foreach (var workload in zero)
        {
            if (zero.Count <= Math.Max(1, view.Workloads.Count / 8))
            {
                context.Tell(workload.Seen.Output, ClusterView.App(workload.Name), "k8s.readiness", workload.Seen.Line, $"{workload.Name} has no pod, and wants none", KubernetesFaults.WorkloadUnready, 2.5);
            }

            context.Tell(workload.Seen.Output, ClusterView.App(workload.Name), "k8s.scale", workload.Seen.Line, $"{workload.Name} is scaled to zero replicas", "k8s.scaled_to_zero", zero.Count <= Math.Max(1, view.Workloads.Count / 8) ? 4 : 1);
        }
    }
}
