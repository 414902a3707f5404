namespace OpenSre.Diagnostics;

/// <summary>How the engine weighs a cluster, and how it would do without knowing some faults.</summary>
public static class KubernetesProfiles
{
    /// <summary>The weighing of a cluster: its checks read states, not traces, and may be surer of themselves.</summary>
    public static WeighingOptions Weighing { get; } = new() { Temperature = 0.6 };

    /// <summary>The engine as if it did not know these faults: to see what it says of faults nobody has taught it.</summary>
    public static EngineProfile Without(IReadOnlyCollection<string> faults) => EngineProfile.Kubernetes with
    {
        Checks = [.. KubernetesChecks.All.Select(c => new Forgetful(c, faults))],
        Faults = [.. KubernetesFaults.All.Where(f => !faults.Contains(f.Id))],
    };

    private sealed class Forgetful(ICheck check, IReadOnlyCollection<string> faults) : ICheck
    {
        public CheckInfo Info => check.Info;

        public void Examine(CheckContext context)
        {
            var known = context.Evidence.Count;
            check.Examine(context);
            for (var i = context.Evidence.Count - 1; i >= known; i--)
            {
                var kept = context.Evidence[i].Bearings.Where(b => !faults.Contains(b.FaultType)).ToList();
                if (kept.Count == 0)
                {
                    context.Evidence.RemoveAt(i);
                }
                else if (kept.Count < context.Evidence[i].Bearings.Count)
                {
                    context.Evidence[i] = context.Evidence[i] with { Bearings = kept };
                }
            }
        }
    }
}
