using OpenSre.Core;
using static OpenSre.Home.RuleWords;

namespace OpenSre.Home;

/// <summary>Space and inodes now, and when a disk will be full.</summary>
internal static class DiskRules
{
    /// <summary>With more than this left, a high percentage is a big disk and no emergency.</summary>
    private const long Headroom = 50_000_000_000;

    public static IEnumerable<MonitorRule> All =>
    [
        new ReadingRule("disk", RuleTimes.Minutes(3, 5), s => Each(s, Space)),
        new ReadingRule("inodes", RuleTimes.Minutes(3, 5), s => Each(s, Inodes)),
        new ReadingRule("disk.forecast", RuleTimes.Minutes(20, 60), s => Each(s, Forecast)),
    ];

    private static List<Observation>? Each(RuleSight sight, Func<RuleSight, FilesystemReading, Observation?> one)
    {
        if (sight.Reading.Filesystems.Count == 0)
        {
            return null;
        }

        List<Observation> seen = [.. sight.Reading.Filesystems.Where(f => f.Size > 0 && f.Type is not ("iso9660" or "squashfs")).GroupBy(f => f.MountPoint).Select(g => one(sight, g.First())).OfType<Observation>()];
        if (sight.Reading.Missing.ContainsKey("disks") || sight.Reading.Missing.ContainsKey("shares"))
        {
            // What hangs is not there to be read, which makes it neither well nor gone.
            const string Series = "disk:";
            var named = seen.Select(o => o.Object).ToHashSet(StringComparer.Ordinal);
            seen.AddRange(sight.Memory.Series.Keys.Where(k => k.StartsWith(Series, StringComparison.Ordinal)).Select(k => k[Series.Length..]).Where(m => !named.Contains(m)).Select(m => new Observation(m, sight.Present(m))));
        }

        return seen;
    }

    private static Observation Space(RuleSight sight, FilesystemReading disk)
    {
        var percent = Percent(disk);
        var seen = Number(sight, disk.MountPoint, percent, new Threshold(85, 95, 5), $"{disk.MountPoint} is {percent:F0} % full, {Bytes(disk.Available)} left");
        return seen.Level == Severity.Critical && disk.Available > Headroom ? seen with { Level = Severity.Warning } : seen;
    }

    private static Observation? Inodes(RuleSight sight, FilesystemReading disk)
    {
        if (disk is not { Inodes: > 0, InodesUsed: { } used })
        {
            return null;
        }

        var percent = used * 100.0 / disk.Inodes!.Value;
        return Number(sight, disk.MountPoint, percent, new Threshold(85, 95, 5), $"{disk.MountPoint} has used {percent:F0} % of its inodes");
    }

    /// <summary>Once it rings it goes on until there are two days left, so that a pause in the writing is no recovery.</summary>
    private static Observation Forecast(RuleSight sight, FilesystemReading disk)
    {
        var all = sight.Memory.Since("disk:" + disk.MountPoint, sight.Reading.At - TimeSpan.FromHours(6));
        if (FillForecast.TimeToFull(all, disk.Size) is not { } left || Percent(disk) < 50)
        {
            return new Observation(disk.MountPoint, Severity.Unknown);
        }

        var level = sight.Limits(new Threshold(24, 4, 12, Falling: true)).Level(left.TotalHours, sight.Present(disk.MountPoint));
        return new Observation(disk.MountPoint, level, $"{disk.MountPoint} will be full in about {Span(left)} if it goes on like this ({Bytes(disk.Available)} left)");
    }

    private static double Percent(FilesystemReading disk) => disk.Used + disk.Available > 0 ? disk.Used * 100.0 / (disk.Used + disk.Available) : disk.Used * 100.0 / disk.Size;
}
