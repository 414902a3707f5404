namespace OpenSre.Diagnostics;

/// <summary>All checks of a Kubernetes cluster.</summary>
public static class KubernetesChecks
{
    public static IReadOnlyList<ICheck> All { get; } =
    [
        new ReadinessCheck(),
        new SchedulingCheck(),
        new StorageCheck(),
        new AdmissionCheck(),
        new QuotaCheck(),
        new ImageCheck(),
        new ContainerStartCheck(),
        new ProbeCheck(),
        new NodeCheck(),
        new ServiceCheck(),
        new AddressCheck(),
        new GatewayRouteCheck(),
        new ScaleCheck(),
        new ConnectivityCheck(),
        new AppLogCheck(),
        OutsideTextCheck.Shared,
        new SlownessCheck(),
        // Last: it looks at what the others found.
        new ReadyNowCheck(),
    ];
}
