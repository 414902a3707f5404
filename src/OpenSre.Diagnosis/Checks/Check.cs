namespace OpenSre.Diagnostics;

/// <summary>What a check is, for the catalogue and for people.</summary>
/// <param name="Id">Dotted, like the fault types it mostly speaks to.</param>
/// <param name="Reads">The tools whose output it reads.</param>
/// <param name="Yields">The evidence it yields, in a sentence with its thresholds.</param>
/// <param name="SpeaksTo">Fault types.</param>
/// <param name="ContradictedBy">What would take the weight out of its evidence, in a sentence.</param>
public sealed record CheckInfo(string Id, IReadOnlyList<string> Reads, string Yields, IReadOnlyList<string> SpeaksTo, string ContradictedBy);

/// <summary>Turns tool outputs into evidence. Pure: the same outputs give the same evidence.</summary>
public interface ICheck
{
    CheckInfo Info { get; }

    void Examine(CheckContext context);
}
