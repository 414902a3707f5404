using OpenSre.Core;

namespace OpenSre.Models;

/// <summary>
/// Something that thinks and calls tools: a chat model driven by <see cref="ChatAgent"/>, or an agent program that has a
/// loop of its own. Whoever runs it sees the same updates, and it gets at the world only through the tools of its task.
/// </summary>
public interface IAgent : IAsyncDisposable
{
    /// <summary>What a person calls it, such as <c>anthropic claude-sonnet-4-5</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Works on a task until it concludes, its budget is spent or it fails. The last update is an
    /// <see cref="AgentFinished"/>; a failing model ends with one as well. Only cancellation throws.
    /// </summary>
    IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, CancellationToken cancellation);
}

/// <summary>What an agent is to do, and with what.</summary>
public sealed record AgentTask
{
    /// <summary>How to work: the same for every task of a kind, so that providers can cache it.</summary>
    public required string Instructions { get; init; }

    /// <summary>This one task.</summary>
    public required string Prompt { get; init; }

    public IReadOnlyList<AgentTool> Tools { get; init; } = [];

    public AgentBudget Budget { get; init; } = new();

    /// <summary>When a person is asked something; the budget of time stands still meanwhile.</summary>
    public WaitingTime Waiting { get; init; } = new(TimeProvider.System);

    /// <summary>What a person says meanwhile.</summary>
    public ISteering? Steering { get; init; }

    /// <summary>
    /// Asked when an agent program wants to do something of its own that is no tool of this task, such as running a
    /// command. Nothing it reads can answer; without somebody to ask, the answer is no.
    /// </summary>
    public Func<AgentPermission, CancellationToken, Task<bool>> Permit { get; init; } = (_, _) => Task.FromResult(false);

    /// <summary>The session of an agent program to go on with, from an earlier <see cref="AgentFinished"/>.</summary>
    public string? Resume { get; init; }
}

/// <summary>Something an agent may call. Its answer goes into the conversation; it never throws but on cancellation.</summary>
/// <param name="Name">Letters, digits, <c>_</c> and <c>-</c>, at most 64: what every provider accepts.</param>
/// <param name="JsonSchema">The schema of its arguments, an object.</param>
public sealed record AgentTool(string Name, string Description, string JsonSchema, Func<IReadOnlyDictionary<string, string>, CancellationToken, Task<AgentToolAnswer>> CallAsync);

/// <param name="Text">What the agent reads.</param>
/// <param name="Digest">What stays of it in the conversation when room is needed: its ids above all.</param>
public sealed record AgentToolAnswer(string Text, string Digest, bool Failed = false);

/// <summary>Something an agent program wants to do by itself.</summary>
/// <param name="Action">A short word for it, such as <c>command</c> or <c>file</c>.</param>
/// <param name="Command">Exactly what would run or be written.</param>
public sealed record AgentPermission(string Agent, string Action, string Command, string Reason);

/// <summary>How much a task may cost. What is spent is checked before every step.</summary>
/// <param name="Steps">Answers of the model.</param>
/// <param name="Tokens">Input and output together.</param>
/// <param name="Money">US dollars; null for no limit, and not enforceable for a model without a price.</param>
/// <param name="Time">Wall-clock time, without that in which a person is asked something.</param>
/// <param name="Parallel">Tool calls at the same time.</param>
public sealed record AgentBudget(int Steps = 16, long Tokens = 400_000, decimal? Money = null, TimeSpan? Time = null, int Parallel = 4);

/// <summary>Where what a person says during a run comes from.</summary>
public interface ISteering
{
    bool TryTake(out string text);

    /// <summary>Completes when there may be something to take.</summary>
    Task WaitAsync(CancellationToken cancellation);
}
