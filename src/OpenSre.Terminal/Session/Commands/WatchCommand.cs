namespace OpenSre.Terminal;

internal sealed class WatchCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new(
        "/watch",
        "/watch URL | pid N | unit NAME | container NAME | FOLDER [time>2s cpu>80 memory>512M] [every 10s]",
        "look at something again and again and say when it goes wrong; an Alertmanager, or a folder alerts are put in, brings them here",
        "/watch https://shop.example/health time>2s every 30s");

    public string? NotInPipe(string argument) => argument.Length == 0 ? null : "it goes on behind a prompt, and a pipe has none";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length == 0)
        {
            return new TasksCommand().RunAsync(session, "", cancellation);
        }

        if (Begin(session, argument) is { } mistake)
        {
            session.Say(mistake);
        }

        return Task.CompletedTask;
    }

    /// <summary>Begins to watch; null, or a sentence why that cannot be done.</summary>
    /// <exception cref="InvalidDataException">What is to be watched is not there.</exception>
    public static string? Begin(Session session, string words)
    {
        if (session.Host.Watch is not { } watch)
        {
            return "Nothing can be watched here.";
        }

        var (request, mistake) = WatchRequest.Read(CommandWords.Of(words));
        if (request is null)
        {
            return mistake;
        }

        var probe = watch(request.Target);
        if (request.Limits.FirstOrDefault(l => !probe.Metrics.Contains(l.Metric)) is { } unknown)
        {
            return $"{request.Target} gives {(probe.Metrics.Count == 0 ? "no figures" : string.Join(", ", probe.Metrics))}, and not {unknown.Metric}.";
        }

        var task = session.Tasks.Add(id => new WatchTask(id, request, probe, session, new CancellationTokenSource()) { Words = words });
        session.View.Print(Row.Of($"{task.Id} ", Ink.Accent).Add($"watches {request.Target} every {(request.Every < TimeSpan.FromSeconds(1) ? Amounts.Duration(request.Every) : $"{request.Every.TotalSeconds:0.#} s")}{(request.Limits.Count > 0 ? ", " + string.Join(", ", request.Limits.Select(l => l.Text)) : "")}; /cancel {task.Id} ends it.", Ink.Dim));
        task.Keep(isOn: true);
        _ = Task.Run(task.RunAsync, CancellationToken.None);
        session.Changed();
        return null;
    }
}
