using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>
/// <c>agents list</c>: what runs, how it is, what it costs; with <c>--watch</c> again and again, drawn over itself on a terminal,
/// and as a sentence for each change where that cannot be done.
/// </summary>
internal static class ListCommand
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--json", "--watch", "--investigate", "--sort=", "--filter=");
        if (asked["--sort"] is { } order && !FleetTable.Orders.ContainsKey(order))
        {
            throw new AgentsUsageException($"--sort takes one of {string.Join(", ", FleetTable.Orders.Keys)}");
        }

        var monitor = FleetTools.Monitor(face);
        if (asked.Has("--watch") && face.WatchAsync is not null && !asked.Has("--json"))
        {
            if (asked.Has("--investigate"))
            {
                throw new AgentsUsageException("here i looks into the agent chosen; --investigate is for opensre agents list --watch.");
            }

            return await AgentsBoard.RunAsync(face, monitor, asked["--sort"], asked["--filter"], cancellation).ConfigureAwait(false);
        }

        var isJson = asked.Has("--json");
        var live = face.Look.Cursor && !isJson && asked.Has("--watch");
        if (!asked.Has("--watch"))
        {
            Show(await FleetTools.LookAsync(monitor, cancellation).ConfigureAwait(false));
            return ExitCodes.Done;
        }

        var breaches = new FleetBreaches(face, monitor.Settings);
        var changes = live || isJson ? null : new FleetChanges(face.Look);
        var isFirst = true;
        Dictionary<int, string> found = [];
        try
        {
            await FleetTools.LookAsync(monitor, cancellation).ConfigureAwait(false);
            while (true)
            {
                var fleet = monitor.Look();
                if (live)
                {
                    face.Output.Write("\e[H\e[2J");
                }

                if (isFirst || changes is null)
                {
                    Show(fleet);
                }

                if (isFirst && changes is not null)
                {
                    face.Line(face.Look.Dim("What changes is said from now on; Ctrl+C ends it."));
                }

                isFirst = false;
                foreach (var sentence in changes?.Take(Shown(fleet), Troubles(fleet)) ?? [])
                {
                    face.Line(sentence);
                }

                await BreachesAsync(fleet).ConfigureAwait(false);
                face.Output.Flush();
                await Task.Delay(Beat, face.Time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }

        IReadOnlyList<AgentView> Shown(IReadOnlyList<AgentView> fleet)
        {
            var shown = fleet.Where(v => asked["--filter"] is not { } filter || Passes(v, filter));
            return [.. asked["--sort"] is { } key ? shown.OrderBy(FleetTable.Orders[key]) : shown];
        }

        // What an agent's state says is said by its change.
        IEnumerable<(string Key, string Sentence)> Troubles(IReadOnlyList<AgentView> fleet) =>
            BudgetAlarm.Of(fleet, monitor.Settings).Select(a => ($"budget {a.Agent} {a.Pid} {a.Limit} {a.IsBreach}", BudgetCommand.Sentence(a)))
                .Concat(SloWatch.Of(fleet).Where(b => b.Slo == "errors").Select(b => ($"errors {b.Agent} {b.Pid}", b.Sentence)));

        void Show(IReadOnlyList<AgentView> fleet)
        {
            var shown = Shown(fleet);
            face.Output.Write(asked.Has("--json") ? FleetJson.Text(shown) : FleetTable.Text(shown, face.Look, live ? Room(fleet) : 0));
            if (monitor.Settings.Problem is { } problem && !asked.Has("--json"))
            {
                face.Line(face.Look.Warn(OpenSre.Core.SafeText.Line(problem, 300)));
            }
        }

        // What is wrong stands below the table and is to be seen with it; the last row is the cursor's.
        int Room(IReadOnlyList<AgentView> fleet) => InteractiveSession.OutputRows is > 0 and var rows
            ? Math.Max(1, rows - 1 - BudgetAlarm.Of(fleet, monitor.Settings).Count() - 2 * SloWatch.Of(fleet).Count() - (monitor.Settings.Problem is null ? 0 : 1))
            : 0;

        async Task BreachesAsync(IReadOnlyList<AgentView> fleet)
        {
            foreach (var alarm in live ? BudgetAlarm.Of(fleet, monitor.Settings) : [])
            {
                face.Line(face.Look.Bad(BudgetCommand.Sentence(alarm)));
            }

            foreach (var breach in breaches.Tell(fleet))
            {
                if (asked.Has("--investigate") && fleet.FirstOrDefault(v => v.Pid == breach.Pid && v.Name == breach.Agent) is { } view)
                {
                    // What comes of it stands below the table; the whole report is had with agents investigate.
                    using var quiet = new StringWriter();
                    var file = await InvestigateAgentCommand.RunAsync(view, fleet, FleetTools.Discovery(monitor.Settings), face with { Output = quiet }, json: false, cancellation).ConfigureAwait(false);
                    found[view.Pid] = file.Diagnosis?.Summary ?? "its investigation came to nothing";
                    if (changes is not null)
                    {
                        face.Line(face.Look.Dim($"  {OpenSre.Core.SafeText.Line($"{view.Name} (pid {view.Pid}): {found[view.Pid]}", 300)}"));
                    }

                    if (file.Diagnosis is { } diagnosis)
                    {
                        breaches.Say($"{view.Name} (pid {view.Pid}): {diagnosis.Summary}", "slo.diagnosis");
                    }
                }
            }

            foreach (var breach in live ? SloWatch.Of(fleet) : [])
            {
                face.Line(face.Look.Bad(OpenSre.Core.SafeText.Line(breach.Sentence, 300)));
                face.Line(face.Look.Dim($"  {OpenSre.Core.SafeText.Line(found.GetValueOrDefault(breach.Pid) ?? $"opensre agents investigate {breach.Pid} says why", 300)}"));
            }
        }
    }

    /// <summary>Some word of an agent has these letters.</summary>
    public static bool Passes(AgentView view, string filter) =>
        new[] { view.Name, view.Agent?.Tool, view.Status.Word, view.Agent?.Folder, view.Agent?.Repository?.Branch, view.Model }.Any(f => f?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true);
}
