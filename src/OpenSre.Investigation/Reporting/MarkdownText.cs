using System.Text;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Text from outside as Markdown: sentences that cannot become markup, and quotes that stay what they are.</summary>
internal static partial class MarkdownText
{
    private const int LongestPiece = 200;
    private const int KeptOfBeginning = 140;
    private const int KeptOfEnd = 50;
    private const int WordReach = 30;
    private const int MostPieces = 4;

    /// <summary>One line without control characters, in which no backtick opens a code span.</summary>
    public static string Sentence(string text)
    {
        var line = SafeText.Clean(text, keepLines: false).Trim();
        return line.Contains('`') ? line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal) : line;
    }

    /// <summary>
    /// The words of an output as code spans. What a span holds stands in the output character for character: at line
    /// ends and control characters the quote is split, and where something long is left out there is an ellipsis
    /// between two spans, never inside one.
    /// </summary>
    public static string Quote(string quote)
    {
        var text = new StringBuilder();
        var pieces = 0;
        foreach (var part in Break().Split(quote))
        {
            var piece = part.Trim();
            if (piece.Length == 0)
            {
                continue;
            }

            if (++pieces > MostPieces)
            {
                text.Append(" …");
                break;
            }

            Append(text, piece);
        }

        return text.ToString();
    }

    /// <summary>A code block with a fence that nothing in the text can close.</summary>
    public static string Fence(string text, string language = "")
    {
        var fence = new string('`', Math.Max(3, LongestTicks(text) + 1));
        return $"{fence}{language}\n{text.TrimEnd('\n')}\n{fence}\n";
    }

    private static void Append(StringBuilder text, string piece)
    {
        if (piece.Length <= LongestPiece)
        {
            Span(text, piece);
            return;
        }

        // Whole words where there are any, and never half a surrogate pair.
        var head = KeptOfBeginning - (char.IsHighSurrogate(piece[KeptOfBeginning - 1]) ? 1 : 0);
        var tail = piece.Length - KeptOfEnd + (char.IsLowSurrogate(piece[^KeptOfEnd]) ? 1 : 0);
        var space = piece.LastIndexOf(' ', head - 1, WordReach);
        head = space > 0 ? space : head;
        space = piece.IndexOf(' ', tail, WordReach);
        tail = space > 0 ? space : tail;
        Span(text, piece[..head].TrimEnd());
        text.Append(" …");
        Span(text, piece[tail..].TrimStart());
    }

    private static void Span(StringBuilder text, string piece)
    {
        if (piece.Length == 0)
        {
            return;
        }

        if (text.Length > 0)
        {
            text.Append(text[^1] == '…' ? " " : " … ");
        }

        var ticks = new string('`', LongestTicks(piece) + 1);
        var room = piece[0] == '`' || piece[^1] == '`' ? " " : "";
        text.Append(ticks).Append(room).Append(piece).Append(room).Append(ticks);
    }

    private static int LongestTicks(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    /// <summary>Line ends, terminal sequences, and whatever else SafeText would take away.</summary>
    [GeneratedRegex(@"(?:\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\ufeff\u202a-\u202e\u2066-\u2069])+")]
    private static partial Regex Break();
}
