using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Text for a terminal whose locale is not UTF-8: marks of ours become ASCII ones, anything else beyond ASCII a question
/// mark for each column it takes, so that what is drawn keeps its width.
/// </summary>
internal static class AsciiGlyphs
{
    private const string From = "▸›▹✓✗–—·•…■□●○→←↑↓↪⚑▁▂▃▄▅▆▇█░━─│┌┐└┘├┤┬┴┼“”‘’⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏×≥≤";
    private const string To = ">>>+x--.*~#o*o><^v>!_..-=+##.--|+++++++++\"\"''|/-\\|/-\\|/x><";

    private static readonly string[] Locales = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>Whether a locale says that text is not UTF-8. One that says nothing is taken to be.</summary>
    public static bool AreNeeded(Func<string, string?> environment)
    {
        if (environment("OPENSRE_GLYPHS") is { Length: > 0 } chosen)
        {
            return chosen.Equals("ascii", StringComparison.OrdinalIgnoreCase);
        }

        var locale = Locales.Select(environment).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        return locale is not null && !locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) && !locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }

    public static void Append(StringBuilder to, ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            var length = text.IndexOfAnyExceptInRange('\0', '\u007f');
            if (length < 0)
            {
                to.Append(text);
                return;
            }

            to.Append(text[..length]);
            text = text[length..];
            var cluster = TextWidth.NextCluster(text);
            var known = cluster == 1 ? From.IndexOf(text[0]) : -1;
            if (known >= 0)
            {
                to.Append(To[known]);
            }
            else
            {
                to.Append('?', TextWidth.OfCluster(text[..cluster]));
            }

            text = text[cluster..];
        }
    }

    public static string Of(string text)
    {
        var ascii = new StringBuilder(text.Length);
        Append(ascii, text);
        return ascii.ToString();
    }
}

/// <summary>A writer that puts <see cref="AsciiGlyphs"/> in place of what its terminal cannot show.</summary>
internal sealed class AsciiWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => inner.Write(AsciiGlyphs.Of(value ?? ""));

    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(AsciiGlyphs.Of(buffer.ToString()));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Flush() => inner.Flush();
}
