using System.Globalization;
using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>/agents</c> in a session: the agents as a board that goes on, with one chosen; i looks into it.</summary>
internal static class AgentsBoard
{
    private const string ByName = "name";

    public static async Task<int> RunAsync(AgentsFace face, FleetMonitor monitor, string? order, string? filter, CancellationToken cancellation)
    {
        IReadOnlyList<AgentView> fleet = [];
        var orders = FleetTable.Orders.Keys.Prepend(ByName).ToList();
        var breaches = new FleetBreaches(face, monitor.Settings);
        var first = order is null ? 0 : orders.IndexOf(order);
        var board = new Board
        {
            Title = "agents",
            Orders = [.. orders.Skip(first), .. orders.Take(first)],
            Filter = filter ?? "",
            Keys = [new('i', "looks into it"), new('\r', "all of it")],
            Look = request =>
            {
                fleet = monitor.Look();
                breaches.Tell(fleet);
                return Frame(request, fleet, monitor.Settings, face.Look);
            },
        };

        // The use of CPU is known from the second look on.
        monitor.Look();
        if (await face.WatchAsync!(board, cancellation).ConfigureAwait(false) is not { } choice || fleet.FirstOrDefault(v => Id(v) == choice.Id) is not { } view)
        {
            return ExitCodes.Done;
        }

        if (choice.Key == 'i')
        {
            await InvestigateAgentCommand.InSessionAsync(view, fleet, FleetTools.Discovery(monitor.Settings), face, cancellation).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        ShowCommand.Show(view, face);
        return ExitCodes.Done;
    }

    /// <summary>What the board shows of one look.</summary>
    internal static BoardFrame Frame(BoardRequest request, IReadOnlyList<AgentView> fleet, FleetSettings settings, Look look)
    {
        var shown = fleet.Where(v => request.Filter.Length == 0 || ListCommand.Passes(v, request.Filter));
        List<AgentView> sorted = [.. FleetTable.Orders.TryGetValue(request.Order, out var key) ? shown.OrderBy(key) : shown];
        look = look with { Width = request.Columns };
        var (head, agents, foot) = FleetTable.Layout(sorted, look);
        List<string> below = [.. foot];
        if (fleet.Count > sorted.Count)
        {
            below = sorted.Count == 0 ? [look.Dim($"none of {fleet.Count} has \"{SafeText.Line(request.Filter, 40)}\"; / asks for others")] : below;
        }

        below.AddRange(BudgetAlarm.Of(fleet, settings).Select(a => look.Bad(BudgetCommand.Sentence(a))));
        if (settings.Problem is { } problem)
        {
            below.Add(look.Warn(SafeText.Line(problem, 300)));
        }

        return new BoardFrame(head, [.. sorted.Zip(agents, (v, lines) => new BoardItem(Id(v), lines))], below);
    }

    private static string Id(AgentView view) => string.Create(CultureInfo.InvariantCulture, $"{view.Pid}:{view.Name}");
}
