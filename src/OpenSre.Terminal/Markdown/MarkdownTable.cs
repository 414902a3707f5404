namespace OpenSre.Terminal;

/// <summary>Lays out a table. Widths are found from the rows known when it is first drawn and stay as they are.</summary>
internal sealed class MarkdownTable
{
    private const int SmallestColumn = 8;
    private const int NarrowScreen = 40;
    private readonly int _columns;
    private readonly List<string> _head;
    private readonly int[] _widths;
    private readonly bool[] _right;

    private MarkdownTable(int columns, List<string> head, int[] widths, bool[] right)
    {
        _columns = columns;
        _head = head;
        _widths = widths;
        _right = right;
    }

    /// <summary>Reads the lines of a table; null when they are none (the second line must rule off the first).</summary>
    public static (MarkdownTable Table, List<Row> Rows)? Read(IReadOnlyList<string> lines, int columns)
    {
        if (lines.Count < 2 || !IsRule(lines[1]))
        {
            return null;
        }

        var head = Cells(lines[0]);
        var rule = Cells(lines[1]);
        var body = lines.Skip(2).Select(Cells).ToList();
        var count = head.Count;
        var natural = new int[count];
        for (var i = 0; i < count; i++)
        {
            natural[i] = Math.Max(1, body.Select(r => Width(Cell(r, i))).Append(Width(head[i])).Max());
        }

        var right = Enumerable.Range(0, count).Select(i => i < rule.Count && rule[i].EndsWith(':') && !rule[i].StartsWith(':')).ToArray();
        var table = new MarkdownTable(columns, head, Shrink(natural, columns - (3 * (count - 1))), right);
        List<Row> rows = [];
        if (columns >= NarrowScreen)
        {
            rows.AddRange(table.Line(head, Ink.Bold));
            rows.Add(Row.Of(string.Join("─┼─", table._widths.Select(w => new string('─', w))), Ink.Dim));
        }

        foreach (var line in body)
        {
            rows.AddRange(table.Body(line));
        }

        return (table, rows);
    }

    /// <summary>One more line, in the columns the table has.</summary>
    public List<Row> More(string line) => Body(Cells(line));

    public static bool IsRow(string line) => line.AsSpan().TrimStart().StartsWith("|");

    private static bool IsRule(string line) => line.Contains('-') && line.AsSpan().IndexOfAnyExcept(" |:-") < 0;

    private static string Cell(List<string> cells, int i) => i < cells.Count ? cells[i] : "";

    private static int Width(string cell) => Styled(cell, Ink.None).Width;

    private static Row Styled(string cell, Ink ink)
    {
        var row = new Row();
        InlineMarkdown.Read(cell, 0, complete: true, ink, row);
        return row;
    }

    private static List<string> Cells(string line)
    {
        List<string> cells = [];
        var text = line.Trim();
        var start = text.StartsWith('|') ? 1 : 0;
        var inCode = false;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '`')
            {
                inCode = !inCode;
            }
            else if (text[i] == '|' && !inCode && text[i - (i > 0 ? 1 : 0)] != '\\')
            {
                cells.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            cells.Add(text[start..].Trim());
        }

        return cells;
    }

    /// <summary>Takes from the widest column until all fit; none gets smaller than it must.</summary>
    private static int[] Shrink(int[] natural, int room)
    {
        var widths = (int[])natural.Clone();
        while (widths.Sum() > room)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= SmallestColumn)
            {
                break;
            }

            widths[widest]--;
        }

        return widths;
    }

    private List<Row> Body(List<string> cells)
    {
        if (_columns >= NarrowScreen && _widths.Sum() + (3 * (_widths.Length - 1)) <= _columns)
        {
            return Line(cells, Ink.None);
        }

        // Too narrow for columns: one "name: value" a row.
        List<Row> rows = [];
        for (var i = 0; i < _head.Count; i++)
        {
            rows.AddRange(Row.Of(_head[i] + ": ", Ink.Dim).Add(Styled(Cell(cells, i), Ink.None)).Wrap(_columns, 2));
        }

        rows.Add(new Row());
        return rows;
    }

    private List<Row> Line(List<string> cells, Ink ink)
    {
        var parts = Enumerable.Range(0, _widths.Length).Select(i => Styled(Cell(cells, i), ink).Wrap(_widths[i])).ToList();
        var height = parts.Max(p => p.Count);
        List<Row> rows = [];
        for (var line = 0; line < height; line++)
        {
            var row = new Row();
            for (var i = 0; i < parts.Count; i++)
            {
                var part = line < parts[i].Count ? parts[i][line] : Row.Empty;
                var pad = new string(' ', Math.Max(0, _widths[i] - part.Width));
                row.Add(_right[i] ? pad : "").Add(part).Add(_right[i] || i == parts.Count - 1 ? "" : pad);
                row.Add(i < parts.Count - 1 ? " │ " : "", Ink.Dim);
            }

            rows.Add(row);
        }

        return rows;
    }
}
