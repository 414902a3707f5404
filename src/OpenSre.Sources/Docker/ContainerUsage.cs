using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>What a container uses now; null is not known. Memory is in bytes, without cache that can be dropped, as docker stats counts it.</summary>
/// <param name="MemoryMax">The most it ever used; only version 1 of cgroups knows.</param>
/// <param name="ThrottledPeriods">Of <paramref name="Periods"/> of its CPU quota, how many it spent waiting.</param>
internal readonly record struct ContainerUsage(long? Memory, long? MemoryMax, long? Pids, long Periods, long ThrottledPeriods)
{
    /// <summary>Out of one reading of the engine's statistics.</summary>
    public static ContainerUsage FromStats(JsonElement stats)
    {
        var used = stats.NumberAt("memory_stats", "usage");
        var cache = stats.NumberAt("memory_stats", "stats", "total_inactive_file") ?? stats.NumberAt("memory_stats", "stats", "inactive_file") ?? 0;
        return new ContainerUsage(
            used is null ? null : Math.Max(0, used.Value - cache),
            stats.NumberAt("memory_stats", "max_usage"),
            stats.NumberAt("pids_stats", "current"),
            stats.NumberAt("cpu_stats", "throttling_data", "periods") ?? 0,
            stats.NumberAt("cpu_stats", "throttling_data", "throttled_periods") ?? 0);
    }

    /// <summary>Out of a line of <c>docker stats</c>: "31.2MiB / 64MiB" and a count.</summary>
    public static ContainerUsage FromProgram(JsonElement line) =>
        new(HumanSize.Parse(line.TextAt("MemUsage")?.Split('/')[0]), null, long.TryParse(line.TextAt("PIDs"), out var pids) ? pids : null, 0, 0);
}
