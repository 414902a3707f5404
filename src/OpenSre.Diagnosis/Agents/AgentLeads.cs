using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Where to look at an agent: everywhere, for it is little.</summary>
public static class AgentLeads
{
    private static readonly string[] Everything = [.. AgentFaults.All.Select(f => f.Id)];

    public static IEnumerable<Lead> For(CheckContext context)
    {
        yield return Look(AgentTools.Status, "what it does now, and since when");
        yield return Look(AgentTools.Transcript, "what its own records tell");
        yield return Look(AgentTools.Errors, "what failed, and what it printed");
        yield return Look(AgentTools.Processes, "what runs below it");
        yield return Look(AgentTools.Files, "what it wrote, and who else wrote there");
    }

    private static Lead Look(string tool, string why) => new(new ToolCall(tool), why, Everything, 1, null, Prompted: true);
}
