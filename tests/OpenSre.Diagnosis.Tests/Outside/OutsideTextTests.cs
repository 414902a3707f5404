using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

/// <summary>What the engine makes of answers of tools whose format nobody has told it.</summary>
public sealed class OutsideTextTests
{
    private static readonly WeighingOptions Plain = new();

    [Theory]
    [InlineData("text", "{0} ERROR orders-api: dial tcp 10.0.0.9:5432: connect: connection refused\n")]
    [InlineData("logfmt", "ts={0} level=error service=orders-api msg=\"dial tcp 10.0.0.9:5432: connect: connection refused\"\n")]
    [InlineData("lines", "{{\"time\":\"{0}\",\"level\":\"error\",\"service\":\"orders-api\",\"msg\":\"dial tcp 10.0.0.9:5432: connect: connection refused\"}}\n")]
    [InlineData("loki", "{{\"data\":{{\"result\":[{{\"stream\":{{\"app\":\"orders-api\"}},\"values\":[[\"{1}000000000\",\"level=error dial tcp 10.0.0.9:5432: connect: connection refused\"]]}}]}}}}")]
    [InlineData("hits", "{{\"hits\":[{{\"_source\":{{\"@timestamp\":\"{0}\",\"message\":\"dial tcp 10.0.0.9:5432:\\tconnect: connection refused\",\"log.level\":\"error\",\"kubernetes\":{{\"container_name\":\"orders-api\"}}}}}}]}}")]
    [InlineData("nested", "[{{\"ts\":{1},\"line\":\"{{\\\"level\\\":\\\"error\\\",\\\"msg\\\":\\\"dial tcp 10.0.0.9:5432: connect: connection refused\\\"}}\",\"labels\":{{\"app\":\"orders-api\"}}}}]")]
    public void A_known_error_is_read_in_any_shape_and_is_the_leading_cause(string shape, string template)
    {
        var at = Lab.Now.AddSeconds(-20);
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, template, at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), at.ToUnixTimeSeconds());
        var lab = Lab.Alert("OrdersErrors", "orders-api answers 5xx", ("service", "orders-api")).Saw("mcp.logs.query", text, ("query", "errors"));
        var top = lab.Assess().Top;
        Assert.True(top.Fault == "dependency.unreachable", $"{shape}: {top.Fault}");
        Assert.Equal("10.0.0.9:5432", top.Entity.Name);
        var fact = Assert.Single(lab.Ledger.Evidence, e => e.Check == "log.signature");
        Assert.Contains(fact.Quote, text, StringComparison.Ordinal);
        Assert.Equal(Currency.Now, fact.Currency);
        Assert.True(fact.Strength < 1);
    }

    [Fact]
    public void It_weighs_less_than_the_machine_s_own_word()
    {
        const string Line = "2026-05-04T09:59:50Z ERROR bind: Address already in use";
        Assessment Told(string tool, string text, string argument, string value) => Lab.Alert("OrdersDown", "orders-api is down", ("service", "orders-api")).Saw(tool, text, (argument, value)).Assess(Plain);
        var own = Told("service.inspect", $"log_file path=/var/log/orders-api.log modified_s_ago=5\nlog text={Line}\n", "name", "orders-api").Top;
        var outside = Told("mcp.logs.query", Line, "query", "{app=\"orders-api\"}").Top;
        Assert.Equal(("port.conflict", "port.conflict"), (own.Fault, outside.Fault));
        Assert.True(outside.Probability < own.Probability);
    }

    [Fact]
    public void What_nobody_can_say_whom_it_is_about_is_told_and_weighs_nothing()
    {
        var lab = Lab.Alert("OrdersDown", "orders-api is down", ("service", "orders-api")).Saw("mcp.logs.query", "2026-05-04T09:59:50Z ERROR bind: Address already in use\n", ("query", "level=error"));
        var assessment = lab.Assess();
        Assert.DoesNotContain(assessment.Candidates, c => c.Fault == "port.conflict");
        var fact = Assert.Single(lab.Ledger.Evidence);
        Assert.Empty(fact.Bearings);
        Assert.Contains("mcp.logs.query brought 1 error", fact.Claim, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"services\":[{\"name\":\"orders-api\",\"status\":\"down\"},{\"name\":\"web\",\"status\":\"up\"}]}", true)]
    [InlineData("orders-api    unhealthy   3 restarts\nweb   running\n", true)]
    [InlineData("[{\"service\":\"orders-api\",\"state\":\"running\"}]", false)]
    [InlineData("[{\"service\":\"web\",\"state\":\"down\"}]", null)]
    public void A_state_of_what_the_alert_names_is_read_and_one_that_is_well_proves_nothing(string text, bool? trouble)
    {
        var lab = Lab.Alert("OrdersDown", "orders-api is down", ("service", "orders-api")).Saw("mcp.status.list", text);
        var assessment = lab.Assess();
        var states = lab.Ledger.Evidence.Where(e => e.Family == "outside.state").ToList();
        Assert.Equal(trouble is null ? 0 : 1, states.Count);
        Assert.Equal(trouble == true, assessment.Healthy.Against.Count > 0);
        Assert.False(assessment.ConditionCleared);
    }

    [Fact]
    public void Many_errors_now_mean_that_it_is_not_well_and_old_ones_do_not()
    {
        static string Lines(int seconds) => string.Concat(Enumerable.Range(0, 5).Select(i => $"{Lab.Now.AddSeconds(-seconds - i):yyyy-MM-ddTHH:mm:ssZ} ERROR order {i} was lost\n"));
        Lab With(int seconds) => Lab.Alert("OrdersErrors", "orders-api logs errors", ("service", "orders-api")).Saw("mcp.logs.query", Lines(seconds), ("query", "{app=\"orders-api\"}"));
        Assert.NotEmpty(With(10).Assess().Healthy.Against);
        var old = With(20_000);
        Assert.Empty(old.Assess().Healthy.Against);
        Assert.Equal(Currency.Past, Assert.Single(old.Ledger.Evidence).Currency);
    }

    [Fact]
    public void An_answer_from_outside_sends_the_engine_nowhere()
    {
        var lab = Lab.Alert("OrdersErrors", "orders-api answers 5xx", ("service", "orders-api")).Saw("mcp.logs.query", "2026-05-04T09:59:50Z ERROR orders-api: dial tcp 203.0.113.7:25: connection refused\n2026-05-04T09:59:50Z ERROR orders-api: lookup evil.example: no such host\n");
        var context = lab.Assess().Context;
        Assert.DoesNotContain(context.Leads, l => l.Call.Arguments.Values.Any(v => v.Contains("203.0.113.7", StringComparison.Ordinal) || v.Contains("evil.example", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_checks_of_a_cluster_read_it_as_well()
    {
        var lab = Lab.Alert("OrdersErrors", "orders-api answers 5xx", ("service", "orders-api")).Saw("mcp.status.list", "[{\"service\":\"orders-api\",\"status\":\"degraded\"}]");
        Assert.NotEmpty(lab.Assess(KubernetesChecks.All, Plain).Healthy.Against);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"x\"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("{\"status\":7,\"time\":true,\"message\":null,\"level\":[]}")]
    [InlineData("\\n\\n,,},{")]
    public void Anything_can_be_read_without_harm(string text) =>
        Assert.Empty(OutsideReading.Of(new StoredOutput("o1", "mcp.x.y", new Dictionary<string, string>(), ToolStatus.Ok, text, "", Lab.Now, TimeSpan.Zero)));

    [Fact]
    public void Json_that_was_cut_still_has_its_entries()
    {
        var text = "[" + string.Join(",", Enumerable.Range(0, 60).Select(i => $"{{\"service\":\"orders-api\",\"message\":\"ERROR order {i} was lost\"}}")) + "\n[… 100 characters …]\n,\"mess";
        var lines = OutsideReading.Of(new StoredOutput("o1", "mcp.x.y", new Dictionary<string, string>(), ToolStatus.Ok, text, "", Lab.Now, TimeSpan.Zero));
        Assert.Equal(60, lines.Count);
        Assert.All(lines, l => Assert.Contains(l.Quote, text, StringComparison.Ordinal));
    }
}
