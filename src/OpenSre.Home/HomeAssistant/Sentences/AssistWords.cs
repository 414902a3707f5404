namespace OpenSre.Home;

/// <summary>A request in the words of Home Assistant's own conversation agent: an intent and its slots.</summary>
/// <param name="Slots">Text in the spelling of the house, numbers as <see cref="decimal"/>.</param>
public sealed record AssistIntent(string Intent, IReadOnlyDictionary<string, object> Slots);

/// <summary>
/// Says a request in Home Assistant's words, to compare with what its own agent understood. Mind that there a lock is turned on
/// to lock it, and a cover is turned on to open it: these words are for comparing and never for acting.
/// </summary>
public static class AssistWords
{
    public static AssistIntent Of(HomeRequest request)
    {
        var slots = new Dictionary<string, object>(StringComparer.Ordinal);
        var intent = Intent(request, slots);
        return new AssistIntent(intent, slots);
    }

    private static string Intent(HomeRequest request, Dictionary<string, object> slots)
    {
        switch (request.Verb)
        {
            case HomeVerb.TurnOn or HomeVerb.TurnOff or HomeVerb.Toggle or HomeVerb.Run or HomeVerb.Scene or HomeVerb.Press:
                Switched(request, slots);
                return request.Verb switch { HomeVerb.TurnOff => "HassTurnOff", HomeVerb.Toggle => "HassToggle", _ => "HassTurnOn" };
            case HomeVerb.Open or HomeVerb.Close or HomeVerb.StopMoving:
                Thing(request, slots, withDomain: request.Named.Count == 0 || request.Domain == "valve");
                return request.Verb switch { HomeVerb.Open => "HassTurnOn", HomeVerb.Close => "HassTurnOff", _ => "HassStopMoving" };
            case HomeVerb.Lock or HomeVerb.Unlock:
                Thing(request, slots, withDomain: request.Named.Count == 0);
                if (request.Verb == HomeVerb.Unlock && request.Named.Count == 0 && !request.AreaIsAskers)
                {
                    slots["name"] = "all";
                }

                return request.Verb == HomeVerb.Lock ? "HassTurnOn" : "HassTurnOff";
            case HomeVerb.SetLevel:
                return Level(request, slots);
            case HomeVerb.SetColour:
                Where(request, slots);
                Put(slots, "name", request.Name);
                Put(slots, "color", request.Colour);
                return "HassLightSet";
            case HomeVerb.SetTemperature:
                Where(request, slots);
                Put(slots, "name", request.Name);
                Put(slots, "temperature", request.Value);
                return "HassClimateSetTemperature";
            case HomeVerb.QueryTemperature:
                return Temperature(request, slots);
            case HomeVerb.SetVolume or HomeVerb.VolumeUp or HomeVerb.VolumeDown or HomeVerb.Mute or HomeVerb.Unmute or HomeVerb.Next or HomeVerb.Previous or HomeVerb.Pause or HomeVerb.Resume or HomeVerb.Play:
                return Media(request, slots);
            case HomeVerb.Start or HomeVerb.Dock:
                Where(request, slots);
                Put(slots, "name", request.Name);
                return (request.Verb, request.Domain) switch
                {
                    (HomeVerb.Start, "lawn_mower") => "HassLawnMowerStartMowing",
                    (HomeVerb.Start, _) => "HassVacuumStart",
                    (_, "lawn_mower") => "HassLawnMowerDock",
                    _ => "HassVacuumReturnToBase",
                };
            case HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem or HomeVerb.ShowItems:
                Put(slots, "item", request.Text);
                Put(slots, "name", request.Name);
                return $"{(request.Named.Count == 0 ? "HassShoppingList" : "HassList")}{request.Verb}";
            case HomeVerb.QueryState or HomeVerb.QueryValue or HomeVerb.QueryWhere:
                State(request, slots);
                return "HassGetState";
            case HomeVerb.Weather:
                Put(slots, "name", request.Name);
                return "HassGetWeather";
            case HomeVerb.Announce:
                Put(slots, "message", request.Text);
                return "HassBroadcast";
            case HomeVerb.Date:
                return "HassGetCurrentDate";
            case HomeVerb.Time:
                return "HassGetCurrentTime";
            case HomeVerb.Respond:
                return "HassRespond";
            case HomeVerb.Nevermind:
                return "HassNevermind";
            case HomeVerb.StartTimer or HomeVerb.Delay or HomeVerb.CancelTimer or HomeVerb.CancelAllTimers or HomeVerb.IncreaseTimer or HomeVerb.DecreaseTimer or HomeVerb.PauseTimer or HomeVerb.ResumeTimer or HomeVerb.TimerStatus:
                return Timer(request, slots);
            default:
                return request.Verb.ToString();
        }
    }

    private static void Switched(HomeRequest request, Dictionary<string, object> slots)
    {
        Thing(request, slots, withDomain: request.Named.Count == 0 || request.Domain is "scene" or "script");

        // All fans said outright are "all"; those of the room the asker is in are not.
        if (request is { Named.Count: 0, Domain: "fan", AreaIsAskers: false })
        {
            slots["name"] = "all";
        }
    }

