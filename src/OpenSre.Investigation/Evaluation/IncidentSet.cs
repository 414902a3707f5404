namespace OpenSre.Investigation;

/// <summary>How a set is run.</summary>
/// <param name="Without">Fault types the engine is made to forget.</param>
/// <param name="Variant">How the incidents are told; as they were recorded when null.</param>
/// <param name="Advice">A model that is asked in every case; null for the engine alone.</param>
public sealed record EvaluationOptions(IReadOnlyList<string> Without, Variant? Variant = null, ModelAdvice? Advice = null);

/// <summary>A labelled recording. <paramref name="Run"/> shows the engine what was recorded; the label stays here.</summary>
public sealed record LabelledCase(CaseLabel Label, Func<EvaluationOptions, CancellationToken, Task<CaseResult>> Run)
{
    /// <summary>The engine's own names of the fault, so that it can be made to forget it; empty when it has none.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}

/// <summary>A kind of labelled recordings: how they lie in a folder, and how the engine is asked about one.</summary>
public interface IIncidentSet
{
    /// <summary>The word after <c>opensre eval</c>.</summary>
    string Kind { get; }

    /// <summary>What they are called above the figures.</summary>
    string Title { get; }

    /// <summary>What the cases are grouped by in the table; the fault type when null.</summary>
    Func<CaseLabel, string>? Group => null;

    /// <summary>The temperature its probabilities are made with.</summary>
    double Temperature { get; }

    /// <summary>The cases of a folder, in the order of their labels.</summary>
    /// <param name="labels">The file of labels; null for the set's own place.</param>
    /// <exception cref="InvalidDataException">The labels cannot be found or read.</exception>
    IEnumerable<LabelledCase> Cases(string folder, string? labels);
}
