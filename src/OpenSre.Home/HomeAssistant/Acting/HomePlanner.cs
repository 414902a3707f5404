using System.Globalization;

namespace OpenSre.Home;

/// <summary>
/// Makes of a request the services to call and how to tell that they worked. Decides nothing that was not said: what is
/// missing is asked for.
/// </summary>
internal sealed class HomePlanner(House house, IReadOnlyDictionary<string, EntityState> states, IReadOnlyList<string> confirmEntities)
{
    /// <summary>A change of a room's temperature beyond this is asked about, in degrees Celsius.</summary>
    private const double LargeChange = 3;

    public HomeDecision Plan(HomeRequest request)
    {
        switch (request.Verb)
        {
            case HomeVerb.Play:
                return HomeDecision.Refuse("what is played by its title has to be looked for first, so it is only an order of its own, for now");
            case HomeVerb.StartTimer or HomeVerb.CancelTimer or HomeVerb.CancelAllTimers or HomeVerb.IncreaseTimer or HomeVerb.DecreaseTimer or HomeVerb.PauseTimer or HomeVerb.ResumeTimer or HomeVerb.TimerStatus or HomeVerb.Delay:
                return HomeDecision.Refuse("timers belong to the voice device they are set on; Home Assistant gives me no way to set or read one, and nothing was set");
        }

        var targets = Lists(request) ?? new TargetResolver(house, states).ToActOn(request);
        if (targets.Say is { } say)
        {
            return HomeDecision.Ask(say);
        }

        var steps = Steps(request, targets.Entities);
        if (steps.Say is { } problem)
        {
            return HomeDecision.Refuse(problem);
        }

        var what = Order(request, targets.Subject);
        return new HomeDecision(new HomePlan(what, targets.Subject, steps.Steps, Risk(request, targets.Entities)), null);
    }

    /// <summary>A way back for each entity from what it was: the plan that undoes one. Empty where nothing can be taken back.</summary>
    public HomePlan? Back(HomePlan done, IReadOnlyDictionary<string, EntityState> before)
    {
        List<HomeStep> steps = [];
        var risk = HomeRisk.Free;
        foreach (var entity in done.Steps.SelectMany(s => s.Entities).DistinctBy(e => e.Id))
        {
            if (before.TryGetValue(entity.Id, out var was) && !was.IsUnavailable && Restore(entity, was) is { } step)
            {
                steps.Add(step);
                risk = Max(risk, RiskOf(VerbOf(step), entity, null));
            }
        }

        var together = Together(steps);
        return steps.Count == 0 ? null : new HomePlan($"put {done.Subject} back as before: {string.Join("; ", together.Select(s => $"{TargetResolver.Names(s.Entities)} {s.Goal}"))}", done.Subject, together, risk);
    }

    private TargetResolver.Targets? Lists(HomeRequest request)
    {
        if (request.Verb is not (HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem) || request.Named.Count > 0)
        {
            return null;
        }

        return ShoppingList(house) is { } list
            ? list.Exposed ? new TargetResolver.Targets([list], list.Name, null) : TargetResolver.Targets.None($"{list.Name} is not exposed to voice assistants in Home Assistant")
            : TargetResolver.Targets.None("there is no shopping list in this house; name the list");
    }

    internal static HomeEntity? ShoppingList(House house)
    {
        var lists = house.Entities.Where(e => e.Domain == "todo").ToList();
        return lists.FirstOrDefault(l => l.Name.Contains("shopping", StringComparison.OrdinalIgnoreCase) || l.Name.Contains("grocer", StringComparison.OrdinalIgnoreCase)) ?? (lists.Count == 1 ? lists[0] : null);
    }

