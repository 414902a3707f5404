using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// What is known besides the present: notes, runbooks, past incidents. It is shown to a person and told to a model; it
/// never weighs, because what was true once says nothing of what holds now.
/// </summary>
/// <param name="Notes">What a model is told.</param>
/// <param name="Runbooks">Runbooks that fit the alert, best first.</param>
/// <param name="Before">Past incidents like this one, most alike first.</param>
/// <param name="Problems">What could not be read, a sentence each.</param>
public sealed record CaseBackground(IReadOnlyList<CaseNote> Notes, IReadOnlyList<RunbookMatch> Runbooks, IReadOnlyList<SeenBefore> Before, IReadOnlyList<string> Problems)
{
    public static CaseBackground Nothing { get; } = new([], [], [], []);

    /// <summary>Notes that are for files an output speaks of and have not been told yet; asked for each output a model gets.</summary>
    public Func<StoredOutput, IReadOnlyList<CaseNote>> Nearby { get; init; } = _ => [];

    /// <summary>What others have said meanwhile; asked when the report is written, since it arrives while the investigation runs.</summary>
    public Func<IReadOnlyList<HeardLead>> Heard { get; init; } = () => [];
}

/// <summary>Something another agent said while the investigation ran. Nobody has verified it, and nothing is weighed by it.</summary>
/// <param name="From">Who says that it is.</param>
/// <param name="Text">One line, clean.</param>
public sealed record HeardLead(string From, string Text);

/// <summary>Something a model should know of besides the case.</summary>
/// <param name="Source">Where it is from: a path, a date.</param>
/// <param name="Trusted">Whoever runs this has said that its text may guide: it is not fenced off as data.</param>
public sealed record CaseNote(string Title, string Source, string Text, bool Trusted = false);
