using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What a model said, for the report: what does not fit first, then its sentences with what became of checking them.</summary>
public static class ReviewWords
{
    private const int MostClaims = 12;

    /// <param name="known">Marks facts as cited and leaves out those that do not exist.</param>
    internal static IReadOnlyList<string> Lines(ModelReview review, Func<IReadOnlyList<string>, List<Evidence>> known)
    {
        List<string> lines = [];
        if (review.Conclusion is { } conclusion)
        {
            lines.Add($"It concludes: {Conclusion(conclusion)}");
        }

        foreach (var objection in review.Objections)
        {
            var ids = EvidenceWords.Cite(known(objection.EvidenceIds).Select(e => e.Id));
            lines.Add($"**{(objection.Decisive ? "Contradicts decisive evidence" : "Differs from the engine")}:** {MarkdownText.Sentence(objection.Statement)} {ids}".TrimEnd());
        }

        foreach (var claim in review.Claims.Take(MostClaims))
        {
            known([.. claim.EvidenceIds]);
            var ids = EvidenceWords.Cite(claim.EvidenceIds);
            lines.Add($"{MarkdownText.Sentence(claim.Text)}{(ids.Length > 0 ? " " + ids : "")}{(claim.Validated ? "" : $" (not validated: {claim.Why})")}");
        }

        if (review.Claims.Count > MostClaims)
        {
            lines.Add($"and {review.Claims.Count - MostClaims} more sentences, {review.Claims.Skip(MostClaims).Count(c => !c.Validated)} of them not validated");
        }

        if (review.Ended.Length > 0)
        {
            lines.Add($"It did not finish: {MarkdownText.Sentence(review.Ended)}.");
        }

        lines.Add(Cost(review.Cost));
        return lines;
    }

    /// <summary>Steps, tokens and money on one line.</summary>
    public static string Cost(ModelCost cost) =>
        $"{cost.Steps} {(cost.Steps == 1 ? "step" : "steps")}, {cost.InputTokens:N0} tokens read ({cost.CachedTokens:N0} from the cache), {cost.OutputTokens:N0} written, {(cost.Money is { } money ? $"${money:0.0000}" : "price not known")}.";

    private static string Conclusion(ModelConclusion conclusion) => conclusion.Verdict switch
    {
        Verdict.RootCause => $"{conclusion.FaultType} on {MarkdownText.Sentence(conclusion.Entity)}. {MarkdownText.Sentence(conclusion.Statement)}",
        Verdict.Healthy => $"healthy. {MarkdownText.Sentence(conclusion.Statement)}",
        _ => $"inconclusive. {MarkdownText.Sentence(conclusion.Statement)}",
    };
}
