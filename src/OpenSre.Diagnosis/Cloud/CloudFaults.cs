using static OpenSre.Diagnostics.FaultDepth;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>
/// Faults of a cluster as a cloud's own integrations show it: without manifests, so that what a probe or an address
/// should have been cannot be read, only that it fails.
/// </summary>
public static class CloudFaults
{
    public const string LivenessFailing = "k8s.liveness_failing";
    public const string ReadinessFailing = "k8s.readiness_failing";
    public const string NodeLost = "k8s.node_lost";
    public const string NodePressure = "k8s.node_pressure";

    /// <summary>Those that are known from clusters alone.</summary>
    public static IReadOnlyList<FaultType> Own { get; } =
    [
        new(LivenessFailing, "The liveness probe of {0} fails and has it restarted although it works", Reason, Service | Network | Port, -3.5)
        {
            Remedies = [new("Compare the path, port and timeout of the probe with what the application serves", "kubectl get deployment {0} -o yaml")],
        },
        new(ReadinessFailing, "The readiness probe of {0} fails although its container runs", Reason, Service | Network | Port, -3.5)
        {
            Remedies = [new("Compare the path, port and timeout of the probe with what the application serves", "kubectl get deployment {0} -o yaml")],
        },
        new(NodeLost, "The node {0} is lost: its kubelet no longer reports, and its Ready is Unknown", Resource, Service | Network | Cpu | Memory, -3.5)
        {
            Remedies = [new("See whether the machine still runs and reaches the control plane", "kubectl describe node {0}")],
        },
        new(NodePressure, "The node {0} is under pressure and evicts pods", Resource, Service | Memory | OutOfMemory | DiskSpace | Cpu, -3.5)
        {
            Remedies = [new("See what uses it up", "kubectl describe node {0}")],
        },
    ];

    /// <summary>Everything that can be behind the alert of a cloud: clusters, databases, and what logs of services tell.</summary>
    public static IReadOnlyList<FaultType> All => Everything.List;

    /// <summary>Apart, because the catalogue is made of <see cref="Own"/> before it can be asked.</summary>
    private static class Everything
    {
        public static readonly FaultType[] List =
        [
            .. Own, .. KubernetesFaults.All, .. DatabaseFaults.All,
            .. LogSignatures.All.Select(s => s.Fault).Distinct().Select(FaultCatalogue.Get),
        ];
    }
}
