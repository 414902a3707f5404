using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>The checks of an AI agent.</summary>
public static class AgentChecks
{
    public static IReadOnlyList<ICheck> All { get; } = [new AgentStateCheck(), new AgentLoopCheck(), new AgentRefusalCheck(), new AgentCommandCheck()];

    /// <summary>The agent the tools look at.</summary>
    internal static Entity Agent(CheckContext context) =>
        new(EntityKind.Process, context.Incident.Primary.Find("agent") is { Length: > 0 } name ? name : "the agent");
}

/// <summary>Whether it lives, works, waits or hangs.</summary>
public sealed class AgentStateCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "agent.state",
        [AgentTools.Status],
        "A process that is gone, was not collected or is stopped; a turn without a new record for as long as its limit allows; the tool's own word that it waits. A turn that moves, or none that is open, speaks for health.",
        [AgentFaults.Crashed, AgentFaults.Paused, AgentFaults.Stuck, AgentFaults.Waiting],
        "a living process whose records go on");

    public void Examine(CheckContext context)
    {
        var agent = AgentChecks.Agent(context);
        foreach (var process in context.Records(AgentTools.Status, "process"))
        {
            if (process["gone"] == "yes" || process["state"] is "Z" or "X")
            {
                var open = context.Records(AgentTools.Status, "turn").Any(t => t["open"] == "yes");
                context.Found(process, agent, "agent.process", open ? "its process is gone, in the middle of a turn" : "its process is gone", AgentFaults.Crashed, open ? 4 : 3.5);
                return;
            }

            if (process["state"] is "T" or "t")
            {
                context.Found(process, agent, "agent.process", "its process is stopped by a signal", AgentFaults.Paused, 4);
                return;
            }
        }

        foreach (var turn in context.Records(AgentTools.Status, "turn"))
        {
            if (turn["waits_for"].Length > 0)
            {
                context.Found(turn, agent, "agent.turn", "it says that it waits for a person", AgentFaults.Waiting, 4);
            }
            else if (turn["open"] == "yes" && turn.Number("quiet_s") is { } quiet && turn.Number("limit_s") is { } limit)
            {
                if (quiet >= limit)
                {
                    context.Found(turn, agent, "agent.turn", $"a turn is open and nothing was recorded for {quiet:0} s (limit {limit:0} s)", AgentFaults.Stuck, 3.5);
                }
                else if (!context.Records(AgentTools.Transcript, "repeat").Any() && !context.Records(AgentTools.Errors, "refused").Any(r => r["answered"] == "no"))
                {
                    Well(context, turn, $"its turn moves: the last record is {quiet:0} s old");
                }
            }
            else if (turn["open"] == "no" && !context.Records(AgentTools.Errors, "refused").Any(r => r["answered"] == "no"))
            {
                Well(context, turn, "no turn is open: it has answered and is idle");
            }
        }
    }

    /// <summary>Said only when its calls and failures were looked at too: a turn that moves may go round in circles.</summary>
    private static void Well(CheckContext context, Record turn, string claim)
    {
        if (!context.HasRun(AgentTools.Transcript) || !context.HasRun(AgentTools.Errors))
        {
            return;
        }

        context.Found(turn.Output, AgentChecks.Agent(context), "recheck", turn.Line, claim, Currency.Now, [new Bearing(FaultCatalogue.Healthy, context.Host, 4), new Bearing(AgentFaults.Stuck, AgentChecks.Agent(context), -4, true)]);
    }
}

/// <summary>The same call again and again.</summary>
public sealed class AgentLoopCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "agent.loop",
        [AgentTools.Transcript],
        "One tool call with one input more than four times among the last twenty.",
        [AgentFaults.Looping],
        "calls that differ");

    public void Examine(CheckContext context)
    {
        var agent = AgentChecks.Agent(context);
        foreach (var repeat in context.Records(AgentTools.Transcript, "repeat"))
        {
            var times = repeat.Number("times") ?? 0;
            context.Found(repeat, agent, "agent.calls", $"the same call of {repeat["tool"]} {times:0} times among its last {repeat["of"]}", AgentFaults.Looping, times > 8 ? 4 : 3.7);
            var failed = context.Records(AgentTools.Transcript, "result").TakeLast(10).Where(r => r["failed"] == "yes").ToList();
            if (failed.Count > 2)
            {
                context.Found(failed[^1], agent, "agent.results", $"{failed.Count} of its last 10 results are failures", AgentFaults.Looping, 1);
            }
        }
    }
}

/// <summary>Requests the model refuses or fails.</summary>
public sealed class AgentRefusalCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "agent.refusals",
        [AgentTools.Errors],
        "A request that was refused or failed and after which the model has answered nothing: by a limit, or for another reason.",
        [AgentFaults.RateLimited, AgentFaults.RequestsFail],
        "an answer of the model after the refusal");

    public void Examine(CheckContext context)
    {
        var agent = AgentChecks.Agent(context);
        if (context.Records(AgentTools.Errors, "refused").LastOrDefault() is not { Kind: "refused" } last)
        {
            return;
        }

        var (fault, other) = last["limit"] == "yes" ? (AgentFaults.RateLimited, AgentFaults.RequestsFail) : (AgentFaults.RequestsFail, AgentFaults.RateLimited);
        var said = SafeText.Line(last["text"], 120);
        if (last["answered"] == "yes")
        {
            context.Found(last, agent, "agent.requests", $"a request failed, and the model has answered since: {said}", fault, 0.5, Currency.Past);
            return;
        }

        context.Found(last.Output, agent, "agent.requests", last.Line, $"the last request failed and nothing was answered since: {said}", Currency.Now, [new Bearing(fault, agent, 4), new Bearing(other, agent, -2)]);
        if (context.Records(AgentTools.Errors, "failing").FirstOrDefault() is { Kind: "failing" } failing && failing.Number("count") > 2)
        {
            context.Found(failing, agent, "agent.failures", $"{failing["count"]} failures within {failing["within_s"]} s", fault, 1);
        }
    }
}

/// <summary>A command the agent waits for.</summary>
public sealed class AgentCommandCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "agent.command",
        [AgentTools.Status, AgentTools.Processes],
        "A tool call that is open as long as the turn is quiet, and a process below the agent that runs as long.",
        [AgentFaults.CommandHangs],
        "no process below the agent");

    public void Examine(CheckContext context)
    {
        var agent = AgentChecks.Agent(context);
        var turn = context.Records(AgentTools.Status, "turn").LastOrDefault();
        if (turn.Kind != "turn" || turn["open"] != "yes" || turn.Number("quiet_s") < turn.Number("limit_s")
            || context.Records(AgentTools.Status, "open").LastOrDefault() is not { Kind: "open" } open)
        {
            return;
        }

        var since = open.Number("since_s") ?? 0;
        foreach (var child in context.Records(AgentTools.Processes, "child").Where(c => c.Number("age_s") is { } age && Math.Abs(age - since) < Math.Max(30, since * 0.2)).Take(1))
        {
            context.Found(open, agent, "agent.open_call", $"its call of {open["tool"]} is open for {since:0} s", AgentFaults.CommandHangs, 2.5);
            context.Found(child, agent, "agent.child", $"the process it started then still runs: {SafeText.Line(child["cmd"], 120)}", AgentFaults.CommandHangs, 3.5);
        }
    }
}
