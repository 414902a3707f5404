using System.Collections.Concurrent;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Calls of tools of other programs that may change something, which a model wants to make in the middle of an investigation:
/// each becomes a plan of high risk with its code, under the rules of every plan and in the same audit log. The investigation
/// waits for the answer; the call itself is made by it, exactly as it was shown, and its end is written into the plan.
/// </summary>
public sealed class OutsideCalls
{
    /// <summary>The kind of such an action. It is in no catalogue: nobody can ask for one in words.</summary>
    public const string Kind = "mcp.call";

    /// <summary>Who is asked too often stops reading.</summary>
    private const int MostPerHour = 6;

    /// <summary>What cannot be shown whole in one message is not asked about.</summary>
    private const int LongestCall = 700;

    /// <summary>What of a question says exactly what is called.</summary>
    private static readonly string[] Said = ["server", "tool", "arguments"];

    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Waiting> _byRequest = new(StringComparer.Ordinal);
    private readonly PlanBook _book;
    private readonly CodeBook _codes;
    private readonly ActionOptions _options;
    private readonly TimeProvider _time;

    public OutsideCalls(PlanBook book, CodeBook codes, ActionOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(book);
        (_book, _codes, _options, _time) = (book, codes, options, time);
        book.Ended += plan =>
        {
            if (_waiting.TryRemove(plan.Code, out var waiting))
            {
                waiting.Answer.TrySetResult(Decision(waiting.Request, plan.State == PlanState.Expired ? ApprovalOutcome.Expired : ApprovalOutcome.Declined, plan.Said()));
            }
        };
    }

    public static bool IsOne(ActionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Actions is [{ Action.Kind: Kind }];
    }

    /// <summary>Whoever is asked during an investigation of a host; null where changes are turned off or nobody could answer.</summary>
    /// <param name="desk">Shows the plans.</param>
    /// <param name="chats">Where they are shown and may be answered.</param>
    public ToolApprover? For(PlanDesk desk, string host, IReadOnlyList<string> chats)
    {
        ArgumentNullException.ThrowIfNull(desk);
        ArgumentNullException.ThrowIfNull(chats);
        var wait = Wait < _options.Settings.Expiry ? Wait : _options.Settings.Expiry;
        return _options.Settings.Enabled && chats.Count > 0 ? new ToolApprover((request, token) => AskAsync(desk, host, chats, request, token), wait) { Told = Told } : null;
    }

    /// <summary>What a plan comes to now; null when nobody waits for it any more.</summary>
    internal string? HashNow(ActionPlan plan) => _waiting.ContainsKey(plan.Code) ? plan.Hash : null;

    /// <summary>Lets an approved call be made, and returns when it has ended.</summary>
    /// <param name="say">Told of the progress; each text replaces the one before.</param>
    internal async Task RunAsync(ActionPlan plan, Action<string> say, CancellationToken cancellation)
    {
        if (_book.Frozen is { } frozen)
        {
            _book.End(plan, PlanState.Refused, $"nothing was called: {frozen}.");
        }
        else if (!_waiting.TryGetValue(plan.Code, out var waiting))
        {
            _book.End(plan, PlanState.Cancelled, "the investigation that asked for it has ended; nothing was called");
        }
        else if (_book.Start(plan))
        {
            _waiting.TryRemove(plan.Code, out _);
            _book.Begin(plan, plan.AllSteps.First());
            say($"Plan {plan.Code}: {plan.AllSteps.First().Shown} …");
            waiting.Answer.TrySetResult(Decision(waiting.Request, ApprovalOutcome.Approved, $"{plan.By} by {plan.How}"));
            var result = await waiting.Result.Task.WaitAsync(cancellation).ConfigureAwait(false);
            var note = OutsideText.Line(result.Note, 200);
            _book.Finish(
                plan,
                result.Status == ToolStatus.Ok ? PlanState.Fixed : PlanState.Failed,
                result.Status == ToolStatus.Ok ? "✅ It was called and has answered; the investigation says what it brought." : $"❌ It was called and failed: {(note.Length > 0 ? note : result.Status.ToString())}",
                null,
                "",
                $"{result.Status}: {OutsideText.Line(result.Text, 200)}");
        }

        say($"Plan {plan.Code}: {plan.Said()}");
    }

    private async Task<ApprovalDecision> AskAsync(PlanDesk desk, string host, IReadOnlyList<string> chats, ApprovalRequest request, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var action = new TypedAction(Kind, host, $"{request.Arguments.GetValueOrDefault("server")} {request.Arguments.GetValueOrDefault("tool")}", request.Arguments);
        var step = new ActionStep(host, ["mcp", "call", .. Said.Select(n => request.Arguments.GetValueOrDefault(n, ""))], request.ExpiresAt - now);
        if (Refusal(step, now) is { } refusal)
        {
            return Decision(request, ApprovalOutcome.Declined, refusal);
        }

        PlannedAction[] planned = [new(action, [step], [], ActionRisk.High)];
        var plan = new ActionPlan
        {
            Code = _codes.Issue(),
            Host = host,
            Actions = planned,
            Hash = PlannedAction.Hash(planned),
            Reason = OutsideText.Line(request.Reason, 400),
            Risk = ActionRisk.High,
            Blast = [OutsideText.Line(request.BlastRadius.TrimEnd('.'), 200)],
            Chats = chats,
            FromModel = true,
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        var waiting = new Waiting(request);
        _waiting[plan.Code] = waiting;
        _byRequest[request.Id] = waiting;
        try
        {
            _book.Add(plan);
            foreach (var chat in chats)
            {
                await desk.ShowAsync(plan, chat, cancellation).ConfigureAwait(false);
            }

            return await waiting.Answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone. What has started is told of by the call itself.
            _waiting.TryRemove(plan.Code, out _);
            waiting.Result.TrySetResult(new ToolResult(ToolStatus.Failed, "", "the investigation was stopped before it was called"));
            _book.TryCancel(plan, "the investigation that asked was stopped; nothing was called");
            throw;
        }
    }

    private string? Refusal(ActionStep step, DateTimeOffset now) =>
        _book.Frozen is { } frozen ? $"nothing is approved at the moment: {frozen}"
        : _book.All.Count(p => IsOne(p) && now - p.CreatedAt < TimeSpan.FromHours(1)) >= MostPerHour ? $"there were {MostPerHour} such questions within the hour; no more for now"
        : step.Shown.Length > LongestCall ? "the call is too long to be shown whole in a message"
        : step.Argv.Any(w => OutsideText.Line(w, LongestCall) != w) ? "the call holds text that cannot be shown as it is, such as a link, a credential or unseen characters"
        : null;

    /// <summary>How an approved call ended.</summary>
    private void Told(ApprovalRequest request, ToolResult result)
    {
        if (_byRequest.TryRemove(request.Id, out var waiting))
        {
            waiting.Result.TrySetResult(result);
        }
    }

    private ApprovalDecision Decision(ApprovalRequest request, ApprovalOutcome outcome, string by) => new(request.Id, outcome, by, request.ActionHash, _time.GetUtcNow());

    private sealed class Waiting(ApprovalRequest request)
    {
        public ApprovalRequest Request => request;

        public TaskCompletionSource<ApprovalDecision> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<ToolResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
