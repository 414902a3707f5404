using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Writes text as it comes and breaks lines between words at the width of the terminal, so that a word is never cut.
/// A word appears when it is complete.
/// </summary>
internal sealed class WordWrapper(LineWriter lines)
{
    private readonly StringBuilder _word = new();
    private int _wordWidth;
    private int _column;
    private int _spaces;

    /// <summary>Columns the further rows of a wrapped line are indented by.</summary>
    public int Indent { get; set; }

    public void Add(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            Add(rune);
        }
    }

    public void Add(Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                Flush();
                lines.Write("\n");
                _column = 0;
                _spaces = 0;
                break;
            case ' ':
                Flush();
                _spaces++;
                break;
            default:
                _word.Append(rune.ToString());
                _wordWidth += TextWidth.Of(rune);
                break;
        }
    }

    /// <summary>Adds something that takes no room, such as a colour.</summary>
    public void AddInvisible(string sequence) => _word.Append(sequence);

    /// <summary>Writes the word in progress.</summary>
    public void Flush()
    {
        if (_word.Length == 0)
        {
            return;
        }

        var width = lines.Look.Width;
        if (_wordWidth > 0 && width > 0 && _column + _spaces + _wordWidth >= width && _column > Indent)
        {
            lines.Write("\n" + new string(' ', Indent));
            _column = Indent;
        }
        else if (_spaces > 0)
        {
            lines.Write(new string(' ', _spaces));
            _column += _spaces;
        }

        _spaces = 0;
        lines.Write(_word.ToString());
        _column += _wordWidth;
        _word.Clear();
        _wordWidth = 0;
    }
}
