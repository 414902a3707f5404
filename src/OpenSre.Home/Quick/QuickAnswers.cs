using System.Globalization;

namespace OpenSre.Home;

/// <summary>Answers to questions, in words, out of readings alone. What was not read is said to be "n/a", with the reason where there is one.</summary>
internal static class QuickAnswers
{
    private const int MostListed = 12;

    /// <summary>What one topic says of one host; several lines where it lists.</summary>
    /// <param name="awaited">What takes longer is being looked at.</param>
    public static string Of(QuickTopic topic, HostReading reading, QuickQuestion question, DateTimeOffset now, bool awaited = false) => topic switch
    {
        QuickTopic.Cpu => Cpu(reading),
        QuickTopic.Memory => Memory(reading, question),
        QuickTopic.Disk => Disk(reading, question),
        QuickTopic.Temperature => Temperature(reading, question),
        QuickTopic.Containers => ContainerWords.List(reading, question.Filter, now),
        QuickTopic.Uptime => reading.Uptime is { } up ? $"up {Figures.Span(up, question.Unit)}" : Missing(reading, "uptime", "uptime"),
        QuickTopic.Address => Addresses(reading, question),
        QuickTopic.Services => Services(reading, question),
        QuickTopic.Updates => Updates(reading, awaited),
        QuickTopic.Network => Network(reading, question.Unit),
        QuickTopic.Backups => Backups(reading, question.Unit, now),
        QuickTopic.Processes => Processes(reading, question),
        QuickTopic.Load => Load(reading),
        QuickTopic.Arrays => Arrays(reading, question, awaited),
        QuickTopic.System => reading.System is { } system ? $"{system}{(reading.HostName is { } name ? $"; it calls itself {name}" : "")}" : Missing(reading, "system", "operating system"),
        _ => StatusWords.Line(reading, question.Unit),
    };

    internal static string Missing(HostReading reading, string part, string subject) =>
        reading.Missing.TryGetValue(part, out var why) ? $"{subject} n/a ({why})" : reading.Missing.TryGetValue("probe", out var cut) ? $"{subject} n/a ({cut})" : $"{subject} n/a";

    private static string Cpu(HostReading r)
    {
        if (r.CpuPercent is not { } percent)
        {
            return Missing(r, "cpu", "CPU");
        }

        var of = r.Processors is { } count ? $" of {Figures.Count(count, "core")}" : "";
        var wait = r.IoWaitPercent is >= 5 and var waiting ? $", {Figures.Percent(waiting)} waiting for disks" : "";
        var steal = r.StealPercent is >= 5 and var stolen ? $", {Figures.Percent(stolen)} taken by other guests" : "";
        return $"CPU {Figures.Percent(percent)}{of}{wait}{steal}{(r.Load.Count == 3 ? $", load {Figures.Plain(r.Load[0])}" : "")}";
    }

    private static string Load(HostReading r) => r.Load.Count == 3
        ? $"load {Figures.Plain(r.Load[0])}, {Figures.Plain(r.Load[1])}, {Figures.Plain(r.Load[2])} (1, 5, 15 min){(r.Processors is { } count ? $" on {Figures.Count(count, "core")}" : "")}"
        : Missing(r, "load", "load");

    private static string Memory(HostReading r, QuickQuestion question)
    {
        if (r.MemoryTotal is not > 0 || r.MemoryAvailable is not { } free || r.MemoryTotal is not { } total)
        {
            return Missing(r, "memory", "memory");
        }

        var used = total - free;
        var percent = 100d * used / total;
        if (question.Swap)
        {
            return Swap(r, question.Unit);
        }

        var swap = r.SwapTotal is > 0 and var all && r.SwapFree is { } left ? $", swap {Figures.Percent(100d * (all - left) / all)} of {Figures.Size(all, question.Unit)}" : "";
        return question.Unit == QuickUnit.Percent ? $"memory {(question.Free ? $"{Figures.Percent(100 - percent)} free" : $"{Figures.Percent(percent)} used")}"
            : question.Free ? $"memory {Figures.Size(free, question.Unit)} free of {Figures.Size(total, question.Unit)} ({Figures.Percent(100 - percent)})"
            : $"memory {Figures.Size(used, question.Unit)} used of {Figures.Size(total, question.Unit)} ({Figures.Percent(percent)}){swap}";
    }

    private static string Swap(HostReading r, QuickUnit unit) => r.SwapTotal switch
    {
        0 => "no swap",
        > 0 and var all when r.SwapFree is { } left => unit == QuickUnit.Percent
            ? $"swap {Figures.Percent(100d * (all - left) / all)} used"
            : $"swap {Figures.Size(all - left, unit)} used of {Figures.Size(all, unit)} ({Figures.Percent(100d * (all - left) / all)})",
        _ => "swap n/a",
    };

