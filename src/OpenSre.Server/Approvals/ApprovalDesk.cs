using System.Collections.Concurrent;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

public enum AnswerResult { Taken, Same, AlreadyAnswered, Unknown, WrongAction }

/// <summary>A question that waits, and the run it belongs to.</summary>
public sealed record PendingApproval(ApprovalRequest Request, string RunId);

/// <summary>A line of the audit log.</summary>
public sealed record AuditLine(DateTimeOffset At, string What, string RequestId, string Action, string Command, string Outcome, string By);

/// <summary>
/// The one place where questions wait for a yes or a no. The first answer counts; the same answer again is no error;
/// no answer in time is a no. Each decision is on the disk, in the audit log, before anybody acts on it.
/// </summary>
public sealed class ApprovalDesk : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ApprovalDecision> _answered = new(StringComparer.Ordinal);
    private readonly Journal _audit;
    private readonly TimeProvider _time;
    private readonly SharedLog? _shared;
    private readonly ConcurrentDictionary<string, Waiting> _asking = new(StringComparer.Ordinal);

    /// <param name="shared">What servers share; null for a server of its own.</param>
    public ApprovalDesk(ServerSettings settings, TimeProvider time, SharedLog? shared = null)
    {
        (_time, _shared) = (time, shared);
        _audit = new Journal(Path.Combine(settings.Folder, "audit.jsonl"));
    }

    public IReadOnlyList<PendingApproval> Pending => [.. _waiting.Values.Where(w => !w.Answer.Task.IsCompleted).Select(w => w.Approval).OrderBy(a => a.Request.At)];

    /// <summary>Asks, and waits for the answer. Everybody who follows the run sees the question and its end.</summary>
    public async Task<ApprovalDecision> AskAsync(LiveRun run, ApprovalRequest request, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var waiting = new Waiting(new PendingApproval(request, run.Id));
        if (_shared is not null)
        {
            return await ShareAsync(_shared, waiting, publish, cancellation).ConfigureAwait(false);
        }

        if (!_waiting.TryAdd(request.Id, waiting))
        {
            throw new InvalidOperationException($"The question {request.Id} is already asked.");
        }

        publish(new ApprovalRequested(request));
        var decision = await WaitAsync(waiting, LateAsync, cancellation).ConfigureAwait(false);
        _answered[request.Id] = decision;
        _waiting.TryRemove(request.Id, out _);
        publish(new ApprovalResolved(decision));
        return decision;

        async Task<ApprovalDecision> LateAsync(ApprovalDecision late)
        {
            if (!waiting.Answer.TrySetResult(late))
            {
                return await waiting.Answer.Task.ConfigureAwait(false);
            }

            await AuditAsync(request, late).ConfigureAwait(false);
            return late;
        }
    }

    /// <summary>Answers a question.</summary>
    /// <param name="hash">The hash of the action the answer is meant for; null to answer whatever is asked.</param>
    public async Task<AnswerResult> AnswerAsync(string id, bool approve, string by, string? hash)
    {
        var outcome = approve ? ApprovalOutcome.Approved : ApprovalOutcome.Declined;
        if (_answered.TryGetValue(id, out var before))
        {
            return before.Outcome == outcome ? AnswerResult.Same : AnswerResult.AlreadyAnswered;
        }

        if (!_waiting.TryGetValue(id, out var waiting))
        {
            return AnswerResult.Unknown;
        }

        var request = waiting.Approval.Request;
        if (hash is not null && hash != request.ActionHash)
        {
            return AnswerResult.WrongAction;
        }

        var decision = new ApprovalDecision(id, outcome, by, request.ActionHash, _time.GetUtcNow());
        if (_shared is not null)
        {
            var counts = await AnswerAsync(_shared, waiting, decision).ConfigureAwait(false);
            return counts == decision ? AnswerResult.Taken : counts.Outcome == outcome ? AnswerResult.Same : AnswerResult.AlreadyAnswered;
        }

        // One at a time: the line in the audit log must be the decision that counts.
        await waiting.Turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (waiting.Answer.Task.IsCompleted)
            {
                return (await waiting.Answer.Task.ConfigureAwait(false)).Outcome == outcome ? AnswerResult.Same : AnswerResult.AlreadyAnswered;
            }

            await AuditAsync(request, decision).ConfigureAwait(false);
            return waiting.Answer.TrySetResult(decision) ? AnswerResult.Taken : AnswerResult.AlreadyAnswered;
        }
        finally
        {
            waiting.Turn.Release();
        }
    }

    /// <summary>Takes a line of the shared log: a question, an answer, or that an investigation is run anew.</summary>
    internal void Apply(SharedLine line)
    {
        switch (line.Topic)
        {
            case "ask":
                var request = JsonSerializer.Deserialize(line.Text, CoreJson.Default.ApprovalRequest)!;
                var asked = _asking.TryRemove(request.Id, out var mine) ? mine : new Waiting(new PendingApproval(request, line.Run));
                _waiting[request.Id] = asked;
                asked.Asked.TrySetResult();
                break;
            case "answer":
                var decision = JsonSerializer.Deserialize(line.Text, CoreJson.Default.ApprovalDecision)!;
                _answered[decision.RequestId] = decision;
                if (_waiting.TryRemove(decision.RequestId, out var waiting))
                {
                    waiting.Answer.TrySetResult(decision);
                }

                break;
            case "claim" or "end":
                // Whoever asked is gone, or has no more use for an answer; a new run asks anew, so nothing approved is done twice.
                foreach (var left in _waiting.Values.Where(w => w.Approval.RunId == line.Run))
                {
                    _waiting.TryRemove(left.Approval.Request.Id, out _);
                    left.Answer.TrySetResult(new ApprovalDecision(left.Approval.Request.Id, ApprovalOutcome.Declined, "the investigation that asked has ended", left.Approval.Request.ActionHash, _time.GetUtcNow()));
                }

                break;
        }
    }

    /// <summary>Waits for an answer until the question expires or is taken back.</summary>
    /// <param name="late">Given the answer that stands for none, says which one counts: somebody may have answered meanwhile.</param>
    private async Task<ApprovalDecision> WaitAsync(Waiting waiting, Func<ApprovalDecision, Task<ApprovalDecision>> late, CancellationToken cancellation)
    {
        var request = waiting.Approval.Request;
        try
        {
            var left = request.ExpiresAt - _time.GetUtcNow();
            return await waiting.Answer.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            var (outcome, why) = e is TimeoutException ? (ApprovalOutcome.Expired, "nobody answered in time") : (ApprovalOutcome.Declined, "the investigation was stopped");
            return await late(new ApprovalDecision(request.Id, outcome, why, request.ActionHash, _time.GetUtcNow())).ConfigureAwait(false);
        }
    }

    private async Task<ApprovalDecision> ShareAsync(SharedLog shared, Waiting waiting, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var (request, run) = waiting.Approval;
        // It stands from where the log has it: what came before, such as the claim of this very run, has no say in it.
        _asking[request.Id] = waiting;
        await shared.AppendAsync("ask", run, JsonSerializer.Serialize(request, CoreJson.Default.ApprovalRequest)).ConfigureAwait(false);
        await waiting.Asked.Task.ConfigureAwait(false);
        publish(new ApprovalRequested(request));
        var decision = await WaitAsync(waiting, late => AnswerAsync(shared, waiting, late), cancellation).ConfigureAwait(false);
        publish(new ApprovalResolved(decision));
        return decision;
    }

    /// <summary>Answers for all servers. Returns the answer that counts: the first in the log.</summary>
    private async Task<ApprovalDecision> AnswerAsync(SharedLog shared, Waiting waiting, ApprovalDecision decision)
    {
        await shared.AnswerAsync(decision.RequestId, waiting.Approval.RunId, JsonSerializer.Serialize(decision, CoreJson.Default.ApprovalDecision)).ConfigureAwait(false);
        var counts = await waiting.Answer.Task.ConfigureAwait(false);
        if (counts == decision)
        {
            await AuditAsync(waiting.Approval.Request, decision).ConfigureAwait(false);
        }

        return counts;
    }

    public ValueTask DisposeAsync() => _audit.DisposeAsync();

    private Task AuditAsync(ApprovalRequest request, ApprovalDecision decision) =>
        _audit.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(
            new AuditLine(decision.At, "approval", request.Id, request.Action, request.Command, decision.Outcome.ToString().ToLowerInvariant(), SafeText.Line(decision.By, 200)),
            ServerJson.Default.AuditLine));

    private sealed class Waiting(PendingApproval approval)
    {
        public PendingApproval Approval { get; } = approval;

        public TaskCompletionSource<ApprovalDecision> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SemaphoreSlim Turn { get; } = new(1);
    }
}
