using System.Text;

namespace OpenSre.Terminal;

/// <summary>How each <see cref="Ink"/> looks. Only the sixteen colours a person has chosen for the terminal are used, so both dark and light backgrounds stay readable.</summary>
internal sealed class Theme
{
    private const int AllInks = 4096;

    // Arrays and not dictionaries: a dictionary of an enum of this program would be compiled at each start.
    private readonly Colour[] _colours;
    private readonly string?[] _sequences = new string?[AllInks];

    private Theme(string name, bool hyperlinks, Colour[] colours)
    {
        Name = name;
        Hyperlinks = hyperlinks;
        _colours = colours;
    }

    public string Name { get; }

    /// <summary>Links may be written as OSC 8.</summary>
    public bool Hyperlinks { get; }

    /// <summary>The terminal shows ASCII alone: <see cref="AsciiGlyphs"/>.</summary>
    public bool IsAscii { get; private init; }

    /// <summary>No sequence of any kind: for files and pipes.</summary>
    public static Theme Text { get; } = new("text", hyperlinks: false, []);

    public static IReadOnlyList<string> Names { get; } = ["dark", "light", "mono"];

    /// <summary>A theme by name; <c>mono</c> has bold and dim but no colour, as NO_COLOR asks.</summary>
    public static Theme? Named(string name, bool hyperlinks) => name switch
    {
        "dark" => new(name, hyperlinks, [new(Ink.Accent, "36"), new(Ink.Good, "32"), new(Ink.Warn, "33"), new(Ink.Bad, "31"), new(Ink.Code, "36"), new(Ink.Link, "34"), new(Ink.Heading, "1")]),
        "light" => new(name, hyperlinks, [new(Ink.Accent, "34"), new(Ink.Good, "32"), new(Ink.Warn, "35"), new(Ink.Bad, "31"), new(Ink.Code, "34"), new(Ink.Link, "34"), new(Ink.Heading, "1")]),
        "mono" => new(name, hyperlinks, [new(Ink.Heading, "1")]),
        _ => null,
    };

    /// <summary>The same colours for a terminal that shows ASCII alone, or that shows all.</summary>
    public Theme With(bool ascii) => new(Name, Hyperlinks, _colours) { IsAscii = ascii };

    /// <summary>What the environment asks for: NO_COLOR, OPENSRE_THEME, the background in COLORFGBG, the locale.</summary>
    public static Theme For(Func<string, string?> environment) => Colours(environment).With(AsciiGlyphs.AreNeeded(environment));

    private static Theme Colours(Func<string, string?> environment)
    {
        var term = environment("TERM") ?? "";
        var links = string.IsNullOrEmpty(environment("NO_HYPERLINKS")) && term is not ("linux" or "dumb" or "")
            && !(term.StartsWith("screen", StringComparison.Ordinal) && string.IsNullOrEmpty(environment("TMUX")));
        if (!string.IsNullOrEmpty(environment("NO_COLOR")))
        {
            return Named("mono", links)!;
        }

        if (Named(environment("OPENSRE_THEME") ?? "", links) is { } chosen)
        {
            return chosen;
        }

        // "15;0": the last number is the background; 7 and 15 are the light ones.
        var background = (environment("COLORFGBG") ?? "").Split(';')[^1];
        return Named(background is "7" or "15" ? "light" : "dark", links)!;
    }

    /// <summary>The SGR sequence that begins an ink from any state, or nothing when the ink looks like plain text.</summary>
    public string Begin(Ink ink)
    {
        if (ink == Ink.None || ReferenceEquals(this, Text))
        {
            return "";
        }

        return _sequences[(int)ink] ??= Make(ink);
    }

    private string Make(Ink ink)
    {
        var codes = new StringBuilder();
        void Add(string code) => codes.Append(codes.Length > 0 ? ";" : "").Append(code);
        if (ink.HasFlag(Ink.Bold))
        {
            Add("1");
        }

        if (ink.HasFlag(Ink.Dim))
        {
            Add("2");
        }

        if (ink.HasFlag(Ink.Italic))
        {
            Add("3");
        }

        if (ink.HasFlag(Ink.Underline))
        {
            Add("4");
        }

        if (ink.HasFlag(Ink.Reverse))
        {
            Add("7");
        }

        foreach (var colour in _colours)
        {
            if (ink.HasFlag(colour.Ink))
            {
                Add(colour.Code);
            }
        }

        return codes.Length == 0 ? "" : $"\e[{codes}m";
    }

    private sealed record Colour(Ink Ink, string Code);
}
