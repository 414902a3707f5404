using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>What a command about agents speaks to: a pipe, a terminal, or the session.</summary>
/// <param name="Output">Where answers go.</param>
/// <param name="Look">How they may look.</param>
/// <param name="Home">The folders the agents share.</param>
/// <param name="Time">The clock.</param>
/// <param name="ConfirmAsync">Asks one question that is answered with yes or no; where nobody can be asked the answer is no.</param>
internal sealed record AgentsFace(TextWriter Output, Look Look, FleetHome Home, TimeProvider Time, Func<string, CancellationToken, Task<bool>> ConfirmAsync)
{
    /// <summary>Shows a board until it is closed; null where there is none, so that the agents are listed once.</summary>
    public Func<Board, CancellationToken, Task<BoardChoice?>>? WatchAsync { get; init; }

    /// <summary>Investigates as the session does, which shows and keeps it; null to print what happens.</summary>
    public Func<Alert, Func<CaseRequest, CancellationToken, Task<CaseFile>>, CancellationToken, Task>? InvestigateAsync { get; init; }

    public void Line(string text) => Output.Write(text + "\n");
}