    private (IReadOnlyList<HomeStep> Steps, string? Say) Steps(HomeRequest request, IReadOnlyList<HomeEntity> entities)
    {
        switch (request.Verb)
        {
            case HomeVerb.TurnOn or HomeVerb.Run or HomeVerb.Scene or HomeVerb.Press:
                return (Each(entities, e => Switched(e, on: true, run: request.Verb == HomeVerb.Run)), null);
            case HomeVerb.TurnOff:
                return (Each(entities, e => Switched(e, on: false, run: false)), null);
            case HomeVerb.Toggle:
                return (Each(entities, e => Switched(e, on: !IsOn(e), run: false)), null);
            case HomeVerb.Open or HomeVerb.Close:
                return (Each(entities, e => Moved(e, request.Verb == HomeVerb.Open)), null);
            case HomeVerb.StopMoving:
                return (Each(entities, e => new HomeStep(e.Domain, e.Domain == "valve" ? "stop_valve" : "stop_cover", null, [e], s => s.State is not ("opening" or "closing"), "stopped")), null);
            case HomeVerb.Lock:
                return (Each(entities, e => new HomeStep("lock", "lock", null, [e], s => s.State == "locked", "locked")), null);
            case HomeVerb.Unlock:
                return (Each(entities, e => new HomeStep("lock", "unlock", null, [e], s => s.State is "unlocked" or "open", "unlocked")), null);
            case HomeVerb.Arm when request.State is null:
                return ([], "arm how: home, away or night?");
            case HomeVerb.Arm:
                return (Each(entities, e => new HomeStep("alarm_control_panel", $"alarm_arm_{request.State}", null, [e], s => s.State == $"armed_{request.State}", $"armed ({request.State})")), null);
            case HomeVerb.Disarm:
                return (Each(entities, e => new HomeStep("alarm_control_panel", "alarm_disarm", null, [e], s => s.State == "disarmed", "disarmed")), null);
            case HomeVerb.SetLevel:
                return (Each(entities, e => Level(e, request.Value!.Value)), null);
            case HomeVerb.SetColour:
                return Colour(entities, request.Colour!);
            case HomeVerb.SetTemperature:
                return Temperature(entities, request.Value!.Value);
            case HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem:
                return (Each(entities, e => Item(e, request)), null);
            case HomeVerb.Start or HomeVerb.Dock:
                return (Each(entities, e => Machine(e, request.Verb == HomeVerb.Start)), null);
            case HomeVerb.Announce:
                return (Each(entities, e => new HomeStep("assist_satellite", "announce", Json("message", request.Text!), [e], null, "announced")), null);
            default:
                return (Each(entities, e => Media(e, request)), null);
        }
    }

    /// <summary>One call for all entities that need the same one.</summary>
    private static IReadOnlyList<HomeStep> Each(IReadOnlyList<HomeEntity> entities, Func<HomeEntity, HomeStep> step) => Together(entities.Select(step));

    private static IReadOnlyList<HomeStep> Together(IEnumerable<HomeStep> steps) =>
        [.. steps.GroupBy(s => (s.Domain, s.Service, s.Data)).Select(g => g.First() with { Entities = [.. g.SelectMany(s => s.Entities)] })];

    private bool IsOn(HomeEntity entity) => states.GetValueOrDefault(entity.Id)?.State is not ("off" or "standby" or null);

    private static HomeStep Switched(HomeEntity entity, bool on, bool run) => entity.Domain switch
    {
        "scene" => new HomeStep("scene", "turn_on", null, [entity], null, "activated"),
        "script" when on => new HomeStep("script", "turn_on", null, [entity], null, "started"),
        "automation" when run => new HomeStep("automation", "trigger", null, [entity], null, "triggered"),
        "button" or "input_button" => new HomeStep(entity.Domain, "press", null, [entity], null, "pressed"),
        "group" => new HomeStep("homeassistant", on ? "turn_on" : "turn_off", null, [entity], s => (s.State == "on") == on, on ? "on" : "off"),
        "media_player" or "climate" or "water_heater" or "camera" => new HomeStep(entity.Domain, on ? "turn_on" : "turn_off", null, [entity], s => (s.State is not ("off" or "standby")) == on, on ? "on" : "off"),
        _ => new HomeStep(entity.Domain, on ? "turn_on" : "turn_off", null, [entity], s => s.State == (on ? "on" : "off"), on ? "on" : "off"),
    };

    private static HomeStep Moved(HomeEntity entity, bool open) =>
        new(entity.Domain, (open ? "open_" : "close_") + entity.Domain, null, [entity], s => s.State == (open ? "open" : "closed"), open ? "open" : "closed");

    private static HomeStep Level(HomeEntity entity, decimal percent)
    {
        var goal = $"at {percent:0.#} %";
        return entity.Domain switch
        {
            "light" when percent == 0 => Switched(entity, on: false, run: false),
            "light" => new HomeStep("light", "turn_on", Json("brightness_pct", percent), [entity], s => s.State == "on" && s.Number("brightness") is { } bright && Math.Abs((bright / 2.55) - (double)percent) <= 2, goal),
            "fan" => new HomeStep("fan", "set_percentage", Json("percentage", percent), [entity], s => s.Number("percentage") is { } speed && Math.Abs(speed - (double)percent) <= Math.Max(2, (s.Number("percentage_step") ?? 0) / 2), goal),
            "valve" => new HomeStep("valve", "set_valve_position", Json("position", percent), [entity], s => s.Number("current_position") is { } at && Math.Abs(at - (double)percent) <= 3, goal),
            _ => new HomeStep("cover", "set_cover_position", Json("position", percent), [entity], s => s.Number("current_position") is { } at && Math.Abs(at - (double)percent) <= 3, goal),
        };
    }

