namespace OpenSre.Models;

/// <summary>What an agent says while it works. The set is closed.</summary>
public abstract record AgentUpdate;

/// <summary>A piece of its answer.</summary>
public sealed record AgentText(string Text) : AgentUpdate;

/// <summary>A piece of its thinking, where the provider shows it.</summary>
public sealed record AgentThought(string Text) : AgentUpdate;

/// <summary>A sentence for the person: a retry and its reason, a compaction, a warning.</summary>
public sealed record AgentNotice(string Sentence) : AgentUpdate;

/// <summary>One step was paid for.</summary>
/// <param name="Money">US dollars, when a price is known.</param>
public sealed record AgentSpent(TokenUsage Usage, decimal? Money) : AgentUpdate;

/// <summary>The agent program works in this session, which another task can go on with.</summary>
public sealed record AgentSession(string Id) : AgentUpdate;

/// <summary>An agent program began something of its own, which is no tool of its task: a command, a change of files.</summary>
/// <param name="Action">A short word for it: command, file_change, mcp, web_search.</param>
public sealed record AgentActStarted(string Id, string Action, IReadOnlyDictionary<string, string> Arguments) : AgentUpdate;

/// <summary>A piece of what that prints.</summary>
public sealed record AgentActOutput(string Id, string Text) : AgentUpdate;

/// <summary>It ended.</summary>
/// <param name="Output">All it printed.</param>
/// <param name="Note">Why it did not succeed, in a sentence; empty when it did.</param>
/// <param name="ExitCode">Where there is one.</param>
public sealed record AgentActEnded(string Id, bool Succeeded, bool Refused, string Output, string Note, int? ExitCode, TimeSpan Duration) : AgentUpdate;

/// <summary>What an agent program plans to do, as it stands now.</summary>
public sealed record AgentPlanned(IReadOnlyList<AgentPlanStep> Steps) : AgentUpdate;

/// <param name="Status">pending, in_progress or completed.</param>
public sealed record AgentPlanStep(string Step, string Status);

/// <summary>What a person said was taken in.</summary>
public sealed record AgentSteered(string Text) : AgentUpdate;

public enum AgentEnd { Completed, Budget, Refused, Failed }

/// <summary>The last update.</summary>
/// <param name="Text">The final answer, or as much as there is of it.</param>
/// <param name="Reason">Why it ended otherwise than completed, in a sentence.</param>
/// <param name="Session">What an agent program can be resumed with.</param>
public sealed record AgentFinished(AgentEnd End, string Text, string Reason = "", string? Session = null) : AgentUpdate;

/// <summary>Tokens of one or more steps. Input counts everything that was read, cached or not.</summary>
/// <param name="Cached">The part of the input read from the provider's cache.</param>
/// <param name="CacheWritten">The part of the input written to it.</param>
public readonly record struct TokenUsage(long Input, long Output, long Cached = 0, long CacheWritten = 0)
{
    public long Total => Input + Output;

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.Cached + b.Cached, a.CacheWritten + b.CacheWritten);

    public static TokenUsage Add(TokenUsage left, TokenUsage right) => left + right;
}
