using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Prints Markdown while it is being written. Without a terminal the text goes through as it is. On a terminal words
/// are wrapped; with colours, headings and bold text are bold, code is coloured, and their marks are left out.
/// What a code span or fence contains is printed character for character.
/// </summary>
internal sealed class MarkdownPrinter
{
    private readonly LineWriter _lines;
    private readonly WordWrapper _words;
    private readonly StringBuilder _start = new();
    private readonly bool _colour;
    private bool _atStart = true;
    private bool _afterHeading;
    private bool _bold;
    private bool _heading;
    private bool _fence;
    private int _code;
    private int _ticks;
    private int _stars;

    public MarkdownPrinter(LineWriter lines)
    {
        _lines = lines;
        _words = new WordWrapper(lines);
        _colour = lines.Look.Colour;
    }

    public void Write(string text)
    {
        if (_lines.Look.Width == 0)
        {
            _lines.Write(text);
            return;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            Take(rune);
        }
    }

    /// <summary>Writes what is held back and ends the last line.</summary>
    public void End()
    {
        if (_atStart)
        {
            EndStart();
        }

        Marks();
        Style();
        _words.Flush();
        if (_colour)
        {
            _lines.Write("\e[0m");
        }

        _lines.EndLine();
    }

    private void Take(Rune rune)
    {
        if (_fence && !_atStart)
        {
            Verbatim(rune);
        }
        else if (_atStart)
        {
            AtStart(rune);
        }
        else
        {
            Inline(rune);
        }
    }

    /// <summary>Holds the first characters of a line back until they say what the line is.</summary>
    private void AtStart(Rune rune)
    {
        if (rune.Value == '\n')
        {
            if (_afterHeading && _colour && _start.Length == 0)
            {
                // A bold heading needs no empty line below it.
                _afterHeading = false;
            }
            else if (IsFence())
            {
                ToggleFence();
            }
            else
            {
                EndStart();
                Take(rune);
            }

            return;
        }

        _afterHeading = false;
        _start.Append(rune.ToString());
        if (!MayStillBeMark())
        {
            EndStart();
        }
    }

    private bool IsFence() => _start.ToString().TrimStart().StartsWith("```", StringComparison.Ordinal);

    private void ToggleFence()
    {
        if (!_colour)
        {
            _lines.Write(_start + "\n");
        }

        _fence = !_fence;
        _start.Clear();
    }

    private bool MayStillBeMark()
    {
        var text = _start.ToString();
        var mark = text.TrimStart(' ');
        if (mark.StartsWith("```", StringComparison.Ordinal))
        {
            return true;
        }

        if (_fence)
        {
            return mark.Length == 0 || mark is "`" or "``";
        }

        return text.Length < 12 && (mark.Length == 0 || mark is "`" or "``" or "-" or "*" || IsHashes(mark) || IsNumber(mark));
    }

    private static bool IsHashes(string mark) => mark.TrimStart('#').Length == 0;

    private static bool IsNumber(string mark) => char.IsAsciiDigit(mark[0]) && mark.TrimStart("0123456789").TrimStart('.').Length == 0;

    /// <summary>The line is known now: headings lose their marks, list items set the indent of their further rows.</summary>
    private void EndStart()
    {
        _atStart = false;
        var text = _start.ToString();
        _start.Clear();
        if (_fence)
        {
            Open("36");
            foreach (var rune in text.EnumerateRunes())
            {
                Verbatim(rune);
            }

            return;
        }

        var mark = text.TrimStart(' ');
        _heading = mark.StartsWith('#') && mark.EndsWith(' ');
        if (_heading)
        {
            Style();
            if (_colour)
            {
                text = "";
            }
        }

        var listed = mark is "- " or "* " || (mark.Length > 2 && char.IsAsciiDigit(mark[0]) && mark.EndsWith(". ", StringComparison.Ordinal));
        _words.Indent = listed ? text.Length : 0;
        foreach (var rune in text.EnumerateRunes())
        {
            Inline(rune);
        }
    }

    private void Verbatim(Rune rune)
    {
        if (rune.Value == '\n')
        {
            Close();
            _lines.Write("\n");
            _atStart = true;
            return;
        }

        _lines.Write(rune.ToString());
    }

    private void Inline(Rune rune)
    {
        if (rune.Value == '`')
        {
            Stars();
            _ticks++;
            return;
        }

        if (rune.Value == '*' && _code == 0)
        {
            Ticks();
            _stars++;
            return;
        }

        Marks();
        if (rune.Value == '\n')
        {
            _words.Flush();
            if (_code > 0 || _heading || _bold)
            {
                _afterHeading = _heading;

                // Emphasis and code do not reach over the end of a line here: an unclosed mark colours one line at most.
                _code = 0;
                _heading = false;
                _bold = false;
                Style();
            }

            _words.Add(rune);
            _words.Indent = 0;
            _atStart = true;
            return;
        }

        _words.Add(rune);
    }

    private void Marks()
    {
        Ticks();
        Stars();
    }

    private void Ticks()
    {
        if (_ticks == 0)
        {
            return;
        }

        var run = _ticks;
        _ticks = 0;
        if (_code == 0)
        {
            _code = run;
        }
        else if (_code == run)
        {
            _code = 0;
        }
        else
        {
            _words.Add(new string('`', run));
            return;
        }

        if (!_colour)
        {
            _words.Add(new string('`', run));
        }

        Style();
    }

    private void Stars()
    {
        if (_stars == 0)
        {
            return;
        }

        var run = _stars;
        _stars = 0;
        if (run != 2)
        {
            _words.Add(new string('*', run));
            return;
        }

        _bold = !_bold;
        if (!_colour)
        {
            _words.Add("**");
        }

        Style();
    }

    private void Style()
    {
        if (!_colour)
        {
            return;
        }

        _words.AddInvisible("\e[0m");
        if (_bold || _heading)
        {
            _words.AddInvisible("\e[1m");
        }

        if (_code > 0)
        {
            _words.AddInvisible("\e[36m");
        }
    }

    private void Open(string code)
    {
        if (_colour)
        {
            _lines.Write($"\e[{code}m");
        }
    }

    private void Close()
    {
        if (_colour)
        {
            _lines.Write("\e[0m");
        }
    }
}
