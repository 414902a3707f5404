using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>
/// Several orders in one sentence: "turn off the kitchen lights and open the blinds". It is cut at "and", "then" and commas in
/// all ways; each part must be an order that is understood by itself, or with the verb of the part before it ("… and the
/// lamp"). Otherwise nothing of it is.
/// </summary>
internal static partial class CompoundReader
{
    private const int MostParts = 5;
    private const int LongestVerb = 4;

    /// <summary>The orders, in order; null when the text is not several orders. For texts that are not understood as a whole.</summary>
    public static IReadOnlyList<HomeRequest>? Read(SentenceEngine engine, string text, string? askersArea)
    {
        var cuts = Joint().Matches(text);
        if (cuts.Count is 0 or >= MostParts || Sentence.Read(text).IsQuestion)
        {
            return null;
        }

        // A name may hold an "and": the fewest cuts come first.
        foreach (var chosen in Enumerable.Range(1, (1 << cuts.Count) - 1).OrderBy(c => System.Numerics.BitOperations.PopCount((uint)c)))
        {
            if (Orders(engine, Parts(text.TrimEnd(' ', '?', '!', '.'), [.. cuts.Where((_, i) => (chosen & (1 << i)) != 0)]), askersArea) is { } orders)
            {
                return orders;
            }
        }

        return null;
    }

    private static List<string> Parts(string text, IReadOnlyList<Match> cuts)
    {
        List<string> parts = [];
        var from = 0;
        foreach (var cut in cuts)
        {
            parts.Add(text[from..cut.Index]);
            from = cut.Index + cut.Length;
        }

        parts.Add(from < text.Length ? text[from..] : "");
        return parts;
    }

    private static List<HomeRequest>? Orders(SentenceEngine engine, List<string> parts, string? askersArea)
    {
        List<HomeRequest> orders = [];
        foreach (var part in parts)
        {
            if (string.IsNullOrWhiteSpace(part))
            {
                return null;
            }

            if ((Order(engine, part, askersArea) ?? (orders.Count > 0 ? Borrowed(engine, orders[^1], part, askersArea) : null)) is not { } order)
            {
                return null;
            }

            orders.Add(order);
        }

        return orders;
    }

    /// <summary>The part with the first words of the order before it, as few as make it the same order to something else.</summary>
    private static HomeRequest? Borrowed(SentenceEngine engine, HomeRequest before, string part, string? askersArea)
    {
        var words = before.Sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var count = 1; count <= LongestVerb && count < words.Length; count++)
        {
            if (Order(engine, $"{string.Join(' ', words.Take(count))} {part}", askersArea) is { } order && order.Verb == before.Verb)
            {
                return order;
            }
        }

        return null;
    }

    private static HomeRequest? Order(SentenceEngine engine, string part, string? askersArea) =>
        engine.Understand(part, askersArea).Request is { } request && request.Verb.Acts() && AboutHome.IsClear(request, Sentence.Read(part)) ? request : null;

    [GeneratedRegex(@"\s*[,;]\s+(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+|also\s+)?|\s+then\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Joint();
}
