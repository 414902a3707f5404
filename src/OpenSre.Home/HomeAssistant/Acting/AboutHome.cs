namespace OpenSre.Home;

/// <summary>
/// Whether a sentence is for the house or for something else that is talked about in the same chat: servers have temperatures,
/// updates and things that run, too. In doubt it is not for the house.
/// </summary>
internal static class AboutHome
{
    /// <summary>Kinds of sensors whose words are also those of computers.</summary>
    private static readonly HashSet<string> AlsoOfComputers = new(StringComparer.Ordinal) { "update", "connectivity", "running", "problem", "power", "battery", "battery_charging", "heat", "cold", "plug", "light", "sound", "presence", "moving", "tamper", "safety", "vibration" };

    /// <summary>Orders that are given to containers and services as well.</summary>
    private static readonly HashSet<string> AlsoOrders = new(StringComparer.Ordinal) { "start", "stop", "run", "kill", "restart", "launch", "execute", "trigger", "shut", "disable", "enable", "power" };

    private static readonly HashSet<string> HomeOrders = new(StringComparer.Ordinal) { "turn", "switch", "open", "close", "lock", "unlock", "dim", "set", "brighten", "toggle", "activate", "raise", "lower", "arm", "disarm" };

    private static readonly HashSet<string> HomeNouns = new(StringComparer.Ordinal)
    {
        "light", "lights", "lamp", "lamps", "bulb", "fan", "fans", "blind", "blinds", "curtain", "curtains", "shade", "shades", "shutter", "shutters", "garage", "door", "doors", "window", "windows",
        "thermostat", "heating", "vacuum", "tv", "television", "speaker", "socket", "outlet", "alarm", "scene", "valve", "awning",
    };

    private static readonly HashSet<string> MediaNouns = new(StringComparer.Ordinal) { "music", "song", "track", "volume", "playback", "movie", "show", "podcast", "radio", "tv" };

    /// <summary>Whether an understood request can only mean the house.</summary>
    public static bool IsClear(HomeRequest request, Sentence sentence)
    {
        var hasPlace = request is not { Area: null, Floor: null, Label: null };
        var isNamed = request.Named.Count > 0;
        switch (request.Verb)
        {
            case HomeVerb.Nevermind or HomeVerb.Respond or HomeVerb.Date or HomeVerb.Time:
                return false;
            case HomeVerb.Delay:
                return HomeOrders.Contains(request.Text!.Split(' ')[0].ToLowerInvariant());
            case HomeVerb.Weather or HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem or HomeVerb.ShowItems or HomeVerb.QueryAutomations or HomeVerb.Announce:
                return true;
            case HomeVerb.StartTimer or HomeVerb.CancelTimer or HomeVerb.CancelAllTimers or HomeVerb.IncreaseTimer or HomeVerb.DecreaseTimer or HomeVerb.PauseTimer or HomeVerb.ResumeTimer or HomeVerb.TimerStatus:
                return true;
            case HomeVerb.Next or HomeVerb.Previous or HomeVerb.Pause or HomeVerb.Resume or HomeVerb.Mute or HomeVerb.Unmute or HomeVerb.Play or HomeVerb.SetVolume or HomeVerb.VolumeUp or HomeVerb.VolumeDown:
                return isNamed || hasPlace || sentence.Words.Any(w => MediaNouns.Contains(w.Text));
            case HomeVerb.QueryTemperature:
                return isNamed || hasPlace;
            case HomeVerb.QueryState when !isNamed && !hasPlace:
                return request.DeviceClass is { } kind && request.Domain == "binary_sensor" ? !AlsoOfComputers.Contains(kind) : request.Domain is not null || request.State is "open" or "closed" or "locked" or "unlocked";
            case HomeVerb.TurnOn or HomeVerb.TurnOff or HomeVerb.Run when isNamed && AlsoOrders.Contains(sentence[0]):
                return request.Domain is "light" or "fan" or "script" or "automation" or "scene" or "media_player" or "climate";
            default:
                return true;
        }
    }

    /// <summary>Whether a sentence that was not understood is an order to the house all the same, so that it is owed an answer here.</summary>
    public static bool SoundsLike(Sentence sentence, HouseIndex index)
    {
        if (sentence.Count < 2 || !HomeOrders.Contains(sentence[0]))
        {
            return false;
        }

        return sentence.Words.Any(w => HomeNouns.Contains(w.Text)) || Names(sentence, index) || Misunderstanding.IsNear(sentence, index);
    }

    /// <summary>Whether a sentence names a thing or a room of the house.</summary>
    public static bool Names(Sentence sentence, HouseIndex index)
    {
        for (var at = 0; at < sentence.Count; at++)
        {
            if (index.Names(sentence, at).Any() || index.Areas(sentence, at).Any())
            {
                return true;
            }
        }

        return false;
    }
}
