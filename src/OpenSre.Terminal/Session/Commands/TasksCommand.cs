namespace OpenSre.Terminal;

internal sealed class TasksCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/tasks", "/tasks", "what runs and ran: investigations, watches, listeners; /cancel t2 stops one", "/tasks");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var tasks = session.Tasks.All;
        if (tasks.Count == 0)
        {
            session.Say("Nothing runs, and nothing ran yet.");
        }

        foreach (var task in tasks)
        {
            var (word, ink) = task.State switch
            {
                TaskState.Running => task is CaseRun { IsForeground: true } ? ("here", Ink.Accent) : ("running", Ink.Accent),
                TaskState.Done => ("done", Ink.Good),
                TaskState.Stopped => ("stopped", Ink.Warn),
                _ => ("failed", Ink.Bad),
            };
            var row = new Row { Hanging = session.View.Columns is > 0 and < 64 ? 6 : 17 }.Add($"  {task.Id,-4}", Ink.Accent).Add($"{word,-8} ", ink).Add($"{task.Kind}  ", Ink.Dim).Add(task.Title, Ink.Bold)
                .Add($"  {Amounts.Duration((task.EndedAt ?? session.Time.GetUtcNow()) - task.StartedAt)}  ", Ink.Dim).Add(task.Detail);
            session.View.Print(row);
            if (task is WatchTask { Metric: { } metric, Series: { Count: > 1 } series })
            {
                session.View.Print(Row.Of($"{new string(' ', 15)}{metric} ", Ink.Dim).Add(Figures.Sparkline(series, 40), Ink.Accent).Add($" {Figures.Text(metric, series[^1])}", Ink.Dim));
            }
        }

        return Task.CompletedTask;
    }
}
