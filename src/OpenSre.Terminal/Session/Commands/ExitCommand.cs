namespace OpenSre.Terminal;

internal sealed class ExitCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/exit", "/exit", "leave; so do Ctrl+D on an empty line and Ctrl+C twice", "/exit") { Aliases = ["/quit", "/q"] };

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        session.Leave();
        session.Interrupt();
        session.Changed();
        return Task.CompletedTask;
    }
}
