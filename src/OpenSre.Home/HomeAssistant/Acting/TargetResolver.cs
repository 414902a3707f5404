namespace OpenSre.Home;

/// <summary>Which entities a request is about. More than one reading is asked about, and never chosen from.</summary>
internal sealed class TargetResolver(House house, IReadOnlyDictionary<string, EntityState> states)
{
    /// <param name="Say">A question or a reason where there are no entities.</param>
    internal sealed record Targets(IReadOnlyList<HomeEntity> Entities, string Subject, string? Say)
    {
        public static Targets None(string say) => new([], "", say);
    }

    /// <summary>The entities to act on; those the house does not expose are left out, and said where nothing else is left.</summary>
    public Targets ToActOn(HomeRequest request)
    {
        var found = Find(request, isQuestion: false);
        if (found.Entities.Count == 0 || found.Entities.All(e => e.Exposed))
        {
            return found;
        }

        var exposed = found.Entities.Where(e => e.Exposed).ToList();
        return exposed.Count > 0
            ? found with { Entities = exposed }
            : Targets.None($"{Names(found.Entities)} {(found.Entities.Count == 1 ? "is" : "are")} not exposed to voice assistants in Home Assistant, so I leave {(found.Entities.Count == 1 ? "it" : "them")} alone. Expose it there, or set ignore_exposure");
    }

    /// <summary>The entities a question is about.</summary>
    public Targets ToLookAt(HomeRequest request) => Find(request, isQuestion: true);

    public static string Names(IEnumerable<HomeEntity> entities)
    {
        var names = entities.Select(e => e.Name).ToList();
        return names.Count switch
        {
            0 => "nothing",
            1 => names[0],
            <= 6 => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
            _ => $"{string.Join(", ", names.Take(6))} and {names.Count - 6} more",
        };
    }

    private Targets Find(HomeRequest request, bool isQuestion)
    {
        if (request.Named.Count > 0)
        {
            return Named(request, isQuestion);
        }

        var fitting = house.Entities.Where(e => Fits(e, request)).ToList();
        var kind = Kind(request);
        if (request.Label is { } label)
        {
            fitting = [.. fitting.Where(e => e.Labels.Contains(label.Id))];
            if (fitting.Count == 0)
            {
                return Targets.None($"there is no {Singular(kind)} labelled {label.Name}");
            }

            if (request is { Area: null, Floor: null })
            {
                return new Targets(fitting, $"{label.Name} {kind}", null);
            }
        }

        if (request.Area is { } area)
        {
            var there = fitting.Where(e => e.AreaId == area.Id).ToList();
            return there.Count > 0 ? new Targets(there, $"{area.Name} {kind}", null) : Targets.None($"there is no {Singular(kind)} in {area.Name}{Elsewhere(fitting)}");
        }

        if (request.Floor is { } floor)
        {
            var there = fitting.Where(e => house.IsOn(e, floor)).ToList();
            return there.Count > 0 ? new Targets(there, $"{floor.Name} {kind}", null) : Targets.None($"there is no {Singular(kind)} on {floor.Name}{Elsewhere(fitting)}");
        }

        if (fitting.Count == 0)
        {
            return Targets.None($"there is no {Singular(kind)} in this house");
        }

        if (isQuestion || request.Everywhere || request.Verb == HomeVerb.Announce || (request.All && !request.Here) || fitting.Count == 1)
        {
            return new Targets(fitting, fitting.Count == 1 ? fitting[0].Name : $"all {kind}", null);
        }

        // What plays is what is meant by "pause"; else a room has to be said.
        if (request.Domain == "media_player" && fitting.Where(e => states.GetValueOrDefault(e.Id)?.State == "playing").ToList() is [var playing])
        {
            return new Targets([playing], playing.Name, null);
        }

        return Targets.None(Places(fitting) is { Count: > 1 } places
            ? $"which {kind}? There are some in {string.Join(", ", places.Take(8))}. Name the room, or say \"all {kind}\""
            : $"which one: {string.Join(", ", fitting.Take(8).Select(e => e.Name))}? Or say \"all {kind}\"");
    }

