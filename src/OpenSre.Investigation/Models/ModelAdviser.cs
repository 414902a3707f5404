using System.Text;
using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>What an investigation needs to ask a model.</summary>
public sealed record ModelAdvice
{
    /// <summary>What it is called at the start of an investigation.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the model ready; called once for each investigation.</summary>
    public required Func<IAgent> Open { get; init; }

    public AgentBudget Budget { get; init; } = ModelConfiguration.DefaultBudget;

    /// <summary>Whether a tool's answer, in characters, is cut before the model reads it; the full text is kept.</summary>
    public int AnswerLimit { get; init; } = 10_000;

    /// <summary>What the model should know besides what the investigation itself knows beside its evidence.</summary>
    public Func<Incident, IReadOnlyList<CaseNote>> Notes { get; init; } = _ => [];

    /// <summary>
    /// Asks a person whether an agent program may do something of its own. Without it the answer is no. The answer counts
    /// only for the action it was given for.
    /// </summary>
    public Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>>? Approve { get; init; }

    /// <summary>How long a person may take to answer.</summary>
    public TimeSpan ApprovalWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The session of an agent program this investigation goes on with; null for a new one.</summary>
    public string? Resume { get; init; }

    /// <summary>Told the session of the agent program, so that another investigation can go on with it.</summary>
    public Action<string> Session { get; init; } = _ => { };

    /// <summary>Told what an investigation spent, for the budget of the session.</summary>
    public Action<ModelCost> Spent { get; init; } = _ => { };

    /// <summary>
    /// Makes ready what a first answer passes through, for a face like the one given; takes some hundred milliseconds and asks
    /// nobody. Null where there is nothing to make ready.
    /// </summary>
    public Func<Action<InvestigationEvent>, Task>? Rehearse { get; init; }

