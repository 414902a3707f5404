namespace OpenSre.Core;

/// <summary>A change somebody proposes, exactly as it would run.</summary>
/// <param name="ActionHash">SHA-256 of the action and its arguments; an answer is good only for this hash.</param>
/// <param name="BlastRadius">What else it touches, in a sentence.</param>
public sealed record ApprovalRequest(
    string Id,
    string Action,
    IReadOnlyDictionary<string, string> Arguments,
    string Command,
    string Reason,
    string BlastRadius,
    string ActionHash,
    DateTimeOffset At,
    DateTimeOffset ExpiresAt);

public enum ApprovalOutcome { Declined, Approved, Expired }

/// <param name="By">Who answered, and on which face.</param>
public sealed record ApprovalDecision(string RequestId, ApprovalOutcome Outcome, string By, string ActionHash, DateTimeOffset At);
