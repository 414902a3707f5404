using System.Text;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// Draws the prompt and the text being typed, and draws it anew after every key. Rows are broken by hand one column
/// before the edge, so that no terminal's own way of wrapping matters.
/// </summary>
internal sealed class PromptView(TextWriter output, Look look, string prompt)
{
    private const int MostLines = 8;
    private const int MostCharacters = 1000;
    private int _cursorRow;

    /// <summary>Draws below whatever was written before.</summary>
    public void Begin() => _cursorRow = 0;

    public void Draw(string text, int cursor, int columns)
    {
        var (rows, row, column) = Layout(text, cursor, Math.Max(10, columns - 1));
        var screen = new StringBuilder("\e[?25l");
        ToTop(screen);
        screen.Append(string.Join('\n', rows));
        if (rows.Count - 1 > row)
        {
            screen.Append($"\e[{rows.Count - 1 - row}A");
        }

        screen.Append('\r');
        if (column > 0)
        {
            screen.Append($"\e[{column}C");
        }

        screen.Append("\e[?25h");
        _cursorRow = row;
        output.Write(screen.ToString());
        output.Flush();
    }

    /// <summary>Draws the text a last time and goes to the line below it.</summary>
    public void Finish(string text, int columns)
    {
        Draw(text, text.Length, columns);
        output.Write("\n");
        output.Flush();
        _cursorRow = 0;
    }

    private void ToTop(StringBuilder screen)
    {
        if (_cursorRow > 0)
        {
            screen.Append($"\e[{_cursorRow}A");
        }

        screen.Append("\r\e[J");
    }

    private (List<string> Rows, int Row, int Column) Layout(string text, int cursor, int width)
    {
        var (shown, cursorShown) = Shorten(text, cursor);
        List<string> rows = [];
        var row = new StringBuilder(look.Accent(prompt));
        var indent = TextWidth.Of(prompt);
        var column = indent;
        var (cursorRow, cursorColumn) = (0, column);
        for (var i = 0; i < shown.Length;)
        {
            Rune.DecodeFromUtf16(shown.AsSpan(i), out var rune, out var used);
            var cell = rune.Value == '\t' ? "    " : SafeText.Clean(rune.ToString(), keepLines: false);
            var cells = rune.Value == '\n' ? 0 : TextWidth.Of(cell);
            if (rune.Value == '\n' || column + cells > width)
            {
                if (rune.Value == '\n' && i == cursorShown)
                {
                    (cursorRow, cursorColumn) = (rows.Count, column);
                }

                rows.Add(row.ToString());
                row.Clear().Append(' ', indent);
                column = indent;
            }

            if (i == cursorShown && rune.Value != '\n')
            {
                (cursorRow, cursorColumn) = (rows.Count, column);
            }

            if (rune.Value != '\n')
            {
                row.Append(cell);
                column += cells;
            }

            i += used;
        }

        if (cursorShown >= shown.Length)
        {
            (cursorRow, cursorColumn) = (rows.Count, column);
        }

        rows.Add(row.ToString());
        return (rows, cursorRow, cursorColumn);
    }

    /// <summary>A long paste is shown by its beginning and its size; all of it is kept.</summary>
    private static (string Shown, int Cursor) Shorten(string text, int cursor)
    {
        var lines = text.AsSpan().Count('\n') + 1;
        if (lines <= MostLines && text.Length <= MostCharacters)
        {
            return (text, cursor);
        }

        var shown = $"{SafeText.Line(text, 60)} [{Amounts.Count(lines, "line", "lines")}, {Amounts.Size(text.Length)}]";
        return (shown, shown.Length);
    }
}
