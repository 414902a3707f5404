namespace OpenSre.Core;

/// <summary>One decision about a change, as the audit log keeps it for ever.</summary>
/// <param name="Session">The session it was made in.</param>
/// <param name="Command">Exactly what was shown, with secrets taken out.</param>
/// <param name="By">Who decided: a person and the face, trust, or the policy with its reason.</param>
public sealed record AuditRecord(
    int V,
    DateTimeOffset At,
    string Session,
    string Action,
    string Command,
    string ActionHash,
    ApprovalOutcome Outcome,
    string By)
{
    /// <summary>What happened besides the decision; null for the decision alone.</summary>
    public AuditTrail? Trail { get; init; }

    /// <summary>SHA-256 of the line before, in hexadecimal; empty on the first line, null on lines of before there were chains.</summary>
    public string? Prev { get; init; }
}

/// <summary>A step in the life of a plan that was asked about in a chat.</summary>
/// <param name="Stage">offered, approved, rejected, refused, started, step, finished, undone, interrupted, expired.</param>
/// <param name="Code">What the plan was called.</param>
/// <param name="How">code, quote, reaction, bare; empty where nobody answered.</param>
/// <param name="Who">A hash of the account; never the account.</param>
public sealed record AuditTrail(string Stage, string Code, string Chat, string Who, string How)
{
    /// <summary>A hash of the evidence the plan was made from.</summary>
    public string? Evidence { get; init; }

    public IReadOnlyList<string>? Argv { get; init; }

    public int? ExitCode { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }
}
