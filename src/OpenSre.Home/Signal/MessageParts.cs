using System.Text;

namespace OpenSre.Home;

/// <summary>
/// Cuts text into messages. Signal keeps 2,000 bytes of UTF-8 in a message and turns the rest into a file to be opened.
/// </summary>
public static class MessageParts
{
    public const int MostBytes = 2000;
    private const int MostParts = 4;
    private const string Rest = "\n… the whole of it is in report.txt";

    /// <summary>
    /// The messages for a text, cut between paragraphs, else lines, else sentences, else words. What would need more than
    /// four is one message with its beginning, and the whole as a file.
    /// </summary>
    public static (IReadOnlyList<string> Parts, string? Attachment) Of(string text)
    {
        List<string> parts = [];
        var rest = text.Trim();
        while (Encoding.UTF8.GetByteCount(rest) > MostBytes)
        {
            if (parts.Count == MostParts - 1)
            {
                var whole = text.Trim();
                return ([whole[..Cut(whole, MostBytes - Encoding.UTF8.GetByteCount(Rest))].TrimEnd() + Rest], whole);
            }

            var cut = Cut(rest, MostBytes);
            parts.Add(rest[..cut].TrimEnd());
            rest = rest[cut..].TrimStart();
        }

        if (rest.Length > 0 || parts.Count == 0)
        {
            parts.Add(rest);
        }

        return (parts, null);
    }

    /// <summary>As much of the text as one message holds, cut where the next message would begin.</summary>
    public static string Beginning(string text)
    {
        var trimmed = text.Trim();
        return Encoding.UTF8.GetByteCount(trimmed) <= MostBytes ? trimmed : trimmed[..Cut(trimmed, MostBytes)].TrimEnd();
    }

    /// <summary>The text, or its beginning with a sign that there is more.</summary>
    public static string Short(string text)
    {
        var trimmed = text.Trim();
        return Encoding.UTF8.GetByteCount(trimmed) <= MostBytes ? trimmed : trimmed[..Cut(trimmed, MostBytes - 4)].TrimEnd() + " …";
    }

    /// <summary>How many characters of the text fit, with a border where a reader would put one.</summary>
    private static int Cut(string text, int bytes)
    {
        var fits = 0;
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes)
            {
                break;
            }

            fits += rune.Utf16SequenceLength;
        }

        if (fits == text.Length)
        {
            return fits;
        }

        // A border in the first third would leave a message that says next to nothing.
        var least = fits / 3;
        foreach (var border in new[] { "\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " " })
        {
            var at = text.LastIndexOf(border, fits - 1, fits - least, StringComparison.Ordinal);
            if (at > 0)
            {
                return at + border.Length;
            }
        }

        return fits;
    }
}
