namespace OpenSre.Fleet;

/// <summary>Everything known of an agent at one moment.</summary>
/// <param name="Name">The registered name, else its kind.</param>
/// <param name="Agent">Its process; null when it was registered and its process is gone.</param>
/// <param name="Cpu">Percent of one processor, its children included; null before the second look.</param>
/// <param name="Memory">Bytes, its children included.</param>
/// <param name="Budget">What it may spend; null when nothing is set.</param>
/// <param name="SpentHour">USD within the last hour.</param>
/// <param name="SpentDay">USD within the last day.</param>
public sealed record AgentView(string Name, int Pid, AgentProcess? Agent, AgentStatus Status, AgentMeter Meter, double? Cpu, long Memory, AgentBudget? Budget, decimal SpentHour, decimal SpentDay, DateTimeOffset At)
{
    /// <summary>Tokens in the last minute; null when no record is known.</summary>
    public long? TokensPerMinute => Meter.HasRecords ? Meter.TokensSince(At - TimeSpan.FromMinutes(1)) : null;

    /// <summary>USD an hour at the rate of the last minute; null when it is not known.</summary>
    public decimal? CostPerHour => Meter.HasRecords && !Meter.HasUnpriced ? Meter.CostSince(At - TimeSpan.FromMinutes(1)) * 60 : null;

    public int ErrorsPerMinute => Meter.ErrorsSince(At - TimeSpan.FromMinutes(1));

    public string Model => Meter.Model.Length > 0 ? Meter.Model : Agent?.Model ?? "";

    public TimeSpan Uptime => Agent is null ? TimeSpan.Zero : At - Agent.Facts.StartedAt;
}
