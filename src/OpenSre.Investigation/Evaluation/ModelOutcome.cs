using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What a model made of a labelled case.</summary>
/// <param name="Contradicted">It is wrong, and a fact that holds now and weighs heavily speaks for what is true.</param>
/// <param name="Flagged">The report says that it contradicts decisive evidence.</param>
public sealed record ModelOutcome(string Conclusion, bool Right, bool Contradicted, bool Flagged, decimal? Money)
{
    /// <summary>Compares a conclusion with the label; the engine's ranking plays no part in it.</summary>
    public static ModelOutcome Of(ModelReview review, CaseLabel label, EvidenceLedger ledger)
    {
        var said = review.Conclusion!;
        var entity = said.Entity;
        var right = said.Verdict switch
        {
            Verdict.Healthy => label.IsHealthy,
            Verdict.RootCause => !label.IsHealthy && (ScoreCard.Matches(label, new RankedAnswer(said.FaultType, entity, 1)) || ScoreCard.Matches(label, new RankedAnswer(said.FaultType, entity[(entity.IndexOf(' ') + 1)..], 1))),
            _ => false,
        };
        var speaks = ledger.Evidence.Any(e => e.Currency == Currency.Now && e.Bearings.Any(b => b.Weight * e.Strength >= Grounding.DecisiveWeight
            && (label.IsHealthy ? b.FaultType == "healthy" : ScoreCard.Matches(label, new RankedAnswer(b.FaultType, b.Entity.Name, 1)))));
        return new ModelOutcome(
            $"{said.Verdict} {said.FaultType} {said.Entity}".Trim(),
            right,
            !right && said.Verdict != Verdict.Inconclusive && speaks,
            review.Objections.Any(o => o.Decisive),
            review.Cost.Money);
    }
}
