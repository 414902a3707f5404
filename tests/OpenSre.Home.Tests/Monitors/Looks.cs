namespace OpenSre.Home.Tests;

/// <summary>Looks at a host that is well, to be changed by tests.</summary>
internal static class Looks
{
    public static HostReading Well(string host, DateTimeOffset at) => new(host, at, TimeSpan.FromSeconds(1), null, new Dictionary<string, string>())
    {
        HostName = host,
        Uptime = TimeSpan.FromDays(20),
        ClockAhead = TimeSpan.FromMilliseconds(20),
        Processors = 4,
        Load = [0.5, 0.5, 0.5],
        CpuPercent = 12,
        IoWaitPercent = 1,
        StealPercent = 0,
        MemoryTotal = 16_000_000_000,
        MemoryAvailable = 9_000_000_000,
        SwapTotal = 2_000_000_000,
        SwapFree = 1_900_000_000,
        Pressure = new Dictionary<string, double> { ["memory"] = 0, ["cpu"] = 2, ["io"] = 1 },
        Filesystems = [new FilesystemReading("/", "/dev/sda1", "ext4", 200_000_000_000, 80_000_000_000, 120_000_000_000, 10_000_000, 1_000_000)],
        Temperatures = [new TemperatureReading("coretemp", "Package id 0", 52, 100)],
        HasDocker = true,
        Containers = [Container("plex"), Container("mosquitto"), Container("ring-mqtt") with { DependsOn = ["mosquitto"] }],
        FailedUnits = [],
        DegradedArrays = [],
        FailingDisks = [],
        UpdatesPending = 0,
        RebootRequired = false,
    };

    public static HostReading Down(string host, DateTimeOffset at) => new(host, at, TimeSpan.FromSeconds(8), "no answer within 8 s", new Dictionary<string, string>());

    public static ContainerReading Container(string name) => new(name, name + "-id", name + ":1", "running", "healthy", "Up 3 days (healthy)", null, false, 0, "unless-stopped", null, "home", name, []);

    public static HostReading With(this HostReading look, string container, Func<ContainerReading, ContainerReading> change) =>
        look with { Containers = [.. look.Containers.Select(c => c.Name == container ? change(c) : c)] };

    public static HostReading Disk(this HostReading look, double percent) =>
        look with { Filesystems = [.. look.Filesystems.Select(f => f with { Used = (long)(f.Size * percent / 100), Available = (long)(f.Size * (100 - percent) / 100) })] };
}
