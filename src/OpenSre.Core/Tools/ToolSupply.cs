namespace OpenSre.Core;

/// <summary>Tools of programs outside, which take a while to be ready, and what kept others from being so.</summary>
public sealed record SuppliedTools(IReadOnlyList<IEvidenceTool> Tools, IReadOnlyList<Gap> Gaps);

/// <summary>
/// A call of a tool from outside that a person has allowed the engine to make by itself, with places for what an alert says.
/// </summary>
/// <param name="Tool">The evidence tool, such as <c>mcp.loki.query_range</c>.</param>
/// <param name="Arguments">By name; <c>{{ name }}</c> stands for a label of the alert, <c>{{ service|app }}</c> for the first there is.</param>
/// <param name="About">What an alert has to complain of for the call to be made, in words such as "latency"; empty for anything.</param>
public sealed record ToolProposal(string Tool, IReadOnlyDictionary<string, string> Arguments, IReadOnlyList<string> About)
{
    /// <summary>The arguments are meant as they stand: the call was made so once, and is repeated.</summary>
    public bool IsLiteral { get; init; }
}

/// <summary>Who is asked before a tool that may change something is called.</summary>
/// <param name="AskAsync">The answer; it counts only for the action it was given for.</param>
/// <param name="Wait">How long they may take.</param>
public sealed record ToolApprover(Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>> AskAsync, TimeSpan Wait)
{
    /// <summary>Told how a call ended that was approved.</summary>
    public Action<ApprovalRequest, ToolResult> Told { get; init; } = (_, _) => { };
}

/// <summary>Tools from outside, and which of them the engine may call without a model.</summary>
/// <param name="ReadyAsync">
/// Makes the tools ready; those that ask first only where it is given somebody to ask. The engine waits for it only where a proposal fits the alert; a model always does. It fails by saying
/// so in its gaps; only cancellation throws.
/// </param>
public sealed record ToolSupply(Func<ToolApprover?, CancellationToken, Task<SuppliedTools>> ReadyAsync)
{
    public IReadOnlyList<ToolProposal> Proposals { get; init; } = [];

    /// <summary>How many places of the budget are kept for proposals, where that is known from a recording; null: as many as there are.</summary>
    public int? Reserved { get; init; }
}
