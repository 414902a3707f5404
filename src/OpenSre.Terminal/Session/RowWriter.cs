using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// A writer whose lines become rows of a session. The colours of <see cref="Look"/> are read back as <see cref="Ink"/>; no
/// other sequence gets through, because rows take none.
/// </summary>
internal sealed class RowWriter(Action<Row> print) : TextWriter
{
    private readonly StringBuilder _line = new();
    private readonly Lock _lock = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            while (buffer.IndexOf('\n') is >= 0 and var end)
            {
                _line.Append(buffer[..end]);
                EndLine();
                buffer = buffer[(end + 1)..];
            }

            _line.Append(buffer);
        }
    }

    /// <summary>A line that was begun is shown as it is.</summary>
    public override void Flush()
    {
        lock (_lock)
        {
            if (_line.Length > 0)
            {
                EndLine();
            }
        }
    }

    private void EndLine()
    {
        var row = InkOf(_line.ToString().TrimEnd('\r'));
        print(Column(row.PlainText()) is { } column ? new Row { Hanging = column }.Add(row) : row);
        _line.Clear();
    }

    /// <summary>Where the text of a line like <c>name   text</c> begins; null for one without such a gap.</summary>
    private static int? Column(string line)
    {
        var word = line.AsSpan().IndexOfAnyExcept(' ');
        var gap = word < 0 ? -1 : line.IndexOf("  ", word, StringComparison.Ordinal);
        var text = gap < 0 ? -1 : line.AsSpan(gap).IndexOfAnyExcept(' ');
        return text < 0 ? null : gap + text;
    }

    /// <summary>Reads the SGR sequences of a line as inks.</summary>
    /// <param name="usual">The ink of what has no colour of its own.</param>
    internal static Row InkOf(string line, Ink usual = Ink.None)
    {
        var row = new Row();
        var ink = usual;
        var from = 0;
        while (line.IndexOf("\e[", from, StringComparison.Ordinal) is >= 0 and var start)
        {
            row.Add(line[from..start], ink);
            var end = start + 2;
            while (end < line.Length && (char.IsAsciiDigit(line[end]) || line[end] == ';'))
            {
                end++;
            }

            if (end < line.Length && line[end] == 'm')
            {
                foreach (var code in line[(start + 2)..end].Split(';'))
                {
                    ink = code switch
                    {
                        "" or "0" => usual,
                        "1" => ink | Ink.Bold,
                        "2" or "90" => ink | Ink.Dim,
                        "3" => ink | Ink.Italic,
                        "4" => ink | Ink.Underline,
                        "31" or "91" => ink | Ink.Bad,
                        "32" or "92" => ink | Ink.Good,
                        "33" or "93" => ink | Ink.Warn,
                        "34" or "36" or "94" or "96" => ink | Ink.Accent,
                        _ => ink,
                    };
                }

                from = end + 1;
                continue;
            }

            // Another sequence: the row's own cleaning takes it out together with what follows.
            row.Add(line[start..], ink);
            return row;
        }

        return row.Add(line[from..], ink);
    }
}
