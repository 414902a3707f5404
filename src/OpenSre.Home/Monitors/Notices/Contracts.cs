using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What an alarm's investigation is told.</summary>
public sealed record AlarmSubject(string Host, IReadOnlyList<AlarmSummary> Alarms, DateTimeOffset Since);

/// <summary>An alarm as others see it; nothing of it can be changed.</summary>
public sealed record AlarmSummary(string Key, string Host, string Rule, string Thing, Severity Severity, string What, string Detail, DateTimeOffset Since);

/// <param name="Cause">Probably why, in one sentence.</param>
/// <param name="Confidence">0 … 1, of the engine.</param>
/// <param name="Evidence">What speaks for it, best first.</param>
public sealed record AlarmExplanation(string Cause, double Confidence, IReadOnlyList<string> Evidence);

/// <summary>Finds out why before people are told that.</summary>
public interface IAlertInvestigator
{
    /// <summary>Null when nothing was found out. The caller limits the time through <paramref name="cancellation"/>.</summary>
    Task<AlarmExplanation?> ExplainAsync(AlarmSubject subject, CancellationToken cancellation);
}

/// <summary>Another way to people, for what is critical and unanswered: a notify service of Home Assistant.</summary>
public interface ISecondChannel
{
    /// <summary>False when it could not be handed over; it is tried again later.</summary>
    Task<bool> TellAsync(string text, CancellationToken cancellation);
}

/// <summary>Offers a plan with a notice.</summary>
public interface IPlanMaker
{
    /// <summary>The code of a plan for these alarms, or null when there is nothing sensible to offer.</summary>
    string? Offer(IReadOnlyList<AlarmSummary> alarms, AlarmExplanation? explanation, IReadOnlyList<string> chats);

    /// <summary>How the plan is to be shown now; empty when it is no more.</summary>
    string Describe(string code);

    /// <summary>The message that shows the plan, so that quotes and reactions on it can be told.</summary>
    void Posted(string code, string chat, long timestamp);
}

/// <summary>How loud the watching may be, and to whom.</summary>
public sealed record NoticeSettings
{
    /// <summary>Where notices go.</summary>
    public required IReadOnlyList<string> Chats { get; init; }

    public QuietHours? Quiet { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public NoticeBudget Budget { get; init; } = new();

    /// <summary>How long a notice waits for others of its host.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a notice waits for its investigation at most, from its first alarm on.</summary>
    public TimeSpan Investigation { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a critical notice may be unanswered before others are told.</summary>
    public TimeSpan Escalation { get; init; } = TimeSpan.FromMinutes(15);

    public static NoticeSettings From(HomeConfig config) => new()
    {
        Chats = new LiveList<string>(() => config.NoticesTo),
        Quiet = config.QuietHours,
        Zone = config.Zone,
        Budget = config.NoticeBudget,
        Investigation = config.Timeouts.Investigation,
    };
}
