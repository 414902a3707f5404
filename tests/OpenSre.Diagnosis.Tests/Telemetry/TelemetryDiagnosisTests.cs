using System.Globalization;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class TelemetryDiagnosisTests
{
    private static readonly DateTimeOffset Start = Lab.Now.AddMinutes(-65);

    [Fact]
    public void Memory_explains_CPU_and_CPU_explains_no_memory()
    {
        var memory = Compared(Lab.Alert("something is wrong"), ("store", "cpu", 2, 95), ("store", "mem", 2e8, 9e8), ("front", "cpu", 3, 3.2)).Top();
        Assert.Equal((TelemetryFaults.Memory, "store"), (memory.Fault, memory.Entity.Name));
        var cpu = Compared(Lab.Alert("something is wrong"), ("store", "cpu", 2, 95), ("store", "mem", 2e8, 2.2e8), ("front", "cpu", 3, 3.2)).Top();
        Assert.Equal((TelemetryFaults.Cpu, "store"), (cpu.Fault, cpu.Entity.Name));
    }

    [Fact]
    public void More_requests_that_cost_more_CPU_are_a_rush()
    {
        var lab = Lab.Alert("web latency", "web is slow", ("service", "web"));
        lab.Saw(TelemetryTools.Series, Line("web", "requests_per_sec", 100, 420, 30) + Line("web", "cpu", 20, 85, 32) + Line("web", "latency_ms", 50, 900, 33));
        Assert.Equal(TelemetryFaults.Surge, lab.Top().Fault);
    }

    [Fact]
    public void The_change_that_can_do_it_is_named_with_its_line()
    {
        var assessment = Pool("-  max_connections: 60\n+  max_connections: 3").Weighed();
        Assert.Equal((TelemetryFaults.Code, "aaaa1111"), (assessment.Top.Fault, assessment.Top.Entity.Name));
        Assert.Equal(Verdict.RootCause, assessment.Verdict(TelemetryProfile.Instance.Weighing));
        Assert.Contains(assessment.Top.For, f => f.Evidence.Quote == "max_connections: 3");
    }

    [Fact]
    public void A_change_that_cannot_do_it_is_not_blamed_however_near()
    {
        var top = Pool("-  title: Bills\n+  title: Invoices").Top();
        Assert.NotEqual(TelemetryFaults.Code, top.Fault);
    }

    [Fact]
    public void A_change_after_the_first_bad_signal_is_not_blamed()
    {
        var top = Pool("-  max_connections: 60\n+  max_connections: 3", deployed: 40).Top();
        Assert.NotEqual(TelemetryFaults.Code, top.Fault);
    }

    [Fact]
    public void An_expired_certificate_clears_a_change_of_TLS()
    {
        var lab = Lab.Alert("pay errors", "calls to pay fail", ("service", "shop"));
        lab.Saw(TelemetryTools.Series, Line("shop", "error_ratio", 0.001, 0.9, 30));
        lab.Saw(TelemetryTools.Logs, $"window from={Stamp(0)}\nlog at={Stamp(30)} service=shop severity=ERROR text=x509: certificate has expired or is not yet valid\nlog at={Stamp(31)} service=shop severity=ERROR text=x509: certificate has expired or is not yet valid\n");
        Changed(lab, "-  ciphers: [A, B]\n+  ciphers: [B, C]", 20);
        Assert.Equal(TelemetryFaults.Certificate, lab.Top().Fault);
    }

    [Fact]
    public void Names_that_nobody_finds_are_the_resolver()
    {
        var lab = Lab.Alert("pay errors", "calls fail", ("service", "shop"));
        lab.Saw(TelemetryTools.Logs, $"window from={Stamp(0)}\n" + string.Concat(Enumerable.Range(30, 4).SelectMany(m => new[] { ("shop", "bank.example.com"), ("mail", "smtp.example.net") }.Select(s => $"log at={Stamp(m)} service={s.Item1} severity=ERROR text=lookup {s.Item2}: no such host\n"))));
        Changed(lab, "-  bank_url: https://bank.example.com/a\n+  bank_url: https://bank.example.com/b", 10);
        Assert.Equal(TelemetryFaults.Resolver, lab.Top().Fault);
    }

    [Theory]
    [InlineData(false, "stock")]
    [InlineData(true, "shop")]
    public void Without_a_call_graph_what_grew_most_with_the_symptom_is_a_guess_and_no_verdict(bool own, string likeliest)
    {
        var lab = Lab.Alert("shop latency", "shop answers slowly: latency", ("service", "shop"));
        lab.Saw(TelemetryTools.Series, Line("shop", "requests_per_sec", 100, 100, 30) + Line("shop", "latency_seconds", 0.2, 1.2, 30)
            + Line("stock", "requests_per_sec", 100, 100, 30) + Line("stock", "latency_seconds", 0.01, own ? 0.01 : 1, 30)
            + Line("mail", "requests_per_sec", 1, 1, 30) + Line("mail", "latency_seconds", 0.01, 9, 30));
        lab.Saw(TelemetryTools.Topology, "");
        var assessment = lab.Weighed();
        var guess = assessment.Candidates.First(c => c.Type is not null);
        Assert.Equal((TelemetryFaults.Slow, likeliest), (guess.Fault, guess.Entity.Name));
        Assert.Equal(Verdict.Inconclusive, assessment.Verdict(TelemetryProfile.Instance.Weighing));
        Assert.Equal(Verdict.Inconclusive, lab.Assess(EngineProfile.HostWithTelemetry.Checks, FittedWeighing.Host).Verdict(FittedWeighing.Host));
        Assert.Contains(assessment.Context.Gaps, g => g.What == "who calls whom");
    }

    [Fact]
    public void Every_quote_stands_in_an_output()
    {
        var lab = Pool("-  max_connections: 60\n+  max_connections: 3");
        lab.Weighed();
        Assert.NotEmpty(lab.Ledger.Evidence);
        Assert.All(lab.Ledger.Evidence, e => Assert.Contains(e.Quote, lab.Ledger.FindOutput(e.OutputId)!.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Checks_speak_of_known_faults_and_every_fault_is_spoken_to()
    {
        var spoken = TelemetryChecks.All.SelectMany(c => c.Info.SpeaksTo).ToHashSet();
        Assert.All(spoken, f => Assert.NotNull(FaultCatalogue.Find(f)));
        Assert.All(TelemetryFaults.All, f => Assert.Contains(f.Id, spoken));
    }

    private static Lab Pool(string diff, int deployed = 20)
    {
        var lab = Lab.Alert("billing latency", "billing is slow", ("service", "billing"));
        lab.Saw(TelemetryTools.Series, Line("billing", "db_pool_wait_seconds", 0.01, 6, 30) + Line("billing", "latency_ms", 80, 4000, 31));
        lab.Saw(TelemetryTools.Logs, $"window from={Stamp(0)}\n" + string.Concat(Enumerable.Range(31, 5).Select(m => $"log at={Stamp(m)} service=billing severity=ERROR text=pool exhausted: timed out acquiring connection\n")));
        Changed(lab, diff, deployed);
        return lab;
    }

    private static void Changed(Lab lab, string diff, int deployed)
    {
        lab.Saw(TelemetryTools.Changes, $"commit id=aaaa1111 at={Stamp(deployed - 5)} author=kim text=tidy settings\nchanged commit=aaaa1111 path=services/settings.yaml\ndeployed at={Stamp(deployed)} service={lab.Incident.Primary.Labels["service"]} commit=aaaa1111 version=1\n"
            + $"commit id=bbbb2222 at={Stamp(deployed - 9)} author=lee text=docs: explain settings\nchanged commit=bbbb2222 path=docs/settings.md\n");
        lab.Saw(TelemetryTools.Diff, $"commit aaaa1111\n@@ settings\n{diff}\n", ("commits", "aaaa1111"));
    }

    private static Lab Compared(Lab lab, params (string Of, string Metric, double Before, double During)[] metrics)
    {
        string Flat(double value, string of, string metric) => Series.Write(of, metric, Start, [.. Enumerable.Range(0, 20).Select(i => i * 10.0)], [.. Enumerable.Range(0, 20).Select(i => value * (1 + (0.01 * (i % 3))))]) + "\n";
        lab.Saw(TelemetryTools.Series, string.Concat(metrics.Select(m => Flat(m.Before, m.Of, m.Metric))), ("window", "baseline"));
        return lab.Saw(TelemetryTools.Series, string.Concat(metrics.Select(m => Flat(m.During, m.Of, m.Metric))), ("window", "incident"));
    }

    /// <summary>A metric of 65 minutes that goes from one level to another.</summary>
    private static string Line(string of, string metric, double before, double after, int minute) =>
        Series.Write(of, metric, Start, [.. Enumerable.Range(0, 65).Select(i => i * 60.0)], [.. Enumerable.Range(0, 65).Select(i => (i < minute ? before : after) * (1 + (0.02 * (i % 3))))]) + "\n";

    private static string Stamp(int minute) => Start.AddMinutes(minute).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

internal static class TelemetryLab
{
    public static Assessment Weighed(this Lab lab) => lab.Assess(TelemetryChecks.All, TelemetryProfile.Instance.Weighing);

    public static Candidate Top(this Lab lab) => lab.Weighed().Top;
}