    private Targets Named(HomeRequest request, bool isQuestion)
    {
        var named = request.Named;
        if (request.Area is { Id: var areaId, Name: var areaName } && !request.AreaIsAskers)
        {
            // A scene is nowhere, so a room said with it does not contradict it.
            var there = named.Where(e => e.AreaId == areaId || e.Domain is "scene" or "script").ToList();
            if (there.Count == 0)
            {
                return Targets.None($"{request.Name} is not in {areaName}{(named is [var only] && house.AreaOf(only) is { } real ? $" but in {real.Name}" : "")}");
            }

            named = there;
        }

        if (request.Floor is { } floor)
        {
            var there = named.Where(e => house.IsOn(e, floor)).ToList();
            if (there.Count == 0)
            {
                return Targets.None($"{request.Name} is not on {floor.Name}");
            }

            named = there;
        }

        if (named.Count == 1 || isQuestion)
        {
            return new Targets(named, request.Name!, null);
        }

        return Targets.None($"{named.Count} things are called {request.Name}: {string.Join(", ", named.Take(6).Select(e => $"{e.Id} ({house.AreaOf(e)?.Name ?? "no room"})"))}. Which? Say the room with it");
    }

    private static bool Fits(HomeEntity entity, HomeRequest request)
    {
        if (request.DeviceClass is { } kind && entity.DeviceClass != kind)
        {
            return false;
        }

        return request.Domain is { } domain ? entity.Domain == domain : VerbDomains.Fits(request.Verb, entity) && DefaultDomain(request.Verb) is { } usual && entity.Domain == usual;
    }

    /// <summary>What a verb is about when nothing is said: the temperature is set on climate devices.</summary>
    private static string? DefaultDomain(HomeVerb verb) => verb switch
    {
        HomeVerb.SetTemperature or HomeVerb.QueryTemperature => "climate",
        HomeVerb.Arm or HomeVerb.Disarm => "alarm_control_panel",
        HomeVerb.SetLevel or HomeVerb.SetColour => "light",
        HomeVerb.SetVolume or HomeVerb.VolumeUp or HomeVerb.VolumeDown or HomeVerb.Mute or HomeVerb.Unmute or HomeVerb.Next or HomeVerb.Previous or HomeVerb.Pause or HomeVerb.Resume or HomeVerb.Play => "media_player",
        HomeVerb.Weather => "weather",
        HomeVerb.QueryAutomations => "automation",
        HomeVerb.Announce => "assist_satellite",
        _ => null,
    };

    private static string Kind(HomeRequest request) => (request.Domain ?? DefaultDomain(request.Verb), request.DeviceClass) switch
    {
        ("cover", "garage") => "garage doors",
        ("cover", { } kind) => kind + "s",
        ("binary_sensor" or "sensor", { } kind) => $"{kind.Replace('_', ' ')} sensors",
        ("media_player", _) => "media players",
        ("climate", _) => "thermostats",
        ("switch", "outlet") => "outlets",
        ("switch", _) => "switches",
        ("lawn_mower", _) => "mowers",
        ("alarm_control_panel", _) => "alarm panels",
        ("assist_satellite", _) => "voice satellites",
        ("person", _) => "people",
        ({ } domain, _) => domain + "s",
        _ => "things",
    };

    private static string Singular(string kind) => kind == "switches" ? "switch" : kind == "people" ? "person" : kind.TrimEnd('s');

    private string Elsewhere(List<HomeEntity> fitting) => Places(fitting) is { Count: > 0 } places ? $"; there are some in {string.Join(", ", places.Take(6))}" : "";

    private List<string> Places(IEnumerable<HomeEntity> entities) => [.. entities.Select(e => house.AreaOf(e)?.Name).OfType<string>().Distinct(StringComparer.Ordinal)];
}
