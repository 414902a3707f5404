namespace OpenSre.Core;

public enum Verdict { Inconclusive, Healthy, RootCause }

public enum HypothesisKind
{
    Fault,

    /// <summary>Nothing is wrong now: the alert was false, or the fault is over.</summary>
    Healthy,

    /// <summary>Something no check knows.</summary>
    Unknown,
}

/// <summary>One possible answer, with what speaks for and against it.</summary>
/// <param name="Probability">0 … 1, computed from evidence; all hypotheses of a diagnosis add up to 1.</param>
/// <param name="LogOdds">The score before normalisation, natural logarithm.</param>
/// <param name="Supporting">Evidence ids, heaviest first.</param>
/// <param name="Contradicting">Evidence ids, heaviest first.</param>
/// <param name="Contested">Decisive facts stand on both sides.</param>
public sealed record Hypothesis(
    HypothesisKind Kind,
    string FaultType,
    Entity Entity,
    string Statement,
    double Probability,
    double LogOdds,
    IReadOnlyList<string> Supporting,
    IReadOnlyList<string> Contradicting,
    bool Contested = false);

/// <summary>A question that would settle more, and the tool that answers it.</summary>
/// <param name="Gain">Expected gain, in nats of entropy, before cost.</param>
public sealed record NextQuery(ToolCall Call, string Why, double Gain);

/// <summary>Something that was not looked at, and why.</summary>
public sealed record Gap(string What, string Why);

/// <summary>Two sides that do not fit together.</summary>
public sealed record Contradiction(string Statement, IReadOnlyList<string> EvidenceIds);

/// <summary>A step on the way from cause to symptom.</summary>
public sealed record CausalStep(string Statement, IReadOnlyList<string> EvidenceIds);

/// <summary>A finding that is real but does not explain the alert.</summary>
public sealed record SideFinding(string Statement, IReadOnlyList<string> EvidenceIds);

/// <summary>What a person could do about it. Nothing here is run.</summary>
public sealed record Remedy(string Title, string Command);

/// <summary>The answer of an investigation.</summary>
public sealed record Diagnosis
{
    public required Verdict Verdict { get; init; }

    /// <summary>The answer in one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>All hypotheses with a noticeable probability, best first.</summary>
    public IReadOnlyList<Hypothesis> Ranked { get; init; } = [];

    /// <summary>From root cause to the symptom of the alert.</summary>
    public IReadOnlyList<CausalStep> Chain { get; init; } = [];

    public IReadOnlyList<Contradiction> Contradictions { get; init; } = [];

    public IReadOnlyList<SideFinding> AlsoNoticed { get; init; } = [];

    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    public IReadOnlyList<NextQuery> NextQueries { get; init; } = [];

    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>The first hypothesis, if there is one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Hypothesis? Top => Ranked.Count > 0 ? Ranked[0] : null;
}
