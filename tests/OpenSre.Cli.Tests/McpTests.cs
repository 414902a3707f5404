using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OpenSre.Tests.Cli;

/// <summary><c>opensre mcp</c> as a program: a server to other agents, spoken to with the official SDK, and a client of other servers.</summary>
public sealed class McpTests
{
    private static readonly string StandIn = Path.Combine(AppContext.BaseDirectory, "McpStandIn.dll");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_agent_investigates_and_reads_what_the_answer_rests_on()
    {
        using var opensre = new Opensre();
        await using var client = await ClientAsync(opensre);
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Equal(["agents_bus_publish", "agents_bus_read", "agents_status", "diagnosis", "evidence", "hypotheses", "investigate", "status"], tools.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(tools, t => Assert.Equal(t.Name != "agents_bus_publish", t.ProtocolTool.Annotations!.ReadOnlyHint));

        var early = await client.CallToolAsync("evidence", cancellationToken: Cancellation);
        Assert.True(early.IsError);
        Assert.Contains("call investigate first", Text(early), StringComparison.Ordinal);

        var progress = new List<string>();
        var answer = await client.CallToolAsync("investigate", new Dictionary<string, object?> { ["text"] = "is the disk full?" }, new Progress(progress), cancellationToken: Cancellation);
        Assert.NotEqual(true, answer.IsError);
        Assert.Contains("tool calls", Text(answer), StringComparison.Ordinal);
        var id = answer.StructuredContent!.Value.GetProperty("investigation").GetString()!;
        lock (progress)
        {
            Assert.Contains(progress, p => p.StartsWith("host.disk", StringComparison.Ordinal));
        }

        Assert.Contains("\"probability\":", Text(await client.CallToolAsync("hypotheses", cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.Contains("\"id\":\"e", Text(await client.CallToolAsync("evidence", cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.StartsWith("o1 host.", Text(await client.CallToolAsync("evidence", new Dictionary<string, object?> { ["id"] = "o1", ["investigation"] = id }, cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.Equal(Text(answer), Text(await client.CallToolAsync("diagnosis", cancellationToken: Cancellation)));
        Assert.Contains($"\"investigation\":\"{id}\"", Text(await client.CallToolAsync("status", cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.True((await client.CallToolAsync("investigate", new Dictionary<string, object?> { ["text"] = "" }, cancellationToken: Cancellation)).IsError);
    }

    [Fact]
    public async Task Agents_talk_to_each_other_over_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the bus is a Unix socket");
        using var opensre = new Opensre();
        await using var one = await ClientAsync(opensre);
        await using var other = await ClientAsync(opensre);
        Assert.Contains("attached now", Text(await one.CallToolAsync("agents_bus_read", cancellationToken: Cancellation)), StringComparison.Ordinal);
        await other.CallToolAsync("agents_bus_publish", new Dictionary<string, object?> { ["summary"] = "null deref \e[31m", ["path"] = "auth.py:42", ["agent"] = "codex:7" }, cancellationToken: Cancellation);
        var heard = Text(await one.CallToolAsync("agents_bus_read", new Dictionary<string, object?> { ["wait_seconds"] = 20 }, cancellationToken: Cancellation));
        Assert.Contains("\"agent\":\"codex:7\",\"topic\":\"finding\",\"summary\":\"null deref\"", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("null deref", Text(await one.CallToolAsync("agents_bus_read", cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.StartsWith("[", Text(await one.CallToolAsync("agents_status", cancellationToken: Cancellation)), StringComparison.Ordinal);
        Assert.True((await one.CallToolAsync("agents_bus_publish", new Dictionary<string, object?> { ["summary"] = " " }, cancellationToken: Cancellation)).IsError);
    }

    [Fact]
    public async Task Servers_are_added_listed_tested_and_taken_out_and_the_file_stays_as_it_was()
    {
        using var opensre = new Opensre();
        const string Before = "# mine\nbudget: { steps: 3 } # few\n";
        var config = Path.Combine(opensre.Home, "home", "config.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(config)!);
        await File.WriteAllTextAsync(config, Before, Cancellation);
        Assert.Contains("No MCP server", (await opensre.RunAsync("", "mcp", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await opensre.RunAsync("", "mcp", "add", "good", "dotnet", StandIn)).Code);
        Assert.Equal(0, (await opensre.RunAsync("", "mcp", "add", "bad", "dotnet", StandIn, "broken")).Code);
        Assert.Equal(2, (await opensre.RunAsync("", "mcp", "add", "good", "x")).Code);
        Assert.Equal(2, (await opensre.RunAsync("", "mcp", "add", "no name", "x")).Code);
        Assert.Equal(2, (await opensre.RunAsync("", "mcp", "add", "ftp", "--url", "ftp://x")).Code);
        var list = await opensre.RunAsync("", "mcp", "list");
        Assert.Contains("good  stand-in 7, 9 tools, 7 only read", list.Output, StringComparison.Ordinal);
        Assert.Matches(@"asks first +restart", list.Output);
        Assert.Contains("cannot be used", list.Output, StringComparison.Ordinal);
        Assert.Equal(1, list.Code);
        Assert.Equal(0, (await opensre.RunAsync("", "mcp", "test", "good")).Code);
        Assert.Equal(2, (await opensre.RunAsync("", "mcp", "test", "other")).Code);
        Assert.Equal(0, (await opensre.RunAsync("", "mcp", "remove", "bad")).Code);
        Assert.Equal(0, (await opensre.RunAsync("", "mcp", "remove", "good")).Code);
        Assert.Equal(2, (await opensre.RunAsync("", "mcp", "remove", "good")).Code);
        Assert.StartsWith(Before, await File.ReadAllTextAsync(config, Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("record", "alert.json", "-o", "case.bundle")]
    [InlineData("alert.json")]
    public async Task Without_a_model_the_engine_asks_what_the_configuration_allows_and_a_replay_knows_the_answer(params string[] arguments)
    {
        using var opensre = new Opensre();
        var config = Path.Combine(opensre.Home, "home", "config.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(config)!);
        await File.WriteAllTextAsync(config, $$$"""
            mcp:
              servers:
                good:
                  command: [dotnet, "{{{StandIn}}}"]
                  start_seconds: 100
                  seconds: 100
                  calls:
                    - { tool: logs_search, with: { query: "app={{ service }}", limit: "5" }, about: [errors, down] }
                    - { tool: restart, with: { service: "{{ service }}" } }
            """, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, "alert.json"), """{"name":"DbErrors","summary":"db answers 5xx errors","severity":"critical","labels":{"service":"db"}}""", Cancellation);
        var list = (await opensre.RunAsync("", "mcp", "list")).Output;
        Assert.Matches(@"engine too +logs_search", list);
        Assert.Contains("! calls: names restart, which does not say that it only reads", list, StringComparison.Ordinal);
        var live = await opensre.RunAsync("", arguments);
        Assert.Equal(0, live.Code);
        Assert.Contains("mcp.good.logs_search", live.Output, StringComparison.Ordinal);
        Assert.Contains("put it under allow:", live.Output, StringComparison.Ordinal);
        if (arguments[0] != "record")
        {
            return;
        }

        File.Delete(config);
        var replayed = await opensre.RunAsync("", "replay", "case.bundle", "--json");
        Assert.Equal(0, replayed.Code);
        Assert.Contains("\"tool\":\"mcp.good.logs_search\",\"arguments\":{\"limit\":\"5\",\"query\":\"app=db\"}", replayed.Output, StringComparison.Ordinal);
        Assert.Contains("connection refused", replayed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2222", replayed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_incidents_and_notes_have_commands_of_their_own()
    {
        using var opensre = new Opensre();
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, "CLAUDE.md"), "Notes with @more.md", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, "more.md"), "more", Cancellation);
        Directory.CreateDirectory(Path.Combine(opensre.Home, "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, "runbooks", "disk-full.md"), "# Disk full\n", Cancellation);
        var context = await opensre.RunAsync("", "context", "disk full on /");
        Assert.Contains("more.md  (1 hop, from", context.Output, StringComparison.Ordinal);
        Assert.Contains("fits: Disk full", context.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await opensre.RunAsync("is the disk full?", "--json")).Code);
        var fixedIt = await opensre.RunAsync("", "memory", "fixed", "last", "nothing", "to", "fix");
        Assert.StartsWith("Noted for ", fixedIt.Output, StringComparison.Ordinal);
        Assert.Contains("fixed: nothing to fix", (await opensre.RunAsync("", "memory")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await opensre.RunAsync("", "memory", "forget", "last")).Code);
        Assert.Contains("0 past incidents", (await opensre.RunAsync("", "memory")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await opensre.RunAsync("", "memory", "show", "last")).Code);
    }

    private static Task<McpClient> ClientAsync(Opensre opensre) => McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "opensre.dll"), "mcp", "serve"],
            WorkingDirectory = opensre.Home,
            EnvironmentVariables = new Dictionary<string, string?> { ["OPENSRE_HOME"] = Path.Combine(opensre.Home, "home"), ["OPENSRE_MODEL"] = "none" },
        }),
        cancellationToken: Cancellation);

    private static string Text(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(t => t.Text));

    private sealed class Progress(List<string> said) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value)
        {
            lock (said)
            {
                said.Add(value.Message ?? "");
            }
        }
    }
}
