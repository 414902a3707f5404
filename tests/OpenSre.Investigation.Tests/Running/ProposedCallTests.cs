using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Calls of tools from outside that the engine makes by itself, as a person has configured, with no model.</summary>
public sealed class ProposedCallTests
{
    private static readonly ManualTime Time = new();

    [Fact]
    public async Task The_engine_asks_what_the_configuration_allows_and_the_answer_decides()
    {
        var logs = new Outside("mcp.loki.query", _ => $"{Time.GetUtcNow().AddSeconds(-5):yyyy-MM-ddTHH:mm:ssZ} ERROR orders-api: connect to 10.0.0.9:5432: connection refused\n");
        var file = await RunAsync([logs], Proposal("mcp.loki.query", ("query", "{app=\"{{ service }}\"} |= \"error\""), ("since", "{{ since }}")));
        var call = Assert.Single(logs.Calls);
        Assert.Equal("{app=\"orders-api\"} |= \"error\"", call["query"]);
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", call["since"]);
        Assert.Equal("dependency.unreachable", file.Diagnosis!.Top!.FaultType);
        Assert.Equal(Verdict.RootCause, file.Diagnosis.Verdict);
        var fact = file.Ledger.FindEvidence(file.Diagnosis.Top.Supporting[0])!;
        Assert.Equal("mcp.loki.query", fact.Tool);
        Assert.Contains(fact.Quote, file.Ledger.FindOutput(fact.OutputId)!.Text, StringComparison.Ordinal);
        Assert.True(file.Diagnosis.Top.Probability < 0.9);
    }

