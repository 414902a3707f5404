using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What a rule sees: the last look, what was remembered of earlier ones, and the level its own alarms have.</summary>
public sealed class RuleSight(HostReading reading, HostMemory memory, Func<string, Severity> present, RuleSettings? settings = null, Surroundings? around = null)
{
    public HostReading Reading => reading;

    /// <summary>Null while a host is looked at.</summary>
    public Surroundings? Around => around;

    public HostMemory Memory => memory;

    /// <summary>The level of the alarm about a thing; unknown without one.</summary>
    public Severity Present(string thing) => present(thing);

    /// <summary>The rule's limits with what the configuration says instead.</summary>
    public Threshold Limits(Threshold usual) => settings is null ? usual : usual with { Warning = settings.Warning ?? usual.Warning, Critical = settings.Critical ?? usual.Critical };

    /// <summary>The mean of a series over the time before the look; null when less than half of that time is known.</summary>
    public double? Mean(string series, TimeSpan over)
    {
        var samples = memory.Since(series, reading.At - over);
        return samples.Count > 1 && samples[^1].At - samples[0].At >= over * 0.5 ? samples.Average(s => s.Value) : null;
    }
}
