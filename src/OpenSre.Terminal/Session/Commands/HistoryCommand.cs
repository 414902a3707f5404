namespace OpenSre.Terminal;

internal sealed class HistoryCommand : ISessionCommand
{
    private const int Usual = 20;

    public CommandInfo Info { get; } = new("/history", "/history [words]", "what you typed, in all sessions; Ctrl+R finds and takes it", "/history disk");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var found = session.History.Entries.Where(e => e.Contains(argument, StringComparison.OrdinalIgnoreCase)).TakeLast(Usual).ToList();
        foreach (var entry in found)
        {
            session.View.Print(Row.Of("  ").Add(entry).Cut(session.View.Columns > 0 ? session.View.Columns : 400));
        }

        if (found.Count == 0)
        {
            session.Say(argument.Length == 0 ? "Nothing has been typed yet." : "Nothing you typed has these words.");
        }

        return Task.CompletedTask;
    }
}
