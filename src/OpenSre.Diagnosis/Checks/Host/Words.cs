namespace OpenSre.Diagnostics;

/// <summary>Numbers in words a person reads at a glance.</summary>
public static class Words
{
    public static string Ago(double seconds) => seconds switch
    {
        < 90 => $"{seconds:0} s ago",
        < 5400 => $"{seconds / 60:0} min ago",
        < 172800 => $"{seconds / 3600:0} h ago",
        _ => $"{seconds / 86400:0} days ago",
    };

    public static string Duration(double seconds) => Ago(seconds)[..^4];

    public static string Bytes(double bytes) => bytes switch
    {
        < 1024 => $"{bytes:0} B",
        < 1048576 => $"{bytes / 1024:0.#} KiB",
        < 1073741824 => $"{bytes / 1048576:0.#} MiB",
        _ => $"{bytes / 1073741824:0.#} GiB",
    };

    /// <summary>Whether a text has a name as a word of its own: no letter, digit, low line or hyphen stands beside it.</summary>
    public static bool Names(string text, string name)
    {
        for (var at = name.Length == 0 ? -1 : text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsWord(text[at - 1])) && (at + name.Length == text.Length || !IsWord(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(char c) => c == '-' || char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.ConnectorPunctuation;
}
