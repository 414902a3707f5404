using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>One piece of evidence on one line: id, whether it holds now, the fact, the words that show it.</summary>
internal static class FactLine
{
    private const int LongestQuote = 120;

    public static string Of(Evidence evidence, Look look)
    {
        var currency = evidence.Currency switch
        {
            Currency.Now => look.Warn("now"),
            Currency.Past => look.Dim("past"),
            _ => look.Dim("then"),
        };
        var claim = SafeText.Clean(evidence.Claim, keepLines: false);
        var quote = SafeText.Clean(evidence.Quote, keepLines: false).Trim();

        // The mark of a cut stands outside of the quotation marks: what is inside are the output's own words.
        var cut = quote.Length > LongestQuote;
        if (cut)
        {
            quote = quote[..(char.IsHighSurrogate(quote[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)];
        }

        return $"  {look.Accent(evidence.Id)} {currency}  {claim}  {look.Dim($"\"{quote}\"{(cut ? " …" : "")}")}";
    }
}
