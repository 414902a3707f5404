using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What an investigation has beside the system it looks at.</summary>
public sealed record CaseSurroundings
{
    public static CaseSurroundings None { get; } = new();

    /// <summary>Tools of programs outside; null for none.</summary>
    public ToolSupply? Supply { get; init; }

    /// <summary>Who is asked before a tool of <see cref="Supply"/> that may change something is called; without anybody there are none of those.</summary>
    public ToolApprover? Approver { get; init; }

    /// <summary>What is known besides the present, given what the engine holds and has read after looking; null for nothing.</summary>
    public Func<Incident, Diagnosis, EvidenceLedger, CaseBackground>? Background { get; init; }

    /// <summary>Keeps the case for later ones, before the investigation says that it has ended; answers what went wrong, or nothing.</summary>
    public Func<CaseFile, string>? Keep { get; init; }
}
