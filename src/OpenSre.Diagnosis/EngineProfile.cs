namespace OpenSre.Diagnostics;

/// <summary>What the engine knows of one kind of system: its checks, its first leads, the faults it thinks possible, and how it weighs.</summary>
/// <param name="Leads">Where to look, given what was read so far.</param>
/// <param name="Weighing">Its fitted numbers; each profile says how they came to be.</param>
public sealed record EngineProfile(IReadOnlyList<ICheck> Checks, Func<CheckContext, IEnumerable<Lead>> Leads, IReadOnlyCollection<FaultType> Faults, WeighingOptions Weighing)
{
    /// <summary>A single machine and what runs on it.</summary>
    public static EngineProfile Host { get; } = new(HostChecks.All, SymptomLeads.For, FaultCatalogue.All, FittedWeighing.Host);

    /// <summary>A Kubernetes cluster.</summary>
    public static EngineProfile Kubernetes { get; } = new(KubernetesChecks.All, KubernetesLeads.For, KubernetesFaults.All, FittedWeighing.Kubernetes);

    /// <summary>The engine as if it did not know these faults: to see what it says of faults nobody has taught it.</summary>
    public EngineProfile Without(IReadOnlyCollection<string> faults) => faults.Count == 0 ? this : this with
    {
        Checks = [.. Checks.Select(c => new ForgetfulCheck(c, faults))],
        Faults = [.. Faults.Where(f => !faults.Contains(f.Id))],
    };

    /// <summary>A cloud account: its clusters, its databases, and what watches them.</summary>
    public static EngineProfile Cloud { get; } = new(CloudChecks.All, CloudLeads.For, CloudFaults.All, FittedWeighing.Cloud);
}
