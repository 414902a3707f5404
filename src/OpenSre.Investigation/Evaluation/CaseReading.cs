using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>Makes a line of results out of an investigation: what was said, on which evidence, and how surely.</summary>
internal static class CaseReading
{
    /// <param name="now">The time of the recording.</param>
    /// <param name="answer">A hypothesis in the words of the labels; null for one that is no answer there.</param>
    public static CaseResult Of(CaseLabel label, CaseFile file, EngineProfile profile, DateTimeOffset now, int calls, double milliseconds, Func<string, Entity, double, RankedAnswer?> answer)
    {
        if (file.Diagnosis is not { } diagnosis)
        {
            return new CaseResult(label.Case, "inconclusive", 0, [], [], true, calls, milliseconds, false);
        }

        var ranked = diagnosis.Ranked.Select(h => answer(h.FaultType, h.Entity, h.Probability)).OfType<RankedAnswer>().ToList();
        var cited = diagnosis.Top?.Supporting ?? [];
        var verdict = diagnosis.Verdict switch { Verdict.RootCause => "root_cause", Verdict.Healthy => "healthy", _ => "inconclusive" };
        var assessment = new Diagnostician(profile.Checks, profile.Weighing).Assess(file.Incident, new AlertReading(file.Incident), file.Ledger, now);
        var ablation = cited.Count == 0 ? null : Ablation.Of(assessment, cited, profile.Weighing);
        return new CaseResult(
            label.Case,
            verdict,
            ranked.Count > 0 ? ranked[0].Probability : 0,
            ranked,
            cited,
            file.Ledger.Evidence.All(e => file.Ledger.FindOutput(e.OutputId)?.Text.Contains(e.Quote, StringComparison.Ordinal) == true),
            calls,
            milliseconds,
            false)
        {
            Asked = [.. file.Ledger.Outputs.Select(o => new ToolCall(o.Tool, o.Arguments).Key)],
            Sufficient = ablation?.Sufficient,
            Necessary = ablation?.Necessary,
            Scores = [.. assessment.Candidates.Select(c => new ScoredAnswer(c.Score, IsTrue(label, c, answer)))],
        };
    }

    private static bool IsTrue(CaseLabel label, Candidate candidate, Func<string, Entity, double, RankedAnswer?> answer) =>
        candidate.Fault == FaultCatalogue.Healthy ? label.IsHealthy
        : candidate.Type is not null && !label.IsHealthy && answer(candidate.Fault, candidate.Entity, candidate.Probability) is { } said && ScoreCard.Matches(label, said);
}
