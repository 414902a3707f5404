using System.Buffers;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Renders Markdown while it is being written. Rows that can no longer change are handed out once and are final; the
/// rest is the tail, which is drawn anew. How the text was cut into pieces makes no difference to the final rows.
/// </summary>
internal sealed class MarkdownStream
{
    /// <summary>A line without an end is broken here, so that work and memory stay bounded.</summary>
    private const int LongestLine = 8192;

    /// <summary>A table longer than this is drawn before it ends.</summary>
    private const int MostTableLines = 40;

    private static readonly SearchValues<char> Marks = SearchValues.Create("#-*>+_0123456789.)");

    private readonly StringBuilder _line = new();
    private readonly List<string> _tableLines = [];
    private readonly List<Row> _final = [];
    private MarkdownTable? _table;
    private string _fence = "";
    private int _rowsDone;
    private bool _wasBlank = true;
    private bool _afterHeading;

    private int _columns;
    private int _wanted;

    public MarkdownStream(int columns) => _columns = _wanted = columns;

    /// <summary>The terminal is wider or narrower now: counts from the next line on, or after the table.</summary>
    public void Resize(int columns)
    {
        _wanted = columns;
        if (_rowsDone == 0 && _table is null)
        {
            _columns = columns;
        }
    }

    public bool IsEmpty => _line.Length == 0 && _tableLines.Count == 0;

    /// <summary>Renders a whole text.</summary>
    public static List<Row> Render(string markdown, int columns)
    {
        var stream = new MarkdownStream(columns);
        stream.Write(markdown);
        stream.End();
        return stream.TakeFinal();
    }

