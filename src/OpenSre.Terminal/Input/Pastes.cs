using System.Text;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// Long pastes, each held out of the way behind one character of the private-use area, so that a megabyte is edited and
/// drawn like a letter.
/// </summary>
internal sealed class Pastes
{
    private const char First = '\ue000';
    private const int MostLines = 8;
    private const int MostCharacters = 1000;
    private const int Most = 1000;
    private readonly List<string> _held = [];

    /// <summary>The text to put into the editor for a paste: itself when it is short.</summary>
    public string Hold(string paste)
    {
        var text = Plain(SafeText.Clean(paste));
        if ((text.Length <= MostCharacters && text.AsSpan().Count('\n') < MostLines) || _held.Count == Most)
        {
            return text;
        }

        _held.Add(text);
        return ((char)(First + _held.Count - 1)).ToString();
    }

    /// <summary>Typed text without characters that would stand for a paste, and without control characters.</summary>
    public string Plain(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange(First, (char)(First + Most)) < 0)
        {
            return SafeText.Clean(text);
        }

        return SafeText.Clean(string.Concat(text.Where(c => c is < First or > (char)(First + Most))));
    }

    /// <summary>What is shown for a character that stands for a paste, or null for any other.</summary>
    public string? Shown(char c)
    {
        if (c < First || c - First >= _held.Count)
        {
            return null;
        }

        var text = _held[c - First];
        var lines = text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return $"[pasted {(lines > 1 ? Amounts.Count(lines, "line", "lines") : Amounts.Size(text.Length))} #{c - First + 1}]";
    }

    public string Expand(string text) => Replace(text, c => c - First < _held.Count ? _held[c - First] : "");

    /// <summary>The text with what is shown in place of each paste.</summary>
    public string Shorten(string text) => Replace(text, c => Shown(c) ?? "");

    public void Clear() => _held.Clear();

    private static string Replace(string text, Func<char, string> with)
    {
        if (text.AsSpan().IndexOfAnyInRange(First, (char)(First + Most)) < 0)
        {
            return text;
        }

        var whole = new StringBuilder();
        foreach (var c in text)
        {
            if (c is >= First and <= (char)(First + Most))
            {
                whole.Append(with(c));
            }
            else
            {
                whole.Append(c);
            }
        }

        return whole.ToString();
    }
}
