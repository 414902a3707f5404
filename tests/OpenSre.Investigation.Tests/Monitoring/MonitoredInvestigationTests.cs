using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Tests.Investigation;

/// <summary>An ordinary investigation that has a Prometheus to ask.</summary>
public sealed class MonitoredInvestigationTests : IDisposable
{
    private const string Payload = """
        {"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing","startsAt":"2026-05-04T09:50:00Z",
         "labels":{"alertname":"CheckoutSlow","service":"checkout","severity":"critical"},"annotations":{"summary":"checkout answers slowly: latency is high"},
         "generatorURL":"http://prometheus:9090/graph?g0.expr=latency%7Bservice%3D%22checkout%22%7D+%3E+1&g0.tab=1"}]}
        """;

    private readonly ManualTime _time = new();
    private readonly PrometheusStandIn _prometheus;
    private readonly string _bundle = Path.GetTempFileName();

    public MonitoredInvestigationTests()
    {
        _prometheus = new PrometheusStandIn(_time.GetUtcNow());
        _prometheus.Names.AddRange(["http_server_requests_seconds_count", "http_server_requests_seconds_sum", "process_cpu_seconds_total"]);
        foreach (var service in new[] { "web", "checkout", "stock" })
        {
            var sick = service == "checkout";
            _prometheus
                .Has("http_server_requests_seconds_count", "5..", ago => 20 + Math.Sin(ago), ("service", service))
                .Has("http_server_requests_seconds_sum", "", ago => (sick && ago < 14 ? 40 : 1) + (0.1 * Math.Sin(ago)), ("service", service))
                .Has("process_cpu_seconds_total", "", ago => (sick && ago < 15 ? 3.5 : 0.2) + (0.01 * Math.Sin(ago)), ("service", service));
        }

        _prometheus.Has("latency{service=\"checkout\"}", ">", ago => ago < 14 ? 2 : 0.05, ("service", "checkout"));
        Firing(true);
    }

    public void Dispose()
    {
        _prometheus.Dispose();
        File.Delete(_bundle);
    }

