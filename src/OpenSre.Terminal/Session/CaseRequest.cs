using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>What a session wants investigated, and how it takes part.</summary>
/// <param name="Text">What was said or pasted, as it came.</param>
/// <param name="Alerts">The same, read.</param>
/// <param name="Publish">Called with every event, from any thread, one at a time.</param>
/// <param name="Steering">What the person says meanwhile.</param>
public sealed record CaseRequest(string Text, IReadOnlyList<Alert> Alerts, Action<InvestigationEvent> Publish, SteeringInbox Steering)
{
    /// <summary>What the session has concluded before: for a model to read, never for the engine to weigh.</summary>
    public IReadOnlyList<string> Conclusions { get; init; } = [];

    /// <summary>A file to record every command and its answer in, so that it can be replayed; null for none.</summary>
    public string? RecordTo { get; init; }

    /// <summary>Asks the person about a change, through policy, trust and the audit log.</summary>
    public required Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>> Approve { get; init; }
}
