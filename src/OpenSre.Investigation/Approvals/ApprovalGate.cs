using System.Security.Cryptography;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// The one way to permission for a change: policy first, then trust, then one question. Whatever is decided stands in
/// the audit log before it takes effect; what cannot be logged is declined.
/// </summary>
public sealed class ApprovalGate(IChangePolicy policy, TrustMode trust, IApprover approver, AuditLog audit, string session, TimeProvider time)
{
    public TrustMode Trust => trust;

    public AuditLog Audit => audit;

    /// <summary>A request for a change that is to run exactly as <paramref name="command"/> says.</summary>
    public ApprovalRequest Request(string action, IReadOnlyDictionary<string, string> arguments, string command, string reason, string blastRadius)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var now = time.GetUtcNow();
        var whole = string.Join('\n', [action, command, .. arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
        return new ApprovalRequest($"a{now:HHmmssfff}-{hash[..6]}", action, arguments, command, reason, blastRadius, hash, now, now + TimeSpan.FromMinutes(10));
    }

    /// <exception cref="OperationCanceledException">What the change was for has been cancelled; nothing was decided.</exception>
    public async Task<ApprovalDecision> DecideAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var decision = await JudgeAsync(request, cancellation).ConfigureAwait(false);
        if (decision.ActionHash != request.ActionHash)
        {
            decision = Decision(request, ApprovalOutcome.Declined, "the answer was for something else");
        }

        try
        {
            audit.Append(new AuditRecord(1, decision.At, session, request.Action, Redaction.Apply(request.Command), request.ActionHash, decision.Outcome, decision.By));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Decision(request, ApprovalOutcome.Declined, $"the audit log cannot be written: {e.Message}");
        }

        return decision;
    }

    private async Task<ApprovalDecision> JudgeAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        if (policy.Refusal(request) is { } refusal)
        {
            return Decision(request, ApprovalOutcome.Declined, $"policy: {refusal}");
        }

        if (trust.IsOn)
        {
            return Decision(request, ApprovalOutcome.Approved, "trust");
        }

        var decision = await approver.AskAsync(request, cancellation).ConfigureAwait(false);
        return decision.Outcome == ApprovalOutcome.Approved && time.GetUtcNow() > request.ExpiresAt
            ? Decision(request, ApprovalOutcome.Expired, "the question was too old")
            : decision;
    }

    private ApprovalDecision Decision(ApprovalRequest request, ApprovalOutcome outcome, string by) => new(request.Id, outcome, by, request.ActionHash, time.GetUtcNow());
}
