using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents claim BRANCH AGENT</c> and <c>agents release BRANCH</c>.</summary>
internal static class ClaimCommand
{
    public static Task<int> ClaimAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var rest = AgentWords.Parse(words).Rest;
        var table = AgentDiscovery.LocalTable();
        if (rest.Count == 0)
        {
            var claims = FleetTools.Claims(face).All();
            foreach (var held in claims)
            {
                face.Line($"{SafeText.Line(held.Branch, 60)}  {SafeText.Line(held.Agent, 60)} (pid {held.Pid}){(table.Get(held.Pid) is null ? face.Look.Dim("  its process is gone") : "")}");
            }

            if (claims.Count == 0)
            {
                face.Line("no branch is claimed");
            }

            return Task.FromResult(ExitCodes.Done);
        }

        if (rest is not [var branch, var agent])
        {
            throw new AgentsUsageException("usage: opensre agents claim [BRANCH AGENT]");
        }

        var settings = FleetSettings.Read(face.Home);
        var pid = FleetTools.Registry(face).All().FirstOrDefault(r => r.Name == agent && table.Get(r.Pid) is { } process && r.Is(process))?.Pid
            ?? FleetTools.Discovery(settings).Find().FirstOrDefault(a => a.Tool == agent || $"{a.Tool}-{a.Pid}" == agent)?.Pid
            ?? throw new AgentsUsageException($"no agent {SafeText.Line(agent, 60)} runs here; opensre agents lists them.");
        var holder = FleetTools.Claims(face).Claim(new BranchClaim(branch, agent, pid, face.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'")), c => table.Get(c.Pid) is not null);
        face.Line(holder is null
            ? $"Branch {SafeText.Line(branch, 80)} now held by {SafeText.Line(agent, 60)} (pid {pid})."
            : $"Cannot claim: {SafeText.Line(branch, 80)} is already held by {SafeText.Line(holder.Agent, 60)} (pid {holder.Pid}). Use /agents release first.");
        return Task.FromResult(holder is null ? ExitCodes.Done : ExitCodes.Failed);
    }

    public static Task<int> ReleaseAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        if (AgentWords.Parse(words).Rest is not [var branch])
        {
            throw new AgentsUsageException("usage: opensre agents release BRANCH");
        }

        var released = FleetTools.Claims(face).Release(branch);
        face.Line(released is null ? $"{SafeText.Line(branch, 80)} is not currently held by any agent." : $"Released {SafeText.Line(branch, 80)} (was held by {SafeText.Line(released.Agent, 60)}).");
        return Task.FromResult(released is null ? ExitCodes.Failed : ExitCodes.Done);
    }
}
