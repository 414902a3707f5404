using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

public sealed class UnknownJsonTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static Alert Only(string text) => Assert.Single(AlertIntake.Read(text, Now).Alerts);

    [Fact]
    public void Fields_are_found_whatever_their_spelling()
    {
        var alert = Only("""{"AlertName":"Full","Alert-Severity":"sev2","alert_state":"open","StartedAt":1777881600,"Message":"It is full","host":"a","nested":{"zone":"z1","deep":{"x":true}}}""");

        Assert.Equal(("Full", "It is full", Severity.Error, AlertStatus.Firing), (alert.Name, alert.Summary, alert.Severity, alert.Status));
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero), alert.StartsAt);
        Assert.Equal(("a", "z1", "true"), (alert.Labels["host"], alert.Labels["nested.zone"], alert.Labels["nested.deep.x"]));
    }

    [Fact]
    public void Labels_and_annotations_are_taken_as_they_are()
    {
        var alert = Only("""{"alert_name":"N","labels":{"service":"pay","severity":"critical"},"annotations":{"summary":"Sum","description":"Long"},"_meta":{"x":1},"startsAt":"2026-05-04T10:00:00Z"}""");

        Assert.Equal(("pay", "Sum", Severity.Critical), (alert.Labels["service"], alert.Summary, alert.Severity));
        Assert.DoesNotContain(alert.Labels.Keys, k => k.StartsWith("_meta", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_deliveries_of_one_alert_have_one_fingerprint()
    {
        var first = Only("""{"name":"N","service":"a","fired_at":"2026-05-04T10:00:00Z","observed":12,"event_id":"1","status":"open"}""");
        var second = Only("""{"name":"N","service":"a","fired_at":"2026-05-04T11:00:00Z","observed":13,"event_id":"2","status":"closed"}""");

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.NotEqual(first.Fingerprint, Only("""{"name":"N","service":"b"}""").Fingerprint);
    }

    [Theory]
    [InlineData("""{"alert_payload":{"alerts":[{"labels":{"alertname":"Inner"}}],"version":"4"},"alert_name":"Outer"}""")]
    [InlineData("""{"raw_alert":"{\"alertname\":\"Inner\"}"}""")]
    [InlineData("""{"queue":"q","body":{"name":"Inner"}}""")]
    [InlineData("""[{"name":"Inner"}]""")]
    public void What_is_wrapped_is_unwrapped(string text) => Assert.Equal("Inner", Only(text).Name);

    [Theory]
    [InlineData("""{"foo":"bar"}""", "bar")]
    [InlineData("""{"foo":{"x":1}}""", "Unnamed json alert")]
    [InlineData("""{"namespace":"shop","query":"Carts cannot be opened."}""", "Carts cannot be opened.")]
    public void There_is_always_a_name(string text, string name) => Assert.Equal(name, Only(text).Name);

    [Fact]
    public void A_healthy_report_neither_fires_nor_is_resolved()
    {
        var result = AlertIntake.Read("""{"name":"Routine check","state":"normal","severity":"info"}""", Now);

        Assert.Equal((IntakeKind.Alerts, AlertStatus.Unknown), (result.Kind, result.Alerts[0].Status));
    }

    [Fact]
    public void A_question_in_json_is_a_question()
    {
        var result = AlertIntake.Read("""{"namespace":"shop","question":"Why are carts empty?"}""", Now);

        Assert.Equal((IntakeKind.Question, "Why are carts empty?"), (result.Kind, result.Alerts[0].Question));
    }

    [Fact]
    public void Log_records_become_one_alert_that_leads_with_the_worst()
    {
        var alert = Only("{\"level\":\"info\",\"msg\":\"started\"}\n{\"level\":\"error\",\"msg\":\"db refused\",\"service\":\"api\"}\n{\"level\":\"warn\",\"msg\":\"slow\"}");

        Assert.Equal(("db refused", Severity.Error, "api"), (alert.Name, alert.Severity, alert.Labels["service"]));
        Assert.Contains("info started", alert.Annotations["log"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_later_of_two_documents_about_one_alert_counts()
    {
        var result = AlertIntake.Read("{\"name\":\"N\",\"status\":\"open\"}{\"name\":\"N\",\"status\":\"closed\"} {\"name\":\"M\",\"status\":\"closed\"}", Now);

        Assert.Equal((IntakeKind.Resolved, 2), (result.Kind, result.Alerts.Count));
    }

    [Fact]
    public void More_alerts_than_the_limit_are_counted_and_the_worst_are_kept()
    {
        var many = string.Join(',', Enumerable.Range(0, 1100).Select(i => $$"""{"labels":{"severity":"{{(i == 1099 ? "critical" : "info")}}","alertname":"A{{i}}"} }"""));
        var result = AlertIntake.Read($"[{many}]", Now);

        Assert.Equal(1000, result.Alerts.Count);
        Assert.Equal("A1099", result.Alerts[0].Name);
        Assert.Contains("100 more alerts", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_and_control_sequences_do_not_get_in()
    {
        var alert = Only("""{"name":"\u001b[31mred\u001b[0m","message":"login with password=hunter22222 failed\u0007","api_token":"abc","url":"javascript:alert(1)"}""");

        Assert.Equal(("red", "login with password=[redacted] failed"), (alert.Name, alert.Summary));
        Assert.DoesNotContain("abc", alert.Labels.Values.Concat(alert.Annotations.Values));
        Assert.Empty(alert.Links);
    }

    [Fact]
    public void Half_characters_in_escapes_do_no_harm()
    {
        var alert = Only("""{"name":"a\ud800b","\udfff":"x","ok":"\ud83d\ude00","slash":"\\ud800"}""");

        Assert.Equal(("a\ufffdb", "😀", "\\ud800"), (alert.Name, alert.Labels["ok"], alert.Labels["slash"]));
    }
}