    private (IReadOnlyList<HomeStep>, string?) Colour(IReadOnlyList<HomeEntity> lights, string colour)
    {
        if (Colours.Whites.TryGetValue(colour, out var kelvin))
        {
            return (Each(lights, e => new HomeStep("light", "turn_on", Json("color_temp_kelvin", kelvin), [e], s => s.State == "on", colour)
            {
                Already = s => s.State == "on" && s.Text("color_mode") == "color_temp" && s.Number("color_temp_kelvin") is { } now && Math.Abs(now - kelvin) <= kelvin * 0.02,
            }), null);
        }

        var able = lights.Where(l => Shows(states.GetValueOrDefault(l.Id), colour)).ToList();
        return able.Count == 0
            ? ([], $"{TargetResolver.Names(lights)} cannot show colours")
            // What a lamp says of its colour has no name, so it is told in any case.
            : (Each(able, e => new HomeStep("light", "turn_on", Json("color_name", colour), [e], s => s.State == "on", colour) { Already = _ => false }), null);
    }

    /// <summary>A lamp that does not say what it can is tried.</summary>
    private static bool Shows(EntityState? state, string colour) =>
        colour == "white" || state is null || state.Attributes.ValueKind != System.Text.Json.JsonValueKind.Object || !state.Attributes.TryGetProperty("supported_color_modes", out var modes) || modes.ValueKind != System.Text.Json.JsonValueKind.Array
        || modes.EnumerateArray().Any(m => m.GetString() is "hs" or "xy" or "rgb" or "rgbw" or "rgbww");

    private (IReadOnlyList<HomeStep>, string?) Temperature(IReadOnlyList<HomeEntity> entities, decimal degrees)
    {
        foreach (var entity in entities)
        {
            var state = states.GetValueOrDefault(entity.Id);
            if ((state?.Number("min_temp") is { } low && (double)degrees < low) || (state?.Number("max_temp") is { } high && (double)degrees > high))
            {
                return ([], $"{entity.Name} takes {state!.Number("min_temp"):0.#} to {state.Number("max_temp"):0.#} degrees; {degrees:0.#} is not within");
            }
        }

        return (Each(entities, e => new HomeStep(e.Domain, "set_temperature", Json("temperature", degrees), [e], s => s.Number("temperature") is { } set && Math.Abs(set - (double)degrees) < 0.3, $"set to {degrees:0.#}°")), null);
    }

    private static HomeStep Item(HomeEntity list, HomeRequest request) => request.Verb switch
    {
        HomeVerb.AddItem => new HomeStep("todo", "add_item", Json("item", request.Text!), [list], null, $"has '{request.Text}' now"),
        HomeVerb.CompleteItem => new HomeStep("todo", "update_item", $"{{\"item\":{Quoted(request.Text!)},\"status\":\"completed\"}}", [list], null, $"has '{request.Text}' checked off"),
        _ => new HomeStep("todo", "remove_item", Json("item", request.Text!), [list], null, $"has '{request.Text}' no more"),
    };

    private static HomeStep Machine(HomeEntity entity, bool start) => (entity.Domain, start) switch
    {
        ("lawn_mower", true) => new HomeStep("lawn_mower", "start_mowing", null, [entity], s => s.State == "mowing", "mowing"),
        ("lawn_mower", false) => new HomeStep("lawn_mower", "dock", null, [entity], s => s.State is "docked" or "returning", "on its way to the dock"),
        (_, true) => new HomeStep("vacuum", "start", null, [entity], s => s.State is "cleaning" or "on", "cleaning"),
        _ => new HomeStep("vacuum", "return_to_base", null, [entity], s => s.State is "docked" or "returning", "on its way to the dock"),
    };

