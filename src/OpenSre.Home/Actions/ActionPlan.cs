using System.Text;

namespace OpenSre.Home;

public enum PlanState
{
    /// <summary>Waiting for an answer.</summary>
    Open,

    /// <summary>Approved; nothing has started.</summary>
    Approved,

    /// <summary>A step may have begun.</summary>
    Running,

    /// <summary>Everything ran and the proof is there.</summary>
    Fixed,

    /// <summary>Everything ran, and nothing shows that it helped.</summary>
    NotFixed,

    /// <summary>A step failed; what came after it did not run.</summary>
    Failed,

    /// <summary>It did not help and was taken back.</summary>
    Undone,
    Rejected,
    Expired,
    Cancelled,

    /// <summary>The trouble was gone before anything ran.</summary>
    Needless,

    /// <summary>Something changed since it was shown, or policy forbids it now.</summary>
    Refused,

    /// <summary>The program ended in the middle of it; what ran is not known.</summary>
    Interrupted,
}

/// <summary>Actions that are asked about together, from the question to the proof.</summary>
public sealed class ActionPlan
{
    public required string Code { get; init; }

    public required string Host { get; init; }

    public required IReadOnlyList<PlannedAction> Actions { get; init; }

    /// <summary>Of everything that would run; an answer is good for this and nothing else.</summary>
    public required string Hash { get; init; }

    /// <summary>Why it is offered, in a sentence.</summary>
    public required string Reason { get; init; }

    public required ActionRisk Risk { get; init; }

    public IReadOnlyList<string> Blast { get; set; } = [];

    /// <summary>The alarms it is to end; empty when a person asked for it.</summary>
    public IReadOnlyList<string> Alarms { get; set; } = [];

    /// <summary>For each action the alarms it is to end, in the order of the actions; empty when a person asked for it.</summary>
    public IReadOnlyList<IReadOnlyList<string>> For { get; init; } = [];

    /// <summary>It was suggested by a model that read text from outside.</summary>
    public bool FromModel { get; init; }

    public string Evidence { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Chats in which it may be answered.</summary>
    public IReadOnlyList<string> Chats { get; set; } = [];

    /// <summary>The message that shows it, by chat.</summary>
    public Dictionary<string, long> Posts { get; set; } = [];

    public PlanState State { get; set; }

    /// <summary>Commands begun so far, counted over all actions; stored before each begins.</summary>
    public int Begun { get; set; }

    /// <summary>The command that was begun last, as it was shown.</summary>
    public string LastBegun { get; set; } = "";

    public string By { get; set; } = "";

    public string How { get; set; } = "";

    public string Chat { get; set; } = "";

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>The timestamp of the message that approved it.</summary>
    public long AnsweredBy { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>It ended after it had been approved, and how has not been handed to the channel yet.</summary>
    public bool IsUntold { get; set; }

    /// <summary>How it ended, in a sentence or two.</summary>
    public string Result { get; set; } = "";

    public bool IsOver => State is not (PlanState.Open or PlanState.Approved or PlanState.Running);

    public IEnumerable<ActionStep> AllSteps => Actions.SelectMany(a => a.Steps);

    /// <summary>How it is shown: exactly what runs, what it touches, what takes it back, how to answer.</summary>
    public string Show(TimeZoneInfo zone)
    {
        if (State != PlanState.Open)
        {
            return $"Plan {Code}: {Said()}";
        }

        var text = new StringBuilder($"Plan {Code} on {Host}{(FromModel ? " (suggested by a model that read untrusted text)" : "")}:");
        var number = 0;
        foreach (var step in AllSteps)
        {
            text.Append($" {++number}) ").Append(step.Shown);
        }

        text.Append($"\nRisk {Risk.ToString().ToLowerInvariant()}");
        text.Append(Blast.Count > 0 ? $": {string.Join("; ", Blast)}" : ", nothing else depends on it");
        var undo = Actions.Reverse().SelectMany(a => a.Undo).Select(s => s.Shown).ToList();
        text.Append(undo.Count > 0 ? $". Undo: {string.Join("; ", undo)}" : ". No undo is defined");
        var until = TimeZoneInfo.ConvertTime(ExpiresAt, zone).ToString("HH:mm", null);
        text.Append(Risk == ActionRisk.High
            ? $"\nOnly \"approve {Code} confirm\" does it · 👎 or \"reject {Code}\" · until {until}"
            : $"\n👍 or \"approve {Code}\" · 👎 or \"reject {Code}\" · until {until}");
        return text.ToString();
    }

    public string Said() => State switch
    {
        PlanState.Open => "open",
        PlanState.Approved => "approved, about to start",
        PlanState.Running => "running",
        PlanState.Rejected => Result.Length > 0 ? $"rejected: {Result}" : "rejected",
        PlanState.Expired => "expired without an answer",
        PlanState.Cancelled => Result.Length > 0 ? $"cancelled: {Result}" : "cancelled before it started",
        _ => Result,
    };
}
