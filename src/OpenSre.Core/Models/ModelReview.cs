namespace OpenSre.Core;

/// <summary>What a model answered in the end, in the words of the fault catalogue.</summary>
/// <param name="FaultType">A name of the catalogue; empty unless the verdict is a root cause.</param>
/// <param name="Entity">The name of the thing at fault; empty likewise.</param>
public sealed record ModelConclusion(Verdict Verdict, string FaultType, string Entity, string Statement);

/// <summary>A sentence of a model, checked against the ledger.</summary>
/// <param name="EvidenceIds">The facts and outputs it cites, whether they exist or not.</param>
/// <param name="Validated">Every id exists, every quote and number stands in what is cited, and it speaks of the same thing.</param>
/// <param name="Why">What keeps it from being validated; empty when nothing does.</param>
public sealed record CheckedClaim(string Text, IReadOnlyList<string> EvidenceIds, bool Validated, string Why);

/// <summary>A conclusion of a model that does not fit the evidence.</summary>
/// <param name="Decisive">True when facts that hold now and weigh heavily say otherwise; false when the engine merely ranks otherwise.</param>
public sealed record ModelObjection(string Statement, IReadOnlyList<string> EvidenceIds, bool Decisive);

/// <summary>What a model spent. Input counts everything it read, cached or not.</summary>
/// <param name="Money">US dollars; null when the model has no known price.</param>
public sealed record ModelCost(int Steps, long InputTokens, long CachedTokens, long OutputTokens, decimal? Money, string Limits = "");

/// <summary>What a model made of a case, and what is left of it after checking. The diagnosis stays the engine's.</summary>
/// <param name="Ended">Why it ended otherwise than with an answer; empty when it answered.</param>
public sealed record ModelReview(
    string Model,
    ModelConclusion? Conclusion,
    IReadOnlyList<CheckedClaim> Claims,
    IReadOnlyList<ModelObjection> Objections,
    ModelCost Cost,
    string Ended);
