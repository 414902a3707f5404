namespace OpenSre.Core;

/// <summary>A span of time with both ends known; <see cref="End"/> is not before <see cref="Start"/>.</summary>
public readonly record struct TimeWindow
{
    [System.Text.Json.Serialization.JsonConstructor]
    public TimeWindow(DateTimeOffset start, DateTimeOffset end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        Start = start;
        End = end;
    }

    public DateTimeOffset Start { get; }

    public DateTimeOffset End { get; }

    public TimeSpan Length => End - Start;

    public bool Contains(DateTimeOffset time) => time >= Start && time <= End;

    public static TimeWindow At(DateTimeOffset time) => new(time, time);
}
