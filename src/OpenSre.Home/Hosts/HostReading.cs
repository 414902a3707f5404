namespace OpenSre.Home;

/// <summary>
/// What one look at a host brought. What could not be read is null or empty and never zero; <see cref="Problem"/> says
/// why there is nothing at all.
/// </summary>
/// <param name="Host">The name the host has in the configuration.</param>
/// <param name="At">When it was looked at, by this machine's clock.</param>
/// <param name="Took">How long the look took.</param>
/// <param name="Problem">One sentence when the host did not answer: unreachable, key changed, refused, too slow.</param>
/// <param name="Missing">Parts that could not be read, each with its reason in a few words.</param>
public sealed record HostReading(string Host, DateTimeOffset At, TimeSpan Took, string? Problem, IReadOnlyDictionary<string, string> Missing)
{
    public string? HostName { get; init; }
    public string? System { get; init; }

    /// <summary>How far the host's clock is ahead of ours.</summary>
    public TimeSpan? ClockAhead { get; init; }

    public TimeSpan? Uptime { get; init; }
    public int? Processors { get; init; }

    /// <summary>Load averages of 1, 5 and 15 minutes; empty where unknown.</summary>
    public IReadOnlyList<double> Load { get; init; } = [];

    /// <summary>Percent of all processors, over the sampling window.</summary>
    public double? CpuPercent { get; init; }
    public double? IoWaitPercent { get; init; }
    public double? StealPercent { get; init; }

    /// <summary>Bytes.</summary>
    public long? MemoryTotal { get; init; }
    public long? MemoryAvailable { get; init; }
    public long? SwapTotal { get; init; }
    public long? SwapFree { get; init; }

    /// <summary>Processes the kernel has killed for want of memory since it started, those in containers among them.</summary>
    public long? OomKills { get; init; }

    /// <summary>Pressure stall "some avg60" in percent, by resource: cpu, memory, io.</summary>
    public IReadOnlyDictionary<string, double> Pressure { get; init; } = new Dictionary<string, double>();

    public IReadOnlyList<FilesystemReading> Filesystems { get; init; } = [];
    public IReadOnlyList<TemperatureReading> Temperatures { get; init; } = [];
    public IReadOnlyList<ContainerReading> Containers { get; init; } = [];

    /// <summary>
    /// Null where the host has no Docker, or did not say; false where it is installed and does not answer; empty
    /// containers with true mean that there are none.
    /// </summary>
    public bool? HasDocker { get; init; }

    /// <summary>Names of units that failed; null where there is no service manager that can be asked.</summary>
    public IReadOnlyList<string>? FailedUnits { get; init; }

    /// <summary>Services the service manager knows and has not at rest; null where it cannot be asked.</summary>
    public IReadOnlyList<UnitReading>? Units { get; init; }

    /// <summary>By use of processors over the sampling window, then by memory.</summary>
    public IReadOnlyList<ProcessReading> TopProcesses { get; init; } = [];
    public IReadOnlyList<NetworkReading> Networks { get; init; } = [];
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Arrays and pools that are whole, each in a few words.</summary>
    public IReadOnlyList<string> Arrays { get; init; } = [];

    /// <summary>Arrays and pools that are not whole, each in a few words; null where there are none to look at.</summary>
    public IReadOnlyList<string>? DegradedArrays { get; init; }

    /// <summary>Disks whose self-check failed; null where it could not be asked.</summary>
    public IReadOnlyList<string>? FailingDisks { get; init; }

    /// <summary>As the package manager's own lists say, without asking the network; null where unknown.</summary>
    public int? UpdatesPending { get; init; }
    public bool? RebootRequired { get; init; }
    public IReadOnlyList<BackupReading> Backups { get; init; } = [];
}

/// <summary>Sizes in bytes.</summary>
public sealed record FilesystemReading(string MountPoint, string Device, string Type, long Size, long Used, long Available, long? Inodes, long? InodesUsed);

/// <summary>Degrees Celsius.</summary>
/// <param name="Critical">Where the hardware says it is too hot; null where it says nothing.</param>
public sealed record TemperatureReading(string Chip, string Label, double Celsius, double? Critical);

/// <param name="State">running, exited, restarting, paused, created, dead, removing.</param>
/// <param name="Health">healthy, unhealthy, starting; null without a health check.</param>
/// <param name="Status">Docker's own words, such as "Up 3 days (healthy)".</param>
public sealed record ContainerReading(string Name, string Id, string Image, string State, string? Health, string Status, int? ExitCode, bool OomKilled, int? Restarts, string? RestartPolicy, string? HealthOutput, string? Project, string? Service, IReadOnlyList<string> DependsOn)
{
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Failed health checks in a row; null without a health check.</summary>
    public int? FailingStreak { get; init; }
}

/// <param name="State">active, activating, failed, …</param>
/// <param name="SubState">running, exited, auto-restart, …</param>
public sealed record UnitReading(string Name, string State, string SubState);

/// <param name="CpuPercent">Of one processor.</param>
/// <param name="Resident">Bytes.</param>
public sealed record ProcessReading(int Pid, string Name, double CpuPercent, long Resident);

/// <summary>Bytes per second over the sampling window; totals since boot.</summary>
public sealed record NetworkReading(string Name, double ReceivedPerSecond, double SentPerSecond, long Received, long Sent, long Errors);

/// <param name="Newest">When the newest file was written; null when there is none.</param>
public sealed record BackupReading(string Name, string Path, DateTimeOffset? Newest, long? Size);
