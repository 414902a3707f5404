using System.Globalization;
using System.Text;

namespace OpenSre.Investigation;

/// <summary>
/// What the engine says of faults it was made to forget, one type at a time: whether it still finds the place, and whether
/// it says that it does not know the fault or at least names the right class.
/// </summary>
public static class ForgottenTypes
{
    /// <param name="cases">Each case as it was answered while its own fault type was forgotten.</param>
    public static string Print(IReadOnlyList<(CaseLabel Label, CaseResult Result)> cases)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"each fault type forgotten in turn: {cases.Count} cases of {cases.Select(c => c.Label.FaultType).Distinct().Count()} types\n\n");
        Row(text, "object@1", cases, IsPlaced);
        Row(text, "called unknown or the right class", cases, IsModest);
        Row(text, "both", cases, c => IsPlaced(c) && IsModest(c));
        Row(text, "wrong with p >= 0.8", cases, c => c.Result.Verdict != "inconclusive" && c.Result.Probability >= 0.8 && !IsModest(c));
        text.Append("\n  fault type                         object@1   unknown or class\n");
        foreach (var type in cases.GroupBy(c => c.Label.FaultType, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var said = type.SelectMany(c => c.Result.Ranked.Take(1)).GroupBy(r => r.FaultType, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}").Take(3);
            text.Append(CultureInfo.InvariantCulture, $"  {type.Key,-34} {type.Count(IsPlaced),2} of {type.Count(),-3}   {type.Count(IsModest),2} of {type.Count(),-3}   said: {string.Join(", ", said)}\n");
        }

        return text.ToString();
    }

    private static bool IsPlaced((CaseLabel Label, CaseResult Result) c) => c.Result.Ranked.Where(ScoreCard.IsPlace).Take(1).Any(r => ScoreCard.EntityMatches(c.Label, r));

    private static bool IsModest((CaseLabel Label, CaseResult Result) c) =>
        c.Result.Verdict == "inconclusive" || c.Result.Ranked.Count == 0 || c.Result.Ranked[0] is var first && (first.FaultType is "unknown" or ScoreCard.Unexplained || (first.Class is not null && first.Class == c.Label.Note));

    private static void Row(StringBuilder text, string name, IReadOnlyList<(CaseLabel Label, CaseResult Result)> of, Func<(CaseLabel Label, CaseResult Result), bool> hit)
    {
        var hits = of.Count(hit);
        var (low, high) = ScoreCard.Wilson(hits, of.Count);
        text.Append(CultureInfo.InvariantCulture, $"  {name,-34} {(of.Count == 0 ? 0 : (double)hits / of.Count):0.00}  ({hits} of {of.Count}, 95 % {low:0.00}–{high:0.00})\n");
    }
}
