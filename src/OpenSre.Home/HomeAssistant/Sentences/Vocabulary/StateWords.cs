namespace OpenSre.Home;

/// <summary>What people say of the state of a thing, and what Home Assistant calls that state.</summary>
internal static class StateWords
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["open"] = "open",
        ["opened"] = "open",
        ["ajar"] = "open",
        ["up"] = "open",
        ["closed"] = "closed",
        ["shut"] = "closed",
        ["down"] = "closed",
        ["opening"] = "opening",
        ["closing"] = "closing",
        ["locked"] = "locked",
        ["unlocked"] = "unlocked",
        ["jammed"] = "jammed",
        ["home"] = "home",
        ["at home"] = "home",
        ["away"] = "not_home",
        ["out"] = "not_home",
        ["not home"] = "not_home",
        ["playing"] = "playing",
        ["paused"] = "paused",
        ["idle"] = "idle",
        ["muted"] = "muted",
        ["docked"] = "docked",
        ["cleaning"] = "cleaning",
        ["returning"] = "returning",
        ["mowing"] = "mowing",
        ["heating"] = "heating",
        ["cooling"] = "cooling",
        ["armed"] = "armed",
        ["disarmed"] = "disarmed",
        ["unavailable"] = "unavailable",
        ["offline"] = "unavailable",
        ["enabled"] = "on",
        ["disabled"] = "off",
        ["not on"] = "off",
        ["not open"] = "closed",
        ["not closed"] = "open",
        ["not locked"] = "unlocked",
    };

    /// <summary>Whether an entity of this domain can be in this state, so that the question makes sense of it.</summary>
    public static bool Fits(string domain, string state) => domain switch
    {
        "cover" or "valve" => state is "open" or "closed" or "opening" or "closing" or "unavailable",
        "lock" => state is "locked" or "unlocked" or "jammed" or "open" or "unavailable",
        "person" or "device_tracker" => true,
        "media_player" => state is "on" or "off" or "playing" or "paused" or "idle" or "muted" or "unavailable",
        "vacuum" => state is "docked" or "cleaning" or "returning" or "paused" or "idle" or "on" or "off" or "unavailable",
        "lawn_mower" => state is "docked" or "mowing" or "returning" or "paused" or "unavailable",
        "climate" => state is "on" or "off" or "heating" or "cooling" or "idle" or "unavailable",
        "alarm_control_panel" => state is "armed" or "disarmed" or "on" or "off" or "unavailable",
        "sensor" or "weather" or "scene" or "todo" or "button" or "zone" => state is "unavailable",
        _ => state is "on" or "off" or "unavailable",
    };
}
