namespace OpenSre.Diagnostics;

/// <summary>
/// The numbers of the fusion, all in natural-log odds. They are set once for all incidents; none belongs to a case.
/// </summary>
public sealed record WeighingOptions
{
    /// <summary>Softmax temperature; above 1 the engine is less sure of itself. Fitted by <c>opensre eval</c>.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Score of "something no check knows".</summary>
    public double Unknown { get; init; } = -1;

    public double HealthyPrior { get; init; } = -3;

    /// <summary>What each further fact of a family adds, as a share of its weight.</summary>
    public double FamilyRest { get; init; } = 0.3;

    public double FamilyCap { get; init; } = 5;

    /// <summary>What is left of past evidence once the current state refutes the fault.</summary>
    public double StaleFactor { get; init; } = 0.1;

    public double ContradictionPenalty { get; init; } = 3;

    public double ExplainedPenalty { get; init; } = 4;

    /// <summary>What a cause gains by explaining something the alert names or leads to.</summary>
    public double ExplainsBonus { get; init; } = 1;

    public double NamedBonus { get; init; } = 1;

    public double LinkedBonus { get; init; } = 0.5;

    public double UnlinkedPenalty { get; init; } = 3;

    public double SymptomBonus { get; init; } = 1;

    public double SymptomMismatch { get; init; } = 2;

    /// <summary>Below this probability of the first hypothesis the verdict is inconclusive.</summary>
    public double MinimumProbability { get; init; } = 0.6;

    public double MinimumMargin { get; init; } = 0.15;
}
