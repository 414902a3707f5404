using OpenSre.Core;

namespace OpenSre.Home;

public enum AlarmPhase
{
    /// <summary>Bad, but not for long enough.</summary>
    Pending,
    Firing,

    /// <summary>Good again, but not for long enough.</summary>
    Recovering,

    /// <summary>Over; kept until what is to be said about it has been said.</summary>
    Over,
}

/// <summary>What is wrong with one thing, from the first bad look until its recovery has been told.</summary>
public sealed class Alarm
{
    public required string Host { get; init; }

    public required string Rule { get; init; }

    /// <summary>The thing within the host; empty for the host itself.</summary>
    public required string Thing { get; init; }

    /// <summary>For people to name it by; given when it first fires.</summary>
    public string Code { get; set; } = "";

    public AlarmPhase Phase { get; set; }

    public Severity Severity { get; set; }

    /// <summary>What is wrong, cleaned; as it was when it fired or became worse.</summary>
    public string What { get; set; } = "";

    public string Detail { get; set; } = "";

    /// <summary>The first bad look.</summary>
    public DateTimeOffset Since { get; set; }

    public int Looks { get; set; }

    public DateTimeOffset? FiredAt { get; set; }

    /// <summary>The first good look of those that may be the recovery.</summary>
    public DateTimeOffset? GoodSince { get; set; }

    public DateTimeOffset? OverAt { get; set; }

    /// <summary>Since when it has been worse, or better, than its severity.</summary>
    public DateTimeOffset? OtherSince { get; set; }

    public DateTimeOffset LastSeen { get; set; }

    public bool Flapping { get; set; }

    public string? AckedBy { get; set; }

    public DateTimeOffset? AckedAt { get; set; }

    /// <summary>The notice it was told in, or will be.</summary>
    public string? Notice { get; set; }

    /// <summary>It waits for a digest because of quiet hours or the budget.</summary>
    public bool Held { get; set; }

    /// <summary>A message that names it went out.</summary>
    public bool Told { get; set; }

    public string Key => MakeKey(Host, Rule, Thing);

    public bool IsOpen => Phase is AlarmPhase.Firing or AlarmPhase.Recovering;

    public TimeSpan Lasted(DateTimeOffset now) => (OverAt ?? now) - Since;

    public static string MakeKey(string host, string rule, string thing) => $"{host}/{rule}/{thing}";
}

/// <summary>Nothing is said about what it covers until it ends; it always ends.</summary>
/// <param name="Host">Null for every host.</param>
/// <param name="Rule">Null for every rule.</param>
/// <param name="Thing">Null for every thing.</param>
public sealed record Silence(string? Host, string? Rule, string? Thing, DateTimeOffset From, DateTimeOffset Until, string By, string Reason)
{
    /// <summary>No silence lasts longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    public bool Covers(Alarm alarm, DateTimeOffset now) => now >= From && now < Until
        && (Host is null || Host == alarm.Host) && (Rule is null || Rule == alarm.Rule) && (Thing is null || Thing == alarm.Thing);
}

/// <summary>What happened to an alarm at a look.</summary>
public enum AlarmEvent { Fired, Worsened, Eased, Relapsed, BeganFlapping, Settled, Recovered }

public sealed record AlarmChange(AlarmEvent Event, Alarm Alarm, DateTimeOffset At);
