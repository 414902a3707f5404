namespace OpenSre.Diagnostics;

/// <summary>
/// The tools that look at one AI agent, and the records they print. A record is one line; <c>text=</c> takes its rest.
/// </summary>
public static class AgentTools
{
    /// <summary><c>process pid= state= gone= uptime_s= cpu=</c>, <c>turn open= quiet_s= limit_s= said=</c>, <c>open tool= since_s= text=</c>.</summary>
    public const string Status = "agent.status";

    /// <summary>What its own records tell, the newest last: <c>call tool= at= text=</c>, <c>result at= failed=</c>, <c>refused at= limit= age_s= text=</c>, <c>turn_start at=</c>, <c>turn_end at=</c>; <c>repeat times= of= tool= text=</c>.</summary>
    public const string Transcript = "agent.transcript";

    /// <summary>The processes below it: <c>child pid= state= age_s= cpu_s= cmd=</c>.</summary>
    public const string Processes = "agent.processes";

    /// <summary>What it wrote: <c>wrote at= text=</c>, and <c>conflict agents= overlaps= text=</c>.</summary>
    public const string Files = "agent.files";

    /// <summary>What failed: <c>refused</c> as in the transcript with <c>answered=</c>, <c>failing count= within_s=</c>, and the last lines of its error output, <c>line text=</c>.</summary>
    public const string Errors = "agent.errors";
}
