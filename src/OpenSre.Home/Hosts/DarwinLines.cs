using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What macOS says of itself, in its own programs' words.</summary>
internal static partial class DarwinLines
{
    public static HostReading Read(HostReading reading, ProbeSections sections, Dictionary<string, string> missing, DateTimeOffset now)
    {
        var up = sections["darwin.up"] ?? [];
        // "{ sec = 1795000000, usec = 0 } Sat …", "{ 1.52 1.61 1.70 }", "8"
        var boot = up.Select(l => BootTime().Match(l)).FirstOrDefault(m => m.Success);
        var load = up.Select(l => Loads().Match(l)).FirstOrDefault(m => m.Success);
        var memory = sections["darwin.memory"] ?? [];
        var page = memory.Select(l => PageSize().Match(l)).FirstOrDefault(m => m.Success) is { } size ? ReadingParser.Whole(size.Groups[1].Value) : null;
        long? Pages(string name) => memory.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal)) is { } line ? ReadingParser.Whole(line[(name.Length + 1)..].Trim().TrimEnd('.')) * page : null;
        var swap = memory.Select(l => Swap().Match(l)).FirstOrDefault(m => m.Success);
        var idle = (sections["darwin.cpu"] ?? []).Select(l => Idle().Match(l)).LastOrDefault(m => m.Success);
        missing.TryAdd("services", "macOS keeps no list of failed services");
        return reading with
        {
            Uptime = boot is not null && ReadingParser.Whole(boot.Groups[1].Value) is { } seconds ? now + (reading.ClockAhead ?? TimeSpan.Zero) - DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Load = load is not null ? [.. load.Groups.Values.Skip(1).Select(g => ReadingParser.Number(g.Value) ?? 0)] : [],
            Processors = up.Select(ReadingParser.Whole).FirstOrDefault(n => n is > 0 and < 10_000) is { } count ? (int)count : null,
            MemoryTotal = memory.Select(ReadingParser.Whole).FirstOrDefault(n => n is > 0),
            // What may be taken at once: unused, and what is only kept in case it is needed again.
            MemoryAvailable = Pages("Pages free") + Pages("Pages inactive") + (Pages("Pages speculative") ?? 0) + (Pages("Pages purgeable") ?? 0),
            SwapTotal = swap is not null ? Mebibytes(swap.Groups[1].Value) : null,
            SwapFree = swap is not null ? Mebibytes(swap.Groups[2].Value) : null,
            CpuPercent = idle is not null && ReadingParser.Number(idle.Groups[1].Value) is { } rest ? Math.Clamp(100 - rest, 0, 100) : null,
            TopProcesses = [.. (sections["darwin.processes"] ?? []).Select(Process).OfType<ProcessReading>()],
        };
    }

    private static long? Mebibytes(string number) => ReadingParser.Number(number) is { } value ? (long)(value * 1024 * 1024) : null;

    private static ProcessReading? Process(string line)
    {
        var fields = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return fields.Length == 4 && ReadingParser.Whole(fields[0]) is { } id && ReadingParser.Number(fields[1]) is { } percent && ReadingParser.Whole(fields[2]) is { } size
            ? new ProcessReading((int)id, SafeText.Line(fields[3], 40), percent, size * 1024)
            : null;
    }

    [GeneratedRegex(@"sec = ([0-9]+)")]
    private static partial Regex BootTime();

    [GeneratedRegex(@"^\{ *([0-9.]+) +([0-9.]+) +([0-9.]+) *\}")]
    private static partial Regex Loads();

    [GeneratedRegex(@"page size of ([0-9]+) bytes")]
    private static partial Regex PageSize();

    [GeneratedRegex(@"total = ([0-9.]+)M .*free = ([0-9.]+)M")]
    private static partial Regex Swap();

    [GeneratedRegex(@"([0-9.]+)% idle")]
    private static partial Regex Idle();
}
