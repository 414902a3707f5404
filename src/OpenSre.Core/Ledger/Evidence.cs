namespace OpenSre.Core;

/// <summary>Whether a fact still holds at the time of the investigation.</summary>
public enum Currency { Unknown, Past, Now }

/// <summary>What one piece of evidence says about one hypothesis.</summary>
/// <param name="FaultType">A name of the fault catalogue, such as <c>disk.space_exhausted</c>; or <c>healthy</c>.</param>
/// <param name="Entity">Whose fault it would be.</param>
/// <param name="Weight">Natural-log likelihood ratio, −4 … +4; negative speaks against.</param>
/// <param name="Contradicts">True if the current state refutes the fault: past evidence for it then loses its weight.</param>
public sealed record Bearing(string FaultType, Entity Entity, double Weight, bool Contradicts = false);

/// <summary>
/// A fact found in a tool's output. <see cref="Quote"/> is a substring of that output; the ledger refuses anything else.
/// </summary>
public sealed record Evidence
{
    /// <summary>"e1", "e2" … within one investigation.</summary>
    public required string Id { get; init; }

    /// <summary>The check that found it.</summary>
    public required string Check { get; init; }

    public required string Tool { get; init; }

    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    /// <summary>The stored output the quote stands in.</summary>
    public required string OutputId { get; init; }

    public required Entity Entity { get; init; }

    /// <summary>Facts of one family are not independent of each other; the family is counted once, plus a little.</summary>
    public required string Family { get; init; }

    /// <summary>When the fact held, if known.</summary>
    public TimeWindow? Interval { get; init; }

    public Currency Currency { get; init; }

    /// <summary>0 … 1: how sure the check is of having read the fact rightly.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>The fact in one sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>The words of the output that show it.</summary>
    public required string Quote { get; init; }

    public IReadOnlyList<Bearing> Bearings { get; init; } = [];
}
