namespace OpenSre.Terminal;

internal sealed class WatchCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new(
        "/watch",
        "/watch URL | pid N | unit NAME | container NAME | FOLDER [time>2s cpu>80 memory>512M] [every 10s]",
        "look at something again and again and say when it goes wrong; an Alertmanager, or a folder alerts are put in, brings them here",
        "/watch https://shop.example/health time>2s every 30s");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length == 0)
        {
            return new TasksCommand().RunAsync(session, "", cancellation);
        }

        if (session.Host.Watch is not { } watch)
        {
            session.Say("Nothing can be watched here.");
            return Task.CompletedTask;
        }

        var (request, mistake) = WatchRequest.Read(CommandWords.Of(argument));
        if (request is null)
        {
            session.Say(mistake!);
            return Task.CompletedTask;
        }

        var probe = watch(request.Target);
        if (request.Limits.FirstOrDefault(l => !probe.Metrics.Contains(l.Metric)) is { } unknown)
        {
            session.Say($"{request.Target} gives {(probe.Metrics.Count == 0 ? "no figures" : string.Join(", ", probe.Metrics))}, and not {unknown.Metric}.");
            return Task.CompletedTask;
        }

        var task = session.Tasks.Add(id => new WatchTask(id, request, probe, session, new CancellationTokenSource()));
        session.View.Print(Row.Of($"{task.Id} ", Ink.Accent).Add($"watches {request.Target} every {Amounts.Duration(request.Every)}{(request.Limits.Count > 0 ? ", " + string.Join(", ", request.Limits.Select(l => l.Text)) : "")}; /cancel {task.Id} ends it.", Ink.Dim));
        _ = Task.Run(task.RunAsync, CancellationToken.None);
        session.Changed();
        return Task.CompletedTask;
    }
}
