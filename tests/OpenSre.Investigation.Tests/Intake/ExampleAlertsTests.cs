using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>Every payload in examples/alerts is read as what its README says it is.</summary>
public sealed class ExampleAlertsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, IntakeKind, string> Examples => new()
    {
        { "local-disk-space.json", "alertmanager", IntakeKind.Alerts, "HostOutOfDiskSpace" },
        { "alertmanager-disk-full.json", "alertmanager", IntakeKind.Alerts, "HostDiskFull" },
        { "alertmanager-resolved.json", "alertmanager", IntakeKind.Resolved, "HostHighLoad" },
        { "alertmanager-api-latency.json", "alertmanager-api", IntakeKind.Alerts, "OrdersSlow" },
        { "prometheus-target-down.json", "prometheus", IntakeKind.Alerts, "TargetDown" },
        { "grafana-memory.json", "grafana", IntakeKind.Alerts, "Memory almost used up" },
        { "grafana-legacy-queue.json", "grafana-legacy", IntakeKind.Alerts, "Mail queue grows" },
        { "datadog-cpu.json", "datadog", IntakeKind.Alerts, "CPU of the web tier is high" },
        { "pagerduty-incident.json", "pagerduty", IntakeKind.Alerts, "Logins fail with status 500" },
        { "pagerduty-event-backup.json", "pagerduty-events", IntakeKind.Alerts, "The nightly backup of files1 failed" },
        { "opsgenie-replication.json", "opsgenie", IntakeKind.Alerts, "Replication of db2 lags" },
        { "cloudwatch-alarm.json", "cloudwatch", IntakeKind.Alerts, "orders-5xx-critical" },
        { "cloudwatch-sns.json", "cloudwatch", IntakeKind.Alerts, "orders-5xx-critical" },
        { "cloudwatch-eventbridge.json", "cloudwatch", IntakeKind.Alerts, "orders-queue-age" },
        { "sns-subscription.json", "sns", IntakeKind.Noise, "" },
        { "sentry-issue-alert.json", "sentry", IntakeKind.Alerts, "TimeoutError: the payment provider did not answer in 5 s" },
        { "sentry-metric-alert.json", "sentry", IntakeKind.Alerts, "Failure rate of checkout" },
        { "newrelic-issue.json", "newrelic", IntakeKind.Alerts, "Apdex of checkout is below 0.7 for 5 minutes" },
        { "zabbix-problem.json", "zabbix", IntakeKind.Alerts, "Swap space is used up" },
        { "uptime-kuma-down.json", "uptime-kuma", IntakeKind.Alerts, "Media server is down" },
        { "uptime-kuma-test.json", "uptime-kuma", IntakeKind.Noise, "" },
        { "healthchecks-backup.json", "healthchecks", IntakeKind.Alerts, "photo-backup is down" },
        { "netdata-disk.json", "netdata", IntakeKind.Alerts, "disk_space_usage" },
        { "netdata-unreachable.json", "netdata", IntakeKind.Alerts, "Host nas1 is unreachable" },
        { "cloudevents-certificate.json", "cloudevents", IntakeKind.Alerts, "The certificate of shop.example.net ends in 5 days" },
        { "cloudevents-binary.http", "cloudevents", IntakeKind.Alerts, "The report of April was not made" },
        { "home-assistant-leak.json", "home-assistant", IntakeKind.Alerts, "Water in the cellar" },
        { "listener-text.json", "opensre", IntakeKind.Alerts, "Checkout502" },
        { "unknown-sender.json", "json", IntakeKind.Alerts, "invoice-export" },
        { "log-lines.jsonl", "json", IntakeKind.Alerts, "index segment 12 is corrupt" },
        { "syslog.txt", "text", IntakeKind.Alerts, "connect() failed (111: Connection refused) while connecting to upstream http://127.0.0.1:3000" },
        { "question.txt", "text", IntakeKind.Question, "Why is the checkout service so slow since 09:30 UTC?" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_read_as_what_it_is(string file, string dialect, IntakeKind kind, string name)
    {
        var result = AlertIntake.Read(File.ReadAllText(RepositoryRoot.File("examples", "alerts", file)), Now);

        Assert.Equal((dialect, kind), (result.Dialect, result.Kind));
        Assert.Equal(name, result.Alerts.Count == 0 ? "" : result.Alerts[0].Name);
        Assert.EndsWith(".", result.Message.TrimEnd('"'), StringComparison.Ordinal);
        Assert.All(result.Alerts, a => Assert.NotEqual("", a.Fingerprint));
    }

    [Fact]
    public void Every_example_is_tried_and_described()
    {
        var folder = RepositoryRoot.File("examples", "alerts");
        var files = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Where(f => f != "README.md").Order(StringComparer.Ordinal).ToList();
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(files, Examples.Select(e => e.Data.Item1).Order(StringComparer.Ordinal));
        Assert.All(files, f => Assert.Contains($"| {f} |", readme, StringComparison.Ordinal));
    }
}