    [Theory]
    [InlineData("latency", false)]
    [InlineData("errors", true)]
    public async Task It_asks_only_where_the_alert_complains_of_that(string about, bool asks)
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        await RunAsync([logs], Proposal("mcp.loki.query", ("query", "{{ service }}")) with { About = [about] });
        Assert.Equal(asks ? 1 : 0, logs.Calls.Count);
    }

    [Fact]
    public async Task A_label_that_could_change_the_query_is_not_put_into_it()
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        var file = await RunAsync([logs], "x\"} or {app=\"vault", Proposal("mcp.loki.query", ("query", "{app=\"{{ service }}\"}")));
        Assert.Empty(logs.Calls);
        Assert.Contains(file.Diagnosis!.Gaps, g => g.What == "mcp.loki.query" && g.Why.Contains("could change the query", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tool_that_asks_or_is_not_there_is_never_called_by_itself_and_the_report_says_so()
    {
        var restart = new Outside("mcp.ops.restart", _ => "done") { Asks = true };
        var file = await RunAsync([restart], Proposal("mcp.ops.restart"), Proposal("mcp.ops.gone"));
        Assert.Empty(restart.Calls);
        Assert.Contains(file.Diagnosis!.Gaps, g => g.What == "mcp.ops.restart" && g.Why.Contains("allow:", StringComparison.Ordinal));
        Assert.Contains(file.Diagnosis.Gaps, g => g.What == "mcp.ops.gone");
    }

    [Fact]
    public async Task A_word_no_alert_can_complain_of_is_said()
    {
        var file = await RunAsync([], Proposal("mcp.loki.query") with { About = ["slowness"] });
        Assert.Contains(file.Diagnosis!.Gaps, g => g.Why.Contains("slowness", StringComparison.Ordinal) && g.Why.Contains("latency", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_configured_has_its_place_in_the_budget_and_is_asked_last()
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        var order = new List<string>();
        IReadOnlyList<IEvidenceTool> own = [new Outside("host.overview", _ => "host name=h"), new Outside("docker.containers", _ => "x"), new Outside("service.list", _ => "x"), new Outside("logs.overview", _ => "x"), new Outside("host.memory", _ => "x")];
        await InvestigateAsync(own, [logs], "orders-api", new InvestigationBudget(3, 1, TimeSpan.FromMinutes(1)), e => order.AddRange(e is ToolStarted started ? [started.Call.Tool] : []), Proposal("mcp.loki.query"));
        Assert.Equal(3, order.Count);
        Assert.Equal("mcp.loki.query", order[^1]);
    }

    [Theory]
    [InlineData("{{ team }}", "the alert has no label team; it has service: name one of them besides, as in {{ team|service }}")]
    [InlineData("{{ team | owner }}", "the alert has no label team or owner; it has service")]
    public async Task A_label_the_alert_lacks_is_named(string query, string why)
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        var file = await RunAsync([logs], Proposal("mcp.loki.query", ("query", query)));
        Assert.Empty(logs.Calls);
        Assert.Contains(why, Assert.Single(file.Diagnosis!.Gaps, g => g.What == "mcp.loki.query").Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_label_says_it_what_the_alert_is_about_stands_for_it()
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        await RunAsync([logs], Proposal("mcp.loki.query", ("query", "{{ app }}")));
        Assert.Equal("orders-api", Assert.Single(logs.Calls)["query"]);
    }

    [Fact]
    public async Task A_recording_with_more_calls_than_the_budget_is_repeated_whole()
    {
        var logs = new Outside("mcp.loki.query", a => "answer to " + a["query"]);
        var order = new List<string>();
        IReadOnlyList<IEvidenceTool> own = [new Outside("host.overview", _ => "host name=h"), new Outside("docker.containers", _ => "x"), new Outside("service.list", _ => "x"), new Outside("logs.overview", _ => "x")];
        ToolProposal[] calls = [.. Enumerable.Range(1, 40).Select(i => Proposal("mcp.loki.query", ("query", $"q{i}")) with { IsLiteral = true })];
        var file = await InvestigateAsync(own, [logs], "orders-api", null, e => order.AddRange(e is ToolStarted started ? [started.Call.Tool] : []), calls);
        Assert.Equal(calls.Select(c => c.Arguments["query"]).Order(StringComparer.Ordinal), logs.Calls.Select(c => c["query"]).Order(StringComparer.Ordinal));
        Assert.Equal(40, file.Ledger.Outputs.Count(o => o.Tool == "mcp.loki.query"));
        Assert.DoesNotContain(file.Diagnosis!.Gaps, g => g.Why.Contains("budget", StringComparison.Ordinal));

        // Few in number, the engine's own come as before.
        Assert.Contains("host.overview", order);
    }

    [Fact]
    public async Task A_call_that_is_repeated_is_made_as_it_stands()
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        await RunAsync([logs], Proposal("mcp.loki.query", ("query", "{{ nothing }} \"or\" this")) with { IsLiteral = true });
        Assert.Equal("{{ nothing }} \"or\" this", Assert.Single(logs.Calls)["query"]);
    }

    [Fact]
    public async Task Without_a_proposal_nothing_from_outside_is_called_without_a_model()
    {
        var logs = new Outside("mcp.loki.query", _ => "nothing");
        await RunAsync([logs]);
        Assert.Empty(logs.Calls);
    }

    private static ToolProposal Proposal(string tool, params (string Name, string Value)[] arguments) => new(tool, arguments.ToDictionary(a => a.Name, a => a.Value), []);

    private static Task<CaseFile> RunAsync(IReadOnlyList<IEvidenceTool> outside, params ToolProposal[] proposals) => RunAsync(outside, "orders-api", proposals);

    private static Task<CaseFile> RunAsync(IReadOnlyList<IEvidenceTool> outside, string service, params ToolProposal[] proposals) =>
        InvestigateAsync([new Outside("host.overview", _ => "host name=h")], outside, service, null, _ => { }, proposals);

    private static Task<CaseFile> InvestigateAsync(IReadOnlyList<IEvidenceTool> own, IReadOnlyList<IEvidenceTool> outside, string service, InvestigationBudget? budget, Action<InvestigationEvent> publish, params ToolProposal[] proposals)
    {
        var alert = new Alert { Name = "OrdersErrors", Summary = "answers 5xx", Labels = new Dictionary<string, string> { ["service"] = service }, StartsAt = Time.GetUtcNow().AddMinutes(-5) };
        var supply = new ToolSupply(async (_, cancellation) =>
        {
            await Task.Yield();
            return new SuppliedTools(outside, []);
        })
        { Proposals = proposals };
        return new Investigator(own, Time, budget) { Beside = new CaseSurroundings { Supply = supply } }.InvestigateAsync(Incidents.From([alert], Time.GetUtcNow()), "t", publish, null, TestContext.Current.CancellationToken);
    }

    private sealed class Outside(string name, Func<IReadOnlyDictionary<string, string>, string> answer) : IEvidenceTool
    {
        public bool Asks { get; init; }

        public List<IReadOnlyDictionary<string, string>> Calls { get; } = [];

        public ToolDescription Description => new(name, "searches", [], TimeSpan.FromSeconds(1), 1_000_000, name.StartsWith("mcp.", StringComparison.Ordinal) ? 4 : 1) { Asks = Asks };

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            Calls.Add(arguments);
            return Task.FromResult(new ToolResult(ToolStatus.Ok, answer(arguments)));
        }
    }
}
