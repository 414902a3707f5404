namespace OpenSre.Terminal;

internal sealed class ClearCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/clear", "/clear", "clear the screen; what was said stays in the scrollback and in memory. Ctrl+L does the same", "/clear");

    public string? NotInPipe(string argument) => "it is about a screen";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        session.View.Clear();
        return Task.CompletedTask;
    }
}
