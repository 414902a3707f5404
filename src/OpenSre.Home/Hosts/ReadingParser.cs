using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Makes a reading of what the probe <c>host.sh</c> printed. Pure; what is not there stays null and is said to be missing.</summary>
internal static class ReadingParser
{
    private const long Kibi = 1024;

    /// <param name="settings">The host, for its name and the names of its backups.</param>
    /// <param name="began">Our clock when the probe was started.</param>
    /// <param name="ended">Our clock when its answer was there.</param>
    public static HostReading Parse(HostSettings settings, ProbeSections sections, DateTimeOffset began, DateTimeOffset ended)
    {
        Dictionary<string, string> missing = new(StringComparer.Ordinal);
        if (sections.BrokeOffIn is { } section)
        {
            missing["probe"] = $"the answer broke off in its part about {SafeText.Line(section, 20)}";
        }

        var reading = new HostReading(settings.Name, ended, ended - began, null, missing)
        {
            HostName = sections["host"] is [var name, ..] ? SafeText.Line(name, 80) : null,
            System = OperatingSystem(sections),
            ClockAhead = Clock(sections, began, ended),
            Addresses = [.. (sections["addresses"] ?? []).Select(Address).OfType<string>().Distinct(StringComparer.Ordinal)],
            Backups = Backups(settings, sections, missing),
            RebootRequired = sections["reboot"] switch { ["yes"] => true, ["no"] => false, _ => null },
        };
        reading = sections["darwin.up"] is null ? Linux(reading, sections, missing) : DarwinLines.Read(reading, sections, missing, ended);
        reading = ContainerLines.Read(reading, sections, missing);
        var filesystems = Filesystems(sections, missing);
        reading = reading with { Filesystems = filesystems };
        NoteMissing(reading, sections, missing);
        return reading;
    }

