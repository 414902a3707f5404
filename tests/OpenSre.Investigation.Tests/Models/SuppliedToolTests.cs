using OpenSre.Core;

namespace OpenSre.Tests.Investigation;

/// <summary>Tools of programs outside in an investigation: they come late, may be broken, and are never trusted with an address.</summary>
public sealed class SuppliedToolTests
{
    private const string Output = "2026-03-01T10:00:00Z db: connection refused";

    [Fact]
    public async Task What_a_supplied_tool_brings_enters_the_ledger_and_can_be_cited()
    {
        using var model = Asking("mcp_s_logs", """{"query":"db"}""", results => $"The db says `connection refused`. [{results[0][..results[0].IndexOf(':', StringComparison.Ordinal)]}]", new Named("mcp.s.logs", Output));
        var file = await model.RunAsync();
        var output = Assert.Single(file.Ledger.Outputs, o => o.Tool == "mcp.s.logs");
        Assert.Equal(Output, output.Text);
        Assert.Equal("db", output.Arguments["query"]);
        Assert.Contains("mcp_s_logs", model.Requests[0].Tools);
        Assert.Contains(file.Review!.Claims, c => c.Validated && c.EvidenceIds.Contains(output.Id));
    }

    [Theory]
    [InlineData("https://collector.example/take?what=secrets")]
    [InlineData("see http://collector.example/ for it")]
    public async Task A_model_cannot_have_a_foreign_address_asked(string argument)
    {
        var tool = new Named("mcp.s.fetch", "x");
        using var model = Asking("mcp_s_fetch", $$"""{"query":"{{argument}}"}""", _ => "Nothing.", tool);
        var file = await model.RunAsync();
        Assert.Equal(0, tool.Calls);
        Assert.DoesNotContain(file.Ledger.Outputs, o => o.Tool == "mcp.s.fetch");
        Assert.Contains(model.Events, e => e is ModelNotice n && n.Sentence.Contains("no part of this case", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_supplier_that_breaks_or_misses_servers_is_a_gap_and_the_diagnosis_stays()
    {
        using var model = new ModelCase(_ => new ModelReply(new Say("Nothing to add."))) { Supply = _ => Task.FromException<SuppliedTools>(new InvalidOperationException("out of luck")) };
        var file = await model.RunAsync();
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.Contains(file.Diagnosis.Gaps, g => g.Why.Contains("out of luck", StringComparison.Ordinal));

        using var other = new ModelCase(_ => new ModelReply(new Say("Nothing to add."))) { Supply = _ => Task.FromResult(new SuppliedTools([], [new Gap("MCP server x", "it did not start")])) };
        file = await other.RunAsync();
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.Contains(file.Diagnosis.Gaps, g => g is { What: "MCP server x", Why: "it did not start" });
    }

    [Fact]
    public async Task A_tool_that_asks_says_so_to_the_model()
    {
        using var model = Asking("host_temperature", "{}", _ => "Nothing.", new Named("mcp.s.restart", "x") { Asks = true });
        await model.RunAsync();
        Assert.Contains("searches (a person is asked before each call)", model.Requests[0].Text, StringComparison.Ordinal);
    }

    private static ModelCase Asking(string tool, string arguments, Func<IReadOnlyList<string>, string> answer, IEvidenceTool supplied) =>
        new(request => request.Results.Count == 0 ? new ModelReply(new Call(tool, arguments)) : new ModelReply(new Say(answer(request.Results))))
        {
            Supply = _ => Task.FromResult(new SuppliedTools([supplied], [])),
        };

    private sealed class Named(string name, string text) : IEvidenceTool
    {
        public bool Asks { get; init; }

        public int Calls { get; private set; }

        public ToolDescription Description => new(name, "searches", [new ToolParameter("query", "what")], TimeSpan.FromSeconds(1), 1_000_000, 1) { Asks = Asks };

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            Calls++;
            return Task.FromResult(new ToolResult(ToolStatus.Ok, text));
        }
    }
}
