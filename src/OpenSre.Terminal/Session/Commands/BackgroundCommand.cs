using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class BackgroundCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/background", "/background [TEXT|a1|t2]", "look into something behind what you do; alone it puts what runs behind, with a task's id it brings that here", "/background cpu high on db-3") { Aliases = ["/bg"] };

    public string? NotInPipe(string argument) => "it goes on behind a prompt, and a pipe has none";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length == 0)
        {
            if (!session.Investigations.PutBehind())
            {
                session.Say("Nothing runs in the foreground. /background TEXT looks into something behind it, /tasks lists what runs.");
            }
        }
        else if (session.Tasks.Find(argument) is { } task)
        {
            if (task is CaseRun run)
            {
                return session.Investigations.BringForwardAsync(run, cancellation);
            }

            session.Say($"{SafeText.Line(argument, 20)} is a {task.Kind}; it stays in the background.");
        }
        else if (InvestigateCommand.Subject(session, argument) is { } subject)
        {
            session.Investigations.LookIntoBehind(subject.Text, subject.Alerts);
        }

        return Task.CompletedTask;
    }
}
