namespace OpenSre.Diagnostics;

/// <summary>What the engine knows of one kind of system: its checks, its first leads, and the faults it thinks possible.</summary>
/// <param name="Leads">Where to look, given what was read so far.</param>
public sealed record EngineProfile(IReadOnlyList<ICheck> Checks, Func<CheckContext, IEnumerable<Lead>> Leads, IReadOnlyCollection<FaultType> Faults)
{
    /// <summary>A single machine and what runs on it.</summary>
    public static EngineProfile Host { get; } = new(HostChecks.All, SymptomLeads.For, FaultCatalogue.All);

    /// <summary>A Kubernetes cluster.</summary>
    public static EngineProfile Kubernetes { get; } = new(KubernetesChecks.All, KubernetesLeads.For, KubernetesFaults.All);
}