    public void Write(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            var piece = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            while (_line.Length + piece.Length > LongestLine)
            {
                var fits = LongestLine - _line.Length;
                _line.Append(piece[..fits]);
                piece = piece[fits..];
                BreakLine();
            }

            _line.Append(piece);
            if (end >= 0)
            {
                EndLine();
            }
        }
    }

    /// <summary>The end of the text has come; everything is final.</summary>
    public void End()
    {
        if (_line.Length > 0)
        {
            EndLine();
        }

        EndTable();
    }

    /// <summary>The rows that became final since the last call.</summary>
    public List<Row> TakeFinal()
    {
        // Rows of a long paragraph are final before its end; where an open mark stands, they wait.
        if (_line.Length > _columns && _fence.Length == 0 && !MayBeTable() && Styled(_line.ToString(), complete: false, out var settled) is var rows && settled)
        {
            for (; _rowsDone < rows.Count - 1; _rowsDone++)
            {
                _final.Add(rows[_rowsDone]);
                _wasBlank = false;
            }
        }

        List<Row> taken = [.. _final];
        _final.Clear();
        return taken;
    }

    /// <summary>What may still change, in at most so many rows: the last ones.</summary>
    public List<Row> Tail(int mostRows)
    {
        List<Row> rows = [];
        if (_table is null)
        {
            rows.AddRange(_tableLines.TakeLast(mostRows).Select(l => Row.Of(l, Ink.Dim).Cut(_columns)));
        }

        if (_line.Length > 0)
        {
            var line = _line.ToString();
            if (_fence.Length > 0)
            {
                if (!IsFenceStart(line.TrimStart()))
                {
                    rows.AddRange(Hard(Fenced(line)));
                }
            }
            else if (MayBeTable())
            {
                rows.Add(Row.Of(line, Ink.Dim).Cut(_columns));
            }
            else if (!IsFenceStart(line.TrimStart()))
            {
                rows.AddRange(Styled(line, complete: false, out _).Skip(_rowsDone));
            }
        }

        return rows.Count > mostRows ? rows[^mostRows..] : rows;
    }

    private static bool IsFenceStart(string line) => line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("~~~", StringComparison.Ordinal);

    private static Row Fenced(string line) => Row.Of("  ").Add(line, Ink.Code);

    private static bool IsRule(string line)
    {
        if (line.Length < 3 || line[0] is not ('-' or '*' or '_'))
        {
            return false;
        }

        var mark = line.Replace(" ", "", StringComparison.Ordinal);
        return mark.Length >= 3 && mark.Trim(mark[0]).Length == 0;
    }

    private bool MayBeTable() => _line.Length > 0 && MarkdownTable.IsRow(_line.ToString());

    /// <summary>A row that is not to be broken between words, for the tail only: the final one is left to the terminal.</summary>
    private List<Row> Hard(Row row)
    {
        List<Row> rows = [];
        var text = row.PlainText();
        while (text.Length > 0)
        {
            var part = TextWidth.Fitting(text, _columns).ToString();
            if (part.Length == 0)
            {
                break;
            }

            rows.Add(Row.Of(part, Ink.Code));
            text = text[part.Length..];
        }

        return rows;
    }

    /// <summary>Breaks a line that is too long at its last space.</summary>
    private void BreakLine()
    {
        var line = _line.ToString();
        var space = line.LastIndexOf(' ');
        var at = _fence.Length == 0 && space > LongestLine / 2 ? space + 1 : line.Length;
        if (at > 0 && char.IsHighSurrogate(line[at - 1]))
        {
            at--;
        }

        _line.Clear().Append(line.AsSpan(0, at));
        EndLine();
        _line.Append(line.AsSpan(at));
    }

    private void EndLine()
    {
        var line = _line.ToString();
        _line.Clear();
        if (_rowsDone == 0 && _table is null)
        {
            _columns = _wanted;
        }

        var trimmed = line.Trim();
        if (_fence.Length > 0)
        {
            if (trimmed.StartsWith(_fence, StringComparison.Ordinal) && trimmed.Trim(_fence[0]).Length == 0)
            {
                _fence = "";
            }
            else
            {
                Add(Fenced(line));
            }

            return;
        }

        if (MarkdownTable.IsRow(line))
        {
            TableLine(line);
            return;
        }

        EndTable();
        if (IsFenceStart(trimmed))
        {
            _fence = new string(trimmed[0], trimmed.Length - trimmed.TrimStart(trimmed[0]).Length);
            return;
        }

        if (trimmed.Length == 0)
        {
            // One empty row between blocks is enough, and a bold heading needs none below it.
            if (!_wasBlank && !_afterHeading)
            {
                _final.Add(Row.Empty);
                _wasBlank = true;
            }

            _afterHeading = false;
            _rowsDone = 0;
            return;
        }

        var rows = Styled(line, complete: true, out _);
        foreach (var row in rows.Skip(_rowsDone))
        {
            Add(row);
        }

        _rowsDone = 0;
        _afterHeading = HeadingLevel(trimmed) > 0;
    }

    private void TableLine(string line)
    {
        if (_table is not null)
        {
            foreach (var row in _table.More(line))
            {
                Add(row);
            }

            return;
        }

        _tableLines.Add(line);
        if (_tableLines.Count > MostTableLines)
        {
            DrawTable();
        }
    }

    private void EndTable()
    {
        if (_tableLines.Count > 0)
        {
            DrawTable();
        }

        _table = null;
    }

    private void DrawTable()
    {
        if (MarkdownTable.Read(_tableLines, _columns) is var (table, rows))
        {
            _table = table;
            rows.ForEach(Add);
        }
        else
        {
            foreach (var row in _tableLines.SelectMany(l => Styled(l, complete: true, out _)))
            {
                Add(row);
            }
        }

        _tableLines.Clear();
    }

    private void Add(Row row)
    {
        _final.Add(row);
        _wasBlank = row.IsEmpty;
        _afterHeading = false;
    }

    private static int HeadingLevel(string trimmed)
    {
        var level = trimmed.Length - trimmed.TrimStart('#').Length;
        return level is > 0 and <= 6 && trimmed.Length > level && trimmed[level] == ' ' ? level : 0;
    }

    /// <summary>One source line as rows: heading, quote, list item, rule or text.</summary>
    private List<Row> Styled(string line, bool complete, out bool settled)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        var text = line.TrimStart(' ').TrimEnd();
        settled = true;
        if (HeadingLevel(text) is > 0 and var level)
        {
            var heading = new Row();
            settled = InlineMarkdown.Read(text, level + 1, complete, Ink.Heading, heading);
            return heading.Wrap(_columns);
        }

        if (IsRule(text))
        {
            settled = complete;
            return [Row.Of("─────", Ink.Dim)];
        }

        // A lone mark that more may follow says nothing yet.
        if (!complete && text.Length < 5 && text.AsSpan().IndexOfAnyExcept(Marks) < 0)
        {
            settled = false;
            return [Row.Of(line)];
        }

        var (mark, from) = Mark(text);
        var row = new Row();
        row.Add(new string(' ', Math.Min(indent, 12)));
        row.Add(mark, mark.StartsWith('│') ? Ink.Dim : Ink.None);
        settled = InlineMarkdown.Read(text, from, complete, mark.StartsWith('│') ? Ink.Dim : Ink.None, row);
        return row.Wrap(_columns, Math.Min(indent, 12) + TextWidth.Of(mark));
    }

    private static (string Mark, int From) Mark(string text)
    {
        if (text.Length > 1 && text[0] is '-' or '*' or '+' && text[1] == ' ')
        {
            return text.Length > 4 && text[2] == '[' && text[4] == ']' ? (text[3] == ' ' ? "☐ " : "☑ ", Math.Min(text.Length, 6)) : ("• ", 2);
        }

        if (text[0] == '>')
        {
            return ("│ ", text.Length > 1 && text[1] == ' ' ? 2 : 1);
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and < 5 && text.Length > digits + 1 && text[digits] is '.' or ')' && text[digits + 1] == ' '
            ? (text[..(digits + 2)], digits + 2)
            : ("", 0);
    }
}
