using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>A running investigation as an adviser sees it: it can read everything and look at more, and change nothing.</summary>
internal interface ICaseDesk
{
    Incident Incident { get; }

    /// <summary>Held while the ledger or the assessment is read; a look of another call changes both.</summary>
    Lock Gate { get; }

    EvidenceLedger Ledger { get; }

    /// <summary>The state after the newest output.</summary>
    Assessment Assessment { get; }

    EngineProfile Profile { get; }

    IReadOnlyCollection<IEvidenceTool> Tools { get; }

    IReadOnlyList<Gap> Gaps { get; }

    /// <summary>Leads not followed yet, most informative first.</summary>
    IReadOnlyList<RankedLead> Open { get; }

    /// <summary>What is known besides the present; it never weighs.</summary>
    CaseBackground Background { get; }

    SteeringInbox? Steering { get; }

    /// <summary>When a person is asked something in this investigation.</summary>
    WaitingTime Waiting { get; }

    /// <summary>Runs a tool, stores its output, reads it and weighs again. May be called from several threads.</summary>
    Task<StoredOutput> LookAsync(ToolCall call, string why, CancellationToken cancellation);

    void Publish(InvestigationEvent e);
}

/// <summary>Somebody who is heard after the engine has looked: a model.</summary>
internal interface IAdviser
{
    /// <summary>What the start of the investigation calls it.</summary>
    string Name { get; }

    /// <summary>Works on the case and says what it makes of it. Fails by saying so; only cancellation throws.</summary>
    Task<ModelReview> AdviseAsync(ICaseDesk desk, CancellationToken cancellation);
}