    private static string Addresses(HostReading r, QuickQuestion question)
    {
        if (r.Addresses.Count == 0)
        {
            return Missing(r, "addresses", "addresses");
        }

        var chosen = question.AddressKind is { } kind ? r.Addresses.Where(a => a.Contains(':', StringComparison.Ordinal) == (kind == 6)).ToList() : r.Addresses;
        return chosen.Count > 0 ? string.Join(", ", chosen) : $"no IPv{question.AddressKind} address (it has {string.Join(", ", r.Addresses)})";
    }

    private static string Disk(HostReading r, QuickQuestion question)
    {
        var chosen = question.Mount is { } mount
            // The filesystem a path lies on is the one with the longest mount point before it.
            ? r.Filesystems.Where(f => f.MountPoint == mount || f.MountPoint == "/" || mount.StartsWith(f.MountPoint + "/", StringComparison.Ordinal)).OrderByDescending(f => f.MountPoint.Length).Take(1).ToList()
            : [.. r.Filesystems.OrderByDescending(f => f.MountPoint == "/").ThenByDescending(StatusWords.Fullness)];
        if (chosen.Count == 0)
        {
            return question.Mount is { } asked && r.Filesystems.Count > 0 ? $"nothing is mounted at {asked}" : Missing(r, "disk", "disk");
        }

        var parts = chosen.Take(MostListed).Select(f =>
        {
            var percent = StatusWords.Fullness(f);
            var inodes = f.Inodes is > 0 and var all && f.InodesUsed is { } taken && 100d * taken / all >= 80 ? $", {Figures.Percent(100d * taken / all)} of its file entries used" : "";
            return question.Unit == QuickUnit.Percent ? $"{f.MountPoint} {(question.Free ? $"{Figures.Percent(100 - percent)} free" : $"{Figures.Percent(percent)} used")}"
                : question.Free ? $"{f.MountPoint} {Figures.Size(f.Available, question.Unit)} free of {Figures.Size(f.Size, question.Unit)} ({Figures.Percent(100 - percent)})"
                : $"{f.MountPoint} {Figures.Percent(percent)} used, {Figures.Size(f.Available, question.Unit)} free of {Figures.Size(f.Size, question.Unit)}{inodes}";
        }).ToList();
        if (chosen.Count > MostListed)
        {
            parts.Add($"and {chosen.Count - MostListed} more");
        }

        if (question.Mount is null && r.Missing.TryGetValue("shares", out var shares))
        {
            parts.Add(shares);
        }

        return parts.Count == 1 ? parts[0] : Block(parts);
    }

    private static string Temperature(HostReading r, QuickQuestion question)
    {
        var chosen = question.Part switch
        {
            HeatPart.Cpu => [.. r.Temperatures.Where(HeatWords.IsCpu)],
            HeatPart.Disk => [.. r.Temperatures.Where(HeatWords.IsDisk)],
            _ => r.Temperatures,
        };
        if (chosen.Count == 0)
        {
            return question.Part switch
            {
                HeatPart.Cpu when r.Temperatures.Count > 0 => "CPU temperature n/a (no sensor says it is the CPU's)",
                HeatPart.Disk when r.Temperatures.Count > 0 => "disk temperature n/a (no disk tells it)",
                HeatPart.Cpu => Missing(r, "temperature", "CPU temperature"),
                _ => Missing(r, "temperature", "temperature"),
            };
        }

        return HeatWords.Line(chosen, question.Part, question.Unit);
    }

    private static string Services(HostReading r, QuickQuestion question)
    {
        if (r.FailedUnits is not { } failed)
        {
            return Missing(r, "services", "services");
        }

        var services = (r.Units ?? []).Where(u => u.Name.EndsWith(".service", StringComparison.Ordinal)).ToList();
        var running = services.Count(u => u.SubState == "running");
        if (question.Filter == ContainerFilter.Running && services.Count > 0)
        {
            return $"{Figures.Count(running, "service")} running: {Names(services.Where(u => u.SubState == "running").Select(u => Bare(u.Name)), 40)}";
        }

        return failed.Count == 0
            ? $"no failed services{(services.Count > 0 ? $", {running} running" : "")}"
            : $"{Figures.Count(failed.Count, "failed unit")}: {Names(failed.Select(Bare), MostListed)}";
    }

