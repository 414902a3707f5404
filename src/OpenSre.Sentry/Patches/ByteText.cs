using System.Text;

namespace OpenSre.Sentry;

/// <summary>
/// File contents as text in which one character is one byte, so that files of any encoding, and of none, keep every byte.
/// </summary>
internal static class ByteText
{
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>The bytes a Unicode text has in UTF-8, as such a text.</summary>
    public static string OfUnicode(string text) => System.Text.Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The text as Unicode, as far as it is UTF-8.</summary>
    public static string Unicode(string text) => System.Text.Ascii.IsValid(text) ? text : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    /// <summary>The lines without their line feeds. A text that ends in a line feed has no empty line after it; an empty text has none.</summary>
    public static string[] Lines(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        return (text[^1] == '\n' ? text[..^1] : text).Split('\n');
    }

    /// <summary>True when every line feed follows a carriage return, and there is one.</summary>
    public static bool IsCrLf(string text)
    {
        var any = false;
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            if (i == 0 || text[i - 1] != '\r')
            {
                return false;
            }

            any = true;
        }

        return any;
    }
}
