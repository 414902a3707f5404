using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Everything known about one finished or cancelled investigation; follow-up questions are answered from it.</summary>
/// <param name="Diagnosis">Null when the investigation was cancelled or failed before it could weigh anything.</param>
public sealed record CaseFile(
    string InvestigationId,
    Incident Incident,
    EvidenceLedger Ledger,
    Diagnosis? Diagnosis,
    string Report,
    bool Cancelled,
    TimeSpan Elapsed)
{
    /// <summary>What a model made of it, checked; null when none was asked.</summary>
    public ModelReview? Review { get; init; }
}
