using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

public sealed class PrometheusToolsTests : IDisposable
{
    private static readonly (string, string) Shop = ("job", "shop");
    private readonly ManualTime _time = new();
    private readonly PrometheusStandIn _prometheus;

    public PrometheusToolsTests() => _prometheus = new PrometheusStandIn(_time.GetUtcNow());

    public void Dispose() => _prometheus.Dispose();

    [Fact]
    public async Task Golden_signals_are_made_of_the_metrics_there_are()
    {
        _prometheus.Names.AddRange(["http_request_duration_seconds_count", "http_request_duration_seconds_sum", "http_client_requests_total", "process_resident_memory_bytes", "prometheus_http_requests_total"]);
        _prometheus.Has("http_request_duration_seconds_count", "5..", _ => 10, Shop)
            .Has("http_request_duration_seconds_count 5..", "", ago => ago < 10 ? 2.5 : double.NaN, Shop)
            .Has("http_request_duration_seconds_sum", "", ago => ago < 10 ? 20 : 1, Shop)
            .Has("process_resident_memory_bytes", "", _ => 5e7, Shop);
        var result = await RunAsync("metrics.series", ("since", "2026-05-04T09:50:00Z"));
        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        var values = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(l => l.Split(' ')[1], l => l.Split("values=")[1].Split(' ')[0].Split(','));
        Assert.Equal(["metric=requests_per_sec", "metric=availability", "metric=latency_mean_seconds", "metric=memory_bytes"], values.Keys);
        Assert.All(result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.EndsWith(" text=shop", l, StringComparison.Ordinal));
        // An hour before, so that there is something usual to compare with; failures that nobody counted are none.
        Assert.Equal(("1", "0.75"), (values["metric=availability"][0], values["metric=availability"][^1]));
        Assert.Equal(("0.1", "2"), (values["metric=latency_mean_seconds"][0], values["metric=latency_mean_seconds"][^1]));
        Assert.DoesNotContain(_prometheus.Asked, q => q.Contains("client", StringComparison.Ordinal) || q.Contains("prometheus_http", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_alert_measures_comes_first()
    {
        _prometheus.Has("queue_age", "", ago => ago, ("queue", "mail"));
        var result = await RunAsync("metrics.series", ("expr", "max by (queue) (queue_age) > 300"));
        Assert.StartsWith("series metric=alert_condition_above from=2026-05-04T08:30:00Z step_s=45 values=90,", result.Text, StringComparison.Ordinal);
        Assert.Contains(_prometheus.Asked, q => q.Contains("query=max by (queue) (queue_age)&", StringComparison.Ordinal));
        Assert.Contains("None of its metrics", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_and_the_rule_that_is_asked_for_are_told()
    {
        _prometheus.Rules = """
            [{"type":"alerting","name":"Slow","state":"inactive","health":"ok","query":"latency > 1","alerts":[]},
             {"type":"alerting","name":"Quiet","state":"inactive","health":"ok","query":"x","alerts":[]},
             {"type":"alerting","name":"Target Down","state":"firing","health":"ok","query":"up == 0","alerts":[{"labels":{"alertname":"Target Down","job":"shop"},"state":"firing","activeAt":"2026-05-04T09:50:00Z","value":"0"}]}]
            """;
        var result = await RunAsync("metrics.alerts", ("name", "Slow"));
        Assert.Equal("""
            rule name=Slow state=inactive health=ok text=latency > 1
            rule name=Target_Down state=firing health=ok text=up == 0
            alert name=Target_Down state=firing since=2026-05-04T09:50:00Z value=0 text=job=shop
            rules count=3 firing=1

            """.ReplaceLineEndings("\n"), result.Text);
    }

    [Fact]
    public async Task Targets_that_are_down_are_told_with_the_error()
    {
        _prometheus.Targets = """[{"labels":{"job":"shop","instance":"10.0.0.7:8080"},"health":"down","lastError":"Get \"http://10.0.0.7:8080/metrics\": connection refused","lastScrape":"2026-05-04T09:59:00Z"},{"labels":{"job":"shop","instance":"10.0.0.8:8080"},"health":"up"}]""";
        var result = await RunAsync("metrics.targets");
        Assert.StartsWith("job name=shop up=1 down=1\ntarget job=shop instance=10.0.0.7:8080 health=down at=2026-05-04T09:59:00Z text=Get", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_come_from_a_mesh_and_are_unknown_without_one()
    {
        Assert.Contains("not known", (await RunAsync("topology.calls")).Note, StringComparison.Ordinal);
        _prometheus.Has("istio_requests_total", "", _ => 1, ("source_workload", "web"), ("destination_workload", "shop"));
        Assert.Equal("call text=web -> shop\n", (await RunAsync("topology.calls")).Text);
    }

    [Fact]
    public async Task A_token_is_sent_and_stands_in_no_command()
    {
        _prometheus.Token = "s3cret-token";
        var refused = await RunAsync("metrics.targets");
        Assert.Equal(ToolStatus.Refused, refused.Status);
        Assert.Contains("PROMETHEUS_TOKEN", refused.Note, StringComparison.Ordinal);

        var asked = new List<string>();
        var probes = BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Prometheus = PrometheusOptions.Of(_prometheus.Url.ToString(), "s3cret-token", "test") }, _time);
        var watched = new WatchedRunner(probes, asked);
        var result = await Tool("metrics.targets", watched).RunAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.All(asked, a => Assert.DoesNotContain("s3cret", a, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_there_and_somebody_else_there_are_sentences()
    {
        var gone = _prometheus.Url.ToString();
        var other = await Tool("metrics.targets", Probes(gone + "grafana")).RunAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Failed, other.Status);
        Assert.Contains("is no Prometheus", other.Note, StringComparison.Ordinal);
        _prometheus.Dispose();
        var none = await Tool("metrics.targets", Probes(gone)).RunAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Failed, none.Status);
        Assert.Contains("does not answer: refused", none.Note, StringComparison.Ordinal);
        var wrong = await Tool("metrics.targets", Probes("ftp://x y")).RunAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Contains("is ftp://x y, which is no http", wrong.Note, StringComparison.Ordinal);
    }

    private BuiltInCommandRunner Probes(string url) => BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Prometheus = PrometheusOptions.Of(url, null, "It") }, _time);

    private static IEvidenceTool Tool(string name, ICommandRunner runner) => PrometheusTools.All(runner).Single(t => t.Description.Name == name);

    private Task<ToolResult> RunAsync(string tool, params (string Name, string Value)[] arguments) =>
        Tool(tool, Probes(_prometheus.Url.ToString())).RunAsync(arguments.ToDictionary(a => a.Name, a => a.Value), TestContext.Current.CancellationToken);

    /// <summary>Notes everything a recording would keep of the commands.</summary>
    private sealed class WatchedRunner(ICommandRunner inner, List<string> asked) : ICommandRunner
    {
        public async Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
        {
            var result = await inner.RunAsync(request, cancellation);
            asked.Add($"{request} {string.Join(' ', request.Arguments)} {result}");
            return result;
        }
    }
}
