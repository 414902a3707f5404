using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>Lists and drawings of a case with long names, on a narrow and on a wide screen, kept as text: OPENSRE_ACCEPT=1 writes them anew.</summary>
public sealed class NarrowAndWideTests : LiveHarness
{
    private static readonly Evidence Upgraded = SampleRun.Full with
    {
        Id = "e2",
        Tool = "host.changes",
        Currency = Currency.Past,
        Interval = new TimeWindow(SampleRun.Time.AddMinutes(-30), SampleRun.Time.AddMinutes(-30)),
        Claim = "/opt/checkout/releases/2026-05-04T093000Z/bin/checkout-server of checkout was replaced",
        Quote = "referenced path=/opt/checkout/releases/2026-05-04T093000Z/bin/checkout-server kind=file",
    };

    private static readonly Evidence Slow = SampleRun.Full with
    {
        Id = "e3",
        Interval = new TimeWindow(SampleRun.Time.AddMinutes(-19), SampleRun.Time.AddMinutes(-2)),
        Claim = "requests of checkout take 41 times as long since 09:41 and a fifth of them fails",
        Quote = "series metric=latency_ms text=checkout",
    };

    [Theory]
    [InlineData(40, "case-narrow")]
    [InlineData(140, "case-wide")]
    public void Hypotheses_and_the_timeline(int columns, string golden)
    {
        _terminal.Resize(columns, 40);
        _investigate = (_, publish, _, _) =>
        {
            _ = Finish(publish);
            return Task.FromResult(Long());
        };
        Start();
        Type("disk full on web-1\r");
        See("idle · 3 facts");
        Type("/hypotheses\r");
        See("against");
        Type("/timeline\r");
        See("1 fact more without a time");
        See("without a time\n\n›\n  built-in engine · idle · 3 facts");
        GoldenScreen.Check(golden, [.. _terminal.Look(s => s.All()).SkipWhile(r => r != "› /hypotheses")]);
        Assert.All(_terminal.Look(s => s.All()), r => Assert.InRange(TextWidth.Of(r), 0, columns - 1));
    }

    [Theory]
    [InlineData(40, "alerts-narrow")]
    [InlineData(140, "alerts-wide")]
    public void The_list_of_alerts(int columns, string golden)
    {
        Action<AlertArrival>? arrive = null;
        _with = host => host with
        {
            Listen = (port, arrived, cancellation) =>
            {
                arrive = arrived;
                return Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        _terminal.Resize(columns, 40);
        Start();
        Type("/alerts listen 9999\r");
        See("· listening");
        Wait(() => Volatile.Read(ref arrive) is not null, "the listener to begin");
        arrive!(new AlertArrival("alertmanager webhook", "{}",
        [
            SampleRun.Alert with { Name = "HighRequestLatencyOfCheckoutInProduction", Summary = "The 99th percentile of the latency of checkout is above two seconds since ten minutes on web-1.example.org", Fingerprint = "f1" },
            SampleRun.Alert with { Name = "磁盘已满", Summary = "", Severity = Severity.Warning, Fingerprint = "f2" },
            SampleRun.Alert with { Fingerprint = "f3" },
        ]));
        arrive(new AlertArrival("alertmanager webhook", "{}", [SampleRun.Alert with { Fingerprint = "f3", Status = AlertStatus.Resolved }]));
        Type("/alerts\r");
        Wait(() => _terminal.Look(s => s.Visible()).Exists(r => r.Contains("2 alerts", StringComparison.Ordinal)), "the alerts in the status line");
        Wait(() => Count("listens for") == 1, "the list");
        See(columns < 60 ? "came\n" : "alerts came");
        GoldenScreen.Check(golden, [.. _terminal.Look(s => s.All()).SkipWhile(r => r != "› /alerts").Select(r => System.Text.RegularExpressions.Regex.Replace(r, "[0-9]{2}:[0-9]{2}:[0-9]{2}", "HH:MM:SS"))]);
        Assert.All(_terminal.Look(s => s.All()), r => Assert.InRange(TextWidth.Of(r), 0, columns - 1));
    }

    private static CaseFile Long()
    {
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "host.disk", SampleRun.Full.Arguments, ToolStatus.Ok, $"{SampleRun.Full.Quote}\n{Upgraded.Quote}\n{Slow.Quote}\n", "", SampleRun.Time, TimeSpan.Zero));
        ledger.Replace([SampleRun.Full, Upgraded, Slow]);
        var diagnosis = new Diagnosis
        {
            Verdict = Verdict.RootCause,
            Summary = "/srv is full.",
            Ranked =
            [
                new(HypothesisKind.Fault, "disk.space_exhausted", SampleRun.Disk, "/srv, where checkout keeps the log of its requests, is full", 0.934, 4, ["e1", "e3"], ["e2"]),
                new(HypothesisKind.Unknown, "unknown", SampleRun.Disk, "Something no check knows", 0.05, 0, [], []),
            ],
        };
        var incident = SampleRun.Incident with { Alerts = [SampleRun.Alert with { StartsAt = SampleRun.Time.AddMinutes(-10) }] };
        return new CaseFile("i1", incident, ledger, diagnosis, "report", Cancelled: false, TimeSpan.Zero);
    }
}
