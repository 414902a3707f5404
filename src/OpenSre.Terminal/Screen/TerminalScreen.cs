using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Finished rows above, a live region below. Finished rows are printed once as ordinary lines and are the terminal's
/// from then on: they scroll, are copied and are kept as it does. The live region is drawn anew over itself. One frame is
/// one write; nothing is addressed from the top of the screen, no scroll region and no other screen is used.
/// </summary>
internal sealed class TerminalScreen(ITerminal terminal, Theme theme)
{
    /// <summary>
    /// Erases from the beginning of a row to the end of the screen. Not with one <c>CSI J</c>: where that would clear the whole
    /// screen, tmux moves what stood there into the scrollback first.
    /// </summary>
    private const string EraseBelow = "\e[K\e[C\e[J\r";

    private readonly StringBuilder _out = new();
    private readonly List<Row> _finished = [];
    private byte[] _bytes = new byte[4096];
    private List<Row> _live = [];
    private int _cursorRow;
    private int _cursorColumn;
    private TerminalSize _size = terminal.Size;
    private bool _isLost;

    public Theme Theme { get; set; } = theme;

    /// <summary>The size the next frame will be drawn for.</summary>
    public TerminalSize Size => terminal.Size;

    /// <summary>Adds a row above the live region with the next frame.</summary>
    public void Finish(Row row) => _finished.Add(row);

    public bool HasFinished => _finished.Count > 0;

    /// <summary>Draws what is new. The live region is cut to the screen, its cursor row stays in it.</summary>
    public void Draw(LiveRegion region)
    {
        var size = terminal.Size;
        region = Fit(region, size);
        _out.Clear();
        if (_isLost || size != _size)
        {
            Reset(size);
        }

        if (_finished.Count > 0 || _live.Count == 0)
        {
            Reprint(region, size.Columns);
        }
        else
        {
            Change(region);
        }

        _live = [.. region.Rows];
        (_cursorRow, _cursorColumn) = (region.CursorRow, region.CursorColumn);
        Flush();
    }

    /// <summary>Takes the live region away; what is written next stands below the finished rows.</summary>
    public void Close()
    {
        Draw(LiveRegion.Empty);
        _live = [];
        (_cursorRow, _cursorColumn) = (0, 0);
    }

    /// <summary>Scrolls everything out of sight, so that the live region stands at the top. Nothing is lost from the scrollback.</summary>
    public void ClearVisible()
    {
        var rows = terminal.Size.Rows;
        _out.Clear();
        _out.Append('\r');
        Erase();
        _out.Append(string.Concat(Enumerable.Repeat("\r\n", rows))).Append("\e[H");
        Flush();
        _live = [];
        (_cursorRow, _cursorColumn) = (0, 0);

        void Erase()
        {
            Up(_cursorRow);
            _out.Append(EraseBelow);
        }
    }

    /// <summary>Somebody else wrote to the terminal (it was suspended): the live region is drawn below that.</summary>
    public void Forget()
    {
        _live = [];
        (_cursorRow, _cursorColumn) = (0, 0);
        _size = terminal.Size;
    }

    private static LiveRegion Fit(LiveRegion region, TerminalSize size)
    {
        var most = Math.Max(1, size.Rows - 1);
        var columns = Math.Max(1, size.Columns - 1);
        var first = region.Rows.Count <= most ? 0 : Math.Min(region.Rows.Count - most, region.CursorRow);
        if (first == 0 && region.Rows.Count <= most && region.Rows.All(r => r.Width <= columns))
        {
            return region with { CursorColumn = Math.Min(region.CursorColumn, columns) };
        }

        List<Row> rows = [.. region.Rows.Skip(first).Take(most).Select(r => r.Cut(columns))];
        return new LiveRegion(rows, Math.Clamp(region.CursorRow - first, 0, Math.Max(0, rows.Count - 1)), Math.Min(region.CursorColumn, columns));
    }

    /// <summary>The terminal has another size: finds the first row of the live region again and erases it.</summary>
    private void Reset(TerminalSize size)
    {
        _isLost = false;
        _size = size;
        if (_live.Count == 0)
        {
            return;
        }

        var up = _cursorRow;
        if (terminal.Reflows)
        {
            // Each row above the cursor may take several rows now, and the cursor may stand in a later part of its own.
            up = _cursorColumn / size.Columns;
            for (var i = 0; i < _cursorRow; i++)
            {
                up += Math.Max(1, (_live[i].Width + size.Columns - 1) / size.Columns);
            }
        }

        _out.Append('\r');
        Up(up);
        _out.Append(EraseBelow);
        _live = [];
        (_cursorRow, _cursorColumn) = (0, 0);
    }

