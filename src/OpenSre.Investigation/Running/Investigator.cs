using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>How much an investigation may spend.</summary>
/// <param name="ToolCalls">Calls made at most.</param>
/// <param name="Parallel">Calls made at the same time.</param>
/// <param name="Time">After this no new call is started.</param>
/// <param name="Exhaustive">Follow every lead, and run every tool that needs no argument, whatever it promises.</param>
public sealed record InvestigationBudget(int ToolCalls, int Parallel, TimeSpan Time, bool Exhaustive = false)
{
    /// <summary>For recordings that other versions of the engine are to be tried on.</summary>
    public static InvestigationBudget Everything { get; } = new(120, 4, TimeSpan.FromMinutes(3), Exhaustive: true);


    public static InvestigationBudget Default { get; } = new(18, 4, TimeSpan.FromSeconds(60));
}

/// <summary>
/// The one path from an incident to a diagnosis: plan, look, read, weigh, until the answer is decided or the budget is
/// spent. It speaks only in events.
/// </summary>
public sealed class Investigator(IReadOnlyList<IEvidenceTool> tools, TimeProvider time, InvestigationBudget? budget = null, WeighingOptions? weighing = null, EngineProfile? profile = null)
{
    /// <summary>Asks a model after the engine has looked; null for the engine alone. Nothing of it is loaded before.</summary>
    public ModelAdvice? Advice { get; init; }

    /// <summary>
    /// Whether each tool's whole output is an event, before the one that says it ended: for a face that keeps or shows it.
    /// </summary>
    public bool TellsOutputs { get; init; }

    public CaseSurroundings Beside { get; init; } = CaseSurroundings.None;

    private readonly Dictionary<string, IEvidenceTool> _tools = tools.ToDictionary(t => t.Description.Name, StringComparer.Ordinal);
    private readonly InvestigationBudget _budget = budget ?? InvestigationBudget.Default;

    public Task<CaseFile> InvestigateAsync(Incident incident, string title, Action<InvestigationEvent> publish, SteeringInbox? steering, CancellationToken cancellation) =>
        new InvestigationRun(_tools, time, _budget, weighing ?? Profile.Weighing, incident, title, publish, steering, Profile, Advice is null ? null : Adviser(Advice), TellsOutputs, Beside).RunAsync(cancellation);

    /// <summary>What is looked at, where nobody says: a machine, with its monitoring if that can be asked.</summary>
    private EngineProfile Profile => profile ?? EngineProfile.HostFor(_tools.Keys);

    private static ModelAdviser Adviser(ModelAdvice advice) => new(advice);
}
