namespace OpenSre.Fleet;

/// <summary>What people call the agents.</summary>
public static class FleetNames
{
    /// <summary>The registered name of exactly this process, or null.</summary>
    public static string? Registered(FleetHome home, ProcessFacts? process) => process is null ? null
        : home.Folders.Select(f => new AgentRegistry(Path.Combine(f, AgentRegistry.FileName)).Get(process.Identity.Pid)).FirstOrDefault(r => r is not null && r.Is(process))?.Name;
}
