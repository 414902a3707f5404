using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class CancelCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/cancel", "/cancel [t2]", "stop the investigation that runs, or a task by its id, and keep what it found; so do Esc and Ctrl+C", "/cancel") { Aliases = ["/stop", "/abort"] };

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length > 0)
        {
            if (session.Tasks.Find(argument) is not { IsRunning: true } task)
            {
                session.Say($"No task {SafeText.Line(argument, 20)} runs; /tasks lists them.");
                return Task.CompletedTask;
            }

            task.Stop();
            (task as WatchTask)?.Keep(isOn: false);
            session.Say($"{task.Id} is stopped: {task.Title}.");
        }
        else if (session.Run is { } run)
        {
            run.Stop();
        }
        else
        {
            session.Say(session.Tasks.All.Any(t => t.IsRunning) ? "Nothing runs in the foreground; /tasks lists the rest, /cancel with an id stops it." : "Nothing runs.");
        }

        return Task.CompletedTask;
    }
}
