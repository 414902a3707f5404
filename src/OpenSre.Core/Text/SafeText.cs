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

        var stream = new SafeTextStream();
        var clean = stream.Next(text) + stream.End();
        return keepLines ? clean : clean.Replace('\n', ' ');
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

    internal static bool NeedsCleaning(string text, bool keepLines)
    {
        // Most text is printable ASCII, of which many characters are looked at in one step.
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and <= '~')
            {
                continue;
            }

            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                // A whole pair is one harmless character.
                i++;
            }
            else if (c == '\n' ? !keepLines : c != '\t' && (IsUnsafe(c) || char.IsSurrogate(c)))
            {
                return true;
            }
        }

        return false;
    }

    internal static bool IsUnsafe(char c) =>
        c < ' ' || c is >= '\u007f' and <= '\u009f' || c is '\u061c' or '\u2028' or '\u2029' or '\u200e' or '\u200f' or '\ufeff'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
