namespace OpenSre.Fleet;

/// <summary>Something an agent did, as its own record tells it.</summary>
/// <param name="At">When; <see cref="DateTimeOffset.MinValue"/> when the record has no time.</param>
public abstract record Activity(DateTimeOffset At);

/// <summary>Tokens it used: the difference to what was known before, so that sums are exact.</summary>
/// <param name="Cost">USD as the record itself says; used where no price is known.</param>
public sealed record TokensUsed(DateTimeOffset At, string Model, TokenUse Use, decimal? Cost = null) : Activity(At);

/// <summary>It began to use a tool.</summary>
/// <param name="Files">Files that this writes.</param>
/// <param name="Change">What it changes there, shortened; empty when it changes nothing.</param>
/// <param name="Fingerprint">The same for the same tool with the same input.</param>
public sealed record ToolStarted(DateTimeOffset At, string Id, string Tool, string Detail, IReadOnlyList<string> Files, string Change, string Fingerprint) : Activity(At);

/// <summary>A tool ended.</summary>
public sealed record ToolEnded(DateTimeOffset At, string Id, bool Failed) : Activity(At);

/// <summary>A request to the model failed.</summary>
/// <param name="IsLimit">It was refused because of a rate or usage limit.</param>
public sealed record RequestFailed(DateTimeOffset At, string Text, bool IsLimit) : Activity(At)
{
    private static readonly string[] Limits = ["429", "rate limit", "rate_limit", "usage limit", "usage_limit", "quota", "overloaded", "too many requests"];

    /// <summary>Judges by its words whether a limit refused it.</summary>
    public static RequestFailed Of(DateTimeOffset at, string text) => new(at, text, Array.Exists(Limits, l => text.Contains(l, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The agent's turn is over: it waits for a person, or for the next call.</summary>
public sealed record TurnEnded(DateTimeOffset At) : Activity(At);

/// <summary>A turn began: somebody asked for something.</summary>
public sealed record TurnStarted(DateTimeOffset At) : Activity(At);

/// <summary>How full its context is.</summary>
/// <param name="Limit">Tokens that fit; 0 when not said.</param>
public sealed record ContextSeen(DateTimeOffset At, long Tokens, long Limit) : Activity(At);
