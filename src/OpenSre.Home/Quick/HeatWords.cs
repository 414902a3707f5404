namespace OpenSre.Home;

/// <summary>Which sensor is whose, and what they say.</summary>
internal static class HeatWords
{
    public static bool IsCpu(TemperatureReading t) =>
        t.Chip is "coretemp" or "k10temp" or "k8temp" or "zenpower" or "cpu_thermal" or "cpu-thermal" or "via_cputemp" or "fam15h_power"
        || t.Label.StartsWith("x86_pkg", StringComparison.OrdinalIgnoreCase)
        || t.Label.Contains("cpu", StringComparison.OrdinalIgnoreCase) || t.Chip.Contains("cpu", StringComparison.OrdinalIgnoreCase) || t.Label.Contains("soc", StringComparison.OrdinalIgnoreCase)
        || t.Label is "Tctl" or "Tdie";

    public static bool IsDisk(TemperatureReading t) => t.Chip is "nvme" or "drivetemp" || t.Label.Contains("nvme", StringComparison.OrdinalIgnoreCase);

    /// <summary>The processor first, as the hottest of what it tells, then everything else.</summary>
    public static string Line(IReadOnlyList<TemperatureReading> all, HeatPart part, QuickUnit unit)
    {
        List<string> parts = [];
        if (Cpu(all) is { } cpu)
        {
            parts.Add($"CPU {With(cpu, unit)}");
        }

        var disks = all.Where(IsDisk).ToList();
        if (disks.Count > 0)
        {
            parts.Add($"{(disks.Count > 1 ? "hottest disk" : "disk")} {With(disks.MaxBy(d => d.Celsius)!, unit)}");
        }

        if (part == HeatPart.Any && all.Where(t => !IsCpu(t) && !IsDisk(t)).MaxBy(t => t.Celsius) is { } other)
        {
            parts.Add($"{other.Chip}{(other.Label.StartsWith("temp", StringComparison.Ordinal) ? "" : $" {other.Label}")} {With(other, unit)}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>The package where it tells one, else the hottest core; null without a sensor of the processor.</summary>
    public static TemperatureReading? Cpu(IReadOnlyList<TemperatureReading> all)
    {
        var cpus = all.Where(IsCpu).ToList();
        return cpus.Where(t => t.Label.StartsWith("Package", StringComparison.OrdinalIgnoreCase) || t.Label is "Tctl" or "Tdie").MaxBy(t => t.Celsius) ?? cpus.MaxBy(t => t.Celsius);
    }

    private static string With(TemperatureReading t, QuickUnit unit) =>
        t.Critical is { } limit && t.Celsius >= limit - 15 ? $"{Figures.Heat(t.Celsius, unit)} (critical at {Figures.Heat(limit, unit)})" : Figures.Heat(t.Celsius, unit);
}
