using System.Globalization;

namespace OpenSre.Home;

/// <summary>Answers questions about the house from its states and their history. Says what is not known as such.</summary>
internal sealed class HomeAnswers(HomeAssistantClient client, SpokenTime clock)
{
    /// <summary>How far back questions about the past look; Home Assistant itself keeps ten days unless told otherwise.</summary>
    private static readonly TimeSpan Past = TimeSpan.FromDays(9);

    public async Task<string> AnswerAsync(HomeRequest request, CancellationToken cancellation)
    {
        var states = await client.StatesAsync(cancellation).ConfigureAwait(false);
        var house = client.House;
        return request.Verb switch
        {
            HomeVerb.QueryState => State(request, house, states),
            HomeVerb.QueryValue => Value(request, house, states),
            HomeVerb.QueryTemperature => Temperature(request, house, states),
            HomeVerb.QueryWhere => Where(request, states),
            HomeVerb.QueryWhen or HomeVerb.QueryHowLong => await PastAsync(request, house, states, cancellation).ConfigureAwait(false),
            HomeVerb.QueryAutomations => Automations(request, house, states),
            HomeVerb.Weather => Weather(request, house, states),
            HomeVerb.ShowItems => await ItemsAsync(request, house, cancellation).ConfigureAwait(false),
            HomeVerb.Date => clock.Now.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture) + ".",
            HomeVerb.Time => clock.Now.ToString("HH:mm", CultureInfo.InvariantCulture) + ".",
            _ => throw new InvalidOperationException($"{request.Verb} is no question"),
        };
    }

    private string State(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states)
    {
        var targets = request is { Named.Count: 0, DeviceClass: null, Domain: null or "binary_sensor" }
            ? Anything(request, house)
            : new TargetResolver(house, states).ToLookAt(request);
        if (targets.Say is { } say)
        {
            return Sentence(say);
        }

        var known = targets.Entities.Where(e => states.TryGetValue(e.Id, out var s) && (!s.IsUnavailable || request.State == "unavailable")).ToList();
        var lost = targets.Entities.Where(e => !known.Contains(e)).ToList();
        var matching = known.Where(e => Is(states[e.Id], e, request.State!)).ToList();
        if (request.Mode == QueryMode.One && targets.Entities is [var only])
        {
            return lost.Count > 0 ? $"{only.Name} is unavailable, so I cannot tell."
                : matching.Count > 0 ? $"Yes, {only.Name} is {Word(only, request.State!)}{Since(states[only.Id])}."
                : $"No, {only.Name} is {Word(only, states[only.Id].State)}{Since(states[only.Id])}.";
        }

        var word = Word(targets.Entities[0], request.State!);
        var missing = lost.Count == 0 ? "" : $" {lost.Count} unavailable: {TargetResolver.Names(lost)}.";
        return (request.Mode switch
        {
            QueryMode.All => matching.Count == known.Count && known.Count > 0 ? $"Yes, all {known.Count} are {word}." : matching.Count == 0 ? $"No, none of {known.Count} is {word}." : $"No, {TargetResolver.Names(known.Except(matching))} {(known.Count - matching.Count == 1 ? "is" : "are")} not {word}.",
            QueryMode.Count => $"{matching.Count} of {known.Count} {(matching.Count == 1 ? "is" : "are")} {word}{(matching.Count > 0 ? $": {Listed(matching, house)}" : "")}.",
            QueryMode.Which => matching.Count == 0 ? $"None of {known.Count} is {word}." : $"{Capital(Listed(matching, house))}.",
            _ => matching.Count == 0 ? $"No, none of {known.Count} is {word}." : $"Yes, {matching.Count} of {known.Count}: {Listed(matching, house)}.",
        }) + missing;
    }

    /// <summary>"Is anything open": whatever can be in that state.</summary>
    private static TargetResolver.Targets Anything(HomeRequest request, House house)
    {
        var kinds = house.Entities.Where(e => request.State switch
        {
            "open" or "closed" => e.Domain is "cover" || (e.Domain == "binary_sensor" && e.DeviceClass is "door" or "window" or "garage_door" or "opening"),
            "locked" or "unlocked" => e.Domain == "lock",
            "unavailable" => e.Domain is not ("scene" or "script" or "button" or "zone" or "event"),
            _ => request.Domain == "binary_sensor" ? e.Domain == "binary_sensor" : e.Domain is "light" or "switch" or "fan" or "media_player" or "climate" or "humidifier",
        }).Where(e => request.Area is null || e.AreaId == request.Area.Id).Where(e => request.Floor is null || house.IsOn(e, request.Floor)).ToList();
        return kinds.Count == 0 ? TargetResolver.Targets.None("there is nothing of that kind") : new TargetResolver.Targets(kinds, "", null);
    }

    private static bool Is(EntityState state, HomeEntity entity, string wanted) => (entity.Domain, wanted) switch
    {
        ("binary_sensor", "open" or "unlocked") => state.State == "on",
        ("binary_sensor", "closed" or "locked") => state.State == "off",
        ("media_player", "on") => state.State is not ("off" or "standby"),
        ("media_player", "off") => state.State is "off" or "standby",
        ("media_player", "muted") => state.Attributes.TryGetProperty("is_volume_muted", out var muted) && muted.ValueKind == System.Text.Json.JsonValueKind.True,
        ("climate", "on") => state.State != "off",
        ("climate", "heating" or "cooling" or "idle") => state.Text("hvac_action") == wanted,
        ("vacuum", "on") => state.State == "cleaning",
        ("vacuum", "off") => state.State != "cleaning",
        ("alarm_control_panel", "armed" or "on") => state.State.StartsWith("armed", StringComparison.Ordinal),
        ("alarm_control_panel", "off") => state.State == "disarmed",
        _ => string.Equals(state.State, wanted, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>A state as people say it of such a thing: the "on" of a door is open.</summary>
    private static string Word(HomeEntity entity, string state)
    {
        if (entity.Domain == "binary_sensor" && state is "on" or "off" && BinaryClass.Find(entity.DeviceClass) is { } kind)
        {
            var words = state == "on" ? kind.On : kind.Off;
            return words.FirstOrDefault(w => w is not ("on" or "off")) ?? state;
        }

        return state switch { "not_home" => "away", "home" => "at home", _ => OpenSre.Core.SafeText.Line(state.Replace('_', ' '), 60) };
    }

    private string Value(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states)
    {
        var targets = new TargetResolver(house, states).ToLookAt(request);
        if (targets.Say is { } say)
        {
            return Sentence(say);
        }

        // Of several things of one name, those of a wanted kind come first; all are said.
        return string.Join("\n", targets.Entities.Take(8).Select(e => $"{e.Name}: {Reading(e, states.GetValueOrDefault(e.Id))}"));
    }

    private string Reading(HomeEntity entity, EntityState? state)
    {
        if (state is null or { IsUnavailable: true })
        {
            return "unavailable";
        }

        var text = Word(entity, state.State);
        if (state.Text("unit_of_measurement") is { } unit)
        {
            text += $" {OpenSre.Core.SafeText.Line(unit, 12)}";
        }

        if (entity.Domain == "light" && state.Number("brightness") is { } bright)
        {
            text += $", {bright / 2.55:0} %";
        }

        if (entity.Domain is "cover" or "valve" && state.Number("current_position") is { } position)
        {
            text += $", {position:0} % open";
        }

        if (entity.Domain == "climate")
        {
            text += $"{(state.Number("current_temperature") is { } now ? $", {now:0.#}° now" : "")}{(state.Number("temperature") is { } set ? $", set to {set:0.#}°" : "")}";
        }

        if (entity.Domain == "media_player" && state.Text("media_title") is { } title)
        {
            text += $", {OpenSre.Core.SafeText.Line(title, 80)}";
        }

        // A value that has not moved for long may be of a sensor that died.
        return entity.Domain == "sensor" && state.Changed != default && clock.Now - state.Changed > TimeSpan.FromHours(6) ? $"{text} (unchanged since {clock.At(state.Changed)})" : text;
    }

    private static string Temperature(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states)
    {
        var entities = request.Named.Count > 0
            ? request.Named
            : [.. house.Entities.Where(e => e.Domain == "climate" || e is { Domain: "sensor", DeviceClass: "temperature" }).Where(e => request.Area is null || e.AreaId == request.Area.Id).Where(e => request.Floor is null || house.IsOn(e, request.Floor)).OrderBy(e => e.Domain == "sensor")];
        List<string> lines = [];
        foreach (var entity in entities)
        {
            var state = states.GetValueOrDefault(entity.Id);
            var degrees = state is null or { IsUnavailable: true } ? null : entity.Domain switch
            {
                "climate" => state.Number("current_temperature"),
                "weather" => state.Number("temperature"),
                _ => double.TryParse(state.State, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
            };
            if (degrees is { } known)
            {
                lines.Add($"{entity.Name}: {known:0.#} {state!.Text("unit_of_measurement") ?? state.Text("temperature_unit") ?? "°"}");
            }
        }

        var place = request.Area?.Name ?? request.Floor?.Name;
        return lines.Count switch
        {
            0 when entities.Count == 0 => $"Nothing {(place is null ? "in this house" : $"in {place}")} measures the temperature.",
            0 => $"{TargetResolver.Names(entities)} {(entities.Count == 1 ? "gives" : "give")} no temperature now.",
            _ => string.Join("\n", lines.Take(12)),
        };
    }

    private string Where(HomeRequest request, IReadOnlyDictionary<string, EntityState> states)
    {
        var person = request.Named[0];
        var state = states.GetValueOrDefault(person.Id);
        return state switch
        {
            null or { IsUnavailable: true } => $"Where {person.Name} is, is not known.",
            { State: "home" } => $"{person.Name} is at home{Since(state)}.",
            { State: "not_home" } => $"{person.Name} is away{Since(state)}.",
            _ => $"{person.Name} is at {OpenSre.Core.SafeText.Line(state.State, 60)}{Since(state)}.",
        };
    }

    private static string Weather(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states)
    {
        // Asked for the temperature outside, a sensor there knows better than a forecast.
        if (IsAboutOutside(request.Sentence) && house.Entities.Where(e => e is { Domain: "sensor", DeviceClass: "temperature" } && IsAboutOutside(e.Name) && states.GetValueOrDefault(e.Id) is { IsUnavailable: false }).ToList() is { Count: > 0 } sensors)
        {
            return string.Join("\n", sensors.Take(4).Select(e => $"{e.Name}: {OpenSre.Core.SafeText.Line(states[e.Id].State, 20)} {states[e.Id].Text("unit_of_measurement") ?? "°"}"));
        }

        var entity = request.Named.Count > 0 ? request.Named[0] : house.Entities.FirstOrDefault(e => e.Domain == "weather");
        if (entity is null)
        {
            return "There is no weather in this Home Assistant.";
        }

        return states.GetValueOrDefault(entity.Id) is not { IsUnavailable: false } state ? $"{entity.Name} is unavailable."
            : $"{entity.Name}: {OpenSre.Core.SafeText.Line(state.State, 40)}{(state.Number("temperature") is { } degrees ? $", {degrees:0.#} {state.Text("temperature_unit") ?? "°"}" : "")}{(state.Number("humidity") is { } humidity ? $", humidity {humidity:0} %" : "")}.";
    }

    private static bool IsAboutOutside(string text) => Home.Sentence.WordsOf(text).Any(w => w is "outside" or "outdoor" or "outdoors");

    private async Task<string> PastAsync(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states, CancellationToken cancellation)
    {
        var entities = Subjects(request, house);
        if (entities.Count == 0)
        {
            return "There is nothing of that kind in this house.";
        }

        List<string> lines = [];
        foreach (var entity in entities.Take(4))
        {
            lines.Add(request.Verb == HomeVerb.QueryHowLong ? HowLong(entity, request.State, states.GetValueOrDefault(entity.Id)) : await WhenAsync(entity, request.State, states.GetValueOrDefault(entity.Id), cancellation).ConfigureAwait(false));
        }

        return string.Join("\n", lines);
    }

    /// <summary>What can have been in the state: of a lock and a door sensor of one name, the sensor was opened.</summary>
    private static IReadOnlyList<HomeEntity> Subjects(HomeRequest request, House house)
    {
        var all = request.Named.Count > 0 ? request.Named
            : [.. house.Entities.Where(e => e.DeviceClass is { } kind && (kind == request.DeviceClass || (request.DeviceClass == "garage" && kind == "garage_door")) && e.Domain is "cover" or "binary_sensor").Where(e => request.Area is null || e.AreaId == request.Area.Id)];
        var able = all.Where(e => request.State is null || StateIn(e, request.State) is not null).ToList();
        return able.Count > 0 ? able : all;
    }

    /// <summary>The state as this entity has it; null where it cannot be in it.</summary>
    private static string? StateIn(HomeEntity entity, string state) => (entity.Domain, state) switch
    {
        ("binary_sensor", "open" or "unlocked" or "on") => "on",
        ("binary_sensor", "closed" or "locked" or "off") => "off",
        ("person" or "device_tracker", "home" or "not_home") => state,
        ("person" or "device_tracker", _) => null,
        _ => StateWords.Fits(entity.Domain, state) ? state : null,
    };

    private string HowLong(HomeEntity entity, string? wanted, EntityState? state)
    {
        if (state is null or { IsUnavailable: true })
        {
            return $"{entity.Name} is unavailable.";
        }

        var asked = wanted is null ? state.State : StateIn(entity, wanted);
        var actual = Word(entity, state.State);
        return state.State == asked ? $"{entity.Name} has been {actual} for {SpokenTime.Span(clock.Now - state.Changed)}, since {clock.At(state.Changed)}." : $"{entity.Name} is {actual}, since {clock.At(state.Changed)}.";
    }

    private async Task<string> WhenAsync(HomeEntity entity, string? wanted, EntityState? state, CancellationToken cancellation)
    {
        if (entity.Domain == "automation" && wanted is null)
        {
            return LastRun(state) is { } ran ? $"{entity.Name} last ran {clock.At(ran)}." : $"{entity.Name} has not run, as far as Home Assistant knows.";
        }

        var asked = wanted is null ? null : StateIn(entity, wanted);
        if (asked is null)
        {
            return wanted is not null ? $"{entity.Name} is never {Word(entity, wanted)}."
                : state is null or { IsUnavailable: true } ? $"{entity.Name} is unavailable." : $"{entity.Name} last changed {clock.At(state.Changed)}; it is {Word(entity, state.State)}.";
        }

        var history = await client.HistoryAsync(entity.Id, clock.Now - Past, clock.Now, cancellation).ConfigureAwait(false);
        var became = entity.Domain == "binary_sensor" || asked is "on" or "off" ? $"became {Word(entity, asked)}" : $"was {(asked == "open" ? "opened" : Word(entity, asked))}";
        if (StateHistory.LastTime(history, asked) is not { } last)
        {
            return state?.State == asked ? $"{entity.Name} has been {Word(entity, asked)} since before {clock.At(clock.Now - Past)}, which is as far back as I look." : $"{entity.Name} was not {Word(entity, asked)} in the last {Past.TotalDays:0} days.";
        }

        return last.Until is { } until
            ? $"{entity.Name} {became} {clock.At(last.At)}, for {SpokenTime.Span(until - last.At)}; it is {Word(entity, state?.State ?? "unknown")} now."
            : $"{entity.Name} {became} {clock.At(last.At)} and has been since ({SpokenTime.Span(clock.Now - last.At)}).";
    }

    private string Automations(HomeRequest request, House house, IReadOnlyDictionary<string, EntityState> states)
    {
        var automations = request.Named.Count > 0 ? request.Named : [.. house.Entities.Where(e => e.Domain == "automation")];
        if (automations.Count == 0)
        {
            return "There are no automations in this Home Assistant.";
        }

        if (request.Mode == QueryMode.All)
        {
            var wanted = automations.Where(a => request.State is null || states.GetValueOrDefault(a.Id)?.State == request.State).ToList();
            return wanted.Count == 0 ? $"None of {automations.Count}." : $"{wanted.Count} of {automations.Count}: {string.Join(", ", wanted.Take(30).Select(a => states.GetValueOrDefault(a.Id)?.State == "off" && request.State is null ? $"{a.Name} (off)" : a.Name))}.";
        }

        var (from, to, said) = Window(request);
        var ran = automations.Select(a => (Automation: a, At: LastRun(states.GetValueOrDefault(a.Id)))).Where(a => a.At >= from && a.At < to).OrderBy(a => a.At).ToList();
        if (request.Named.Count > 0)
        {
            var last = LastRun(states.GetValueOrDefault(automations[0].Id));
            return ran.Count > 0 ? $"Yes, {automations[0].Name} ran {clock.At(ran[^1].At!.Value)}." : $"{automations[0].Name} {(last is { } at ? $"last ran {clock.At(at)}" : "has not run, as far as Home Assistant knows")}.";
        }

        // Home Assistant keeps the last run of each: earlier ones of the same are hidden by it.
        var hidden = to <= clock.Now && automations.Any(a => LastRun(states.GetValueOrDefault(a.Id)) >= to) ? " Those that also ran later may be missing: only the last run of each is known." : "";
        return ran.Count == 0 ? $"None of {automations.Count} automations ran {said}.{hidden}" : $"{ran.Count} of {automations.Count} ran {said}: {string.Join(", ", ran.Select(r => $"{r.Automation.Name} ({clock.At(r.At!.Value)})"))}.{hidden}";
    }

    private (DateTimeOffset From, DateTimeOffset To, string Said) Window(HomeRequest request)
    {
        var today = clock.Today;
        var now = clock.Now + TimeSpan.FromMinutes(1);
        return request switch
        {
            { Duration: { } span } => (clock.Now - span.Length, now, $"in the last {SpokenTime.Span(span.Length)}"),
            { Text: "yesterday" } => (today.AddDays(-1), today, "yesterday"),
            { Text: "night" } => (today.AddHours(-3), today.AddHours(7), "last night (21:00 to 7:00)"),
            { Text: "morning" } => (today.AddHours(5), now, "since 5:00"),
            { Text: "day" } => (clock.Now.AddDays(-1), now, "in the last 24 hours"),
            _ => (today, now, "today"),
        };
    }

    private static DateTimeOffset? LastRun(EntityState? state) => state is not null && state.Attributes.ValueKind == System.Text.Json.JsonValueKind.Object ? EntityState.Time(state.Attributes, "last_triggered") : null;

    private async Task<string> ItemsAsync(HomeRequest request, House house, CancellationToken cancellation)
    {
        var list = request.Named.Count > 0 ? request.Named[0] : HomePlanner.ShoppingList(house);
        if (list is null)
        {
            return "There is no shopping list in this house; name the list.";
        }

        var reply = await client.CallForReplyAsync(new ServiceCall("todo", "get_items", [list.Id], "{\"status\":\"needs_action\"}"), cancellation).ConfigureAwait(false);
        var items = reply.ValueKind == System.Text.Json.JsonValueKind.Object && reply.TryGetProperty(list.Id, out var found) && found.TryGetProperty("items", out var array)
            ? array.EnumerateArray().Select(i => i.TryGetProperty("summary", out var summary) ? OpenSre.Core.SafeText.Line(summary.ToString(), 100) : "").Where(s => s.Length > 0).ToList()
            : [];
        return items.Count == 0 ? $"{list.Name} is empty." : $"{list.Name}: {string.Join(", ", items.Take(40))}{(items.Count > 40 ? $" and {items.Count - 40} more" : "")}.";
    }

    private string Since(EntityState state) => state.Changed == default ? "" : $", since {clock.At(state.Changed)}";

    private static string Listed(IEnumerable<HomeEntity> entities, House house)
    {
        var named = entities.ToList();
        return TargetResolver.Names(named.Select(e => named.Count(o => o.Name == e.Name) > 1 && house.AreaOf(e) is { } area ? e with { Name = $"{e.Name} ({area.Name})" } : e));
    }

    internal static string Sentence(string text) => Capital(text) + (text.EndsWith('?') || text.EndsWith('.') ? "" : ".");

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
