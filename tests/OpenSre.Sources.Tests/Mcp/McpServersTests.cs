using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

/// <summary>MCP servers as sources of evidence, against a real server process made with the official SDK.</summary>
public sealed class McpServersTests
{
    private static readonly string[] StandIn = ["dotnet", Path.Combine(AppContext.BaseDirectory, "McpStandIn.dll")];
    private static readonly Dictionary<string, string> Nothing = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_that_say_they_only_read_become_evidence_tools()
    {
        await using var servers = Servers(Program());
        var (tools, gaps) = await servers.ToolsAsync(null, Cancellation);
        Assert.Empty(gaps);
        Assert.Equal(["mcp.s.crash", "mcp.s.failing", "mcp.s.huge", "mcp.s.logs_search", "mcp.s.picture", "mcp.s.slow", "mcp.s.variables"], tools.Select(t => t.Description.Name).Order(StringComparer.Ordinal));

        var search = Tool(tools, "logs_search");
        Assert.Equal([("query", true), ("limit", false), ("exact", false), ("range", false)], search.Description.Parameters.Select(p => (p.Name, p.Required)));
        Assert.Contains("\"integer\"", search.Description.JsonSchema(), StringComparison.Ordinal);
        Assert.False(search.Description.Asks);

        var result = await search.RunAsync(new Dictionary<string, string> { ["query"] = "12", ["limit"] = "5", ["exact"] = "true", ["range"] = "{\"last\":\"1h\"}" }, Cancellation);
        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.Contains("""asked with {"exact":true,"limit":5,"query":"12","range":{"last":"1h"}}""", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2222", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Text);
    }

    [Fact]
    public async Task Other_tools_ask_each_time_and_run_only_when_allowed()
    {
        using var folder = new TempFolder();
        var mark = Path.Combine(folder.Path, "mark");
        await using var servers = Servers(Program() with { Environment = new Dictionary<string, string> { ["STAND_IN_MARK"] = "MARK" } }, name => name == "MARK" ? mark : null);
        List<McpQuestion> asked = [];
        List<ToolResult> told = [];
        var allow = false;
        var (tools, _) = await servers.ToolsAsync((question, _) =>
        {
            asked.Add(question);
            return Task.FromResult(allow ? new McpPermit(null, told.Add) : new McpPermit("somebody said no", told.Add));
        }, Cancellation);
        var restart = Tool(tools, "restart");
        Assert.True(restart.Description.Asks);

        // What claims to read and to destroy is believed the worse of the two.
        Assert.True(Tool(tools, "drop").Description.Asks);
        var arguments = new Dictionary<string, string> { ["service"] = "db" };
        Assert.Equal(new ToolResult(ToolStatus.Refused, "", "somebody said no"), await restart.RunAsync(arguments, Cancellation));
        Assert.False(File.Exists(mark));
        allow = true;
        Assert.Empty(told);
        Assert.Equal("restarted\n", (await restart.RunAsync(arguments, Cancellation)).Text);
        Assert.Equal("restarted\n", Assert.Single(told).Text);
        Assert.Equal("{\"service\":\"db\"}\n", await File.ReadAllTextAsync(mark, Cancellation));
        Assert.Equal([new McpQuestion("s", "restart", "{\"service\":\"db\"}", true), new McpQuestion("s", "restart", "{\"service\":\"db\"}", true)], asked);
    }

    [Fact]
    public async Task The_lists_of_the_configuration_win()
    {
        await using var servers = Servers(Program() with { Allow = ["restart"], Deny = ["logs_search", "drop"] });
        var (tools, gaps) = await servers.ToolsAsync((_, _) => Task.FromResult(new McpPermit(null)), Cancellation);
        Assert.Empty(gaps);
        Assert.False(Tool(tools, "restart").Description.Asks);
        Assert.DoesNotContain(tools, t => t.Description.Name is "mcp.s.logs_search" or "mcp.s.drop");
        var state = Assert.Single(await servers.StatesAsync("s", Cancellation));
        Assert.Equal(McpAccess.Denied, state.Tools.Single(t => t.Name == "drop").Access);
        Assert.Equal("stand-in 7", state.Says);
        Assert.Empty(await servers.StatesAsync("other", Cancellation));
    }

    [Fact]
    public async Task What_goes_wrong_in_a_call_is_a_result()
    {
        await using var impatient = Servers(Program() with { CallTime = TimeSpan.FromSeconds(2) });
        var slow = await Tool((await impatient.ToolsAsync(null, Cancellation)).Tools, "slow").RunAsync(Nothing, Cancellation);
        Assert.Equal(ToolStatus.TimedOut, slow.Status);
        Assert.Contains("did not answer within 2 s", slow.Note, StringComparison.Ordinal);

        await using var servers = Servers(Program());
        var (tools, _) = await servers.ToolsAsync(null, Cancellation);
        var failing = await Tool(tools, "failing").RunAsync(Nothing, Cancellation);
        Assert.Equal((ToolStatus.Failed, "The server s says: no such index"), (failing.Status, failing.Note));
        Assert.Contains("not shown", (await Tool(tools, "picture").RunAsync(Nothing, Cancellation)).Text, StringComparison.Ordinal);
        var huge = await Tool(tools, "huge").RunAsync(Nothing, Cancellation);
        Assert.InRange(huge.Text.Length, 50_000, 61_000);
        Assert.Contains("were cut", huge.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_crashed_is_started_again()
    {
        await using var servers = Servers(Program());
        var (tools, _) = await servers.ToolsAsync(null, Cancellation);
        Assert.Equal(ToolStatus.Failed, (await Tool(tools, "crash").RunAsync(Nothing, Cancellation)).Status);
        Assert.Equal(ToolStatus.Ok, (await Tool(tools, "logs_search").RunAsync(new Dictionary<string, string> { ["query"] = "x" }, Cancellation)).Status);
    }

    [Fact]
    public async Task A_server_gets_the_variables_it_is_given_and_no_secrets_of_ours()
    {
        Environment.SetEnvironmentVariable("OPENSRE_TEST_SECRET", "not for others");
        await using var servers = Servers(Program() with { Environment = new Dictionary<string, string> { ["GIVEN"] = "SOURCE" } }, name => name == "SOURCE" ? "v" : null);
        var (tools, _) = await servers.ToolsAsync(null, Cancellation);
        var names = (await Tool(tools, "variables").RunAsync(Nothing, Cancellation)).Text.Split('\n');
        Assert.Contains("GIVEN", names);
        Assert.Contains("PATH", names);
        Assert.DoesNotContain("OPENSRE_TEST_SECRET", names);
    }

    [Fact]
    public async Task Broken_servers_are_gaps_and_the_others_still_serve()
    {
        var fast = TimeSpan.FromSeconds(2);
        await using var servers = new McpServers(
            [
                Program() with { StartTime = TimeSpan.FromSeconds(60) },
                Program("silent") with { Name = "silent", StartTime = fast },
                Program("broken") with { Name = "broken", StartTime = fast },
                Program() with { Name = "absent", Command = ["/no/such/program"] },
                Program() with { Name = "secret", Environment = new Dictionary<string, string> { ["KEY"] = "NOT_SET" } },
                Program() with { Name = "unreachable", Command = [], Url = new Uri("http://127.0.0.1:9/mcp"), StartTime = fast },
            ],
            _ => null,
            TimeProvider.System);
        var (tools, gaps) = await servers.ToolsAsync(null, Cancellation);
        Assert.Contains(tools, t => t.Description.Name == "mcp.s.logs_search");
        Assert.All(tools, t => Assert.StartsWith("mcp.s.", t.Description.Name, StringComparison.Ordinal));
        Assert.Equal(["MCP server absent", "MCP server broken", "MCP server secret", "MCP server silent", "MCP server unreachable"], gaps.Select(g => g.What).Order(StringComparer.Ordinal));
        Assert.Contains("NOT_SET", gaps.Single(g => g.What == "MCP server secret").Why, StringComparison.Ordinal);
        Assert.Contains("did not start within 2 s", gaps.Single(g => g.What == "MCP server silent").Why, StringComparison.Ordinal);
        Assert.Contains("licence", gaps.Single(g => g.What == "MCP server broken").Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer of-the-test", true)]
    [InlineData("Bearer of-somebody-else", false)]
    public async Task A_server_over_HTTP_gets_its_headers(string header, bool works)
    {
        using var process = Process.Start(new ProcessStartInfo(StandIn[0], [StandIn[1], "http"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var url = await process.StandardOutput.ReadLineAsync(Cancellation);
            await using var servers = Servers(Program() with { Command = [], Url = new Uri(url!), Headers = new Dictionary<string, string> { ["Authorization"] = "TOKEN" } }, name => name == "TOKEN" ? header : null);
            var (tools, gaps) = await servers.ToolsAsync(null, Cancellation);
            Assert.Equal(works, gaps.Count == 0);
            if (works)
            {
                Assert.Contains("asked with", (await Tool(tools, "logs_search").RunAsync(new Dictionary<string, string> { ["query"] = "x" }, Cancellation)).Text, StringComparison.Ordinal);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }
    }

    private static IEvidenceTool Tool(IReadOnlyList<IEvidenceTool> tools, string name) => tools.Single(t => t.Description.Name == "mcp.s." + name);

    private static McpServers Servers(McpServerSettings settings, Func<string, string?>? environment = null) => new([settings], environment ?? (_ => null), TimeProvider.System);

    /// <summary>A start under load takes long; only what is about time has a short one.</summary>
    private static McpServerSettings Program(params string[] mode) => new("s", [.. StandIn, .. mode], null, Nothing, Nothing, [], []) { StartTime = TimeSpan.FromSeconds(60), CallTime = TimeSpan.FromSeconds(60) };
}
