using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

/// <summary>A server made by others, with another SDK: <c>@modelcontextprotocol/server-everything</c> from npm.</summary>
public sealed class ForeignServerTests
{
    private static readonly string Program = RepositoryRoot.File("artifacts", "agents", "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");

    [Fact]
    public async Task Its_reading_tools_are_evidence_tools_and_its_other_tools_are_not()
    {
        Assert.SkipUnless(File.Exists(Program), "@modelcontextprotocol/server-everything is not installed: npm i --prefix artifacts/agents @modelcontextprotocol/server-everything");
        var cancellation = TestContext.Current.CancellationToken;
        var nothing = new Dictionary<string, string>();
        var settings = new McpServerSettings("every", ["node", Program, "stdio"], null, nothing, nothing, [], []) { StartTime = TimeSpan.FromSeconds(60), CallTime = TimeSpan.FromSeconds(3) };
        await using var servers = new McpServers([settings], _ => null, TimeProvider.System);
        var (tools, gaps) = await servers.ToolsAsync(null, cancellation);
        Assert.Empty(gaps);
        Assert.DoesNotContain(tools, t => t.Description.Name.Contains("gzip", StringComparison.Ordinal) || t.Description.Name.Contains("toggle", StringComparison.Ordinal));

        var sum = await Tool("get-sum").RunAsync(new Dictionary<string, string> { ["a"] = "17.5", ["b"] = "24" }, cancellation);
        Assert.Equal(ToolStatus.Ok, sum.Status);
        Assert.Contains("41.5", sum.Text, StringComparison.Ordinal);
        var wrong = await Tool("get-sum").RunAsync(new Dictionary<string, string> { ["a"] = "many" }, cancellation);
        Assert.Equal(ToolStatus.Failed, wrong.Status);
        Assert.Contains("not shown", (await Tool("get-tiny-image").RunAsync(nothing, cancellation)).Text, StringComparison.Ordinal);
        Assert.Equal(ToolStatus.TimedOut, (await Tool("trigger-long-running-operation").RunAsync(new Dictionary<string, string> { ["duration"] = "30", ["steps"] = "3" }, cancellation)).Status);

        IEvidenceTool Tool(string name) => tools.Single(t => t.Description.Name == $"mcp.every.{name}");
    }
}
