using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenSre.Tests;

/// <summary>
/// What a terminal shows for the bytes a program writes: rows, scrollback, the cursor, wrapping and re-wrapping on resize.
/// It knows the sequences an honest inline program needs; everything else is remembered in <see cref="Refused"/>.
/// </summary>
internal sealed class VirtualScreen
{
    private readonly List<Line> _lines = [new()];

    /// <summary>Rows that were forgotten; they are taken again, so that a long output costs no memory.</summary>
    private readonly Stack<Line> _spare = new();
    private readonly Decoder _utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false).GetDecoder();
    private readonly StringBuilder _sequence = new();
    private State _state;
    private int _row;
    private int _column;
    private bool _wrapNext;
    private char _high;

    public VirtualScreen(int columns, int rows) => (Columns, Rows) = (columns, rows);

    private enum State
    {
        Text,
        Escape,
        Sequence,
        Osc,
    }

    public int Columns { get; private set; }

    public int Rows { get; private set; }

    /// <summary>A terminal that cuts rows when it is made narrower, as xterm does, does not.</summary>
    public bool Reflows { get; init; } = true;

    /// <summary>How many rows are kept above those in sight, at least; a terminal keeps some thousands.</summary>
    public int MostScrollback { get; init; } = int.MaxValue;

    /// <summary>Sequences that were not understood, or that clear, address or capture more than a guest may.</summary>
    public List<string> Refused { get; } = [];

    public bool IsCursorVisible { get; private set; } = true;

    public bool IsBracketedPaste { get; private set; }

    /// <summary>Frames begun and not ended.</summary>
    public int OpenFrames { get; private set; }

    public string? Title { get; private set; }

    public int CursorColumn => _column;

    /// <summary>Counted from the top of what can be seen.</summary>
    public int CursorRow => _row - Top;

    private int Top => Math.Max(0, _lines.Count - Rows);

    /// <summary>Every row, those scrolled out of sight first; blank rows at the end are left out.</summary>
    public List<string> All() => Trim(_lines.ConvertAll(l => l.Text()));

    public List<string> Visible() => Trim(_lines.GetRange(Top, _lines.Count - Top).ConvertAll(l => l.Text()));

    /// <summary>Whether a row of exactly this text is in sight. It makes no strings: a measuring program asks after every chunk.</summary>
    public bool Shows(string row)
    {
        for (var i = _lines.Count - 1; i >= Top; i--)
        {
            if (_lines[i].Is(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Every row with the rows a terminal wrapped joined again.</summary>
    public List<string> Logical()
    {
        List<string> rows = [];
        var current = new StringBuilder();
        foreach (var line in _lines)
        {
            current.Append(line.Text());
            if (!line.IsWrapped)
            {
                rows.Add(current.ToString().TrimEnd());
                current.Clear();
            }
        }

        return Trim(rows);
    }

    public override string ToString() => string.Join('\n', Visible());

    public void Write(ReadOnlySpan<byte> bytes)
    {
        var characters = ArrayPool<char>.Shared.Rent(bytes.Length + 4);
        var count = _utf8.GetChars(bytes, characters, flush: false);
        Write(characters.AsSpan(0, count));
        ArrayPool<char>.Shared.Return(characters);
    }

    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            Take(c);
        }
    }

    /// <summary>Gives the terminal another size; content is wrapped anew and the bottom stays in sight.</summary>
    public void Resize(int columns, int rows)
    {
        if (columns != Columns && Reflows)
        {
            Reflow(columns);
        }
        else if (columns < Columns)
        {
            _lines.ForEach(l => l.Cut(columns));
            _column = Math.Min(_column, columns - 1);
        }

        (Columns, Rows) = (columns, rows);
        _wrapNext = false;

        // Empty rows below the cursor give way before anything is pushed out at the top.
        while (_lines.Count > Rows && _lines.Count - 1 > _row && _lines[^1].IsBlank)
        {
            _lines.RemoveAt(_lines.Count - 1);
        }
    }

    private static List<string> Trim(List<string> rows)
    {
        while (rows.Count > 0 && rows[^1].Length == 0)
        {
            rows.RemoveAt(rows.Count - 1);
        }

        return rows;
    }

    private void Reflow(int columns)
    {
        List<Line> fresh = [];
        var (cursorRow, cursorColumn) = (0, 0);
        for (var i = 0; i < _lines.Count;)
        {
            List<Cell> cells = [];
            var cursorAt = -1;
            do
            {
                if (i == _row)
                {
                    cursorAt = cells.Sum(c => c.Width) + _column;
                }

                var line = _lines[i];
                cells.AddRange(line.Cells);
            }
            while (_lines[i++].IsWrapped && i < _lines.Count);

            var current = new Line();
            var (before, first) = (0, fresh.Count);
            foreach (var cell in cells)
            {
                if (current.Width + cell.Width > columns)
                {
                    current.IsWrapped = true;
                    fresh.Add(current);
                    before += current.Width;
                    current = new Line();
                }

                current.Append(cell);
            }

            fresh.Add(current);
            if (cursorAt >= 0)
            {
                // The cursor stays at its character, or as far behind the last one as it was.
                var row = first;
                var left = cursorAt;
                while (row < fresh.Count - 1 && left >= fresh[row].Width)
                {
                    left -= fresh[row++].Width;
                }

                while (left >= columns)
                {
                    left -= columns;
                    row++;
                }

                (cursorRow, cursorColumn) = (row, left);
                while (fresh.Count <= row)
                {
                    fresh[^1].IsWrapped = true;
                    fresh.Add(new Line());
                }
            }

        }

        _lines.Clear();
        _lines.AddRange(fresh);
        (_row, _column) = (cursorRow, cursorColumn);
    }

    private void Take(char c)
    {
        switch (_state)
        {
            case State.Escape:
                switch (c)
                {
                    case '[':
                        _state = State.Sequence;
                        _sequence.Clear();
                        return;
                    case ']':
                        _state = State.Osc;
                        _sequence.Clear();
                        return;
                    default:
                        if (c != '\\')
                        {
                            Refused.Add($"ESC {c}");
                        }

                        _state = State.Text;
                        return;
                }

            case State.Sequence:
                if (c is >= '@' and <= '~')
                {
                    _state = State.Text;
                    Control(c, _sequence.ToString());
                }
                else
                {
                    _sequence.Append(c);
                }

                return;
            case State.Osc:
                if (c is '\u0007' or '\u001b')
                {
                    _state = c == '\u001b' ? State.Escape : State.Text;
                    Command(_sequence.ToString());
                }
                else
                {
                    _sequence.Append(c);
                }

                return;
        }

        switch (c)
        {
            case '\u001b':
                _state = State.Escape;
                break;
            case '\r':
                _column = 0;
                _wrapNext = false;
                break;
            case '\n':
                LineFeed();
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case '\u0007':
                break;
            case < ' ' or '\u007f' or (>= '\u0080' and <= '\u009f'):
                Refused.Add($"control {(int)c:x2}");
                break;
            default:
                Print(c);
                break;
        }
    }

    private void Print(char c)
    {
        if (char.IsHighSurrogate(c))
        {
            _high = c;
            return;
        }

        var line = _lines[_row];
        if (c is >= ' ' and <= '~' && _high == 0)
        {
            // Nearly all text; it never joins the character before.
            Put(line, Cell.Ascii[c - ' ']);
            return;
        }

        var text = _high != 0 ? new string([_high, c]) : c.ToString();
        _high = '\0';

        // What belongs to the character before joins its cell.
        if (_column > 0 && line.Before(_column) is >= 0 and var index && line.Cells[index] is var before && StringInfo.GetNextTextElementLength(before.Text + text) == before.Text.Length + text.Length)
        {
            var joined = new Cell(before.Text + text, Math.Max(before.Width, WidthOf(before.Text + text)));
            line.Replace(index, joined);
            _column += joined.Width - before.Width;
            return;
        }

        var width = WidthOf(text);
        if (width == 0)
        {
            return;
        }

        Put(line, new Cell(text, width));
    }

    private void Put(Line line, Cell cell)
    {
        if (_wrapNext || _column + cell.Width > Columns)
        {
            line.IsWrapped = true;
            _column = 0;
            NextRow();
            line = _lines[_row];
            _wrapNext = false;
        }

        line.Put(_column, cell);
        _column += cell.Width;
        if (_column >= Columns)
        {
            _column = Columns - 1;
            _wrapNext = true;
        }
    }

    private static int WidthOf(string text)
    {
        var runes = text.EnumerateRunes().ToList();
        var regional = runes.Count(r => r.Value is >= 0x1f1e6 and <= 0x1f1ff);
        return regional == 2 || runes.Exists(r => r.Value == 0xfe0f) ? 2 : runes.Max(r => Width(r));
    }

    /// <summary>Made by hand and not taken from the product, so that both can be wrong only apart.</summary>
    private static int Width(Rune rune)
    {
        var value = rune.Value;
        if (value >= 0x300 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        return value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff01 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or 0x2705 or 0x274c or 0x26a1 or 0x2b50
            or (>= 0x1f300 and <= 0x1f64f) or (>= 0x1f680 and <= 0x1f6ff) or (>= 0x1f900 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) ? 2 : 1;
    }

    private void LineFeed()
    {
        _wrapNext = false;
        _lines[_row].IsWrapped = false;
        NextRow();
    }

    private void NextRow()
    {
        _row++;
        if (_row == _lines.Count)
        {
            _lines.Add(_spare.TryPop(out var line) ? line : new Line());
            Forget();
        }
    }

    /// <summary>The oldest rows go, many at a time, so that a row costs little.</summary>
    private void Forget()
    {
        if (MostScrollback < int.MaxValue && _lines.Count > Rows + (2 * MostScrollback))
        {
            foreach (var line in _lines.Take(MostScrollback))
            {
                line.Clear();
                _spare.Push(line);
            }

            _lines.RemoveRange(0, MostScrollback);
            _row -= MostScrollback;
        }
    }

    private void Control(char final, string parameters)
    {
        var number = parameters.Length == 0 ? 1 : int.TryParse(parameters, CultureInfo.InvariantCulture, out var n) ? Math.Max(1, n) : 0;
        switch (final, parameters)
        {
            case ('m', _):
                break;
            case ('A', _):
                _row = Math.Max(Top, _row - number);
                _wrapNext = false;
                break;
            case ('B', _):
                _row = Math.Min(_lines.Count - 1, _row + number);
                _wrapNext = false;
                break;
            case ('C', _):
                _column = Math.Min(Columns - 1, _column + number);
                _wrapNext = false;
                break;
            case ('D', _):
                _column = Math.Max(0, _column - number);
                _wrapNext = false;
                break;
            case ('G', _):
                _column = Math.Min(Columns - 1, number - 1);
                _wrapNext = false;
                break;
            case ('H', ""):
                (_row, _column, _wrapNext) = (Top, 0, false);
                break;
            case ('J', "" or "0") when _row == Top && _column == 0 && _lines.FindLastIndex(l => !l.IsBlank) is var last && last >= _row:
                // As tmux does: what would clear all of the screen moves it into the scrollback.
                var to = last + 1;
                while (_lines.Count < to + Rows)
                {
                    _lines.Add(new Line());
                }

                _row = to;
                break;
            case ('J', "" or "0"):
                _lines[_row].Erase(_column);
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case ('K', "" or "0"):
                _lines[_row].Erase(_column);
                break;
            case ('h' or 'l', "?25"):
                IsCursorVisible = final == 'h';
                break;
            case ('h' or 'l', "?2004"):
                IsBracketedPaste = final == 'h';
                break;
            case ('h' or 'l', "?2026"):
                OpenFrames = Math.Max(0, OpenFrames + (final == 'h' ? 1 : -1));
                break;
            case ('u', ">1" or "<"):
                break;
            default:
                Refused.Add($"CSI {parameters}{final}");
                break;
        }
    }

    private void Command(string osc)
    {
        if (osc.StartsWith("0;", StringComparison.Ordinal) || osc.StartsWith("2;", StringComparison.Ordinal))
        {
            Title = osc[2..];
        }

        if (!osc.StartsWith("8;", StringComparison.Ordinal))
        {
            Refused.Add($"OSC {osc}");
        }
    }

    private sealed record Cell(string Text, int Width)
    {
        /// <summary>The cells of printable ASCII, made once.</summary>
        public static readonly Cell[] Ascii = [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => new Cell(((char)c).ToString(), 1))];
    }

    private sealed class Line
    {
        private readonly List<Cell> _cells = [];
        private string? _text;

        public IReadOnlyList<Cell> Cells => _cells;

        /// <summary>The terminal broke the row here; the next one goes on with it.</summary>
        public bool IsWrapped
        {
            get;
            set
            {
                field = value;
                _text = null;
            }
        }

        public bool IsBlank => _cells.TrueForAll(c => c.Text == " ");

        public int Width { get; private set; }

        public string Text() => _text ??= string.Concat(_cells.Select(c => c.Text)) is var text && IsWrapped ? text : text.TrimEnd();

        public bool Is(string text)
        {
            var at = 0;
            foreach (var cell in _cells)
            {
                var rest = text.AsSpan(at);
                if (!rest.StartsWith(cell.Text, StringComparison.Ordinal))
                {
                    return rest.IsEmpty && Text() == text;
                }

                at += cell.Text.Length;
            }

            return at == text.Length;
        }

        public void Append(Cell cell) => Insert(_cells.Count, cell);

        /// <summary>Which cell ends at a column; −1 for none.</summary>
        public int Before(int column)
        {
            var at = Width;
            for (var i = _cells.Count - 1; i >= 0 && at >= column; i--)
            {
                if (at == column)
                {
                    return i;
                }

                at -= _cells[i].Width;
            }

            return -1;
        }

        public void Replace(int index, Cell fresh)
        {
            Remove(index);
            Insert(index, fresh);
        }

        public void Put(int column, Cell cell)
        {
            if (column == Width)
            {
                Append(cell);
                return;
            }

            Erase(column, cell.Width);
            var (index, at) = Find(column);
            while (at < column)
            {
                Insert(index++, Cell.Ascii[0]);
                at++;
            }

            Insert(index, cell);
        }

        public void Clear()
        {
            _cells.Clear();
            Width = 0;
            IsWrapped = false;
        }

        public void Erase(int column)
        {
            Cut(column);
            IsWrapped = false;
        }

        public void Cut(int column)
        {
            while (Width > column)
            {
                Remove(_cells.Count - 1);
            }
        }

        /// <summary>Takes the cells of a span away; the halves of wide characters become spaces.</summary>
        private void Erase(int column, int width)
        {
            for (var i = 0; i < width && column + i < Width; i++)
            {
                var index = Find(column + i).Index;
                var cell = _cells[index];
                Remove(index);
                for (var k = 0; k < cell.Width; k++)
                {
                    Insert(index, Cell.Ascii[0]);
                }
            }

            for (var i = 0; i < width && column < Width; i++)
            {
                Remove(Find(column).Index);
            }
        }

        private void Insert(int index, Cell cell)
        {
            _cells.Insert(index, cell);
            Width += cell.Width;
            _text = null;
        }

        private void Remove(int index)
        {
            Width -= _cells[index].Width;
            _cells.RemoveAt(index);
            _text = null;
        }

        private (int Index, int At) Find(int column)
        {
            var at = 0;
            for (var i = 0; i < _cells.Count; i++)
            {
                if (at + _cells[i].Width > column)
                {
                    return (i, at);
                }

                at += _cells[i].Width;
            }

            return (_cells.Count, at);
        }
    }
}
