using System.Globalization;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// How many terminal columns text takes, counted by what a person takes for one character: a family of emoji joined by
/// ZWJ and a flag of two letters take two, an accent joined to a letter takes none. SGR sequences take none.
/// </summary>
internal static class TextWidth
{
    /// <summary>First and last code points that are wide: East Asian Wide and Fullwidth, and emoji shown as pictures (Unicode 15).</summary>
    private static readonly int[] Wide =
    [
        0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe, 0x2614, 0x2615,
        0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693, 0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be, 0x26c4, 0x26c5, 0x26ce, 0x26ce,
        0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa, 0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b,
        0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf,
        0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55, 0x2e80, 0x303e, 0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97c,
        0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18cd5, 0x1aff0, 0x1b2fb,
        0x1f004, 0x1f004, 0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f320, 0x1f32d, 0x1f335, 0x1f337, 0x1f37c,
        0x1f37e, 0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3, 0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4, 0x1f3f8, 0x1f43e, 0x1f440, 0x1f440,
        0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d, 0x1f54b, 0x1f54e, 0x1f550, 0x1f567, 0x1f57a, 0x1f57a, 0x1f595, 0x1f596, 0x1f5a4, 0x1f5a4,
        0x1f5fb, 0x1f64f, 0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc, 0x1f6d0, 0x1f6d2, 0x1f6d5, 0x1f6d7, 0x1f6dc, 0x1f6df, 0x1f6eb, 0x1f6ec,
        0x1f6f4, 0x1f6fc, 0x1f7e0, 0x1f7eb, 0x1f7f0, 0x1f7f0, 0x1f90c, 0x1f93a, 0x1f93c, 0x1f945, 0x1f947, 0x1f9ff, 0x1fa70, 0x1faff,
        0x20000, 0x2fffd, 0x30000, 0x3fffd,
    ];

    public static int Of(ReadOnlySpan<char> text)
    {
        // Nearly all text is printable ASCII. The last of such a run may have a mark joined to it, so it is looked at again.
        var plain = PlainLength(text);
        if (plain == text.Length)
        {
            return plain;
        }

        var from = Math.Max(0, plain - 1);
        var width = from;
        for (var i = from; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                var end = text[i..].IndexOf('m');
                i = end < 0 ? text.Length : i + end + 1;
                continue;
            }

            var length = NextCluster(text[i..]);
            width += OfCluster(text.Slice(i, length));
            i += length;
        }

        return width;
    }

    /// <summary>How many characters of printable ASCII a text begins with.</summary>
    private static int PlainLength(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~')
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>How many UTF-16 units the first character, as a person counts, takes. 0 only for no text.</summary>
    public static int NextCluster(ReadOnlySpan<char> text)
    {
        // Two plain ASCII characters never join; this is nearly all text.
        if (text.Length > 0 && text[0] < 0x300 && (text.Length == 1 || text[1] < 0x300))
        {
            return 1;
        }

        return StringInfo.GetNextTextElementLength(text);
    }

    /// <summary>The width of one cluster, as <see cref="NextCluster"/> cuts them.</summary>
    public static int OfCluster(ReadOnlySpan<char> cluster)
    {
        if (cluster.Length == 1)
        {
            return Of(new Rune(char.IsSurrogate(cluster[0]) ? '\ufffd' : cluster[0]));
        }

        var width = 0;
        var regional = 0;
        foreach (var rune in cluster.EnumerateRunes())
        {
            if (rune.Value == 0xfe0f && width == 1)
            {
                // VS16 asks for the picture instead of the letter form.
                width = 2;
            }
            else if (rune.Value is >= 0x1f1e6 and <= 0x1f1ff)
            {
                regional++;
            }

            width = Math.Max(width, Of(rune));
        }

        return regional >= 2 ? 2 : width;
    }

    /// <summary>0 for marks that join the character before, 2 for East Asian wide characters and emoji, else 1; a tab counts 4.</summary>
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

        if (value is 0x200b or 0x200c or 0x200d || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        if (value < Wide[0])
        {
            return 1;
        }

        return IsWide(value) ? 2 : 1;
    }

    /// <summary>By hand, because a generic search would be compiled at each start.</summary>
    private static bool IsWide(int value)
    {
        var (low, high) = (0, (Wide.Length / 2) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (value < Wide[2 * middle])
            {
                high = middle - 1;
            }
            else if (value > Wide[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The longest beginning of a text that fits into a number of columns, in whole clusters.</summary>
    public static ReadOnlySpan<char> Fitting(ReadOnlySpan<char> text, int columns)
    {
        var width = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = NextCluster(text[i..]);
            width += OfCluster(text.Slice(i, length));
            if (width > columns)
            {
                return text[..i];
            }

            i += length;
        }

        return text;
    }
}