    private static string Updates(HostReading r, bool awaited)
    {
        var reboot = r.RebootRequired switch { true => "; a reboot is needed", false => "; no reboot needed", null => "" };
        return r.UpdatesPending switch
        {
            0 => $"no updates waiting{reboot}",
            { } count => $"{Figures.Count(count, "update")} waiting{reboot}",
            null when awaited && !r.Missing.ContainsKey("updates") => $"updates: looking…{reboot}",
            null => $"{Missing(r, "updates", "updates")}{reboot}",
        };
    }

    private static string Network(HostReading r, QuickUnit unit) => r.Networks.Count == 0
        ? Missing(r, "network", "network")
        : Join([.. r.Networks.OrderByDescending(n => n.ReceivedPerSecond + n.SentPerSecond).ThenByDescending(n => n.Received).Take(MostListed).Select(n =>
            $"{n.Name} ↓ {Figures.Rate(n.ReceivedPerSecond, unit)} ↑ {Figures.Rate(n.SentPerSecond, unit)} (since boot ↓ {Figures.Size(n.Received, unit)} ↑ {Figures.Size(n.Sent, unit)}{(n.Errors > 0 ? $", {Figures.Count((int)Math.Min(int.MaxValue, n.Errors), "error")}" : "")})")]);

    private static string Backups(HostReading r, QuickUnit unit, DateTimeOffset now)
    {
        List<string> parts = [.. r.Backups.Select(b => b.Newest is { } newest
            ? $"{b.Name}: last {Figures.Span(now - newest, unit)} ago{(b.Size is { } size ? $", {Figures.Size(size)}" : "")}"
            : $"{b.Name}: nothing in {b.Path}")];
        parts.AddRange(r.Missing.Where(m => m.Key.StartsWith("backup ", StringComparison.Ordinal)).Select(m => $"{m.Key[7..]}: n/a ({m.Value})"));
        return parts.Count == 0 ? "no backups are configured to be watched (home: hosts: NAME: backups)" : Join(parts);
    }

    private static string Processes(HostReading r, QuickQuestion question)
    {
        if (r.TopProcesses.Count == 0)
        {
            return Missing(r, "processes", "processes");
        }

        var most = Math.Clamp(question.Count ?? 5, 1, r.TopProcesses.Count);
        var ordered = question.ByMemory ? r.TopProcesses.OrderByDescending(p => p.Resident) : r.TopProcesses.OrderByDescending(p => p.CpuPercent).ThenByDescending(p => p.Resident);
        return Block([.. ordered.Take(most).Select(p => question.ByMemory
            ? $"{p.Name} {Figures.Size(p.Resident, question.Unit)}, CPU {Figures.Percent(p.CpuPercent)} (pid {p.Pid.ToString(CultureInfo.InvariantCulture)})"
            : $"{p.Name} CPU {Figures.Percent(p.CpuPercent)}, {Figures.Size(p.Resident, question.Unit)} (pid {p.Pid.ToString(CultureInfo.InvariantCulture)})")]);
    }

    /// <summary>Arrays and pools are in every look; what disks say of themselves is said where it is known or was asked for.</summary>
    private static string Arrays(HostReading r, QuickQuestion question, bool awaited)
    {
        var whole = r.Arrays.Count > 0 ? $": {Names(r.Arrays, MostListed)}" : "";
        List<string> parts =
        [
            r.DegradedArrays switch
            {
                null when r.Missing.ContainsKey("pools") => Missing(r, "pools", "pools"),
                null => "no RAID or ZFS pools seen",
                [] => $"arrays and pools are whole{whole}",
                var bad => string.Join(", ", bad) + (whole.Length > 0 ? $"; whole{whole}" : ""),
            },
        ];
        if (question.Smart || r.FailingDisks is not null)
        {
            parts.Add(r.FailingDisks switch
            {
                null when awaited && !r.Missing.ContainsKey("smart") => "SMART: looking…",
                null => Missing(r, "smart", "SMART"),
                [] => "SMART: disks pass",
                var bad => "SMART: " + string.Join(", ", bad),
            });
        }

        return string.Join("; ", parts);
    }

    internal static string Bare(string unit) => unit.EndsWith(".service", StringComparison.Ordinal) ? unit[..^8] : unit;

    internal static string Names(IEnumerable<string> names, int most)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(most)) + (all.Count > most ? $" and {all.Count - most} more" : "");
    }

    internal static string Join(IReadOnlyList<string> parts) => parts.Count == 1 ? parts[0] : Block(parts);

    internal static string Block(IEnumerable<string> lines) => "\n" + string.Join('\n', lines.Select(l => "  " + l));
}
