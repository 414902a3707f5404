using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>The MCP servers of the configuration. Nothing of MCP is loaded where none is configured.</summary>
internal static class McpSetup
{
    /// <summary>Null when there are none.</summary>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public static McpServers? Servers() => File.Exists(Path.Combine(HomeFolder.Path, "config.yaml")) ? Configured() : null;

    /// <summary>What an investigation gets from the servers; null when there are none.</summary>
    /// <param name="gate">Asks a person; null where nobody can be asked.</param>
    public static Func<CancellationToken, Task<SuppliedTools>>? Supply(McpServers? servers, ApprovalGate? gate) =>
        servers is null ? null : cancellation => servers.ToolsAsync(gate is null ? null : (question, token) => AskAsync(gate, question, token), cancellation);

    private static McpServers? Configured()
    {
        var settings = ModelConfiguration.Load(HomeFolder.Path).McpServers;
        return settings.Count == 0 ? null : new McpServers(settings, Environment.GetEnvironmentVariable, TimeProvider.System);
    }

    private static async Task<string?> AskAsync(ApprovalGate gate, McpQuestion question, CancellationToken cancellation)
    {
        var request = gate.Request(
            "mcp call",
            new Dictionary<string, string> { ["server"] = question.Server, ["tool"] = question.Tool, ["arguments"] = question.Arguments },
            SafeText.Line($"{question.Server}: {question.Tool} {question.Arguments}", 2_000),
            "a model wants to call a tool that does not say that it only reads",
            question.Destructive ? "Not known: the server does not rule out that it destroys something." : "Not known: the server only says that it destroys nothing.");
        var decision = await gate.DecideAsync(request, cancellation).ConfigureAwait(false);
        return decision.Outcome == ApprovalOutcome.Approved && decision.ActionHash == request.ActionHash ? null : $"It was not run: {SafeText.Line(decision.By, 200)}.";
    }
}
