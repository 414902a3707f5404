using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>Alertmanager, its API, Prometheus and Grafana: the group of alerts they share.</summary>
public sealed class AlertGroupTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private const string Group = """
        {"version":"4","groupKey":"{}:{alertname=\"DiskFull\"}","truncatedAlerts":TRUNCATED,"status":"firing","receiver":"r",
         "alerts":[
          {"status":"STATUS","labels":{"alertname":"DiskFull","instance":"a:9100","severity":"critical"},
           "annotations":{"description":"It is full.","summary":"Full"},"startsAt":"2026-05-04T10:00:00.25Z","endsAt":"2026-05-04T11:00:00Z","fingerprint":"f1"},
          {"status":"firing","labels":{"alertname":"DiskFull","instance":"b:9100"},"annotations":{},
           "startsAt":"2026-05-04T10:05:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://prom.example/graph"}],
         "commonLabels":{"alertname":"DiskFull","team":"storage"},"commonAnnotations":{"runbook_url":"https://wiki.example/disk"},
         "externalURL":"https://am.example","notification_reason":"repeat interval elapsed","somethingNew":{"x":[1]}}
        """;

    private static IntakeResult Read(string text) => AlertIntake.Read(text, Now);

    private static IntakeResult ReadGroup(string status, int truncated = 0) =>
        Read(Group.Replace("STATUS", status, StringComparison.Ordinal).Replace("TRUNCATED", $"{truncated}", StringComparison.Ordinal));

    [Fact]
    public void A_group_keeps_every_alert_with_its_own_and_the_common_labels()
    {
        var alerts = ReadGroup("firing").Alerts;

        Assert.Equal(2, alerts.Count);
        Assert.Equal(("DiskFull", "Full", Severity.Critical, "f1"), (alerts[0].Name, alerts[0].Summary, alerts[0].Severity, alerts[0].Fingerprint));
        Assert.Equal("storage", alerts[1].Labels["team"]);
        Assert.Equal("b:9100", alerts[1].Find("instance"));
        Assert.Equal("{}:{alertname=\"DiskFull\"}", alerts[1].GroupKey);
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 10, 0, 0, 250, TimeSpan.Zero), alerts[0].StartsAt);
        Assert.Equal(["Runbook", "Query", "Sender"], alerts[1].Links.Select(l => l.Title));
    }

    [Fact]
    public void An_end_in_the_year_one_is_no_end() => Assert.Null(ReadGroup("firing").Alerts[1].EndsAt);

    [Fact]
    public void A_group_that_is_over_in_part_still_fires()
    {
        var result = ReadGroup("resolved");

        Assert.Equal(IntakeKind.Alerts, result.Kind);
        Assert.Equal([AlertStatus.Resolved, AlertStatus.Firing], result.Alerts.Select(a => a.Status));
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 11, 0, 0, TimeSpan.Zero), result.Alerts[0].EndsAt);
        Assert.Contains("1 of them resolved", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Left_out_alerts_and_the_reason_of_the_message_are_told()
    {
        var message = ReadGroup("firing", truncated: 7).Message;

        Assert.Contains("left out 7 more alerts", message, StringComparison.Ordinal);
        Assert.Contains("repeat interval elapsed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alert_without_a_key_gets_one_from_its_name_and_labels()
    {
        var first = ReadGroup("firing").Alerts[1].Fingerprint;

        Assert.Matches("^[0-9a-f]{16}$", first);
        Assert.Equal(first, ReadGroup("resolved", truncated: 3).Alerts[1].Fingerprint);
    }

    [Theory]
    [InlineData("2026-05-04T11:59:59Z", IntakeKind.Resolved)]
    [InlineData("2026-05-04T12:05:00Z", IntakeKind.Alerts)]
    [InlineData("0001-01-01T00:00:00Z", IntakeKind.Alerts)]
    public void A_pushed_alert_is_over_when_its_end_has_passed(string end, IntakeKind kind)
    {
        var result = Read($$"""[{"labels":{"alertname":"Slow","severity":"page"},"annotations":{"summary":"s"},"startsAt":"2026-05-04T09:00:00Z","endsAt":"{{end}}"}]""");

        Assert.Equal(("alertmanager-api", kind), (result.Dialect, result.Kind));
        Assert.Equal(kind == IntakeKind.Resolved, result.Alerts[0].EndsAt is not null);
    }

    [Fact]
    public void The_alerts_an_alertmanager_lists_keep_their_state()
    {
        var result = Read("""[{"labels":{"alertname":"Slow"},"annotations":{},"status":{"state":"suppressed","silencedBy":["x"]},"endsAt":"2026-05-04T11:00:00Z","fingerprint":"f"}]""");

        Assert.Equal((AlertStatus.Unknown, "suppressed"), (result.Alerts[0].Status, result.Alerts[0].Annotations["state"]));
    }

    [Fact]
    public void An_empty_answer_of_prometheus_is_no_alert()
    {
        var result = Read("""{"status":"success","data":{"alerts":[]}}""");

        Assert.Equal((IntakeKind.Noise, "Prometheus lists no active alert."), (result.Kind, result.Message));
    }

    [Fact]
    public void Rules_of_prometheus_give_their_alerts()
    {
        var result = Read("""{"status":"success","data":{"groups":[{"rules":[{"name":"Down","alerts":[{"labels":{"alertname":"Down"},"state":"pending","activeAt":"2026-05-04T11:00:00Z"}]},{"name":"rec"}]}]}}""");

        Assert.Equal(("Down", "pending"), (result.Alerts[0].Name, result.Alerts[0].Annotations["state"]));
    }

    [Fact]
    public void Grafana_is_told_from_alertmanager_and_keeps_its_values()
    {
        var result = Read("""{"orgId":1,"status":"firing","version":"1","title":"[FIRING:1] x","state":"alerting","alerts":[{"status":"firing","labels":{"alertname":"Mem"},"values":{"B":4.5},"panelURL":"","silenceURL":"https://g.example/silence"}]}""");

        Assert.Equal("grafana", result.Dialect);
        Assert.Equal("4.5", result.Alerts[0].Annotations["values.B"]);
        Assert.Equal(["https://g.example/silence"], result.Alerts[0].Links.Select(l => l.Url));
    }

    [Fact]
    public void A_group_without_its_list_becomes_the_alert_its_members_share()
    {
        var result = Read("""{"title":"[FIRING:1] Load","state":"alerting","commonLabels":{"alertname":"LoadFailed","severity":"critical"},"commonAnnotations":{"summary":"No rows"},"groupKey":"g"}""");

        Assert.Equal(("grafana", "LoadFailed", "No rows"), (result.Dialect, result.Alerts[0].Name, result.Alerts[0].Summary));
    }
}
