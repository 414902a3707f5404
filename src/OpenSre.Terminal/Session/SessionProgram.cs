using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>A command of the program, offered inside the session under a slash.</summary>
/// <param name="Name">With its slash.</param>
/// <param name="Usage">How it is typed.</param>
/// <param name="Summary">One line.</param>
/// <param name="Example">A line that works as it stands.</param>
/// <param name="RunAsync">Does it: the words after the name, and whom to speak to.</param>
public sealed record SessionProgram(string Name, string Usage, string Summary, string Example, Func<IReadOnlyList<string>, SessionFace, CancellationToken, Task> RunAsync)
{
    /// <summary>Whether it only looks, with the words after its name, and then ends.</summary>
    public Func<IReadOnlyList<string>, bool> OnlyLooks { get; init; } = _ => true;
}

/// <summary>What a program's command speaks to inside a session: its screen, its questions, its gate for changes.</summary>
public sealed class SessionFace
{
    private readonly Session _session;

    internal SessionFace(Session session, TextWriter output, Look look) => (_session, Output, Look) = (session, output, look);

    /// <summary>Each line becomes a row as soon as it is whole; colours are kept, every other sequence is taken out.</summary>
    public TextWriter Output { get; }

    public Look Look { get; }

    /// <summary>Asks one question that is answered with a line; null when nobody answers.</summary>
    public Task<string?> AskAsync(string question, CancellationToken cancellation)
    {
        Output.Flush();
        return _session.View.AskLineAsync(question, cancellation);
    }

    /// <summary>Asks for a change, through policy, trust, the one question and the audit log.</summary>
    /// <param name="action">What kind of change it is, for the audit log.</param>
    /// <param name="command">Exactly what will happen.</param>
    /// <param name="reason">Why.</param>
    /// <param name="blastRadius">What it could break.</param>
    public async Task<bool> ApproveAsync(string action, string command, string reason, string blastRadius, CancellationToken cancellation)
    {
        await Output.FlushAsync(cancellation).ConfigureAwait(false);
        var gate = _session.Approvals;
        var decision = await gate.DecideAsync(gate.Request(action, new Dictionary<string, string>(StringComparer.Ordinal), command, reason, blastRadius), cancellation).ConfigureAwait(false);
        if (decision.Outcome != ApprovalOutcome.Approved)
        {
            _session.View.Print(Row.Of($"Not done: {decision.By}.", Ink.Dim));
        }

        return decision.Outcome == ApprovalOutcome.Approved;
    }

    /// <summary>A board can be shown here; in lines of text and in a pipe it cannot.</summary>
    public bool CanWatch => _session.View.CanWatch;

    /// <summary>Shows a board until it is closed: what was chosen on it, or null.</summary>
    public Task<BoardChoice?> WatchAsync(Board board, CancellationToken cancellation)
    {
        Output.Flush();
        return _session.View.WatchAsync(board, cancellation);
    }

    /// <summary>Investigates in this session: shown, steered, kept and asked about like what is typed there.</summary>
    /// <param name="look">What looks.</param>
    public Task InvestigateAsync(Alert alert, Func<CaseRequest, CancellationToken, Task<CaseFile>> look, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        Output.Flush();
        return _session.Investigations.LookIntoAsync(alert.Summary, [alert], cancellation, run: look);
    }

    /// <summary>From now on the session says this is what plans.</summary>
    public void UseEngine(string name) => _session.UseEngine(name);
}
