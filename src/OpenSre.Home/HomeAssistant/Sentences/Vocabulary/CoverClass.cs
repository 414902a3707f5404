namespace OpenSre.Home;

/// <summary>What covers are called: each noun and the device class it means.</summary>
internal static class CoverClass
{
    public static IReadOnlyDictionary<string, string> Nouns { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["awning"] = "awning",
        ["awnings"] = "awning",
        ["blind"] = "blind",
        ["blinds"] = "blind",
        ["curtain"] = "curtain",
        ["curtains"] = "curtain",
        ["drape"] = "curtain",
        ["drapes"] = "curtain",
        ["damper"] = "damper",
        ["dampers"] = "damper",
        ["door"] = "door",
        ["doors"] = "door",
        ["garage"] = "garage",
        ["garages"] = "garage",
        ["garage door"] = "garage",
        ["garage doors"] = "garage",
        ["gate"] = "gate",
        ["gates"] = "gate",
        ["shade"] = "shade",
        ["shades"] = "shade",
        ["shutter"] = "shutter",
        ["shutters"] = "shutter",
        ["window"] = "window",
        ["windows"] = "window",
    };

    /// <summary>Whether opening one lets somebody in.</summary>
    public static bool IsWayIn(string? deviceClass) => deviceClass is "garage" or "gate" or "door";
}
