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

/// <summary>
/// The built-in engine, alone or with a model behind it that it asks when it has looked. What the model wants to do by
/// itself is a question at the approval desk; without an answer it is a no.
/// </summary>
public sealed class BuiltInEngine(Func<IReadOnlyList<IEvidenceTool>> tools, TimeProvider time, ModelAdvice? advice = null, ApprovalDesk? approvals = null, TimeSpan? approvalWait = null, CaseSurroundings? beside = null) : IRunEngine
{
    public string Name => advice is null ? "built-in engine" : $"built-in engine with {advice.Name}";

    public Task<CaseFile> InvestigateAsync(LiveRun run, Action<InvestigationEvent> publish, CancellationToken cancellation) =>
        new Investigator(run.Outputs.Around(tools()), time) { Advice = advice is null ? null : For(advice, run), Beside = Beside(run) }.InvestigateAsync(run.Incident, run.Title, publish, run.Steering, cancellation);

    /// <summary>Answers of tools from outside are kept like those of our own; those that ask first ask at the approval desk.</summary>
    private CaseSurroundings Beside(LiveRun run) => beside?.Supply is not { } supply ? beside ?? CaseSurroundings.None : beside with
    {
        // The investigation tells of the question and of its end.
        Approver = approvals is null ? null : new ToolApprover((request, token) => approvals.AskAsync(run, request, _ => { }, token), approvalWait ?? TimeSpan.FromMinutes(5)),
        Supply = supply with
        {
            ReadyAsync = async (approver, cancellation) =>
            {
                var supplied = await supply.ReadyAsync(approver, cancellation).ConfigureAwait(false);
                return supplied with { Tools = run.Outputs.Around(supplied.Tools) };
            },
        },
    };

    private ModelAdvice For(ModelAdvice shared, LiveRun run) => shared with
    {
        Resume = run.Session,
        Session = session => run.Session = session,
        ApprovalWait = approvalWait ?? shared.ApprovalWait,
        // The adviser tells of the question and of its end; the desk only keeps and answers it.
        Approve = approvals is null ? null : (request, token) => approvals.AskAsync(run, request, _ => { }, token),
    };
}
