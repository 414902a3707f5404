namespace OpenSre.Home;

/// <summary>A host in one line: what is wrong first, then the figures.</summary>
internal static class StatusWords
{
    public static string Line(HostReading r, QuickUnit unit)
    {
        var wrong = Wrong(r);
        List<string> parts = [];
        parts.Add(r.CpuPercent is { } cpu ? $"CPU {Figures.Percent(cpu)}" : "CPU n/a");
        parts.Add(r.MemoryTotal is > 0 and var total && r.MemoryAvailable is { } free ? $"memory {Figures.Percent(100d * (total - free) / total)} of {Figures.Size(total)}" : "memory n/a");
        parts.Add(Fullest(r) is { } disk ? $"disk {disk.MountPoint} {Figures.Percent(Fullness(disk))}" : "disk n/a");
        if (HeatWords.Cpu(r.Temperatures) is { } heat)
        {
            parts.Add(Figures.Heat(heat.Celsius, unit));
        }

        if (r.HasDocker == true)
        {
            parts.Add(ContainerWords.Counts(r.Containers));
        }

        if (r.Uptime is { } up)
        {
            parts.Add($"up {Figures.Span(up)}");
        }

        var cut = r.Missing.TryGetValue("probe", out var broke) ? $" ({broke})" : "";
        return $"{(wrong.Count == 0 ? "ok" : "⚠ " + string.Join(", ", wrong))} · {string.Join(" · ", parts)}{cut}";
    }

    /// <summary>What a person would want to know before any figure. The limits are those of the monitors' warnings.</summary>
    public static List<string> Wrong(HostReading r)
    {
        List<string> wrong = [];
        void Add(bool is_, string what)
        {
            if (is_)
            {
                wrong.Add(what);
            }
        }

        Add(r.CpuPercent is >= 90, "CPU busy");
        Add(r.MemoryTotal is > 0 and var total && r.MemoryAvailable is { } free && 100d * free / total < 10, "memory nearly full");
        foreach (var full in r.Filesystems.Where(f => Fullness(f) >= 85).OrderByDescending(Fullness).Take(3))
        {
            wrong.Add($"{full.MountPoint} {Figures.Percent(Fullness(full))} full");
        }

        Add(r.Temperatures.Any(t => t.Celsius >= (t.Critical - 15 ?? 80)), "hot");
        var unhealthy = r.Containers.Where(c => c.Health == "unhealthy").Select(c => c.Name).ToList();
        Add(unhealthy.Count > 0, $"unhealthy: {QuickAnswers.Names(unhealthy, 4)}");
        var down = r.Containers.Where(c => c.Health != "unhealthy" && ContainerWords.IsBad(c)).Select(c => c.Name).ToList();
        Add(down.Count > 0, $"not running: {QuickAnswers.Names(down, 4)}");
        Add(r.FailedUnits is { Count: > 0 }, $"failed: {QuickAnswers.Names((r.FailedUnits ?? []).Select(QuickAnswers.Bare), 4)}");
        wrong.AddRange(r.DegradedArrays ?? []);
        wrong.AddRange(r.FailingDisks ?? []);
        Add(r.HasDocker == false, "Docker does not answer");
        Add(r.RebootRequired == true, "reboot needed");
        Add(r.ClockAhead is { } ahead && Math.Abs(ahead.TotalSeconds) > 5, $"clock {Figures.Span((r.ClockAhead ?? default).Duration())} off");
        return wrong;
    }

    /// <summary>Percent used as df counts it: what is kept for root is neither used nor free.</summary>
    public static double Fullness(FilesystemReading f) => f.Used + f.Available > 0 ? 100d * f.Used / (f.Used + f.Available) : 0;

    private static FilesystemReading? Fullest(HostReading r) => r.Filesystems.MaxBy(Fullness);
}
