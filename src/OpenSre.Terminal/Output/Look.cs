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

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Good(string text) => Paint("32", text);

    public string Warn(string text) => Paint("33", text);

    public string Bad(string text) => Paint("31", text);

    /// <summary>Names, identifiers and quoted output.</summary>
    public string Accent(string text) => Paint("36", text);

    private string Paint(string code, string text) => Colour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
