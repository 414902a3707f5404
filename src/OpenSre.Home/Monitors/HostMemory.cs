using System.Text.Json.Serialization;

namespace OpenSre.Home;

/// <param name="Value">In the unit of its series.</param>
public readonly record struct Sample(DateTimeOffset At, double Value);

/// <summary>A container that is expected to be there.</summary>
/// <param name="Policy">Docker's restart policy when it was last seen.</param>
public sealed record ExpectedContainer(DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string? Policy);

/// <summary>What is remembered of a host between looks; small, and stored with the alarms.</summary>
public sealed class HostMemory
{
    public Dictionary<string, List<Sample>> Series { get; set; } = [];

    public Dictionary<string, ExpectedContainer> Containers { get; set; } = [];

    /// <summary>Objects somebody stopped through this program; their being stopped is no fault.</summary>
    public HashSet<string> StoppedHere { get; set; } = [];

    /// <summary>Containers the configuration says must be there.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Declared { get; set; } = [];

    /// <summary>How old each backup may be, by its name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, TimeSpan> BackupAges { get; set; } = new Dictionary<string, TimeSpan>();

    /// <summary>Looks that brought something.</summary>
    public long Looks { get; set; }

    /// <summary>Parts that could not be read, with the number of the look since which that is so.</summary>
    public Dictionary<string, long> MissingSince { get; set; } = [];

    /// <summary>Whether the last looks failed, newest last; four at most.</summary>
    public List<bool> Failures { get; set; } = [];

    public DateTimeOffset? LastLook { get; set; }

    /// <summary>Until when a reboot that was asked for may take.</summary>
    public DateTimeOffset? RebootExpectedUntil { get; set; }

    /// <summary>Takes the time of a clock that was put back: nothing remembered lies in the future then.</summary>
    public void PutBack(DateTimeOffset now)
    {
        foreach (var samples in Series.Values)
        {
            samples.RemoveAll(s => s.At > now);
        }

        foreach (var (name, container) in Containers.ToList())
        {
            Containers[name] = container with { FirstSeen = container.FirstSeen < now ? container.FirstSeen : now, LastSeen = container.LastSeen < now ? container.LastSeen : now };
        }

        Failures.Clear();
        LastLook = LastLook < now ? LastLook : now;
        RebootExpectedUntil = RebootExpectedUntil - now < TimeSpan.FromHours(1) ? RebootExpectedUntil : null;
    }

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Long = TimeSpan.FromHours(7);
    private static readonly TimeSpan Spacing = TimeSpan.FromMinutes(4.5);

    public IReadOnlyList<Sample> Since(string series, DateTimeOffset from) =>
        Series.TryGetValue(series, out var samples) ? [.. samples.Where(s => s.At >= from)] : [];

    /// <summary>Takes from a look what later looks are compared with.</summary>
    public void Take(HostReading reading)
    {
        Looks++;
        foreach (var part in reading.Missing.Keys)
        {
            MissingSince.TryAdd(part, Looks);
        }

        foreach (var part in MissingSince.Keys.Where(p => !reading.Missing.ContainsKey(p)).ToList())
        {
            MissingSince.Remove(part);
        }

        Add("cpu", reading.At, reading.CpuPercent, Short, TimeSpan.Zero);
        Add("iowait", reading.At, reading.IoWaitPercent, Short, TimeSpan.Zero);
        Add("steal", reading.At, reading.StealPercent, Short, TimeSpan.Zero);
        Add("oom", reading.At, reading.OomKills, Short, TimeSpan.Zero);
        foreach (var disk in reading.Filesystems)
        {
            Add("disk:" + disk.MountPoint, reading.At, disk.Available, Long, Spacing);
        }

        foreach (var container in reading.Containers)
        {
            Add("restarts:" + container.Name, reading.At, container.Restarts, Short, TimeSpan.Zero);
            var before = Containers.GetValueOrDefault(container.Name);
            Containers[container.Name] = new ExpectedContainer(before?.FirstSeen ?? reading.At, reading.At, container.RestartPolicy ?? before?.Policy);
            if (container.State == "running")
            {
                StoppedHere.Remove(container.Name);
            }
        }

        Forget(reading.At);
    }

    private void Add(string series, DateTimeOffset at, double? value, TimeSpan keep, TimeSpan spacing)
    {
        if (value is not { } known)
        {
            return;
        }

        if (!Series.TryGetValue(series, out var samples))
        {
            Series[series] = samples = [];
        }

        // Of a clock that was put back since, nothing later than now is believed.
        samples.RemoveAll(s => at - s.At > keep || s.At > at);
        if (samples.Count == 0 || at - samples[^1].At >= spacing)
        {
            samples.Add(new Sample(at, known));
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var gone in Series.Where(s => s.Value.Count == 0 || now - s.Value[^1].At > Long).Select(s => s.Key).ToList())
        {
            Series.Remove(gone);
        }

        // What has been gone for a week is not expected any more; its alarm has been told long ago.
        foreach (var gone in Containers.Where(c => now - c.Value.LastSeen > TimeSpan.FromDays(7)).Select(c => c.Key).ToList())
        {
            Containers.Remove(gone);
        }
    }
}
