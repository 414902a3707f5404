using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Lays out the prompt and the text being typed, and finds the cursor's cell.</summary>
internal static class InputView
{
    /// <param name="mostRows">When the text takes more, the rows around the cursor are shown.</param>
    public static (List<Row> Rows, int CursorRow, int CursorColumn) Layout(Row prompt, LineEditor editor, int columns, int mostRows)
    {
        var indent = new string(' ', Math.Min(prompt.Width, columns / 2));
        List<Row> rows = [];
        var row = new Row().Add(prompt.Cut(Math.Max(1, columns - 2)));
        var (cursorRow, cursorColumn) = (0, row.Width);
        var text = editor.Text;
        for (var i = 0; i < text.Length;)
        {
            var length = text[i] == '\n' ? 1 : StringInfo.GetNextTextElementLength(text, i);
            var shown = editor.Pastes.Shown(text[i]);
            var cell = shown ?? (text[i] == '\t' ? "    " : SafeText.Clean(text.Substring(i, length), keepLines: false));
            var width = text[i] == '\n' ? 0 : TextWidth.Of(cell);
            if (text[i] != '\n' && row.Width + width > columns && row.Width > indent.Length)
            {
                EndRow();
            }

            if (i == editor.Cursor)
            {
                (cursorRow, cursorColumn) = (rows.Count, row.Width);
            }

            if (text[i] == '\n')
            {
                EndRow();
            }
            else
            {
                row.Add(cell, shown is null ? Ink.None : Ink.Dim);
            }

            i += length;
        }

        if (editor.Cursor >= text.Length)
        {
            if (row.Width >= columns && row.Width > indent.Length)
            {
                EndRow();
            }

            (cursorRow, cursorColumn) = (rows.Count, row.Width);
        }

        rows.Add(row);
        if (rows.Count <= mostRows)
        {
            return (rows, cursorRow, cursorColumn);
        }

        var first = Math.Clamp(cursorRow - (mostRows / 2), 0, rows.Count - mostRows);
        return (rows.GetRange(first, mostRows), cursorRow - first, cursorColumn);

        void EndRow()
        {
            rows.Add(row);
            row = Row.Of(indent);
        }
    }
}
