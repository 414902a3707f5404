using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class SessionsCommand : ISessionCommand
{
    private const int Most = 20;

    public CommandInfo Info { get; } = new("/sessions", "/sessions [name WORDS]", "the sessions that are kept, newest first; or gives this one a name", "/sessions name checkout outage");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.StartsWith("name ", StringComparison.OrdinalIgnoreCase) && argument[5..].Trim() is { Length: > 0 } name)
        {
            session.Keeper.Keep(new OpenSre.Core.SessionNamed(OpenSre.Core.SafeText.Line(name, 80)));
            session.Say($"This session is called {name} now; /resume finds it by that.");
        }
        else
        {
            List(session);
        }

        return Task.CompletedTask;
    }

    public static void List(Session session)
    {
        var sessions = session.Shelved(Most);
        if (sessions.Count == 0)
        {
            session.Say("No session has been kept yet.");
            return;
        }

        Print(session, sessions);
    }

    public static void Print(Session session, IEnumerable<ShelvedSession> sessions)
    {
        foreach (var one in sessions)
        {
            var row = Row.Of("  ").Add(one.Id, one.Id == session.Keeper.Id ? Ink.Accent | Ink.Bold : Ink.Accent).Add($"  {one.ChangedAt.ToLocalTime():yyyy-MM-dd HH:mm}  {Amounts.Size(one.Bytes),8}  ", Ink.Dim).Add(one.Title).Add(one.Id == session.Keeper.Id ? "  (this one)" : "", Ink.Dim);
            session.View.Print(session.View.Columns > 0 ? row.Cut(session.View.Columns) : row);
        }
    }
}
