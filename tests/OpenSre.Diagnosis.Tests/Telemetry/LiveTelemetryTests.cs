using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class LiveTelemetryTests
{
    [Fact]
    public void The_expression_is_taken_from_the_link_to_the_alerts_graph()
    {
        var alert = new Alert { Name = "Slow", Labels = new Dictionary<string, string> { ["job"] = "shop" }, StartsAt = Lab.Now.AddMinutes(-5), Links = [new AlertLink("Query", "http://p:9090/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+1&g0.tab=1")] };
        var lead = Leads(alert).Single(l => l.Call.Tool == TelemetryTools.Series);
        Assert.Equal("rate(x[5m]) > 1", lead.Call.Arguments["expr"]);
        Assert.Equal(("2026-05-04T09:55:00Z", "job"), (lead.Call.Arguments["since"], lead.Call.Arguments["by"]));
    }

    [Fact]
    public void Without_a_start_nothing_is_made_up()
    {
        var lead = Leads(new Alert { Name = "is it slow?", Labels = new Dictionary<string, string> { ["service"] = "shop", ["job"] = "shop" } }).Single(l => l.Call.Tool == TelemetryTools.Series);
        Assert.Empty(lead.Call.Arguments);
    }

    [Fact]
    public void The_rule_behind_an_alert_is_asked_for_what_it_measures()
    {
        var lab = Lab.Alert("Shop Slow", "shop is slow", ("service", "shop")).Saw(TelemetryTools.Alerts, "rule name=Shop_Slow state=firing health=ok text=latency > 1\nalert name=Shop_Slow state=firing since=x value=2 text=service=shop\n");
        Assert.Contains(Assess(lab).Context.Leads, l => l.Call.Tool == TelemetryTools.Series && l.Call.Arguments["expr"] == "latency > 1");
    }

    [Fact]
    public void An_alert_that_holds_for_something_else_does_not_hold_for_this()
    {
        var lab = Lab.Alert("Slow", "shop is slow", ("service", "shop")).Saw(TelemetryTools.Alerts, "rule name=Slow state=firing health=ok text=latency > 1\nalert name=Slow state=firing since=x value=2 text=service=web, severity=page\n");
        Assert.True(Assess(lab).ConditionCleared);
        var ours = Lab.Alert("Slow", "shop is slow", ("service", "shop")).Saw(TelemetryTools.Alerts, "rule name=Slow state=firing health=ok text=latency > 1\nalert name=Slow state=pending since=x value=2 text=service=shop, severity=page\n");
        Assert.False(Assess(ours).ConditionCleared);
    }

    [Fact]
    public void A_rule_that_cannot_be_evaluated_clears_nothing()
    {
        var lab = Lab.Alert("Slow", "shop is slow", ("service", "shop")).Saw(TelemetryTools.Alerts, "rule name=Slow state=inactive health=err text=latency > 1\n");
        Assert.False(Assess(lab).ConditionCleared);
    }

    [Fact]
    public void A_target_that_refuses_is_unreachable_and_one_that_answers_wrongly_hardly()
    {
        var refused = Lab.Alert("ShopDown", "shop is down", ("job", "shop")).Saw(TelemetryTools.Targets, "job name=shop up=0 down=1\ntarget job=shop instance=10.0.0.7:8080 health=down at=x text=connect: connection refused\n");
        var wrong = Lab.Alert("ShopDown", "shop is down", ("job", "shop")).Saw(TelemetryTools.Targets, "job name=shop up=0 down=1\ntarget job=shop instance=10.0.0.7:8080 health=down at=x text=server returned HTTP status 404\n");
        Assert.Equal(("service.unreachable", "10.0.0.7:8080"), (Assess(refused).Top.Fault, Assess(refused).Top.Entity.Name));
        Assert.True(Assess(wrong).Candidates.First(c => c.Fault == "service.unreachable").Probability < Assess(refused).Top.Probability - 0.2);
    }

    [Fact]
    public void The_checks_of_the_machine_stay_and_those_of_the_monitoring_join_them()
    {
        Assert.Same(EngineProfile.Host, EngineProfile.HostFor(["host.overview"]));
        var joined = EngineProfile.HostFor(["host.overview", TelemetryTools.Series]);
        Assert.All(HostChecks.All.Concat(TelemetryChecks.All), c => Assert.Contains(c, joined.Checks));
        Assert.Equal(joined.Faults.Count, joined.Faults.Select(f => f.Id).Distinct().Count());
        Assert.Equal(joined.Checks.Count, joined.Checks.Select(c => c.Info.Id).Distinct().Count());
    }

    private static List<Lead> Leads(Alert alert)
    {
        var incident = new Incident("test", [alert], new TimeWindow(alert.StartsAt ?? Lab.Now.AddMinutes(-30), Lab.Now));
        return [.. LiveTelemetry.Leads(new CheckContext(incident, new AlertReading(incident), [], Lab.Now, new RecordCache()))];
    }

    /// <summary>A busy machine is no cause of what fails on another one: the service is not here, and its logs go on.</summary>
    [Theory]
    [InlineData(1, "payment")]
    [InlineData(4, "")]
    public void What_is_short_here_does_not_reach_a_service_that_runs_elsewhere(int silentMinutes, string blamed)
    {
        var log = string.Concat(Enumerable.Range(0, 40).Select(i => $"log at={Lab.Now.AddMinutes(-60 + i):yyyy-MM-ddTHH:mm:ss.fffZ} service=stock severity=WARN text=WARN retry was late\n"))
            + string.Concat(Enumerable.Range(0, 30).Select(i => $"log at={Lab.Now.AddMinutes(-silentMinutes).AddSeconds(-200 + (6 * i)):yyyy-MM-ddTHH:mm:ss.fffZ} service=payment severity=ERROR text=ERROR no connection to ledger\n"
                + $"log at={Lab.Now.AddMinutes(-silentMinutes).AddSeconds(-198 + (6 * i)):yyyy-MM-ddTHH:mm:ss.fffZ} service=checkout severity=ERROR text=ERROR payment answered 500\n"));
        var assessment = Assess(Lab.Alert("CheckoutErrors", "checkout answers 5xx errors", ("service", "checkout"))
            .Saw("service.inspect", "no_process name=checkout\n", ("name", "checkout"))
            .Saw(TelemetryTools.Logs, $"window from={Lab.Now.AddMinutes(-65):yyyy-MM-ddTHH:mm:ssZ} to={Lab.Now:yyyy-MM-ddTHH:mm:ssZ} only=trouble\n{log}")
            .Saw("host.cpu", "cpu cores=2 busy_pct=100.0 user_pct=99.0\nprocess pid=9 cpu_pct=170 service=- name=crossgen\npressure resource=cpu kind=some avg10=80.5 avg60=80\n"));
        Assert.True(blamed.Length == 0 || assessment.Top.Entity.Name == blamed, string.Join("\n", assessment.Candidates.Select(c => $"{c.Fault} {c.Entity.Name} {c.Probability:0.00}")));
        Assert.Equal(blamed.Length > 0, !assessment.Candidates.Any(c => c.Fault == "service.stopped"));
        Assert.Equal(blamed.Length > 0, assessment.Context.Evidence.Any(e => e.Claim.Contains("runs elsewhere", StringComparison.Ordinal)));
    }

    private static Assessment Assess(Lab lab) => lab.Assess(EngineProfile.HostWithTelemetry.Checks, new WeighingOptions());
}