    internal static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    internal static long? Whole(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    internal static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static HostReading Linux(HostReading reading, ProbeSections sections, Dictionary<string, string> missing)
    {
        var up = sections["up"] ?? [];
        var load = up.Count > 1 ? Fields(up[1]) : [];
        var memory = (sections["memory"] ?? []).Select(Fields).Where(f => f.Length >= 2).GroupBy(f => f[0].TrimEnd(':')).ToDictionary(g => g.Key, g => Whole(g.First()[1]) * Kibi, StringComparer.Ordinal);
        var sample = SampleLines.Read(sections["sample"] ?? []);
        var arrays = ArrayLines.Read(sections, missing);
        return reading with
        {
            Uptime = up.Count > 0 && Number(Fields(up[0]).FirstOrDefault()) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Load = load.Length >= 3 && Number(load[0]) is { } one && Number(load[1]) is { } five && Number(load[2]) is { } fifteen ? [one, five, fifteen] : [],
            Processors = up.Count > 2 && Whole(up[2]) is > 0 and < 100_000 and var count ? (int)count : null,
            MemoryTotal = memory.GetValueOrDefault("MemTotal"),
            // Kernels before 3.14 do not say what is available; the sum is what they would come near.
            MemoryAvailable = memory.GetValueOrDefault("MemAvailable") ?? memory.GetValueOrDefault("MemFree") + (memory.GetValueOrDefault("Buffers") ?? 0) + (memory.GetValueOrDefault("Cached") ?? 0),
            OomKills = sections["oom"] is [var kills, ..] ? Whole(kills) : null,
            SwapTotal = memory.GetValueOrDefault("SwapTotal"),
            SwapFree = memory.GetValueOrDefault("SwapFree"),
            Pressure = Pressure(sections["pressure"] ?? []),
            CpuPercent = sample.Cpu,
            IoWaitPercent = sample.IoWait,
            StealPercent = sample.Steal,
            TopProcesses = sample.Processes,
            Networks = sample.Networks,
            Temperatures = HeatLines.Read(sections["heat"] ?? []),
            FailedUnits = Units(sections)?.Where(u => u.State == "failed").Select(u => u.Name).ToList(),
            Units = Units(sections),
            Arrays = arrays?.Whole ?? [],
            DegradedArrays = arrays?.Degraded,
        };
    }

    private static List<UnitReading>? Units(ProbeSections sections) =>
        sections["units"] is { } lines && sections.Refusal("units") is null
            ? [.. lines.Select(Fields).Where(f => f.Length >= 3).Select(f => new UnitReading(SafeText.Line(f[0], 120), SafeText.Line(f[1], 20), SafeText.Line(f[2], 20)))]
            : null;

    private static Dictionary<string, double> Pressure(IReadOnlyList<string> lines)
    {
        Dictionary<string, double> found = new(StringComparer.Ordinal);
        foreach (var fields in lines.Select(Fields).Where(f => f.Length > 2))
        {
            if (fields.FirstOrDefault(f => f.StartsWith("avg60=", StringComparison.Ordinal)) is { } average && Number(average[6..]) is { } percent)
            {
                found[fields[0]] = percent;
            }
        }

        return found;
    }

    private static string? OperatingSystem(ProbeSections sections)
    {
        var line = (sections["os"] ?? []).FirstOrDefault(l => !l.StartsWith("id=", StringComparison.Ordinal) && !l.StartsWith("like=", StringComparison.Ordinal));
        var release = sections["host"] is [_, var kernel, ..] ? kernel : null;
        return (line, release) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => SafeText.Line($"{line.Trim('"')}, kernel {release}", 120),
            ({ Length: > 0 }, _) => SafeText.Line(line.Trim('"'), 120),
            (_, { Length: > 0 }) => SafeText.Line($"kernel {release}", 120),
            _ => null,
        };
    }

    /// <summary>
    /// The host's clock was read at some moment between <paramref name="began"/> and <paramref name="ended"/>; only what
    /// no such moment explains counts as being ahead or behind.
    /// </summary>
    private static TimeSpan? Clock(ProbeSections sections, DateTimeOffset began, DateTimeOffset ended)
    {
        // A date program without %N prints the letter or nothing in place of the fraction.
        if (sections["clock"] is not [var line, ..] || Number(line.Split('N')[0].TrimEnd('.', '%')) is not { } seconds || seconds is < 0 or > 32_503_680_000)
        {
            return null;
        }

        var there = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        // Whole seconds may be up to one behind.
        var slack = line.Contains('.') && !line.Contains('N') ? TimeSpan.Zero : TimeSpan.FromSeconds(1);
        return there > ended ? there - ended : there + slack < began ? there + slack - began : TimeSpan.Zero;
    }

    private static string? Address(string line)
    {
        var fields = Fields(line);
        if (fields.Length < 2 || !System.Net.IPAddress.TryParse(fields[1], out var address) || System.Net.IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal)
        {
            return null;
        }

        // Bridges between containers and virtual machines are not where the host is reached.
        string[] inner = ["docker", "br-", "veth", "virbr", "cni", "flannel", "podman", "lxcbr", "cali"];
        return fields.Length > 2 && fields[2] == "temporary" || inner.Any(i => fields[0].StartsWith(i, StringComparison.Ordinal)) ? null : address.ToString();
    }

    private static List<FilesystemReading> Filesystems(ProbeSections sections, Dictionary<string, string> missing)
    {
        var inodes = (sections["inodes"] ?? []).Skip(1).Select(Fields).Where(f => f.Length >= 6).GroupBy(f => string.Join(' ', f[5..])).ToDictionary(g => g.Key, g => (Total: Whole(g.First()[1]), Used: Whole(g.First()[2])), StringComparer.Ordinal);
        List<FilesystemReading> all = [];
        foreach (var fields in (sections["disks"] ?? []).Skip(1).Concat(sections["shares"] ?? []).Select(Fields).Where(f => f.Length >= 7))
        {
            // "device type blocks used available capacity mount point": device and mount point may hold spaces.
            var percent = Array.FindLastIndex(fields, f => f.EndsWith('%') || f == "-");
            if (percent < 5 || percent + 1 >= fields.Length || Whole(fields[percent - 3]) is not { } size || Whole(fields[percent - 2]) is not { } used || Whole(fields[percent - 1]) is not { } available || size <= 0)
            {
                continue;
            }

            var mount = string.Join(' ', fields[(percent + 1)..]);
            var (total, taken) = inodes.GetValueOrDefault(mount);
            all.Add(new FilesystemReading(SafeText.Line(mount, 200), SafeText.Line(string.Join(' ', fields[..(percent - 4)]), 200), SafeText.Line(fields[percent - 4], 40), size * Kibi, used * Kibi, available * Kibi, total is > 0 ? total : null, total is > 0 ? taken : null));
        }

        var hung = sections.Refusals("shares").ToList();
        if (hung.Count > 0)
        {
            missing["shares"] = $"no answer from {string.Join(", ", hung.Select(h => SafeText.Line(h, 60)))}";
        }

        var real = all.Where(f => !IsVirtual(f)).GroupBy(f => f.Device == "none" || f.Device == "-" ? f.MountPoint : f.Device, StringComparer.Ordinal).Select(g => g.MinBy(f => f.MountPoint.Length)!).ToList();
        // A host that is itself a container has nothing but its overlay.
        return real.Count > 0 ? real : [.. all.Where(f => f.MountPoint == "/")];
    }

    private static bool IsVirtual(FilesystemReading f) =>
        f.Type is "tmpfs" or "devtmpfs" or "squashfs" or "overlay" or "efivarfs" or "ramfs" or "iso9660" or "fuse.snapfuse" or "autofs" or "devfs" or "udev" or "fuse.portal" or "nullfs"
        || f.Device is "devfs" or "tmpfs" or "udev" or "none" || f.Device.StartsWith("map ", StringComparison.Ordinal)
        || (f.MountPoint.StartsWith("/System/Volumes/", StringComparison.Ordinal) && f.MountPoint != "/System/Volumes/Data") || f.MountPoint is "/private/var/vm";

    private static List<BackupReading> Backups(HostSettings settings, ProbeSections sections, Dictionary<string, string> missing)
    {
        List<BackupReading> found = [];
        foreach (var backup in settings.Backups)
        {
            var fields = (sections["backups"] ?? []).Select(l => l.Split('\t')).FirstOrDefault(f => f[0] == backup.Path);
            if (fields is null || fields.Length < 2 || fields[1] == "denied")
            {
                missing[$"backup {backup.Name}"] = fields is [_, "denied", ..] ? $"{SafeText.Line(backup.Path, 80)} may not be read" : "not looked at";
                continue;
            }

            found.Add(new BackupReading(backup.Name, backup.Path, Whole(fields[1]) is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null, fields.Length > 2 ? Whole(fields[2]) : null));
        }

        return found;
    }

    private static void NoteMissing(HostReading reading, ProbeSections sections, Dictionary<string, string> missing)
    {
        void Note(bool isMissing, string part, string reason)
        {
            if (isMissing)
            {
                missing.TryAdd(part, SafeText.Line(Redaction.Apply(reason), 160));
            }
        }

        var cut = sections.BrokeOffIn is not null ? "not reached" : "not to be read there";
        Note(reading.CpuPercent is null, "cpu", cut);
        Note(reading.MemoryTotal is null || reading.MemoryAvailable is null, "memory", cut);
        Note(reading.Uptime is null, "uptime", cut);
        Note(reading.Load.Count == 0, "load", cut);
        Note(reading.Temperatures.Count == 0, "temperature", sections.BrokeOffIn is not null && sections["heat"] is null ? cut : "no sensor that can be read");
        Note(reading.Filesystems.Count == 0, "disk", sections.Refusal("disks") == "hung" ? "a filesystem does not answer" : cut);
        Note(reading.Filesystems.Count > 0 && sections.Refusal("disks") == "hung", "disks", "a filesystem does not answer");
        Note(reading.FailedUnits is null, "services", sections.Refusal("units") switch { null => cut, "absent" => "no service manager that can be asked", var said => said });
        Note(reading.Networks.Count == 0, "network", cut);
        Note(reading.TopProcesses.Count == 0, "processes", cut);
        Note(reading.Addresses.Count == 0, "addresses", cut);
    }
}
