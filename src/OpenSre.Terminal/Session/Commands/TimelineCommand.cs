namespace OpenSre.Terminal;

internal sealed class TimelineCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/timeline", "/timeline", "the incident on one axis: the alert, what changed, and each fact that has a time", "/timeline");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
            return Task.CompletedTask;
        }

        var columns = session.View.Columns > 0 ? session.View.Columns : 100;
        foreach (var row in IncidentAxis.Draw(last, columns))
        {
            session.View.Print(row);
        }

        return Task.CompletedTask;
    }
}
