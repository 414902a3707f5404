using System.Runtime.CompilerServices;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>
/// Talks about the house: obeys, answers, asks back. Takes a message only when it is clearly about the house or answers a
/// question it asked; what it takes and does not understand it says, and does nothing.
/// </summary>
public sealed class HomeAssistantSkill : IChatSkill
{
    private static readonly TimeSpan TooLate = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DefaultReadBack = TimeSpan.FromSeconds(5);
    private readonly HomeAssistantClient _client;
    private readonly HomeAssistantSettings _settings;
    private readonly TimeProvider _time;
    private readonly Func<string, bool> _isOperator;
    private readonly HomeActor _actor;
    private readonly HomeAnswers _answers;
    private readonly HomeConfirmations _confirmations;
    private readonly HomeUndo _undo;
    private readonly HomeWhereabouts _whereabouts;
    private readonly HomeAudit? _audit;
    private readonly Func<string?> _frozen;
    private readonly HomeTimers? _timers;
    private SentenceEngine _engine = new(House.Empty);

    /// <param name="zone">Where the home is: "today" begins there at midnight.</param>
    /// <param name="isOperator">Whether a sender may do what lets somebody in.</param>
    /// <param name="audit">Where everything that was asked about is written before it is done; null for nowhere.</param>
    /// <param name="frozen">Why nothing that is asked about is done at the moment; null when all is well.</param>
    /// <param name="timers">Null where none are kept.</param>
    public HomeAssistantSkill(HomeAssistantClient client, HomeAssistantSettings settings, TimeZoneInfo zone, TimeProvider time, Func<string, bool> isOperator, AuditLog? audit = null, Func<string?>? frozen = null, HomeTimers? timers = null)
        : this(client, settings, zone, time, isOperator, DefaultReadBack, HomeConfirmations.RandomCode, audit, frozen, timers)
    {
    }

    internal HomeAssistantSkill(HomeAssistantClient client, HomeAssistantSettings settings, TimeZoneInfo zone, TimeProvider time, Func<string, bool> isOperator, TimeSpan readBack, Func<string> makeCode, AuditLog? audit = null, Func<string?>? frozen = null, HomeTimers? timers = null)
    {
        _client = client;
        _settings = settings;
        _time = time;
        _isOperator = isOperator;
        _actor = new HomeActor(client, readBack, time);
        _answers = new HomeAnswers(client, new SpokenTime(zone, time));
        _confirmations = new HomeConfirmations(time, makeCode);
        _undo = new HomeUndo(time);
        _whereabouts = new HomeWhereabouts(time);
        _audit = audit is null ? null : new HomeAudit(audit, time);
        _frozen = frozen ?? (() => null);
        _timers = timers;
    }

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        // A thumb says nothing of which question it is about by the time it is read, so words are asked for.
        if (message.Reaction is { IsRemoved: false, Emoji: var emoji } reaction && _confirmations.Open(message) is { } open && reaction.TargetTimestamp >= open.Asked.ToUnixTimeMilliseconds()
            && (emoji.StartsWith("👍", StringComparison.Ordinal) || emoji.StartsWith("👎", StringComparison.Ordinal) || emoji is "✅" or "❌"))
        {
            return Safely(_ => Task.FromResult($"I take words alone for that: to {open.Plan.What}, answer {(open.Plan.Risk == HomeRisk.Strong ? "" : "yes or ")}{open.Code}."));
        }

        if (message.IsEdit || message.Text.Trim().Length == 0)
        {
            return null;
        }

        var (kind, pending) = _confirmations.Read(message);
        if (kind != HomeAnswerKind.None)
        {
            return Safely(c => ConfirmedAsync(message, kind, pending!, c));
        }

        var engine = Engine();
        if (HomeWhereabouts.Read(message.Text, engine.House) is { } room)
        {
            _whereabouts.Note(message, room);
            return Safely(_ => Task.FromResult($"Noted: for the next {HomeWhereabouts.Keeps.TotalHours:0} hours “here”, and orders that name no room, mean {room.Name}."));
        }

        if (engine.Understand(message.Text, _whereabouts.Of(message)).Request is { } request)
        {
            return request.Verb == HomeVerb.Undo
                ? _undo.Has(message.Chat) ? Safely(c => UndoAsync(message, c)) : null
                : AboutHome.IsClear(request, Sentence.Read(message.Text)) ? Safely(c => ObeyAsync(message, c)) : null;
        }

