namespace OpenSre.Terminal;

internal sealed class NewCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/new", "/new", "begin a new session: nothing remembered, trust off; this one stays and can be resumed", "/new");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Tasks.Running<CaseRun>() > 0)
        {
            session.Say("An investigation runs; say /cancel first, because its facts belong to this session.");
            return Task.CompletedTask;
        }

        var before = session.Keeper;
        session.BeginNew();
        session.View.Print(Row.Of($"Session {session.Keeper.Id}. ", Ink.Bold).Add(before.HasBegun ? $"/resume {before.Id} goes back." : "", Ink.Dim));
        return Task.CompletedTask;
    }
}
