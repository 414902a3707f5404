using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Fleet;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>agents investigate PID|NAME</c>: an investigation whose evidence is the agent's own transcript, processes, files and errors.</summary>
internal static class InvestigateAgentCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--json");
        if (asked.Rest is not [var named])
        {
            throw new AgentsUsageException("usage: opensre agents investigate PID|NAME [--json]");
        }

        var settings = FleetSettings.Read(face.Home);
        var discovery = FleetTools.Discovery(settings);
        var fleet = await FleetTools.LookAsync(new FleetMonitor(face.Home, discovery, settings, face.Time), cancellation).ConfigureAwait(false);
        var view = Choose(fleet, named);
        if (face.InvestigateAsync is not null && !asked.Has("--json"))
        {
            await InSessionAsync(view, fleet, discovery, face, cancellation).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        var file = await RunAsync(view, fleet, discovery, face, asked.Has("--json"), cancellation).ConfigureAwait(false);
        return file.Report.Length > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Investigates one agent as the session does.</summary>
    public static Task InSessionAsync(AgentView view, IReadOnlyList<AgentView> fleet, AgentDiscovery discovery, AgentsFace face, CancellationToken cancellation)
    {
        var agent = Case(view, fleet, discovery, face);
        return face.InvestigateAsync!(agent.Alert, (request, stop) => LookAsync(view, agent, face, request.Publish, request.Steering, stop), cancellation);
    }

    /// <summary>Investigates one agent of a look and renders what happens.</summary>
    public static async Task<CaseFile> RunAsync(AgentView view, IReadOnlyList<AgentView> fleet, AgentDiscovery discovery, AgentsFace face, bool json, CancellationToken cancellation)
    {
        IInvestigationRenderer renderer = json ? new JsonLinesRenderer(face.Output) : new PlainRenderer(face.Output, face.Look);
        return await LookAsync(view, Case(view, fleet, discovery, face), face, renderer.Render, null, cancellation).ConfigureAwait(false);
    }

    private static AgentCase Case(AgentView view, IReadOnlyList<AgentView> fleet, AgentDiscovery discovery, AgentsFace face) =>
        new(view, fleet, discovery, view.Agent is null ? FleetTools.Registry(face).All().FirstOrDefault(r => r.Pid == view.Pid && r.Name == view.Name) : null);

    private static Task<CaseFile> LookAsync(AgentView view, AgentCase agent, AgentsFace face, Action<InvestigationEvent> publish, SteeringInbox? steering, CancellationToken cancellation) =>
        new Investigator(agent.Tools(), face.Time, profile: EngineProfile.Agents) { TellsOutputs = face.InvestigateAsync is not null }
            .InvestigateAsync(Incidents.From([agent.Alert], face.Time.GetUtcNow()), $"{view.Name} (pid {view.Pid})", publish, steering, cancellation);

    private static AgentView Choose(IReadOnlyList<AgentView> fleet, string named)
    {
        var hits = fleet.Where(v => int.TryParse(named, out var pid) ? v.Pid == pid : v.Name == named).ToList();
        return hits switch
        {
            [var only] => only,
            [] => throw new AgentsUsageException($"{SafeText.Line(named, 60)} is no agent here; opensre agents lists them."),
            _ => throw new AgentsUsageException($"{SafeText.Line(named, 60)} is the name of {hits.Count} agents: {string.Join(", ", hits.Select(h => h.Pid))}; give the pid of one."),
        };
    }
}
