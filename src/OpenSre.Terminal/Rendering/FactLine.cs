using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>One piece of evidence: id, whether it holds now, the fact, and the words that show it.</summary>
internal static class FactLine
{
    private const int LongestQuote = 120;
    private const int Indent = 10;

    /// <summary>In a pipe one line; on a terminal the quote has a row of its own, cut to fit.</summary>
    public static void Write(LineWriter lines, Evidence evidence)
    {
        var look = lines.Look;
        var claim = SafeText.Clean(evidence.Claim, keepLines: false);
        if (look.Width == 0)
        {
            lines.Line($"  {evidence.Id} {Word(evidence.Currency)}  {claim}  {Quote(evidence.Quote, LongestQuote)}");
            return;
        }

        var words = new WordWrapper(lines) { Indent = Indent };
        words.Add("  ");
        words.AddInvisible(look.Begin(Style.Accent));
        words.Add(evidence.Id.PadRight(3));
        words.AddInvisible(look.End + look.Begin(evidence.Currency == Currency.Now ? Style.Warn : Style.Dim));
        words.Add($" {Word(evidence.Currency)} ");
        words.AddInvisible(look.End);
        words.Add(claim);
        words.Flush();
        lines.EndLine();
        lines.Line(new string(' ', Indent) + look.Dim(Quote(evidence.Quote, Math.Max(20, look.Width - Indent - 6))));
        if (SeriesFigures.Drawn(evidence.Quote, Indent, look.Width - 1) is { } series)
        {
            lines.Line(series.PlainText());
        }
    }

    /// <summary>The mark of a cut stands outside of the quotation marks: what is inside are the output's own words.</summary>
    public static string Quote(string text, int width)
    {
        var quote = SafeText.Clean(text, keepLines: false).Trim();
        if (quote.Length <= width)
        {
            return $"\"{quote}\"";
        }

        var cut = quote.LastIndexOf(' ', width - 1, Math.Min(30, width / 2)) is > 0 and var space ? space : width;
        return $"\"{quote[..(char.IsHighSurrogate(quote[cut - 1]) ? cut - 1 : cut)]}\" …";
    }

    private static string Word(Currency currency) => currency switch
    {
        Currency.Now => "now",
        Currency.Past => "past",
        _ => "then",
    };
}
