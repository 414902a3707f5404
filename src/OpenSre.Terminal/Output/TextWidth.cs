using System.Globalization;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>How many terminal columns text takes. SGR sequences, which we write ourselves, take none.</summary>
internal static class TextWidth
{
    public static int Of(ReadOnlySpan<char> text)
    {
        var width = 0;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                var end = text[i..].IndexOf('m');
                i = end < 0 ? text.Length : i + end + 1;
                continue;
            }

            if (text[i] is >= ' ' and < '\u007f')
            {
                width++;
                i++;
                continue;
            }

            Rune.DecodeFromUtf16(text[i..], out var rune, out var used);
            width += Of(rune);
            i += used;
        }

        return width;
    }

    /// <summary>0 for marks that join the character before, 2 for East Asian wide characters and emoji, else 1.</summary>
    public static int Of(Rune rune)
    {
        var value = rune.Value;
        if (value == '\t')
        {
            return 4;
        }

        if (value < 0x300)
        {
            return value < ' ' || value is >= 0x7f and < 0xa0 ? 0 : 1;
        }

        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        return value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3)
            or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6)
            or (>= 0x1f300 and <= 0x1f64f) or (>= 0x1f680 and <= 0x1f6ff) or (>= 0x1f900 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd)
            ? 2
            : 1;
    }
}
