using System.Globalization;

namespace OpenSre.Terminal;

/// <summary>Ctrl+R: finding an earlier input by words of it.</summary>
internal sealed class HistorySearch(InputHistory history, string draft)
{
    private int _found = -1;

    public string Words { get; private set; } = "";

    /// <summary>The entry found, or null.</summary>
    public string? Found => _found < 0 ? null : history.Entries[_found];

    /// <summary>What stood in the editor before.</summary>
    public string Draft => draft;

    public void Type(string text)
    {
        Words += text;
        Find(history.Entries.Count);
    }

    public void Shorten()
    {
        if (Words.Length > 0)
        {
            Words = Words[..StringInfo.ParseCombiningCharacters(Words)[^1]];
            Find(history.Entries.Count);
        }
    }

    /// <summary>The next older entry; stays where it is when there is none.</summary>
    public void Older()
    {
        if (_found >= 0 && history.Search(Words, _found) is >= 0 and var older)
        {
            _found = older;
        }
    }

    private void Find(int before) => _found = Words.Length == 0 ? -1 : history.Search(Words, before);
}
