using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class EvidenceCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/evidence", "/evidence [e3]", "the facts of the last investigation, or one in its output", "/evidence e1");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
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