    private HomeStep Media(HomeEntity entity, HomeRequest request)
    {
        HomeStep Simple(string service, Func<EntityState, bool>? reached, string goal) => new("media_player", service, null, [entity], reached, goal);
        switch (request.Verb)
        {
            case HomeVerb.Next:
                return Simple("media_next_track", null, "skipped to the next");
            case HomeVerb.Previous:
                return Simple("media_previous_track", null, "gone back to the previous");
            case HomeVerb.Pause:
                return Simple("media_pause", s => s.State is "paused" or "idle" or "off" or "standby", "paused");
            case HomeVerb.Resume:
                return Simple("media_play", s => s.State is "playing" or "buffering", "playing");
            case HomeVerb.Mute or HomeVerb.Unmute:
                var mute = request.Verb == HomeVerb.Mute;
                return new HomeStep("media_player", "volume_mute", mute ? "{\"is_volume_muted\":true}" : "{\"is_volume_muted\":false}", [entity], s => IsMuted(s) == mute, mute ? "muted" : "not muted") is var step && states.GetValueOrDefault(entity.Id) is { } heard && IsMuted(heard) is null ? step with { Reached = null } : step;
            case HomeVerb.VolumeUp or HomeVerb.VolumeDown when request.Value is null || states.GetValueOrDefault(entity.Id)?.Number("volume_level") is null:
                return Simple(request.Verb == HomeVerb.VolumeUp ? "volume_up" : "volume_down", null, request.Verb == HomeVerb.VolumeUp ? "louder" : "quieter");
            default:
                var now = (decimal)((states.GetValueOrDefault(entity.Id)?.Number("volume_level") ?? 0) * 100);
                var level = Math.Clamp(request.Verb switch { HomeVerb.VolumeUp => now + request.Value!.Value, HomeVerb.VolumeDown => now - request.Value!.Value, _ => request.Value!.Value }, 0, 100);
                return new HomeStep("media_player", "volume_set", Json("volume_level", level / 100), [entity], s => s.Number("volume_level") is not { } volume || Math.Abs((volume * 100) - (double)level) <= 2, $"at volume {level:0}");
        }
    }

    /// <summary>Null where a player does not say.</summary>
    private static bool? IsMuted(EntityState state) => state.Attributes.ValueKind == System.Text.Json.JsonValueKind.Object && state.Attributes.TryGetProperty("is_volume_muted", out var muted) ? muted.ValueKind == System.Text.Json.JsonValueKind.True : null;

    private HomeRisk Risk(HomeRequest request, IReadOnlyList<HomeEntity> entities) => entities.Select(e => RiskOf(request.Verb, e, request.Value)).Append(HomeRisk.Free).Max();

    private HomeRisk RiskOf(HomeVerb verb, HomeEntity entity, decimal? value)
    {
        var listed = confirmEntities.Contains(entity.Id, StringComparer.OrdinalIgnoreCase) || confirmEntities.Contains(entity.Name, StringComparer.OrdinalIgnoreCase) ? HomeRisk.Confirm : HomeRisk.Free;
        var own = entity.Domain switch
        {
            "lock" => verb == HomeVerb.Lock ? HomeRisk.Confirm : HomeRisk.Strong,
            "valve" or "siren" => HomeRisk.Strong,
            "alarm_control_panel" => verb == HomeVerb.Arm ? HomeRisk.Confirm : HomeRisk.Strong,
            "cover" => WayIn.Is(entity) && verb is HomeVerb.Open or HomeVerb.SetLevel ? HomeRisk.Strong : verb == HomeVerb.StopMoving ? HomeRisk.Free : HomeRisk.Confirm,
            _ when WayIn.Is(entity) => verb == HomeVerb.TurnOff ? HomeRisk.Confirm : HomeRisk.Strong,
            "script" or "automation" => HomeRisk.Confirm,
            "climate" or "water_heater" when verb == HomeVerb.SetTemperature => IsLarge(entity, value) ? HomeRisk.Confirm : HomeRisk.Free,
            _ => HomeRisk.Free,
        };
        return Max(listed, own);
    }

    private bool IsLarge(HomeEntity entity, decimal? value)
    {
        var state = states.GetValueOrDefault(entity.Id);
        var limit = state?.Number("max_temp") > 50 ? LargeChange * 1.8 : LargeChange;
        return state?.Number("temperature") is not { } now || value is null || Math.Abs(now - (double)value.Value) > limit;
    }

    private static HomeRisk Max(HomeRisk a, HomeRisk b) => a > b ? a : b;

