using System.Text;

namespace OpenSre.Core;

/// <summary>
/// Makes text from outside harmless while it comes in pieces: a control sequence cut in two by a border of pieces is
/// still taken out. Not thread-safe; one stream of text has one of these.
/// </summary>
public sealed class SafeTextStream
{
    /// <summary>A control string that is not ended within this many characters was none; it stops swallowing text.</summary>
    private const int LongestString = 4096;

    private State _state;
    private int _length;
    private char _high;

    private enum State
    {
        Text,

        /// <summary>After ESC.</summary>
        Escape,

        /// <summary>After ESC and intermediates, such as ESC ( .</summary>
        Intermediate,

        /// <summary>In a control sequence, after ESC [ or its 8-bit form.</summary>
        Sequence,

        /// <summary>In a control string: OSC, DCS, APC, PM, SOS.</summary>
        ControlString,

        /// <summary>In a control string, after an ESC that may begin its end.</summary>
        StringEscape,
    }

    /// <summary>The harmless part of the next piece. Tabs and line ends stay; a carriage return is dropped.</summary>
    public string Next(string piece)
    {
        if (_state == State.Text && _high == 0 && !SafeText.NeedsCleaning(piece, keepLines: true))
        {
            return piece;
        }

        var clean = new StringBuilder(piece.Length);
        foreach (var c in piece)
        {
            Take(c, clean);
        }

        return clean.ToString();
    }

    /// <summary>What is still owed at the end of the text: a lone half of a character pair becomes U+FFFD.</summary>
    public string End()
    {
        var owed = _high == 0 ? "" : "\ufffd";
        _high = '\0';
        _state = State.Text;
        return owed;
    }

    private void Take(char c, StringBuilder clean)
    {
        switch (_state)
        {
            case State.Escape:
                AfterEscape(c, clean);
                return;
            case State.Intermediate when c is >= ' ' and <= '/':
                return;
            case State.Intermediate:
                _state = State.Text;
                if (c is < '0' or > '~')
                {
                    Plain(c, clean);
                }

                return;
            case State.Sequence when c is >= ' ' and <= '?' && ++_length < LongestString:
                return;
            case State.Sequence:
                _state = State.Text;
                if (c is < '@' or > '~')
                {
                    Plain(c, clean);
                }

                return;
            case State.ControlString:
                InString(c, clean);
                return;
            case State.StringEscape:
                _state = State.Text;
                if (c != '\\')
                {
                    // The string was cut off by another sequence.
                    _state = State.Escape;
                    AfterEscape(c, clean);
                }

                return;
            default:
                Plain(c, clean);
                return;
        }
    }

    private void AfterEscape(char c, StringBuilder clean)
    {
        _length = 0;
        switch (c)
        {
            case '[':
                _state = State.Sequence;
                break;
            case ']' or 'P' or 'X' or '^' or '_':
                _state = State.ControlString;
                break;
            case >= ' ' and <= '/':
                _state = State.Intermediate;
                break;
            case >= '0' and <= '~':
                _state = State.Text;
                break;
            default:
                _state = State.Text;
                Plain(c, clean);
                break;
        }
    }

    private void InString(char c, StringBuilder clean)
    {
        if (c is '\u0007' or '\u009c')
        {
            _state = State.Text;
        }
        else if (c == '\u001b')
        {
            _state = State.StringEscape;
        }
        else if (c == '\n' || ++_length > LongestString)
        {
            _state = State.Text;
            Plain(c, clean);
        }
    }

    private void Plain(char c, StringBuilder clean)
    {
        if (_high != 0)
        {
            if (char.IsLowSurrogate(c))
            {
                clean.Append(_high).Append(c);
                _high = '\0';
                return;
            }

            clean.Append('\ufffd');
            _high = '\0';
        }

        if (char.IsHighSurrogate(c))
        {
            _high = c;
        }
        else if (char.IsLowSurrogate(c))
        {
            clean.Append('\ufffd');
        }
        else if (c == '\u001b')
        {
            _state = State.Escape;
        }
        else if (c == '\u009b')
        {
            _state = State.Sequence;
            _length = 0;
        }
        else if (c is '\u0090' or '\u009d' or '\u009e' or '\u009f' or '\u0098')
        {
            _state = State.ControlString;
            _length = 0;
        }
        else if (c is '\n' or '\t' || !SafeText.IsUnsafe(c))
        {
            clean.Append(c);
        }
    }
}
