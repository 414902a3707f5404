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
    string By);
