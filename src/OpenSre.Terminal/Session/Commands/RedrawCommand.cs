namespace OpenSre.Terminal;

internal sealed class RedrawCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/redraw", "/redraw", "draw the newest of this session again, broken for the width the terminal has now; the scrollback keeps the old rows", "/redraw");

    public string? NotInPipe(string argument) => "it is about a screen";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        session.View.Redraw();
        return Task.CompletedTask;
    }
}
