using System.Security.Cryptography;
using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>What was asked about before it was done to the house, in the audit log that all changes are written to.</summary>
internal sealed class HomeAudit(AuditLog log, TimeProvider time)
{
    private readonly string _session = $"home-{Environment.ProcessId}";

    /// <param name="stage">offered, approved, rejected, expired, refused, finished.</param>
    /// <param name="how">code or word; empty where nobody answered.</param>
    /// <exception cref="IOException">It cannot be written; then nothing must be done.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(string stage, HomePlan plan, string code, ChatMessage message, string how, string? before = null, string? after = null)
    {
        var outcome = stage switch
        {
            "approved" or "finished" => ApprovalOutcome.Approved,
            "expired" => ApprovalOutcome.Expired,
            _ => ApprovalOutcome.Declined,
        };
        var who = PlanBook.Account(message.Sender);
        log.Append(new AuditRecord(1, time.GetUtcNow(), _session, OutsideText.Line(plan.What, 200), Redaction.Apply(plan.Fingerprint), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan.Fingerprint))), outcome, how.Length > 0 ? $"{who} by {how}" : "nobody yet")
        {
            Trail = new AuditTrail(stage, code, PlanBook.Account(message.Chat), who, how) { Before = before, After = after },
        });
    }
}