    private static string Level(HomeRequest request, Dictionary<string, object> slots)
    {
        Where(request, slots);
        Put(slots, "name", request.Name);
        switch (request.Domain)
        {
            case "light":
                Put(slots, "brightness", request.Value);
                return "HassLightSet";
            case "fan":
                Put(slots, "percentage", request.Value);
                return "HassFanSetSpeed";
            default:
                Put(slots, "domain", request.Domain);
                Put(slots, "device_class", request.Named.Count == 0 ? request.DeviceClass : null);
                Put(slots, "position", request.Value);
                return "HassSetPosition";
        }
    }

    private static string Temperature(HomeRequest request, Dictionary<string, object> slots)
    {
        Put(slots, "name", request.Name);
        if (request.Domain == "weather")
        {
            return "HassGetWeather";
        }

        if (request.Domain == "sensor")
        {
            Put(slots, "domain", "sensor");
            Put(slots, "device_class", "temperature");
            return "HassGetState";
        }

        Where(request, slots);
        return "HassClimateGetTemperature";
    }

    private static string Media(HomeRequest request, Dictionary<string, object> slots)
    {
        Where(request, slots);
        Put(slots, "name", request.Name);
        switch (request.Verb)
        {
            case HomeVerb.SetVolume:
                Put(slots, "volume_level", request.Value);
                return "HassSetVolume";
            case HomeVerb.VolumeUp or HomeVerb.VolumeDown:
                slots["volume_step"] = request.Value is { } step ? (request.Verb == HomeVerb.VolumeUp ? step : -step) : request.Verb == HomeVerb.VolumeUp ? "up" : "down";
                return "HassSetVolumeRelative";
            case HomeVerb.Play:
                Put(slots, "search_query", request.Text);
                Put(slots, "media_class", request.MediaClass);
                return "HassMediaSearchAndPlay";
            default:
                return request.Verb switch
                {
                    HomeVerb.Next => "HassMediaNext",
                    HomeVerb.Previous => "HassMediaPrevious",
                    HomeVerb.Pause => "HassMediaPause",
                    HomeVerb.Resume => "HassMediaUnpause",
                    HomeVerb.Mute => "HassMediaPlayerMute",
                    _ => "HassMediaPlayerUnmute",
                };
        }
    }

    private static void State(HomeRequest request, Dictionary<string, object> slots)
    {
        Where(request, slots);
        Put(slots, "name", request.Name);
        Put(slots, "state", request.State);
        switch (request.Domain)
        {
            // Of one thing the domain is said where the question was about what such a thing is: the state of a lock, a measured value.
            case "binary_sensor" or "sensor" when request.Named.Count == 0 || request.DeviceClass is not null:
                Put(slots, "domain", request.Domain);
                Put(slots, "device_class", request.DeviceClass);
                break;
            case "cover" when request.DeviceClass is not null:
                Put(slots, "domain", request.Domain);
                Put(slots, "device_class", request.Named.Count == 0 ? request.DeviceClass : null);
                break;
            case "lock" or "person" or "valve":
                Put(slots, "domain", request.Domain);
                break;
            default:
                Put(slots, "domain", request.Named.Count == 0 ? request.Domain : null);
                break;
        }
    }

    private static string Timer(HomeRequest request, Dictionary<string, object> slots)
    {
        Put(slots, "area", request.Area?.Name);
        Put(slots, request.Verb == HomeVerb.Delay ? "conversation_command" : "name", request.Text);
        Length(slots, "", request.Duration);
        Length(slots, "start_", request.TimerLength);
        return request.Verb switch
        {
            HomeVerb.Delay or HomeVerb.StartTimer => "HassStartTimer",
            HomeVerb.ResumeTimer => "HassUnpauseTimer",
            _ => $"Hass{request.Verb}",
        };
    }

    private static void Length(Dictionary<string, object> slots, string prefix, HomeDuration? duration)
    {
        Put(slots, prefix + "hours", duration is { Hours: > 0 } ? duration.Hours : (decimal?)null);
        Put(slots, prefix + "minutes", duration is { Minutes: > 0 } ? duration.Minutes : (decimal?)null);
        Put(slots, prefix + "seconds", duration is { Seconds: > 0 } ? duration.Seconds : (decimal?)null);
    }

    private static void Thing(HomeRequest request, Dictionary<string, object> slots, bool withDomain)
    {
        Where(request, slots);
        Put(slots, "name", request.Name);
        if (withDomain)
        {
            Put(slots, "domain", request.Domain);
            Put(slots, "device_class", request.Named.Count == 0 ? request.DeviceClass : null);
        }
    }

    private static void Where(HomeRequest request, Dictionary<string, object> slots)
    {
        Put(slots, "area", request.Area?.Name);
        Put(slots, "floor", request.Floor?.Name);
    }

    private static void Put(Dictionary<string, object> slots, string slot, object? value)
    {
        if (value is not null)
        {
            slots[slot] = value;
        }
    }
}
