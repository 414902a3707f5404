using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class EvidenceCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/evidence", "/evidence [e3|o2]", "the facts of the last investigation, one in its output, or a whole output to leaf through", "/evidence e1");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
        }
        else if (last.Ledger.FindOutput(argument.ToLowerInvariant()) is { } output)
        {
            session.View.Page($"{output.Id} {new OpenSre.Core.ToolCall(output.Tool, output.Arguments)}", new SeenOutput("", output.Text).Rows());
        }
        else if (FollowUp.Answer(last, argument.Length == 0 ? "show the evidence" : $"show {argument}") is { } answer)
        {
            session.View.Markdown(answer);
        }
        else
        {
            session.Say("Say /evidence, or /evidence with the id of a fact, such as /evidence e1.");
        }

        return Task.CompletedTask;
    }
}
