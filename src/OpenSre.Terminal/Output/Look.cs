namespace OpenSre.Terminal;

/// <summary>How output may look: what the place it goes to can show.</summary>
/// <param name="Colour">SGR sequences are understood and wanted.</param>
/// <param name="Cursor">What was written on the current line can be taken back; true only for a terminal.</param>
/// <param name="Width">Columns of the terminal, or 0 when lines may be of any length.</param>
public sealed record Look(bool Colour, bool Cursor, int Width)
{
    /// <summary>For pipes and files: no escape sequence at all, lines as long as they are.</summary>
    public static Look Plain { get; } = new(Colour: false, Cursor: false, Width: 0);

    /// <summary>Respects <c>NO_COLOR</c> (any non-empty value) and <c>TERM=dumb</c>.</summary>
    public static Look For(bool isTerminal, int columns, Func<string, string?> environment)
    {
        if (!isTerminal)
        {
            return Plain;
        }

        var term = environment("TERM");
        var dumb = string.IsNullOrEmpty(term) || term == "dumb";
        return new Look(Colour: !dumb && string.IsNullOrEmpty(environment("NO_COLOR")), Cursor: !dumb, Width: columns > 0 ? columns : 80);
    }

    /// <summary>Takes every style back.</summary>
    public string End => Colour ? "\e[0m" : "";

    public string Bold(string text) => Paint(Style.Bold, text);

    public string Dim(string text) => Paint(Style.Dim, text);

    public string Good(string text) => Paint(Style.Good, text);

    public string Warn(string text) => Paint(Style.Warn, text);

    public string Bad(string text) => Paint(Style.Bad, text);

    public string Accent(string text) => Paint(Style.Accent, text);

    /// <summary>What begins a style, or nothing where there are no colours.</summary>
    public string Begin(Style style) => Colour ? $"\e[{(int)style}m" : "";

    private string Paint(Style style, string text) => Colour && text.Length > 0 ? Begin(style) + text + End : text;
}

/// <summary>The few ways text looks; the value is the SGR code.</summary>
public enum Style
{
    Bold = 1,
    Dim = 2,
    Bad = 31,
    Good = 32,
    Warn = 33,

    /// <summary>Names, identifiers and quoted output.</summary>
    Accent = 36,
}
