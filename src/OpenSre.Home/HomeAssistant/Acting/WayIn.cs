namespace OpenSre.Home;

/// <summary>
/// What lets somebody in. Garage doors and gates are often a relay or a button, or a cover without a class, and then nothing but
/// the name tells.
/// </summary>
internal static class WayIn
{
    private static readonly HashSet<string> Openers = new(StringComparer.Ordinal) { "door", "doors", "opener", "lock", "strike", "buzzer", "latch", "release", "unlock", "relay" };

    /// <summary>What is at a door or a gate and opens none.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "light", "lights", "lamp", "lamps", "led", "leds", "bell", "chime", "camera", "fan", "heater", "heating", "notification", "notifications", "alert", "alerts", "charger", "fridge", "freezer", "cabinet", "closet", "oven", "music", "speaker", "outlet", "socket",
    };

    public static bool Is(HomeEntity entity) => entity.Domain switch
    {
        "cover" => CoverClass.IsWayIn(entity.DeviceClass) || (entity.DeviceClass is null && IsNamedSo(entity)),
        "switch" or "input_boolean" or "button" or "input_button" or "script" or "scene" or "group" or "automation" => IsNamedSo(entity),
        _ => false,
    };

    private static bool IsNamedSo(HomeEntity entity) => entity.Aliases.Prepend(entity.Name).Select(Sentence.WordsOf).Any(words =>
        words.Length > 0 && !words.Any(Harmless.Contains)
        && (words.Any(w => w is "gate" or "gates" or "unlock" or "opener") || (words.Contains("door") && (words.Contains("garage") || words.Any(w => w != "door" && Openers.Contains(w)) || words[^1] == "door"))));
}
