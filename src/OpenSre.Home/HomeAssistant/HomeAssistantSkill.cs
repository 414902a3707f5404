using System.Runtime.CompilerServices;

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
    private SentenceEngine _engine = new(House.Empty);

    /// <param name="zone">Where the home is: "today" begins there at midnight.</param>
    /// <param name="isOperator">Whether a sender may do what lets somebody in.</param>
    public HomeAssistantSkill(HomeAssistantClient client, HomeAssistantSettings settings, TimeZoneInfo zone, TimeProvider time, Func<string, bool> isOperator)
        : this(client, settings, zone, time, isOperator, DefaultReadBack, HomeConfirmations.RandomCode)
    {
    }

    internal HomeAssistantSkill(HomeAssistantClient client, HomeAssistantSettings settings, TimeZoneInfo zone, TimeProvider time, Func<string, bool> isOperator, TimeSpan readBack, Func<string> makeCode)
    {
        _client = client;
        _settings = settings;
        _time = time;
        _isOperator = isOperator;
        _actor = new HomeActor(client, readBack, time);
        _answers = new HomeAnswers(client, new SpokenTime(zone, time));
        _confirmations = new HomeConfirmations(time, makeCode);
        _undo = new HomeUndo(time);
    }

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
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
        if (engine.Understand(message.Text).Request is { } request)
        {
            return request.Verb == HomeVerb.Undo
                ? _undo.Has(message.Chat) ? Safely(c => UndoAsync(message, c)) : null
                : AboutHome.IsClear(request, Sentence.Read(message.Text)) ? Safely(c => ObeyAsync(message, c)) : null;
        }

        return AboutHome.SoundsLike(Sentence.Read(message.Text), engine.Index) ? Safely(c => ObeyAsync(message, c)) : null;
    }

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

    private async Task<string> ObeyAsync(ChatMessage message, CancellationToken cancellation)
    {
        await _client.ConnectAsync(cancellation).ConfigureAwait(false);
        var understanding = Engine().Understand(message.Text);
        if (understanding.Request is not { } request)
        {
            return $"{HomeAnswers.Sentence(understanding.Why!)} Nothing was done.";
        }

        if (!request.Verb.Acts() && request.Verb != HomeVerb.TimerStatus)
        {
            return await _answers.AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        if (message.Timestamp > 0 && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp) is var age && age > TooLate)
        {
            return $"That was said {SpokenTime.Span(age)} ago and came late; say it again if it is still wanted. Nothing was done.";
        }

        var states = await _client.StatesAsync(cancellation).ConfigureAwait(false);
        var decision = new HomePlanner(_client.House, states, _settings.ConfirmEntities).Plan(request);
        if (decision.Plan is not { } plan)
        {
            return HomeAnswers.Sentence(decision.Say!);
        }

        var theirs = await _client.SightAsync(message.Text, cancellation).ConfigureAwait(false);
        return AssistCheck.Disagreement(plan, request, theirs, _client.House) is { } disagreement
            ? HomeAnswers.Sentence(disagreement)
            : await DoOrAskAsync(message, plan, request, cancellation).ConfigureAwait(false);
    }

    private async Task<string> DoOrAskAsync(ChatMessage message, HomePlan plan, HomeRequest? request, CancellationToken cancellation)
    {
        switch (plan.Risk)
        {
            case HomeRisk.Free:
                return await DoAsync(message.Chat, plan, isUndo: request is null, cancellation).ConfigureAwait(false);
            case HomeRisk.Strong when !_isOperator(message.Sender):
                return $"To {plan.What} is for operators only. Nothing was done.";
            default:
                var pending = _confirmations.Ask(message.Chat, message.Sender, plan, request);
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
                return $"Left alone: {pending.Plan.What}.";
            case HomeAnswerKind.Expired:
                return $"That came too late to {pending.Plan.What}; nothing was done. Ask again if it is still wanted.";
            case HomeAnswerKind.NeedsCode:
                return $"To {pending.Plan.What}, answer with the code itself.";
        }

        if (pending.Request is { } request)
        {
            // The house may have changed since: only what was shown is done.
            var states = await _client.StatesAsync(cancellation).ConfigureAwait(false);
            var again = new HomePlanner(_client.House, states, _settings.ConfirmEntities).Plan(request).Plan;
            if (again is null || again.Fingerprint != pending.Plan.Fingerprint)
            {
                return $"The house changed since you were asked to {pending.Plan.What}; nothing was done. Say it again.";
            }
        }

        return await DoAsync(message.Chat, pending.Plan, isUndo: pending.Request is null, cancellation).ConfigureAwait(false);
    }

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

        yield return text;
    }
}
