namespace OpenSre.Terminal;

/// <summary>
/// Writes lines and knows whether the last one is still open. At the end of what is written a tail can be shown and
/// taken back without a trace; the tail is never part of the text. Not thread-safe.
/// </summary>
internal sealed class LineWriter(TextWriter output, Look look)
{
    private int _column;
    private int _tail;

    public Look Look => look;

    /// <summary>True while the current line has no line end yet.</summary>
    public bool IsOpen => _column > 0;

    /// <summary>Text as it is; it may contain line ends, and our own SGR sequences.</summary>
    public void Write(string text)
    {
        HideTail();
        output.Write(text);
        var lastLine = text.LastIndexOf('\n');
        _column = lastLine < 0 ? _column + TextWidth.Of(text) : TextWidth.Of(text.AsSpan(lastLine + 1));
    }

    /// <summary>Ends an open line, then writes one whole line.</summary>
    public void Line(string text)
    {
        EndLine();
        Write(text + "\n");
    }

    public void EndLine()
    {
        if (IsOpen)
        {
            Write("\n");
        }
    }

    /// <summary>Takes the open line back; where that cannot be done it is ended.</summary>
    public void EraseLine()
    {
        if (!IsOpen)
        {
            return;
        }

        if (!look.Cursor || _column >= look.Width)
        {
            EndLine();
            return;
        }

        HideTail();
        output.Write("\r\e[K");
        _column = 0;
    }

    /// <summary>Shows text after the last character until something is written. Left out where it would wrap.</summary>
    public void ShowTail(string text)
    {
        HideTail();
        var width = TextWidth.Of(text);
        if (!look.Cursor || _column + width >= look.Width)
        {
            return;
        }

        output.Write(text);
        _tail = width;
        output.Flush();
    }

    public void HideTail()
    {
        if (_tail > 0)
        {
            output.Write($"\e[{_tail}D\e[K");
            _tail = 0;
        }
    }

    public void Flush() => output.Flush();
}
