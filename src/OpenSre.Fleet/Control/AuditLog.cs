namespace OpenSre.Fleet;

/// <summary>What was done to agents, one line each, in <c>agents-audit.jsonl</c>; lines are only ever added.</summary>
public sealed class AuditLog(FleetHome home, TimeProvider time)
{
    public const string FileName = "agents-audit.jsonl";

    internal void Write(string action, AgentProcess agent, IReadOnlyList<ProcessIdentity> to)
    {
        var line = new PythonJson(spaced: false).Begin('{')
            .Key("at").Value(PythonJson.Time(time.GetUtcNow())).Key("action").Value(action).Key("agent").Value(agent.Tool).Key("pid").Value(agent.Pid)
            .Key("start").Value(agent.Identity.Start).Key("folder").Value(agent.Folder).Key("processes").Begin('[');
        foreach (var process in to)
        {
            line.Value(process.Pid);
        }

        SharedFile.Append(Path.Combine(home.Own, FileName), line.End(']').Key("by").Value(Environment.ProcessId).End('}').ToLine());
    }
}
