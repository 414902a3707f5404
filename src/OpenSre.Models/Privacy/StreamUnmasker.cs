namespace OpenSre.Models;

/// <summary>Puts masked values back into text that comes in pieces; a mask may be cut anywhere.</summary>
internal sealed class StreamUnmasker(Masking masking)
{
    private const int LongestMask = 24;
    private string _held = "";

    /// <summary>What can be shown now; the beginning of what may be a mask waits for its end.</summary>
    public string Push(string piece)
    {
        var text = _held + piece;
        var open = Opening(text);
        _held = open < 0 ? "" : text[open..];
        return masking.Unmask(open < 0 ? text : text[..open]);
    }

    /// <summary>What was still held.</summary>
    public string Flush()
    {
        var rest = masking.Unmask(_held);
        _held = "";
        return rest;
    }

    private static int Opening(string text)
    {
        var from = Math.Max(0, text.Length - LongestMask);
        var open = text.LastIndexOf("[[", StringComparison.Ordinal);
        if (open >= from && text.IndexOf("]]", open, StringComparison.Ordinal) < 0)
        {
            return open;
        }

        return text.EndsWith('[') ? text.Length - 1 : -1;
    }
}
