namespace OpenSre.Home;

/// <summary>Makes a question of state whole: which kind of thing can be in the state that was asked about.</summary>
internal static class QueryReader
{
    public static (HomeRequest Request, int Bonus)? Read(HomeRequest request, Captures caught, House house)
    {
        var plain = caught.Get<object>("state") as string;
        var binary = caught.Get<BinaryStates>("binary");
        var noun = caught.Get<BinaryNoun>("class");
        if (caught.Get<NameMatch>("name") is { } match)
        {
            return Named(request, match, plain, binary, noun, caught);
        }

        if (noun is not null)
        {
            return Kind(request, noun, plain, binary, caught.Has("present"));
        }

        if (caught.Has("generic"))
        {
            return Anything(request, plain, binary);
        }

        if (plain is null)
        {
            return null;
        }

        return request.Domain switch
        {
            "cover" when plain is "open" or "closed" => (Cover(request with { State = plain }, house), 1),
            "lock" when plain is "locked" or "unlocked" => (request with { State = plain }, 1),
            "binary_sensor" => (request with { State = plain }, 1),
            "person" => (request with { State = plain }, 1),
            "light" or "switch" or "fan" when plain is "on" or "off" => (request with { State = plain }, 1),
            "media_player" when StateWords.Fits("media_player", plain) => (request with { State = plain }, 1),
            _ => null,
        };
    }

    private static (HomeRequest, int)? Named(HomeRequest request, NameMatch match, string? plain, BinaryStates? binary, BinaryNoun? noun, Captures caught)
    {
        List<(HomeEntity Entity, string State)> fitting = [];
        foreach (var entity in match.Entities.Where(e => e.Domain is not "zone" && (request.Area is null || e.AreaId is null || e.AreaId == request.Area.Id)))
        {
            if (StateOf(entity, plain, binary, noun) is { } state)
            {
                fitting.Add((entity, state));
            }
        }

        if (caught.Get<string>("kind") == "person")
        {
            fitting.RemoveAll(f => f.Entity.Domain is not ("person" or "device_tracker"));
        }

        if (fitting.Count == 0)
        {
            return null;
        }

        var (first, firstState) = fitting[0];
        return (request with
        {
            Name = first.Name,
            Named = [.. fitting.Where(f => f.Entity.Domain == first.Domain && f.State == firstState).Select(f => f.Entity)],
            Domain = first.Domain,
            DeviceClass = first.DeviceClass,
            State = firstState,
        }, 1);
    }

    private static string? StateOf(HomeEntity entity, string? plain, BinaryStates? binary, BinaryNoun? noun)
    {
        if (entity.Domain != "binary_sensor")
        {
            return noun is null && plain is not null && StateWords.Fits(entity.Domain, plain) ? plain : null;
        }

        if (noun is not null && !noun.Classes.Contains(entity.DeviceClass))
        {
            return null;
        }

        if (binary is not null)
        {
            return binary.Meanings.FirstOrDefault(m => m.Class == entity.DeviceClass).State;
        }

        return plain is "on" or "off" ? plain : plain is null ? "on" : null;
    }

    private static (HomeRequest, int)? Kind(HomeRequest request, BinaryNoun noun, string? plain, BinaryStates? binary, bool isPresent)
    {
        // "on" and "off" may be said of a kind only where its own words have them: lights that are on are no light sensors.
        var meanings = binary is not null ? binary.Meanings.Where(m => noun.Classes.Contains(m.Class))
            : isPresent ? noun.Classes.Where(c => BinaryClass.Find(c)!.On.Contains("on")).Select(c => (Class: c, State: "on"))
            : plain is "on" or "off" ? noun.Classes.Where(c => BinaryClass.Find(c)!.On.Contains("on")).Select(c => (Class: c, State: plain))
            : [];
        return meanings.ToList() is [var only] ? (request with { Domain = "binary_sensor", DeviceClass = only.Class, State = only.State }, 1) : null;
    }

    private static (HomeRequest, int)? Anything(HomeRequest request, string? plain, BinaryStates? binary)
    {
        if (binary?.Meanings is [var only])
        {
            return (request with { Domain = "binary_sensor", DeviceClass = only.Class, State = only.State }, 2);
        }

        // What many kinds of sensor can be ("detected") says nothing; on and open are plain enough.
        return plain is "on" or "off" or "open" or "closed" or "unavailable" or "locked" or "unlocked" ? (request with { State = plain }, 0) : null;
    }

    /// <summary>Doors, windows and garage doors are told by their sensors, unless the house has such covers and no such sensor.</summary>
    private static HomeRequest Cover(HomeRequest request, House house)
    {
        var sensor = request.DeviceClass switch { "door" => "door", "window" => "window", "garage" => "garage_door", _ => null };
        var hasCover = house.Entities.Any(e => e.Domain == "cover" && e.DeviceClass == request.DeviceClass);
        var hasSensor = house.Entities.Any(e => e.Domain == "binary_sensor" && e.DeviceClass == sensor);
        return sensor is null || (hasCover && !hasSensor) ? request : request with { Domain = "binary_sensor", DeviceClass = sensor, State = request.State == "open" ? "on" : "off" };
    }
}
