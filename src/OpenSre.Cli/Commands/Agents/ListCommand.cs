using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents list</c>: what runs, how it is, what it costs; with <c>--watch</c> again and again.</summary>
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
        if (!asked.Has("--watch"))
        {
            Show(await FleetTools.LookAsync(monitor, cancellation).ConfigureAwait(false));
            return ExitCodes.Done;
        }

        var live = face.Look.Cursor && !asked.Has("--json");
        var told = new HashSet<(string, int, string, bool)>();
        var slos = new SloWatch();
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

                Show(fleet);
                Alarms(fleet, told);
                await BreachesAsync(fleet).ConfigureAwait(false);
                face.Output.Flush();
                await Task.Delay(Beat, face.Time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }

        void Show(IReadOnlyList<AgentView> fleet)
        {
            IEnumerable<AgentView> shown = fleet.Where(v => asked["--filter"] is not { } filter || Passes(v, filter));
            shown = asked["--sort"] is { } key ? shown.OrderBy(FleetTable.Orders[key]) : shown;
            face.Output.Write(asked.Has("--json") ? FleetJson.Text(shown) : FleetTable.Text([.. shown], face.Look));
            if (monitor.Settings.Problem is { } problem && !asked.Has("--json"))
            {
                face.Line(face.Look.Warn(OpenSre.Core.SafeText.Line(problem, 300)));
            }
        }

        async Task BreachesAsync(IReadOnlyList<AgentView> fleet)
        {
            foreach (var breach in slos.New(fleet, face.Time.GetUtcNow()))
            {
                Tell(breach.Sentence, "slo.breach");
                if (asked.Has("--investigate") && fleet.FirstOrDefault(v => v.Pid == breach.Pid && v.Name == breach.Agent) is { } view)
                {
                    // What comes of it stands below the table; the whole report is had with agents investigate.
                    using var quiet = new StringWriter();
                    var file = await InvestigateAgentCommand.RunAsync(view, fleet, FleetTools.Discovery(monitor.Settings), face with { Output = quiet }, json: false, cancellation).ConfigureAwait(false);
                    found[view.Pid] = file.Diagnosis?.Summary ?? "its investigation came to nothing";
                    if (file.Diagnosis is { } diagnosis)
                    {
                        Tell($"{view.Name} (pid {view.Pid}): {diagnosis.Summary}", "slo.diagnosis");
                    }
                }
            }

            foreach (var breach in asked.Has("--json") ? [] : SloWatch.Of(fleet))
            {
                face.Line(face.Look.Bad(OpenSre.Core.SafeText.Line(breach.Sentence, 300)));
                face.Line(face.Look.Dim($"  {OpenSre.Core.SafeText.Line(found.GetValueOrDefault(breach.Pid) ?? $"opensre agents investigate {breach.Pid} says why", 300)}"));
            }
        }

        void Tell(string sentence, string topic)
        {
            using var publisher = new BusPublisher(face.Home.Bus, face.Time);
            publisher.Publish(BusMessage.Create($"opensre:{Environment.ProcessId}", OpenSre.Core.SafeText.Line(sentence, 1000), face.Time.GetUtcNow(), topic: topic));
        }

        void Alarms(IReadOnlyList<AgentView> fleet, HashSet<(string, int, string, bool)> seen)
        {
            foreach (var alarm in BudgetAlarm.Of(fleet, monitor.Settings))
            {
                if (!asked.Has("--json"))
                {
                    face.Line(face.Look.Bad(BudgetCommand.Sentence(alarm)));
                }

                // Told to the others once, not at every look.
                if (alarm.IsBreach && seen.Add((alarm.Agent, alarm.Pid, alarm.Limit, alarm.IsBreach)))
                {
                    Tell(BudgetCommand.Sentence(alarm), "budget.breach");
                }
            }
        }
    }

    private static bool Passes(AgentView view, string filter) =>
        new[] { view.Name, view.Agent?.Tool, view.Status.Word, view.Agent?.Folder, view.Agent?.Repository?.Branch, view.Model }.Any(f => f?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true);
}