    /// <summary>From the top of the live region: finished rows, then all of the region.</summary>
    private void Reprint(LiveRegion region, int columns)
    {
        var old = _live.Count;
        if (_cursorColumn > 0)
        {
            _out.Append('\r');
        }

        Up(_cursorRow);
        var printed = 0;
        foreach (var row in _finished)
        {
            if (row.Width >= columns && printed < old)
            {
                // It will take several rows; what stands there must not shine through.
                _out.Append(EraseBelow);
                old = 0;
            }

            Print(row, printed++ < old);
            _out.Append("\r\n");
        }

        _finished.Clear();
        for (var i = 0; i < region.Rows.Count; i++)
        {
            if (i > 0)
            {
                _out.Append("\r\n");
            }

            Print(region.Rows[i], printed++ < old);
        }

        if (printed < old)
        {
            _out.Append(region.Rows.Count == 0 ? EraseBelow : "\r\n\e[J\e[A");
        }

        Place(region.Rows.Count - 1, -1, region);
    }

    private void Print(Row row, bool isOverOld)
    {
        row.Write(_out, Theme);
        if (isOverOld)
        {
            _out.Append("\e[K");
        }
    }

    /// <summary>Nothing finished: only what differs is written.</summary>
    private void Change(LiveRegion region)
    {
        var (row, column) = (_cursorRow, _cursorColumn);
        var common = Math.Min(_live.Count, region.Rows.Count);
        for (var i = 0; i < common; i++)
        {
            var (old, fresh) = (_live[i], region.Rows[i]);
            if (Row.Same(old, fresh))
            {
                continue;
            }

            var (length, columns) = Row.CommonBeginning(old, fresh);
            Move(ref row, ref column, i, columns);
            fresh.Write(_out, Theme, length, int.MaxValue);
            column = fresh.Width;
            if (old.Width > fresh.Width)
            {
                _out.Append("\e[K");
            }
        }

        if (region.Rows.Count > _live.Count)
        {
            Move(ref row, ref column, _live.Count - 1, -1);
            for (var i = _live.Count; i < region.Rows.Count; i++)
            {
                _out.Append("\r\n");
                region.Rows[i].Write(_out, Theme);
            }

            (row, column) = (region.Rows.Count - 1, region.Rows[^1].Width);
        }
        else if (region.Rows.Count < _live.Count)
        {
            Move(ref row, ref column, region.Rows.Count, 0);
            _out.Append(EraseBelow);
        }

        Place(row, column, region);
    }

    private void Place(int row, int column, LiveRegion region)
    {
        if (region.Rows.Count > 0)
        {
            Move(ref row, ref column, region.CursorRow, region.CursorColumn);
        }
    }

    /// <param name="toColumn">−1: any.</param>
    private void Move(ref int row, ref int column, int toRow, int toColumn)
    {
        if (toRow < row)
        {
            Up(row - toRow);
        }
        else if (toRow > row)
        {
            _out.Append(toRow - row == 1 ? "\e[B" : $"\e[{toRow - row}B");
        }

        if (toColumn >= 0 && toColumn != column)
        {
            _out.Append(toColumn == 0 ? "\r" : $"\e[{toColumn + 1}G");
            column = toColumn;
        }

        row = toRow;
    }

    private void Up(int rows)
    {
        if (rows > 0)
        {
            _out.Append(rows == 1 ? "\e[A" : $"\e[{rows}A");
        }
    }

    /// <summary>Writes the frame at once; one that touches more than a little is shown at once as well.</summary>
    private void Flush()
    {
        if (_out.Length == 0)
        {
            return;
        }

        if (_out.Length > 32)
        {
            _out.Insert(0, "\e[?2026h\e[?25l").Append("\e[?25h\e[?2026l");
        }

        var most = Encoding.UTF8.GetMaxByteCount(_out.Length);
        if (_bytes.Length < most)
        {
            _bytes = new byte[most];
        }

        var count = 0;
        foreach (var chunk in _out.GetChunks())
        {
            // A pair of surrogates may lie on the border of two chunks; then the whole is taken at once.
            if (chunk.Length > 0 && char.IsHighSurrogate(chunk.Span[^1]))
            {
                count = Encoding.UTF8.GetBytes(_out.ToString(), _bytes);
                break;
            }

            count += Encoding.UTF8.GetBytes(chunk.Span, _bytes.AsSpan(count));
        }

        terminal.Write(_bytes.AsSpan(0, count));
    }
}
