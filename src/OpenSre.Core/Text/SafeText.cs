using System.Text;

namespace OpenSre.Core;

/// <summary>Makes text from outside harmless for a terminal: no control sequence survives.</summary>
public static class SafeText
{
    /// <summary>
    /// Removes ANSI/VT sequences (CSI, OSC, DCS, 8-bit forms), other control characters and bidirectional overrides.
    /// Tabs stay; line ends stay if <paramref name="keepLines"/>, else each becomes a space.
    /// </summary>
    public static string Clean(string text, bool keepLines = true)
    {
        if (!NeedsCleaning(text, keepLines))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\u001b')
            {
                i = SkipEscape(text, i + 1);
            }
            else if (c == '\u009b')
            {
                i = SkipControlSequence(text, i + 1);
            }
            else if (c is '\u0090' or '\u009d' or '\u009e' or '\u009f' or '\u0098')
            {
                i = SkipString(text, i + 1);
            }
            else if (c == '\n')
            {
                clean.Append(keepLines ? '\n' : ' ');
            }
            else if (c == '\t' || !IsUnsafe(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    /// <summary>One clean line of at most <paramref name="width"/> characters, cut with an ellipsis.</summary>
    public static string Line(string text, int width)
    {
        var line = Clean(text, keepLines: false).Replace('\t', ' ').Trim();
        if (line.Length <= width)
        {
            return line;
        }

        var cut = Math.Max(0, width - 1);
        if (cut > 0 && char.IsHighSurrogate(line[cut - 1]))
        {
            cut--;
        }

        return string.Concat(line.AsSpan(0, cut), "…");
    }

    private static bool NeedsCleaning(string text, bool keepLines)
    {
        foreach (var c in text)
        {
            if (c == '\n' ? !keepLines : c != '\t' && IsUnsafe(c))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnsafe(char c) =>
        c < ' ' || c is >= '\u007f' and <= '\u009f' || c is '\u2028' or '\u2029' or '\u200e' or '\u200f' or '\ufeff'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static int SkipEscape(string text, int i)
    {
        if (i >= text.Length)
        {
            return i;
        }

        switch (text[i])
        {
            case '[':
                return SkipControlSequence(text, i + 1);
            case ']' or 'P' or 'X' or '^' or '_':
                return SkipString(text, i + 1);
            default:
                // Two-byte sequences, with intermediates such as in ESC ( B.
                while (i < text.Length && text[i] is >= ' ' and <= '/')
                {
                    i++;
                }

                // Something that is no final byte is text again (an ESC before a line end, say).
                return i < text.Length && text[i] is >= '0' and <= '~' ? i : i - 1;
        }
    }

    private static int SkipControlSequence(string text, int i)
    {
        while (i < text.Length && text[i] is >= ' ' and <= '?')
        {
            i++;
        }

        return i < text.Length && text[i] is >= '@' and <= '~' ? i : i - 1;
    }

    private static int SkipString(string text, int i)
    {
        for (; i < text.Length; i++)
        {
            if (text[i] is '\u0007' or '\u009c')
            {
                return i;
            }

            if (text[i] == '\u001b')
            {
                return i + 1 < text.Length && text[i + 1] == '\\' ? i + 1 : i - 1;
            }

            if (text[i] == '\n')
            {
                // An unterminated string does not swallow the rest of a log.
                return i - 1;
            }
        }

        return i;
    }
}