    [Fact]
    public async Task The_service_whose_own_resources_moved_is_named_with_series_as_evidence()
    {
        var file = await InvestigateAsync(Payload, Live());
        Assert.NotNull(file.Diagnosis);
        Assert.Equal(("app.cpu_overload", "checkout"), (file.Diagnosis.Ranked[0].FaultType, file.Diagnosis.Ranked[0].Entity.Name));
        Assert.Contains(file.Ledger.Evidence, e => e.Family == "metric.condition" && e.Claim.Contains("since 09:4", StringComparison.Ordinal));
        Assert.Contains(file.Ledger.Evidence, e => e.Family == "recheck" && e.Claim.Contains("fires there now", StringComparison.Ordinal));
        Assert.All(file.Ledger.Evidence, e => Assert.Contains(e.Quote, file.Ledger.FindOutput(e.OutputId)!.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_nobody_knows_who_calls_whom_is_said()
    {
        var file = await InvestigateAsync(Payload, Live());
        Assert.Contains(file.Diagnosis!.Gaps, g => g.What == "who calls whom");
    }

    [Fact]
    public async Task An_alert_whose_rule_holds_no_more_and_of_which_nothing_moved_is_healthy()
    {
        Firing(false);
        var file = await InvestigateAsync(Payload.Replace("checkout", "stock", StringComparison.Ordinal), Live());
        Assert.True(file.Diagnosis!.Verdict == Verdict.Healthy, file.Report);
    }

    [Fact]
    public async Task What_was_recorded_says_the_same_without_any_Prometheus()
    {
        CaseFile live;
        using (var writer = BundleWriter.Create(_bundle, Payload))
        {
            live = await InvestigateAsync(Payload, PrometheusTools.All(new RecordingRunner(Probes(), writer), _time));
        }

        _prometheus.Dispose();
        var bundle = Bundle.Load(_bundle);
        Assert.True(PrometheusTools.AreIn(bundle));
        var replayed = await InvestigateAsync(bundle.Input, PrometheusTools.All(new ReplayRunner(bundle), _time));
        Assert.Equal(live.Ledger.Evidence.Select(e => e.Claim), replayed.Ledger.Evidence.Select(e => e.Claim));
        Assert.Equal(live.Diagnosis!.Ranked.Select(h => (h.FaultType, h.Entity, h.Probability)), replayed.Diagnosis!.Ranked.Select(h => (h.FaultType, h.Entity, h.Probability)));
        Assert.DoesNotContain(replayed.Diagnosis.Gaps, g => g.Why.Contains("recording", StringComparison.Ordinal));
    }

    /// <summary>With nothing but a Loki: the first new error is where to look, and what was recorded says the same.</summary>
    [Fact]
    public async Task Logs_alone_show_whose_error_was_the_first()
    {
        using var loki = new LokiStandIn();
        for (var ago = 69.0; ago > 0; ago -= 0.5)
        {
            loki.Logged(_time.GetUtcNow().AddMinutes(-ago), $"WARN retry of {ago:0} was late", ("service_name", "stock"));
        }

        for (var ago = 12.0; ago > 0; ago -= 0.2)
        {
            loki.Logged(_time.GetUtcNow().AddMinutes(-ago), "ERROR no connection to ledger left in the pool", ("service_name", "payment"));
            loki.Logged(_time.GetUtcNow().AddMinutes(-ago + 0.1), "ERROR payment answered 500", ("service_name", "checkout"));
        }

        var probes = BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Loki = new LokiOptions(loki.Url) }, _time);
        CaseFile live;
        using (var writer = BundleWriter.Create(_bundle, Payload))
        {
            live = await InvestigateAsync(Payload, LokiTools.All(new RecordingRunner(probes, writer), _time));
        }

        var first = live.Ledger.Evidence.Single(e => e.Claim.Contains("the first new error of all", StringComparison.Ordinal));
        Assert.Equal("payment", first.Entity.Name);
        Assert.DoesNotContain(live.Ledger.Evidence, e => e.Family == "log.shift" && e.Entity.Name == "stock");
        Assert.DoesNotContain(live.Diagnosis!.Ranked, h => h.Entity.Name == "stock");
        Assert.Equal("payment", live.Diagnosis.Ranked[0].Entity.Name);
        var bundle = Bundle.Load(_bundle);
        Assert.True(LokiTools.AreIn(bundle));
        var replayed = await InvestigateAsync(bundle.Input, LokiTools.All(new ReplayRunner(bundle), _time));
        Assert.Equal(live.Ledger.Evidence.Select(e => e.Claim), replayed.Ledger.Evidence.Select(e => e.Claim));
    }

    private void Firing(bool firing) => _prometheus.Rules = firing
        ? """[{"type":"alerting","name":"CheckoutSlow","state":"firing","health":"ok","query":"latency > 1","alerts":[{"labels":{"alertname":"CheckoutSlow","service":"checkout"},"state":"firing","activeAt":"2026-05-04T09:50:00Z","value":"2"}]}]"""
        : """[{"type":"alerting","name":"CheckoutSlow","state":"inactive","health":"ok","query":"latency > 1","alerts":[]}]""";

    private BuiltInCommandRunner Probes() => BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Prometheus = new PrometheusOptions(_prometheus.Url) }, _time);

    private IReadOnlyList<IEvidenceTool> Live() => PrometheusTools.All(Probes(), _time);

    private async Task<CaseFile> InvestigateAsync(string payload, IReadOnlyList<IEvidenceTool> tools)
    {
        var intake = AlertIntake.Read(payload, _time.GetUtcNow());
        var incident = Incidents.From(intake.Alerts, _time.GetUtcNow());
        return await new Investigator(tools, _time).InvestigateAsync(incident, "test", _ => { }, null, TestContext.Current.CancellationToken);
    }
}
