using OpenSre.Fleet;
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
    public void Line(string text) => Output.Write(text + "\n");
}