    /// <summary>It can answer a word within a moment: it is no program that has to start first.</summary>
    public bool IsQuick { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Asks a model about a case the engine has looked at, and checks what it says.</summary>
internal sealed class ModelAdviser(ModelAdvice advice) : IAdviser
{
    private const int MostOutput = 64 * 1024;
    private readonly Dictionary<string, Act> _acts = new(StringComparer.Ordinal);
    private int _asked;
    private int _begun;

    public string Name => advice.Name;

    public async Task<ModelReview> AdviseAsync(ICaseDesk desk, CancellationToken cancellation)
    {
        var fence = Fence.New();
        var tools = new ToolDesk(desk, fence, advice.AnswerLimit);
        var meter = new Meter(advice.Budget);
        var text = "";
        string ended;
        try
        {
            var agent = advice.Open();
            await using (agent.ConfigureAwait(false))
            {
                var task = new AgentTask
                {
                    Instructions = CaseBrief.Instructions(desk.Profile),
                    Prompt = CaseBrief.Prompt(desk, fence, [.. desk.Background.Notes, .. advice.Notes(desk.Incident)]),
                    Tools = tools.Tools(),
                    Budget = advice.Budget,
                    Resume = advice.Resume,
                    Waiting = desk.Waiting,
                    Steering = desk.Steering is null ? null : new Ear(desk.Steering),
                    Permit = (permission, token) => PermitAsync(permission, desk, token),
                };
                (text, ended) = await ListenAsync(agent, task, desk, meter, cancellation).ConfigureAwait(false);
            }
        }
        catch (ModelException e)
        {
            ended = e.Message;
        }
#pragma warning disable CA1031 // Whatever a model or its program does, the engine's result stands; the sentence says what it was.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            ended = $"it broke ({e.GetType().Name}: {SafeText.Line(e.Message, 200)})";
        }

        cancellation.ThrowIfCancellationRequested();
        if (ended.Length > 0)
        {
            desk.Publish(new ModelNotice(Name, $"{ended}; {(text.Length > 0 || tools.Conclusion is not null ? "what it said so far is kept" : "the built-in engine's result stands")}"));
        }

        advice.Spent(meter.Cost);
        return new ModelReview(
            Name,
            tools.Conclusion,
            Grounding.Claims(text, desk.Ledger, desk.Incident),
            tools.Conclusion is null ? [] : Grounding.Objections(tools.Conclusion, desk.Assessment),
            meter.Cost,
            ended);
    }

    private async Task<(string Text, string Ended)> ListenAsync(IAgent agent, AgentTask task, ICaseDesk desk, Meter meter, CancellationToken cancellation)
    {
        var said = new StringBuilder();
        await foreach (var update in agent.RunAsync(task, cancellation).ConfigureAwait(false))
        {
            switch (update)
            {
                case AgentText piece:
                    said.Append(piece.Text);
                    desk.Publish(new MessageDelta(piece.Text) { Author = Name });
                    break;
                case AgentSession session:
                    advice.Session(session.Id);
                    break;
                case AgentThought thought:
                    desk.Publish(new ModelThought(Name, thought.Text));
                    break;
                case AgentActStarted act:
                    _acts[act.Id] = new Act($"m{++_begun}");
                    desk.Publish(new ToolStarted(_acts[act.Id].CallId, new ToolCall("agent." + act.Action, act.Arguments), $"{Name} does this by itself"));
                    break;
                case AgentActOutput piece when _acts.TryGetValue(piece.Id, out var act):
                    Show(desk, act, piece.Text);
                    break;
                case AgentActEnded ended when _acts.Remove(ended.Id, out var act):
                    if (act.Shown == 0)
                    {
                        Show(desk, act, ended.Output);
                    }

                    var status = ended.Succeeded ? ToolStatus.Ok : ended.Refused ? ToolStatus.Refused : ToolStatus.Failed;
                    desk.Publish(new ToolFinished(act.CallId, "", status, ended.Note, ended.Output.Length, ended.Duration) { ExitCode = ended.ExitCode });
                    break;
                case AgentPlanned plan:
                    desk.Publish(new PlanMade([.. plan.Steps.Select(s => new PlannedStep(new ToolCall("agent.plan", new Dictionary<string, string> { ["status"] = s.Status }), s.Step))]));
                    break;
                case AgentNotice notice:
                    desk.Publish(new ModelNotice(Name, notice.Sentence));
                    break;
                case AgentSpent spent:
                    meter.Add(spent);
                    desk.Publish(new ModelSpent(Name, meter.Cost));
                    break;
                case AgentSteered steered:
                    desk.Publish(new SteeringReceived(steered.Text, $"{Name} was told"));
                    break;
                case AgentFinished end:
                    return (end.Text.Length > 0 ? end.Text : said.ToString(), end.End == AgentEnd.Completed ? end.Reason : end.Reason.Length > 0 ? end.Reason : end.End.ToString());
            }
        }

        return (said.ToString(), "it ended without saying so");
    }

    private static void Show(ICaseDesk desk, Act act, string text)
    {
        var room = MostOutput - act.Shown;
        if (text.Length > 0 && room > 0)
        {
            desk.Publish(new ToolOutput(act.CallId, text.Length <= room ? text : text[..room] + "\n… more is not shown"));
        }

        act.Shown += text.Length;
    }

    private async Task<bool> PermitAsync(AgentPermission permission, ICaseDesk desk, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{permission.Agent}\n{permission.Action}\n{permission.Command}")));
        var now = advice.Time.GetUtcNow();
        var request = new ApprovalRequest(
            // Drawn anew, so that an answer given before a restart counts for nothing after it.
            $"{desk.Incident.Id}-m{Interlocked.Increment(ref _asked)}-{System.Security.Cryptography.RandomNumberGenerator.GetHexString(6, lowercase: true)}",
            permission.Action,
            new Dictionary<string, string> { ["agent"] = permission.Agent },
            permission.Command,
            permission.Reason.Length > 0 ? permission.Reason : $"{permission.Agent} wants to do this by itself",
            "Not known: it is an action of the agent program, not of the catalogue.",
            hash,
            now,
            now + advice.ApprovalWait);
        using var waiting = desk.Waiting.Begin();

        // It can be answered before anybody is told of it, so that no answer comes too early.
        var answer = advice.Approve?.Invoke(request, cancellation)
            ?? Task.FromResult(new ApprovalDecision(request.Id, ApprovalOutcome.Declined, "policy: nobody is there to ask", hash, now));
        desk.Publish(new ApprovalRequested(request));
        var decision = await answer.ConfigureAwait(false);
        desk.Publish(new ApprovalResolved(decision));
        return decision.Outcome == ApprovalOutcome.Approved && decision.RequestId == request.Id && decision.ActionHash == hash && advice.Time.GetUtcNow() <= request.ExpiresAt;
    }

    /// <summary>Something the agent program does by itself.</summary>
    private sealed class Act(string callId)
    {
        public string CallId => callId;

        public int Shown { get; set; }
    }

    private sealed class Ear(SteeringInbox inbox) : ISteering
    {
        public bool TryTake(out string text) => inbox.TryTake(out text);

        public Task WaitAsync(CancellationToken cancellation) => inbox.Said.WaitAsync(cancellation);
    }

    private sealed class Meter(AgentBudget budget)
    {
        private TokenUsage _usage;
        private decimal? _money;
        private int _steps;

        public ModelCost Cost => new(_steps, _usage.Input, _usage.Cached, _usage.Output, _money, Limits());

        public void Add(AgentSpent spent)
        {
            _steps++;
            _usage += spent.Usage;
            _money = spent.Money is null ? _money : (_money ?? 0) + spent.Money;
        }

        private string Limits() => $"of {budget.Steps} steps, {budget.Tokens:N0} tokens{(budget.Money is { } money ? $", ${money:0.00}" : "")}{(budget.Time is { } time ? $", {time.TotalSeconds:0} s" : "")}";
    }
}
