using OpenSre.Core;
using static OpenSre.Home.RuleWords;

namespace OpenSre.Home;

/// <summary>Processor, memory, load, clock, and what a host says of itself.</summary>
internal static class HostRules
{
    public static IEnumerable<MonitorRule> All =>
    [
        new ReadingRule("cpu", RuleTimes.Minutes(10, 5), s => s.Mean("cpu", TimeSpan.FromMinutes(5)) is { } mean
            ? [Number(s, "", mean, new Threshold(85, 95, 10), $"CPU at {mean:F0} % over 5 min", Busiest(s.Reading))] : null),
        new ReadingRule("iowait", RuleTimes.Minutes(20, 10), s => s.Mean("iowait", TimeSpan.FromMinutes(10)) is { } mean
            ? [Capped(Number(s, "", mean, new Threshold(40, 101, 20), $"{mean:F0} % of the processors' time waits for disks"))] : null),
        new ReadingRule("steal", RuleTimes.Minutes(10, 10), s => s.Mean("steal", TimeSpan.FromMinutes(10)) is { } mean
            ? [Capped(Number(s, "", mean, new Threshold(10, 101, 5), $"{mean:F0} % of the processors' time goes to other virtual machines"))] : null),
        new ReadingRule("memory", RuleTimes.Minutes(5, 5), s => s.Reading is { MemoryTotal: > 0, MemoryAvailable: { } left } r && left * 100.0 / r.MemoryTotal!.Value is var percent
            ? [Number(s, "", percent, new Threshold(10, 5, 5, Falling: true), $"only {percent:F0} % of memory available ({Bytes(left)} of {Bytes(r.MemoryTotal.Value)})", Largest(r))] : null),
        new ReadingRule("memory.pressure", RuleTimes.Minutes(5, 5), s => s.Reading.Pressure.TryGetValue("memory", out var some)
            ? [Number(s, "", some, new Threshold(10, 25, 5), $"programs stand still {some:F0} % of the time for want of memory", Largest(s.Reading))] : null),
        new ReadingRule("swap", RuleTimes.Minutes(15, 10), Swap),
        new ReadingRule("load", RuleTimes.Minutes(15, 10), s => s.Reading is { Load: [_, var five, ..], Processors: > 0 } r
            ? [Number(s, "", five / r.Processors!.Value, new Threshold(2, 4, 0.5), $"load {five:F1} on {r.Processors} processors", Busiest(r))] : null, waits: true),
        new ReadingRule("temperature", RuleTimes.Minutes(3, 5), Temperatures),
        new ReadingRule("clock", RuleTimes.Minutes(0, 2, looks: 2), s => s.Reading.ClockAhead is { } ahead
            ? [Number(s, "", Math.Abs(ahead.TotalSeconds), new Threshold(5, 300, 2), $"clock is {Math.Abs(ahead.TotalSeconds):F0} s {(ahead > TimeSpan.Zero ? "ahead" : "behind")}")] : null),
        new ReadingRule("reboot", RuleTimes.Minutes(60, 0), s => s.Reading.RebootRequired is { } needed
            ? [new Observation("", needed ? Severity.Info : Severity.Unknown, "wants a reboot to finish updates")] : null),
        new ReadingRule("updates", RuleTimes.Minutes(60, 0), s => s.Reading.UpdatesPending is { } pending
            ? [Capped(Number(s, "", pending, new Threshold(1, double.MaxValue, 0), $"{pending} updates pending"))] : null),
        new ReadingRule("units", RuleTimes.Minutes(2, 2), s => Faults(s, s.Reading.FailedUnits, Severity.Warning, u => $"unit {u} failed"), everyChange: true, waits: true),
        new ReadingRule("array", RuleTimes.Minutes(0, 1), s => Faults(s, s.Reading.DegradedArrays, Severity.Critical, a => $"array not whole: {a}")),
        new ReadingRule("smart", RuleTimes.Minutes(0, 1), s => Faults(s, s.Reading.FailingDisks, Severity.Critical, d => $"disk fails its own check: {d}")),
        new ReadingRule("backup", RuleTimes.Minutes(5, 0), Backups),
        new ReadingRule("unreadable", RuleTimes.Minutes(15, 2), Unreadable),
    ];

    /// <summary>Full swap alone is usual; with memory pressure it is what makes a host crawl.</summary>
    private static IReadOnlyList<Observation>? Swap(RuleSight sight)
    {
        var r = sight.Reading;
        if (r is not { SwapTotal: > 0, SwapFree: { } free } || !r.Pressure.TryGetValue("memory", out var pressure))
        {
            return null;
        }

        var used = 100 - (free * 100.0 / r.SwapTotal!.Value);
        var level = sight.Limits(new Threshold(90, 98, 10)).Level(used, sight.Present(""));
        return [new Observation("", pressure >= 5 || sight.Present("") > Severity.Unknown ? (Severity)Math.Min((int)level, (int)Severity.Warning) : Severity.Unknown, $"swap is {used:F0} % used and memory is short", Largest(r))];
    }

    private static List<Observation>? Temperatures(RuleSight sight) => sight.Reading.Temperatures.Count == 0 ? null :
    [
        .. sight.Reading.Temperatures.Where(t => t.Celsius is > -40 and < 150).GroupBy(t => $"{t.Chip} {t.Label}".Trim()).Select(g => g.MaxBy(t => t.Celsius)!).Select(t =>
            Number(sight, $"{t.Chip} {t.Label}".Trim(), t.Celsius,
                t.Critical is > 50 and < 130 ? new Threshold(t.Critical.Value - 15, t.Critical.Value - 5, 8) : new Threshold(80, 90, 8),
                $"{t.Chip} {t.Label}".Trim() + $" at {t.Celsius:F0} °C{(t.Critical is { } critical ? $" (critical at {critical:F0})" : "")}")),
    ];

    private static List<Observation> Backups(RuleSight sight) =>
    [
        .. sight.Reading.Backups.Select(b =>
        {
            var most = sight.Memory.BackupAges.GetValueOrDefault(b.Name, TimeSpan.FromHours(26));
            if (b.Newest is not { } newest)
            {
                return new Observation(b.Name, Severity.Critical, $"backup {b.Name} has no file at all", b.Path);
            }

            var age = sight.Reading.At - newest;
            if (b.Size == 0)
            {
                return new Observation(b.Name, Severity.Warning, $"the newest file of backup {b.Name} is empty", b.Path);
            }

            return new Observation(b.Name, age > most * 3 ? Severity.Critical : age > most ? Severity.Warning : Severity.Unknown, $"backup {b.Name} is {Span(age)} old, {Span(most)} is allowed", b.Path);
        }),
    ];

    /// <summary>Something that could be read before and cannot any more; what never could be is no news.</summary>
    private static List<Observation> Unreadable(RuleSight sight) =>
        [.. sight.Reading.Missing.Where(m => sight.Memory.MissingSince.GetValueOrDefault(m.Key) > 10).Select(m => new Observation(m.Key, Severity.Warning, $"{m.Key} cannot be read any more", m.Value))];
}