        if (CompoundReader.Read(engine, message.Text, _whereabouts.Of(message)) is not null)
        {
            return Safely(c => ObeyAsync(message, c));
        }

        return AboutHome.SoundsLike(Sentence.Read(message.Text), engine.Index) ? Safely(c => ObeyAsync(message, c)) : null;
    }

    /// <summary>Asked before everybody: an answer that names the code of a question of this skill is for nobody else.</summary>
    public IChatSkill Codes => new AnswersByCode(this);

    /// <summary>Asked when nobody took a message: what names something of the house is owed the answer that it is not understood.</summary>
    public IChatSkill Rest => new NamesOfTheHouse(this);

    /// <summary>The engine for the house as it is known now; a new house, a new engine.</summary>
    private SentenceEngine Engine()
    {
        var engine = Volatile.Read(ref _engine);
        if (!ReferenceEquals(engine.House, _client.House))
        {
            engine = new SentenceEngine(_client.House);
            Volatile.Write(ref _engine, engine);
        }

        return engine;
    }

    /// <summary>Carries out an order that was put off, if it needs no confirmation now either.</summary>
    public async Task<string> CarryOutAsync(HomeTimer timer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(timer);
        try
        {
            var (plan, refusal) = await PutOffAsync(timer.Order!, cancellation).ConfigureAwait(false);
            return plan is null ? refusal! : await DoAsync(timer.Chat, plan, isUndo: false, cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e)
        {
            return HomeAnswers.Sentence(e.Message);
        }
    }

    /// <summary>What an order comes to that is to be done later; or why it cannot be put off.</summary>
    private async Task<(HomePlan? Plan, string? Refusal)> PutOffAsync(string order, CancellationToken cancellation)
    {
        await _client.ConnectAsync(cancellation).ConfigureAwait(false);
        if (Engine().Understand(order).Request is not { } request || !request.Verb.Acts() || request.Verb is HomeVerb.Delay or HomeVerb.Undo || !AboutHome.IsClear(request, Sentence.Read(order)))
        {
            return (null, $"“{OutsideText.Line(order, 100)}” is nothing I can do by itself. Nothing was done.");
        }

        var decision = new HomePlanner(_client.House, await _client.StatesAsync(cancellation).ConfigureAwait(false), _settings.ConfirmEntities).Plan(request);
        return decision.Plan is not { } plan ? (null, HomeAnswers.Sentence(decision.Say!))
            : plan.Risk != HomeRisk.Free ? (null, $"To {plan.What} needs an answer at the time it is done, so it cannot be put off. Nothing was done.")
            : (plan, null);
    }

    private async Task<string> ObeyAsync(ChatMessage message, CancellationToken cancellation)
    {
        if (_timers is not null && Engine().Understand(message.Text).Request is { } timing)
        {
            if (timing.Verb == HomeVerb.Delay)
            {
                var (later, refusal) = await PutOffAsync(timing.Text!, cancellation).ConfigureAwait(false);
                return later is null ? refusal! : _timers.PutOff(message, timing.Text!, timing.Duration!.Length);
            }

            if (timing.Verb is HomeVerb.StartTimer or HomeVerb.CancelTimer or HomeVerb.CancelAllTimers or HomeVerb.IncreaseTimer or HomeVerb.DecreaseTimer or HomeVerb.PauseTimer or HomeVerb.ResumeTimer or HomeVerb.TimerStatus)
            {
                return _timers.Answer(timing, message);
            }
        }

        await _client.ConnectAsync(cancellation).ConfigureAwait(false);
        var room = _whereabouts.Of(message);
        var understanding = Engine().Understand(message.Text, room);
        if (understanding.Request is { } question && !question.Verb.Acts() && question.Verb != HomeVerb.TimerStatus)
        {
            return await _answers.AnswerAsync(question, cancellation).ConfigureAwait(false);
        }

        IReadOnlyList<HomeRequest>? requests = understanding.Request is { } one ? [one] : CompoundReader.Read(Engine(), message.Text, room);
        if (requests is null)
        {
            return IsOrderAsked(message, room)
                ? "That reads as a question, and a question is never an order. Say it without the question mark if you want it done. Nothing was done."
                : $"{HomeAnswers.Sentence(understanding.Why!)} Nothing was done.";
        }

        if (message.Timestamp > 0 && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp) is var age && age > TooLate)
        {
            return $"That was said {SpokenTime.Span(age)} ago and came late; say it again if it is still wanted. Nothing was done.";
        }

        var states = await _client.StatesAsync(cancellation).ConfigureAwait(false);
        List<HomePlan> plans = [];
        foreach (var request in requests)
        {
            // Of several orders all are done, or none.
            var decision = request.Verb == HomeVerb.Play && requests.Count == 1
                ? await new HomePlay(_client, _settings.ConfirmEntities).PlanAsync(request, states, cancellation).ConfigureAwait(false)
                : new HomePlanner(_client.House, states, _settings.ConfirmEntities).Plan(request);
            if (decision.Plan is not { } plan)
            {
                return requests.Count == 1 ? HomeAnswers.Sentence(decision.Say!) : $"“{OutsideText.Line(request.Sentence, 100)}”: {decision.Say!.TrimEnd('.')}. Nothing was done.";
            }

            var theirs = await _client.SightAsync(request.Sentence, cancellation).ConfigureAwait(false);
            if (AssistCheck.Disagreement(plan, request, theirs, _client.House) is { } disagreement)
            {
                return HomeAnswers.Sentence(disagreement);
            }

            plans.Add(plan);
        }

        return await DoOrAskAsync(message, HomePlan.Of(plans), requests, cancellation).ConfigureAwait(false);
    }

    /// <summary>"Turn on the lights?"</summary>
    private bool IsOrderAsked(ChatMessage message, string? room) =>
        Sentence.Read(message.Text).IsQuestion && Engine().Understand(message.Text.TrimEnd(' ', '?', '!', '.'), room).Request is { } request && request.Verb.Acts();

    /// <summary>Answers what is a question, and says of an order that it was not taken for one: it may have been meant for something else.</summary>
    private async Task<string> ExplainAsync(ChatMessage message, CancellationToken cancellation)
    {
        await _client.ConnectAsync(cancellation).ConfigureAwait(false);
        var understanding = Engine().Understand(message.Text, _whereabouts.Of(message));
        return understanding.Request switch
        {
            null => $"{HomeAnswers.Sentence(understanding.Why!)} Nothing was done.",
            { Named: [var one, ..] } order when order.Verb.Acts() => $"If you mean {one.Name} of the house, say “turn on” or “turn off” with it. Nothing was done.",
            var request when request.Verb.Acts() || request.Verb is HomeVerb.TimerStatus or HomeVerb.Undo or HomeVerb.Nevermind or HomeVerb.Respond => "I do not know what of the house is meant. Nothing was done.",
            var question => await _answers.AnswerAsync(question, cancellation).ConfigureAwait(false),
        };
    }

    private async Task<string> DoOrAskAsync(ChatMessage message, HomePlan plan, IReadOnlyList<HomeRequest>? requests, CancellationToken cancellation)
    {
        switch (plan.Risk)
        {
            case HomeRisk.Free:
                return await DoAsync(message.Chat, plan, isUndo: requests is null, cancellation).ConfigureAwait(false);
            case HomeRisk.Strong when !_isOperator(message.Sender):
                return $"To {plan.What} is for operators only. Nothing was done.";
            default:
                if (_frozen() is { } frozen)
                {
                    return $"Nothing was done: {frozen}.";
                }

                var pending = _confirmations.Ask(message.Chat, message.Sender, plan, requests);
                _audit?.Write("offered", plan, pending.Code, message, "");
                var entities = plan.Steps.SelectMany(s => s.Entities).DistinctBy(e => e.Id).ToList();
                var which = entities is [var only] && only.Name == plan.Subject ? "" : $" ({TargetResolver.Names(entities)})";
                return plan.Risk == HomeRisk.Strong
                    ? $"{HomeAnswers.Sentence(plan.What).TrimEnd('.')}{which}? Answer {pending.Code} within {HomeConfirmations.ForCode.TotalSeconds:0} s."
                    : $"{HomeAnswers.Sentence(plan.What).TrimEnd('.')}{which}? Answer yes or {pending.Code} within {HomeConfirmations.ForYes.TotalMinutes:0} min.";
        }
    }

    private async Task<string> ConfirmedAsync(ChatMessage message, HomeAnswerKind kind, PendingHomeAct pending, CancellationToken cancellation)
    {
        switch (kind)
        {
            case HomeAnswerKind.No:
                _audit?.Write("rejected", pending.Plan, pending.Code, message, "word");
                return $"Left alone: {pending.Plan.What}.";
            case HomeAnswerKind.Expired:
                _audit?.Write("expired", pending.Plan, pending.Code, message, "");
                return $"That came too late to {pending.Plan.What}; nothing was done. Ask again if it is still wanted.";
            case HomeAnswerKind.NeedsCode:
                return $"To {pending.Plan.What}, answer with the code itself: {pending.Code}.";
        }

        if (_frozen() is { } frozen)
        {
            _audit?.Write("refused", pending.Plan, pending.Code, message, "");
            return $"Nothing was done: {frozen}.";
        }

        if (pending.Requests is { } requests)
        {
            // The house may have changed since: only what was shown is done.
            var states = await _client.StatesAsync(cancellation).ConfigureAwait(false);
            var again = requests.Select(r => new HomePlanner(_client.House, states, _settings.ConfirmEntities).Plan(r).Plan).ToList();
            if (again.Contains(null) || HomePlan.Of([.. again.OfType<HomePlan>()]).Fingerprint != pending.Plan.Fingerprint)
            {
                _audit?.Write("refused", pending.Plan, pending.Code, message, "");
                return $"The house changed since you were asked to {pending.Plan.What}; nothing was done. Say it again.";
            }
        }

        var before = States(pending.Plan);
        _audit?.Write("approved", pending.Plan, pending.Code, message, kind == HomeAnswerKind.Yes && message.Text.Contains(pending.Code, StringComparison.OrdinalIgnoreCase) ? "code" : "word", before);
        var report = await DoAsync(message.Chat, pending.Plan, isUndo: pending.Requests is null, cancellation).ConfigureAwait(false);
        try
        {
            _audit?.Write("finished", pending.Plan, pending.Code, message, "", before, States(pending.Plan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{report} The audit log could not be written: {OutsideText.Line(e.Message, 120)}.";
        }

        return report;
    }

    private string States(HomePlan plan) => string.Join("; ", plan.Steps.SelectMany(s => s.Entities).DistinctBy(e => e.Id).Take(20).Select(e => $"{e.Id} {OutsideText.Line(_client.Board.Of(e.Id)?.State ?? "unknown", 40)}"));

    private async Task<string> UndoAsync(ChatMessage message, CancellationToken cancellation) =>
        _undo.Take(message.Chat) is { } back ? await DoOrAskAsync(message, back, null, cancellation).ConfigureAwait(false) : "There is nothing to take back.";

    /// <summary>What takes something back is not itself kept to be taken back: the next undo goes one order further.</summary>
    private async Task<string> DoAsync(string chat, HomePlan plan, bool isUndo, CancellationToken cancellation)
    {
        var outcome = await _actor.DoAsync(plan, cancellation).ConfigureAwait(false);
        var acted = outcome.Acted.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var done = plan with { Steps = [.. plan.Steps.Select(s => s with { Entities = [.. s.Entities.Where(e => acted.Contains(e.Id))] }).Where(s => s.Entities.Count > 0)] };
        if (!isUndo && done.Steps.Count > 0 && new HomePlanner(_client.House, outcome.Before, _settings.ConfirmEntities).Back(done, outcome.Before) is { } back)
        {
            _undo.Keep(chat, back);
        }

        return outcome.Report;
    }

    private static async IAsyncEnumerable<string> Safely(Func<CancellationToken, Task<string>> answer, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string text;
        try
        {
            text = await answer(cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e)
        {
            text = $"{HomeAnswers.Sentence(e.Message)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            text = $"Nothing was done: the audit log cannot be written ({OutsideText.Line(e.Message, 120)}).";
        }

        yield return text;
    }

    private sealed class AnswersByCode(HomeAssistantSkill house) : IChatSkill
    {
        public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) =>
            message.Reaction is null && house._confirmations.Open(message) is { } open && message.Text.Contains(open.Code, StringComparison.OrdinalIgnoreCase) ? house.TryAnswer(message) : null;
    }

    private sealed class NamesOfTheHouse(HomeAssistantSkill house) : IChatSkill
    {
        public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) =>
            message.Text.Length > 0 && !message.IsEdit && AboutHome.Names(Sentence.Read(message.Text), house.Engine().Index)
                ? Safely(c => house.ExplainAsync(message, c))
                : null;
    }
}
