using System.Globalization;

namespace OpenSre.Terminal;

/// <summary>A text and a cursor in it, never changed; what the editor moves through and what undo goes back to.</summary>
/// <param name="Cursor">UTF-16 index, always between two characters as a person counts them.</param>
internal sealed record EditorText(string Text, int Cursor)
{
    public static EditorText Empty { get; } = new("", 0);

    public EditorText Insert(string text) => new(Text.Insert(Cursor, text), Cursor + text.Length);

    public EditorText Remove(int from, int to) => new(Text.Remove(from, to - from), from);

    public EditorText At(int cursor) => this with { Cursor = cursor };

    public int After(int index) => index >= Text.Length ? Text.Length : index + StringInfo.GetNextTextElementLength(Text, index);

    public int Before(int index)
    {
        if (index <= 0)
        {
            return 0;
        }

        // Two plain characters never join; anything else is counted from the beginning of its line.
        if (Text[index - 1] < 0x300 && (index < 2 || Text[index - 2] < 0x300))
        {
            return index - 1;
        }

        var at = Math.Max(0, Text.LastIndexOf('\n', index - 1, index));
        while (true)
        {
            var next = at + StringInfo.GetNextTextElementLength(Text, at);
            if (next >= index)
            {
                return at;
            }

            at = next;
        }
    }

    public int LineStart(int index) => index == 0 ? 0 : Text.LastIndexOf('\n', index - 1) + 1;

    public int LineEnd(int index) => Text.IndexOf('\n', index) is >= 0 and var end ? end : Text.Length;

    /// <summary>Where the word before the cursor begins.</summary>
    public int WordBefore(Func<char, bool> isWord)
    {
        var at = Cursor;
        while (at > 0 && !isWord(Text[at - 1]))
        {
            at--;
        }

        while (at > 0 && isWord(Text[at - 1]))
        {
            at--;
        }

        return at;
    }

    /// <summary>Where the word at or after the cursor ends.</summary>
    public int WordAfter(Func<char, bool> isWord)
    {
        var at = Cursor;
        while (at < Text.Length && !isWord(Text[at]))
        {
            at++;
        }

        while (at < Text.Length && isWord(Text[at]))
        {
            at++;
        }

        return at;
    }
}
