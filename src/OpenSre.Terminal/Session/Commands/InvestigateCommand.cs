using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class InvestigateCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/investigate", "/investigate TEXT|a1", "look into words, a file or an alert that came, whatever they might be taken for otherwise", "/investigate disk full on /srv");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length == 0)
        {
            session.Say($"Say what to look into, as in: {Info.Example}");
            return Task.CompletedTask;
        }

        return Subject(session, argument) is { } subject ? session.Investigations.LookIntoAsync(subject.Text, subject.Alerts, cancellation) : Task.CompletedTask;
    }

    /// <summary>What is to be looked into: an alert that came, by its id, else the words or the files they name. Null after a sentence was said why not.</summary>
    public static (string Text, IReadOnlyList<Alert> Alerts)? Subject(Session session, string argument)
    {
        if (session.Alerts.Find(argument) is { } arrived)
        {
            session.Alerts.Take(arrived);
            return (arrived.Text, [arrived.Alert]);
        }

        var route = Router.Subject(argument);
        if (route.Kind == RouteKind.Refused)
        {
            session.Say(route.Text);
            return null;
        }

        return session.Read(route.Text) is { } alerts ? (route.Text, alerts) : null;
    }
}
