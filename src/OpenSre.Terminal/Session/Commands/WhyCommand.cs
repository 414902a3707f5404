using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class WhyCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/why", "/why [not X]", "why this answer, or why not another", "/why not memory");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
        }
        else if (FollowUp.Answer(last, $"why {argument}".Trim()) is { } answer)
        {
            session.View.Markdown(answer);
        }
        else
        {
            session.Say("Say /why, or /why not with a cause, such as /why not memory.");
        }

        return Task.CompletedTask;
    }
}
