using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary>What the commands about agents are made of.</summary>
internal static class FleetTools
{
    public static FleetMonitor Monitor(AgentsFace face)
    {
        var settings = FleetSettings.Read(face.Home);
        return new FleetMonitor(face.Home, Discovery(settings), settings, face.Time);
    }

    public static AgentDiscovery Discovery(FleetSettings settings) => new(AgentDiscovery.LocalTable(), new AgentClassifier(settings.Patterns));

    /// <summary>Looks twice, so that the use of CPU is known.</summary>
    public static async Task<IReadOnlyList<AgentView>> LookAsync(FleetMonitor monitor, CancellationToken cancellation)
    {
        monitor.Look();
        await Task.Delay(200, cancellation).ConfigureAwait(false);
        return monitor.Look();
    }

    public static AgentRegistry Registry(AgentsFace face) => new(face.Home.File(AgentRegistry.FileName));

    public static BranchClaims Claims(AgentsFace face) => new(face.Home.File(BranchClaims.FileName));
}
