namespace OpenSre.Home;

/// <summary>Colours a lamp can be told by name: CSS names in the spelling Home Assistant takes, and what else people call them.</summary>
internal static class Colours
{
    private static readonly string[] Css =
    [
        "white", "black", "red", "orange", "yellow", "green", "blue", "purple", "brown", "pink", "turquoise", "cyan", "magenta", "violet", "indigo", "lime", "teal", "aqua",
        "gold", "silver", "maroon", "navy", "olive", "coral", "salmon", "crimson", "lavender", "beige", "ivory", "khaki", "orchid", "plum", "tan", "tomato", "gray", "fuchsia", "chartreuse", "azure",
    ];

    private static readonly Dictionary<string, string> Other = new(StringComparer.Ordinal)
    {
        ["grey"] = "gray",
        ["light blue"] = "lightblue",
        ["sky blue"] = "skyblue",
        ["dark blue"] = "darkblue",
        ["light green"] = "lightgreen",
        ["dark green"] = "darkgreen",
        ["dark red"] = "darkred",
        ["dark orange"] = "darkorange",
        ["hot pink"] = "hotpink",
        ["light pink"] = "lightpink",
        ["royal blue"] = "royalblue",
    };

    /// <summary>Whites by their temperature in kelvin, which lamps without colours can have as well.</summary>
    public static IReadOnlyDictionary<string, int> Whites { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["warm white"] = 2700,
        ["soft white"] = 3000,
        ["neutral white"] = 4000,
        ["cool white"] = 5000,
        ["cold white"] = 6500,
        ["daylight"] = 6500,
    };

    /// <summary>The longest colour that begins at a word.</summary>
    public static (int End, string Name)? Read(Sentence sentence, int at)
    {
        if (at + 1 < sentence.Count && Other.TryGetValue($"{sentence[at]} {sentence[at + 1]}", out var two))
        {
            return (at + 2, two);
        }

        if (at + 1 < sentence.Count && Whites.ContainsKey($"{sentence[at]} {sentence[at + 1]}"))
        {
            return (at + 2, $"{sentence[at]} {sentence[at + 1]}");
        }

        if (at >= sentence.Count)
        {
            return null;
        }

        if (Whites.ContainsKey(sentence[at]))
        {
            return (at + 1, sentence[at]);
        }

        return Other.TryGetValue(sentence[at], out var one) ? (at + 1, one) : Array.IndexOf(Css, sentence[at]) >= 0 ? (at + 1, sentence[at]) : null;
    }
}
