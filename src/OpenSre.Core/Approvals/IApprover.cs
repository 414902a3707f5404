namespace OpenSre.Core;

/// <summary>Somebody who can be asked: a person at a terminal, in a chat, on a web page.</summary>
public interface IApprover
{
    /// <summary>
    /// Asks once and waits. The answer names the hash that was shown; where nobody can be asked, it is
    /// <see cref="ApprovalOutcome.Declined"/> and <see cref="ApprovalDecision.By"/> says why.
    /// </summary>
    Task<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellation);
}
