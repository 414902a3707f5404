using System.Security.Cryptography;
using System.Text;
using OpenSre.Core;
using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>The MCP servers of the configuration. Nothing of MCP is loaded where none is configured.</summary>
internal static class McpSetup
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(5);

    /// <summary>Null when there are none.</summary>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public static McpServers? Servers() => File.Exists(Path.Combine(HomeFolder.Path, "config.yaml")) ? Configured() : null;

    /// <summary>What an investigation gets from the servers; null when there are none.</summary>
    /// <param name="approve">Asks a person; null where nobody can be asked.</param>
    public static ToolSupply? Supply(McpServers? servers, Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>>? approve) => servers is null
        ? null
        : new ToolSupply(cancellation => servers.ToolsAsync(approve is null ? null : (question, token) => AskAsync(approve, question, token), cancellation)) { Proposals = servers.Proposals };

    private static McpServers? Configured()
    {
        var settings = ModelConfiguration.Load(HomeFolder.Path).McpServers;
        return settings.Count == 0 ? null : new McpServers(settings, Environment.GetEnvironmentVariable, TimeProvider.System);
    }

    private static async Task<string?> AskAsync(Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>> approve, McpQuestion question, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var command = SafeText.Clean($"{question.Server}: {question.Tool} {question.Arguments}", keepLines: false);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(command)));
        var request = new ApprovalRequest(
            $"mcp{now:HHmmssfff}-{hash[..6]}",
            "mcp call",
            new Dictionary<string, string> { ["server"] = question.Server, ["tool"] = question.Tool },
            command,
            "a model wants to call a tool that does not say that it only reads",
            question.Destructive ? "Not known: the server does not rule out that it destroys something." : "Not known: the server only says that it destroys nothing.",
            hash,
            now,
            now + AnswerTime);
        var decision = await approve(request, cancellation).ConfigureAwait(false);
        return decision.Outcome == ApprovalOutcome.Approved && decision.RequestId == request.Id && decision.ActionHash == hash && TimeProvider.System.GetUtcNow() <= request.ExpiresAt
            ? null
            : $"It was not run: {SafeText.Line(decision.By, 200)}.";
    }
}
