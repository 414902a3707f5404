namespace OpenSre.Diagnostics;

/// <summary>All checks of a single machine and what runs on it.</summary>
public static class HostChecks
{
    public static IReadOnlyList<ICheck> All { get; } =
    [
        new PlacementCheck(),
        new DiskSpaceCheck(),
        new DiskUsageCheck(),
        new ReadOnlyCheck(),
        new DiskIoCheck(),
        new CpuCheck(),
        new MemoryCheck(),
        new OomKillCheck(),
        new KernelLogCheck(),
        new SupervisedServiceCheck(),
        new SystemdUnitCheck(),
        new ContainerCheck(),
        new LogSignatureCheck(),
        new LogErrorCheck(),
        OutsideTextCheck.Shared,
        new ContainerTargetCheck(),
        new OpenFilesCheck(),
        new ProcessLimitCheck(),
        new ListenerCheck(),
        new NetProbeCheck(),
        new DependencyCheck(),
        new NetworkCheck(),
        new ClockCheck(),
        new TemperatureCheck(),
        new ChangeCheck(),
        new ConfigTargetCheck(),
        // Last: it looks at what the others found.
        new ServiceStateCheck(),
    ];
}
