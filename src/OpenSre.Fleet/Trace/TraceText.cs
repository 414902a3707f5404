using System.Text;
using OpenSre.Core;

namespace OpenSre.Fleet;

/// <summary>
/// Makes output fit to be shown: characters that arrive in pieces are put together, secrets and control sequences are
/// taken out. Whole lines at a time, because a secret may arrive in pieces too; an unended line waits to be asked for.
/// </summary>
public sealed class TraceText
{
    private const int LongestLine = 64 * 1024;
    private const string KeyBegins = "-----BEGIN ";
    private const string KeyEnds = "-----END ";

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _open = new();
    private bool _inKey;

    /// <summary>The whole lines so far, clean; empty when there is none.</summary>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var count = _decoder.GetChars(bytes, characters, flush: false);
        _open.Append(characters, 0, count);
        var text = _open.ToString();
        var end = text.LastIndexOf('\n') + 1;
        if (end == 0 && text.Length > LongestLine)
        {
            end = text.Length;
        }

        if (end == 0)
        {
            return "";
        }

        _open.Clear().Append(text, end, text.Length - end);
        return Clean(text[..end]);
    }

    /// <summary>What stands after the last line end: for when nothing follows it.</summary>
    public string TakeOpen()
    {
        var text = _open.ToString();
        _open.Clear();
        return Clean(text);
    }

    /// <summary>Output was lost here: what is open is not continued by what comes.</summary>
    public void Break()
    {
        _open.Clear();
        _decoder.Reset();
    }

    private string Clean(string text)
    {
        var start = 0;
        if (_inKey)
        {
            var end = text.IndexOf(KeyEnds, StringComparison.Ordinal);
            if (end < 0)
            {
                return "";
            }

            _inKey = false;
            start = text.IndexOf('\n', end) is >= 0 and var lineEnd ? lineEnd + 1 : text.Length;
        }

        text = text[start..];
        var begins = text.LastIndexOf(KeyBegins, StringComparison.Ordinal);
        _inKey = begins >= 0 && text.AsSpan(begins).Contains("PRIVATE KEY-----", StringComparison.Ordinal) && text.IndexOf(KeyEnds, begins, StringComparison.Ordinal) < 0;
        return SafeText.Clean(Redaction.Apply(text.Replace("\r\n", "\n", StringComparison.Ordinal)));
    }
}
