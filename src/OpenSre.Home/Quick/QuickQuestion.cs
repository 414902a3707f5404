namespace OpenSre.Home;

/// <summary>What can be answered from one look at a host.</summary>
public enum QuickTopic { Status, Cpu, Memory, Disk, Temperature, Containers, Uptime, Address, Services, Updates, Network, Backups, Processes, Load, Arrays, System, Hosts, Named }

/// <summary>Which containers are meant.</summary>
public enum ContainerFilter { All, Running, Stopped, Unhealthy, Healthy, Restarting, Paused }

/// <summary>The unit a person asked for; <see cref="Usual"/> where none was named.</summary>
public enum QuickUnit { Usual, Celsius, Fahrenheit, Kelvin, Percent, Kibibytes, Mebibytes, Gibibytes, Tebibytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Kilobits, Megabits, Gigabits, Minutes, Hours, Days, Weeks }

/// <summary>Of what a temperature is asked.</summary>
public enum HeatPart { Any, Cpu, Disk }

/// <summary>What a sentence asks. Either it asks something, or <see cref="Reply"/> says what was understood of it and what was not.</summary>
/// <param name="Hosts">Names of configured hosts, in their order.</param>
/// <param name="Topics">In the order they were named.</param>
public sealed record QuickQuestion(IReadOnlyList<QuickTopic> Topics, IReadOnlyList<string> Hosts)
{
    public QuickUnit Unit { get; init; }
    public ContainerFilter Filter { get; init; }
    public HeatPart Part { get; init; }

    /// <summary>What is free was asked for, rather than what is used.</summary>
    public bool Free { get; init; }

    /// <summary>Of the memory only what lies on disks was asked for.</summary>
    public bool Swap { get; init; }

    /// <summary>What disks say of themselves was asked for, which takes a look of its own.</summary>
    public bool Smart { get; init; }

    /// <summary>4 or 6 where addresses of one kind were asked for; null for all.</summary>
    public int? AddressKind { get; init; }

    /// <summary>Processes by memory rather than by use of processors.</summary>
    public bool ByMemory { get; init; }

    /// <summary>How many processes; null for the usual number.</summary>
    public int? Count { get; init; }

    /// <summary>A container or service by name.</summary>
    public string? Name { get; init; }

    /// <summary>Where a filesystem is mounted.</summary>
    public string? Mount { get; init; }

    /// <summary>The sentence said in place of an answer.</summary>
    public string? Reply { get; init; }
}

/// <summary>A host as people may call it.</summary>
/// <param name="Names">Lower case; the first is the one of the configuration.</param>
public sealed record QuickHost(IReadOnlyList<string> Names, bool IsLocal)
{
    public string Name => Names[0];
}

/// <summary>What there is to be named: hosts, and what runs on them as far as it was seen.</summary>
/// <param name="Objects">Names of containers and services, lower case.</param>
public sealed record QuickWorld(IReadOnlyList<QuickHost> Hosts, IReadOnlySet<string> Objects);
