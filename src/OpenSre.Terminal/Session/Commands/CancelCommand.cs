namespace OpenSre.Terminal;

internal sealed class CancelCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/cancel", "/cancel", "stop the investigation that runs and keep what it found; so do Esc and Ctrl+C", "/cancel") { Aliases = ["/stop", "/abort"] };

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Run is not { } run)
        {
            session.Say("Nothing runs.");
        }
        else
        {
            run.Stop();
        }

        return Task.CompletedTask;
    }
}
