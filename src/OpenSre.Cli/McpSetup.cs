using System.Security.Cryptography;
using System.Text;
using OpenSre.Core;
using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>The MCP servers of the configuration. Nothing of MCP is loaded where none is configured.</summary>
internal static class McpSetup
{
    /// <summary>What a question about a call is called.</summary>
    public const string ToolCallAction = "mcp call";

    /// <summary>Null when there are none.</summary>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public static McpServers? Servers() => File.Exists(Path.Combine(HomeFolder.Path, "config.yaml")) ? Configured() : null;

    /// <summary>What an investigation gets from the servers; null when there are none.</summary>
    public static ToolSupply? Supply(McpServers? servers) => servers is null
        ? null
        : new ToolSupply((approver, cancellation) => servers.ToolsAsync(approver is null ? null : (question, token) => AskAsync(approver, question, token), cancellation)) { Proposals = servers.Proposals };

    private static McpServers? Configured()
    {
        var settings = ModelConfiguration.Load(HomeFolder.Path).McpServers;
        return settings.Count == 0 ? null : new McpServers(settings, Environment.GetEnvironmentVariable, TimeProvider.System);
    }

    private static async Task<McpPermit> AskAsync(ToolApprover approver, McpQuestion question, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var whole = $"{question.Server}: {question.Tool} {question.Arguments}";
        var command = SafeText.Clean(whole, keepLines: false);
        if (command != whole)
        {
            return new McpPermit("It was not run: its arguments hold characters that no face can show as they are.");
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(command)));
        var request = new ApprovalRequest(
            // Drawn anew, so that an answer counts for this question alone, also after a restart.
            $"mcp-{RandomNumberGenerator.GetHexString(12, lowercase: true)}",
            ToolCallAction,
            new Dictionary<string, string> { ["server"] = question.Server, ["tool"] = question.Tool, ["arguments"] = question.Arguments },
            command,
            "a model wants to call a tool that does not say that it only reads",
            question.Destructive ? "Not known: the server does not rule out that it destroys something." : "Not known: the server only says that it destroys nothing.",
            hash,
            now,
            now + approver.Wait);
        var decision = await approver.AskAsync(request, cancellation).ConfigureAwait(false);
        return decision.Outcome == ApprovalOutcome.Approved && decision.RequestId == request.Id && decision.ActionHash == hash && TimeProvider.System.GetUtcNow() <= request.ExpiresAt
            ? new McpPermit(null, result => approver.Told(request, result))
            : new McpPermit($"It was not run: {SafeText.Line(decision.By, 200).TrimEnd('.')}.");
    }
}
