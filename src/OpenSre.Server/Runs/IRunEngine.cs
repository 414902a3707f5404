using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>What investigates: the built-in engine, or an agent program behind the same events.</summary>
public interface IRunEngine
{
    string Name { get; }

    /// <summary>Runs to the end; cancelling keeps what was found. Events are numbered from 1 without holes.</summary>
    Task<CaseFile> InvestigateAsync(LiveRun run, Action<InvestigationEvent> publish, CancellationToken cancellation);
}

/// <summary>The engine that needs no model.</summary>
public sealed class BuiltInEngine(Func<IReadOnlyList<IEvidenceTool>> tools, TimeProvider time) : IRunEngine
{
    public string Name => "built-in engine";

    public Task<CaseFile> InvestigateAsync(LiveRun run, Action<InvestigationEvent> publish, CancellationToken cancellation) =>
        new Investigator(run.Outputs.Around(tools()), time).InvestigateAsync(run.Incident, run.Title, publish, run.Steering, cancellation);
}
