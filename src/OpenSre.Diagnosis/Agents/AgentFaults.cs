using static OpenSre.Diagnostics.FaultDepth;

namespace OpenSre.Diagnostics;

/// <summary>What can be wrong with an AI agent.</summary>
public static class AgentFaults
{
    public const string Looping = "agent.looping";
    public const string RateLimited = "agent.rate_limited";
    public const string RequestsFail = "agent.requests_fail";
    public const string CommandHangs = "agent.command_hangs";
    public const string Stuck = "agent.stuck";
    public const string Waiting = "agent.waiting";
    public const string Paused = "agent.paused";
    public const string Crashed = "agent.crashed";

    private const double Usual = -2;

    public static IReadOnlyList<FaultType> All { get; } =
    [
        Of(Looping, "{0} goes round in circles: the same tool call again and again", Reason, "Read what the call answers, and tell the agent something new or stop it", "opensre agents trace PID"),
        Of(RateLimited, "{0} is held back by a rate or usage limit of its model", Resource, "Wait for the limit, or give it another key or model", ""),
        Of(RequestsFail, "The model of {0} refuses or fails its requests", Resource, "Read the error: a key, a model's name, a network", ""),
        Of(CommandHangs, "{0} waits for a command that does not end", Reason, "Look at the command; ending it lets the agent go on", "ps -o pid,etime,stat,args --ppid PID"),
        Of(Stuck, "{0} is stuck in the middle of a turn", State, "See what it prints, then interrupt it", "opensre agents trace PID"),
        Of(Waiting, "{0} waits for a person", State, "Answer it in its terminal", ""),
        Of(Paused, "{0} is stopped by a signal", State, "Let it go on", "opensre agents resume PID"),
        Of(Crashed, "{0} has ended without finishing its work", State, "Read its last lines, and start it again", ""),
    ];

    private static FaultType Of(string id, string title, FaultDepth depth, string remedy, string command) =>
        new(id, title, depth, Symptom.Any, Usual) { Remedies = [new Core.Remedy(remedy, command)] };
}