    private static HomeVerb VerbOf(HomeStep step) => step.Service switch
    {
        "lock" => HomeVerb.Lock,
        "unlock" => HomeVerb.Unlock,
        "open_cover" or "open_valve" => HomeVerb.Open,
        "close_cover" or "close_valve" => HomeVerb.Close,
        "set_cover_position" or "set_valve_position" => HomeVerb.SetLevel,
        _ => HomeVerb.TurnOn,
    };

    private static HomeStep? Restore(HomeEntity entity, EntityState was)
    {
        switch (entity.Domain)
        {
            case "light" when was.State == "on" && was.Number("brightness") is { } bright:
                var level = Level(entity, Math.Max(1, Math.Round((decimal)(bright / 2.55))));
                return Shade(was) is { } shade ? level with { Data = $"{level.Data![..^1]},{shade}}}", Already = _ => false, Goal = $"{level.Goal} in its colour of before" } : level;
            case "light" or "switch" or "fan" or "input_boolean" or "humidifier" or "automation" or "media_player" when was.State is "on" or "off":
                return Switched(entity, was.State == "on", run: false);
            case "cover" when was.Number("current_position") is { } position && position is > 0 and < 100:
                return Level(entity, (decimal)position);
            case "cover" or "valve" when was.State is "open" or "closed":
                return Moved(entity, was.State == "open");
            case "lock" when was.State is "locked":
                return new HomeStep("lock", "lock", null, [entity], s => s.State == "locked", "locked");
            case "lock" when was.State is "unlocked":
                return new HomeStep("lock", "unlock", null, [entity], s => s.State is "unlocked", "unlocked");
            case "climate" when was.Number("temperature") is { } degrees:
                return new HomeStep("climate", "set_temperature", Json("temperature", (decimal)degrees), [entity], s => s.Number("temperature") is { } set && Math.Abs(set - degrees) < 0.3, $"set to {degrees:0.#}°");
            case "media_player" when was.Number("volume_level") is { } volume:
                return new HomeStep("media_player", "volume_set", Json("volume_level", (decimal)volume), [entity], s => s.Number("volume_level") is { } now && Math.Abs(now - volume) < 0.02, $"at volume {volume * 100:0}");
            default:
                return null;
        }
    }

    /// <summary>The colour a lamp shows, as a part of what it can be told; null where it says none.</summary>
    private static string? Shade(EntityState was) => was.Text("color_mode") switch
    {
        "color_temp" when was.Number("color_temp_kelvin") is { } kelvin => $"\"color_temp_kelvin\":{kelvin.ToString("0", CultureInfo.InvariantCulture)}",
        "hs" or "xy" or "rgb" or "rgbw" or "rgbww" when was.Attributes.TryGetProperty("rgb_color", out var colour) && colour.ValueKind == System.Text.Json.JsonValueKind.Array && colour.GetArrayLength() == 3
            && colour.EnumerateArray().All(c => c.TryGetInt32(out var part) && part is >= 0 and <= 255) => $"\"rgb_color\":[{string.Join(',', colour.EnumerateArray().Select(c => c.GetInt32().ToString(CultureInfo.InvariantCulture)))}]",
        _ => null,
    };

    private static string Order(HomeRequest request, string subject) => request.Verb switch
    {
        HomeVerb.TurnOn => $"turn on {subject}",
        HomeVerb.TurnOff => $"turn off {subject}",
        HomeVerb.SetLevel => $"set {subject} to {request.Value:0.#} %",
        HomeVerb.SetColour => $"set {subject} to {request.Colour}",
        HomeVerb.SetTemperature => $"set {subject} to {request.Value:0.#} degrees",
        HomeVerb.StopMoving => $"stop {subject}",
        HomeVerb.Arm => $"arm {subject} ({request.State})",
        HomeVerb.AddItem => $"add '{request.Text}' to {subject}",
        HomeVerb.CompleteItem => $"check '{request.Text}' off {subject}",
        HomeVerb.RemoveItem => $"remove '{request.Text}' from {subject}",
        HomeVerb.SetVolume => $"set the volume of {subject} to {request.Value:0}",
        HomeVerb.Scene => $"activate {subject}",
        _ => $"{request.Verb.ToString().ToLowerInvariant()} {subject}",
    };

    private static string Json(string key, decimal value) => $"{{\"{key}\":{value.ToString(CultureInfo.InvariantCulture)}}}";

    private static string Json(string key, string value) => $"{{\"{key}\":{Quoted(value)}}}";

    private static string Quoted(string value) => System.Text.Json.Nodes.JsonValue.Create(value).ToJsonString();
}
