using System.Collections.Concurrent;
using System.Globalization;

namespace OpenSre.Home;

/// <summary>
/// Services of Home Assistant as steps of a plan. The thing is the id of an entity the house exposes, the verb one of
/// <see cref="Verbs"/>; the same planner works them out as for a sentence, and the same look afterwards proves them.
/// </summary>
public sealed class HomeActions : IHomeActions
{
    /// <summary>What plans about the house have for a host.</summary>
    public const string Place = "house";

    private static readonly Dictionary<string, (HomeVerb Verb, string? State)> Known = new(StringComparer.Ordinal)
    {
        ["turn_on"] = (HomeVerb.TurnOn, null),
        ["turn_off"] = (HomeVerb.TurnOff, null),
        ["open"] = (HomeVerb.Open, null),
        ["close"] = (HomeVerb.Close, null),
        ["lock"] = (HomeVerb.Lock, null),
        ["unlock"] = (HomeVerb.Unlock, null),
        ["arm_home"] = (HomeVerb.Arm, "home"),
        ["arm_away"] = (HomeVerb.Arm, "away"),
        ["arm_night"] = (HomeVerb.Arm, "night"),
        ["disarm"] = (HomeVerb.Disarm, null),
        ["press"] = (HomeVerb.Press, null),
        ["run_script"] = (HomeVerb.Run, null),
        ["activate_scene"] = (HomeVerb.Scene, null),
        ["set_level"] = (HomeVerb.SetLevel, null),
        ["set_colour"] = (HomeVerb.SetColour, null),
        ["set_temperature"] = (HomeVerb.SetTemperature, null),
        ["set_volume"] = (HomeVerb.SetVolume, null),
    };

    private readonly HomeAssistantClient _client;
    private readonly HomeAssistantSettings _settings;
    private readonly HomeActor _actor;
    private readonly ConcurrentDictionary<string, HomePlan> _back = new(StringComparer.Ordinal);

    public HomeActions(HomeAssistantClient client, HomeAssistantSettings settings, TimeProvider time) : this(client, settings, time, TimeSpan.FromSeconds(10))
    {
    }

    internal HomeActions(HomeAssistantClient client, HomeAssistantSettings settings, TimeProvider time, TimeSpan readBack)
    {
        _client = client;
        _settings = settings;
        _actor = new HomeActor(client, readBack, time);
    }

    /// <summary>What can be done; levels, degrees and volumes stand in the argument <c>value</c>, a colour in <c>colour</c>.</summary>
    public static IReadOnlyCollection<string> Verbs => Known.Keys;

    public static TypedAction Action(string entity, string verb, string? value = null) => new("ha.act", Place, entity, value is null
        ? new Dictionary<string, string> { ["verb"] = verb }
        : new Dictionary<string, string> { ["verb"] = verb, [verb == "set_colour" ? "colour" : "value"] = value });

    /// <inheritdoc/>
    public HomeActionOffer Describe(TypedAction action)
    {
        var (plan, refusal) = Plan(action);
        if (plan is null)
        {
            return new HomeActionOffer([], [], ActionRisk.High, refusal);
        }

        var back = new HomePlanner(_client.House, _client.Board.All, _settings.ConfirmEntities).Back(plan, _client.Board.All);
        return new HomeActionOffer(Words(plan), back is null ? [] : Words(back), plan.Risk switch { HomeRisk.Free => ActionRisk.Low, HomeRisk.Confirm => ActionRisk.Medium, _ => ActionRisk.High }, null);
    }

    /// <inheritdoc/>
    public async Task<HomeActionOutcome> ActAsync(TypedAction action, CancellationToken cancellation)
    {
        try
        {
            await _client.StatesAsync(cancellation).ConfigureAwait(false);
            var (plan, refusal) = Plan(action);
            if (plan is null)
            {
                return new HomeActionOutcome(false, refusal!);
            }

            var outcome = await _actor.DoAsync(plan, cancellation).ConfigureAwait(false);
            if (new HomePlanner(_client.House, outcome.Before, _settings.ConfirmEntities).Back(plan, outcome.Before) is { } back)
            {
                _back[Key(action)] = back;
            }

            return new HomeActionOutcome(outcome.IsDone, outcome.Report);
        }
        catch (HomeAssistantException e)
        {
            return new HomeActionOutcome(false, e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<HomeActionOutcome> UndoAsync(TypedAction action, CancellationToken cancellation)
    {
        if (!_back.TryRemove(Key(action), out var back))
        {
            return new HomeActionOutcome(false, $"{action.Thing} was not changed from here");
        }

        try
        {
            var outcome = await _actor.DoAsync(back, cancellation).ConfigureAwait(false);
            return new HomeActionOutcome(outcome.IsDone, outcome.Report);
        }
        catch (HomeAssistantException e)
        {
            return new HomeActionOutcome(false, e.Message);
        }
    }

    /// <inheritdoc/>
    public string State(TypedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return $"{action.Thing} {OutsideText.Line(_client.Board.Of(action.Thing)?.State ?? "unknown", 40)}";
    }

    private (HomePlan? Plan, string? Refusal) Plan(TypedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var arguments = action.Arguments ?? new Dictionary<string, string>();
        if (!arguments.TryGetValue("verb", out var word) || !Known.TryGetValue(word, out var known))
        {
            return (null, $"{OutsideText.Line(word ?? "nothing", 40)} is nothing that is done to a house from here.");
        }

        if (_client.House.Entities.Count == 0)
        {
            return (null, "Home Assistant has not been reached yet.");
        }

        if (_client.House.Entities.FirstOrDefault(e => e.Id == action.Thing) is not { } entity)
        {
            return (null, $"There is no {OutsideText.Line(action.Thing, 60)} in Home Assistant.");
        }

        decimal? value = null;
        if (arguments.TryGetValue("value", out var text))
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return (null, $"{OutsideText.Line(text, 20)} is no number.");
            }

            value = number;
        }

        var needsValue = known.Verb is HomeVerb.SetLevel or HomeVerb.SetTemperature or HomeVerb.SetVolume;
        if (!VerbDomains.Fits(known.Verb, entity) || needsValue != value.HasValue || (known.Verb == HomeVerb.SetColour) != arguments.ContainsKey("colour")
            || (value is < 0 or > 100 && known.Verb is HomeVerb.SetLevel or HomeVerb.SetVolume))
        {
            return (null, $"{word}{(value is { } v ? " " + v.ToString(CultureInfo.InvariantCulture) : "")} cannot be said of {entity.Id}.");
        }

        var request = new HomeRequest(known.Verb, "") { Name = entity.Name, Named = [entity], Value = value, Colour = arguments.GetValueOrDefault("colour"), State = known.State };
        var decision = new HomePlanner(_client.House, _client.Board.All, _settings.ConfirmEntities).Plan(request);
        return decision.Plan is { } plan ? (plan, null) : (null, HomeAnswers.Sentence(decision.Say!));
    }

    private static IReadOnlyList<string> Words(HomePlan plan) =>
        [.. plan.Steps.SelectMany(s => (string[])[$"{s.Domain}.{s.Service}", .. s.Entities.Select(e => e.Id), .. s.Data is { } data ? [data] : Array.Empty<string>()])];

    private static string Key(TypedAction action) => string.Join(' ', [action.Thing, .. (action.Arguments ?? new Dictionary<string, string>()).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")]);
}
