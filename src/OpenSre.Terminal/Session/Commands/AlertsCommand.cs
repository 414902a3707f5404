using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class AlertsCommand : ISessionCommand
{
    private const int UsualPort = 8765;
    private const int Most = 20;

    public CommandInfo Info { get; } = new("/alerts", "/alerts [listen [PORT]]", "the alerts that came by themselves; listen takes what vendors' webhooks send to this machine", "/alerts listen 8765");

    public string? NotInPipe(string argument) => argument.Length == 0 ? null : "it goes on behind a prompt, and a pipe has none";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var words = CommandWords.Of(argument);
        if (words.Count > 0 && words[0] == "listen")
        {
            Listen(session, words.Count > 1 ? words[1] : "");
            return Task.CompletedTask;
        }

        var alerts = session.Alerts.All;
        foreach (var arrived in alerts.TakeLast(Most))
        {
            var (word, ink) = arrived.IsOver ? ("over", Ink.Good) : arrived.IsTaken ? ("looked into", Ink.Dim) : ("fires", Ink.Warn);
            session.View.Print(new Row { Hanging = 8 }.Add($"  {arrived.Id,-5}", Ink.Accent).Add($"{arrived.At.ToLocalTime():HH:mm:ss} ", Ink.Dim).Add($"{word} ", ink).Add(SafeText.Line(arrived.Alert.Name, 160), Ink.Bold)
                .Add(arrived.Alert.Summary.Length > 0 && arrived.Alert.Summary != arrived.Alert.Name ? $"  {SafeText.Line(arrived.Alert.Summary, 200)}" : "").Add($"  {arrived.From}{(arrived.Times > 1 ? $", {arrived.Times} times" : "")}", Ink.Dim));
        }

        if (alerts.Count == 0)
        {
            session.Say("No alert has come. /alerts listen takes webhooks, /watch URL asks an Alertmanager, /watch FOLDER reads files put there.");
        }

        if (session.Alerts.Dropped > 0 || alerts.Count > Most)
        {
            session.Say($"{Math.Max(0, alerts.Count - Most)} older ones are not shown, {session.Alerts.Dropped} were dropped.");
        }

        foreach (var listener in session.Tasks.All.OfType<ListenTask>().Where(t => t.IsRunning))
        {
            session.View.Print(Row.Of($"  {listener.Id} listens for {listener.Title}; {listener.Detail}", Ink.Dim));
        }

        return Task.CompletedTask;
    }

    private static void Listen(Session session, string word)
    {
        if (session.Host.Listen is not { } listen)
        {
            session.Say("Nothing can be listened for here.");
            return;
        }

        var port = UsualPort;
        if (word.Length > 0 && (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            session.Say("A port is a number from 1 to 65535.");
            return;
        }

        if (session.Tasks.All.OfType<ListenTask>().Any(t => t.IsRunning && t.Port == port))
        {
            session.Say($"Port {port} is listened on already.");
            return;
        }

        var task = session.Tasks.Add(id => new ListenTask(id, port, session, new CancellationTokenSource()));
        session.View.Print(Row.Of($"{task.Id} ", Ink.Accent).Add($"takes alerts at http://127.0.0.1:{port}/ from this machine, as Alertmanager, Grafana and the others send them; /cancel {task.Id} ends it.", Ink.Dim));
        _ = Task.Run(() => task.RunAsync(listen), CancellationToken.None);
        session.Changed();
    }
}
