using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>What is particular to each vendor: how it says that something is over, and where it sets traps.</summary>
public sealed class VendorDialectTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static IntakeResult Read(string text, params (string Name, string Value)[] headers) =>
        AlertIntake.Read(text, Now, headers.ToDictionary(h => h.Name, h => h.Value));

    [Theory]
    [InlineData("grafana-legacy", """{"ruleId":3,"ruleName":"Queue","evalMatches":[],"state":"ok","tags":{}}""")]
    [InlineData("datadog", """{"title":"[Recovered on {host:a}] CPU","event_type":"x","last_updated":1777888200000,"org":{"id":"1"}}""")]
    [InlineData("datadog", """{"title":"CPU","alert_transition":"Warn Recovered","monitor_id":"1"}""")]
    [InlineData("pagerduty", """{"event":{"event_type":"incident.resolved","resource_type":"incident","data":{"id":"Q","title":"t","status":"resolved"}}}""")]
    [InlineData("pagerduty-events", """{"routing_key":"k","event_action":"resolve","dedup_key":"d"}""")]
    [InlineData("opsgenie", """{"action":"Close","alert":{"alertId":"1","message":"m"}}""")]
    [InlineData("cloudwatch", """{"AlarmName":"a","NewStateValue":"OK"}""")]
    [InlineData("sentry", """{"action":"resolved","data":{"issue":{"id":"5","title":"t"}},"installation":{"uuid":"u"}}""")]
    [InlineData("sentry", """{"action":"resolved","data":{"metric_alert":{"id":"5","title":"t"}}}""")]
    [InlineData("newrelic", """{"issueUrl":"https://x.example","isCorrelated":false,"id":"1","title":"t","state":"CLOSED"}""")]
    [InlineData("zabbix", """{"EVENT.ID":"1","TRIGGER.ID":"2","EVENT.NAME":"t","EVENT.VALUE":"0"}""")]
    [InlineData("zabbix", """{"event_id":"1","trigger_id":"2","name":"t","status":"RESOLVED"}""")]
    [InlineData("uptime-kuma", """{"heartbeat":{"status":1,"time":"2026-05-04 11:00:00"},"monitor":{"id":1,"name":"t"},"msg":"up"}""")]
    [InlineData("healthchecks", """{"code":"c","name":"t","status":"up","now":"2026-05-04T11:00:00+00:00"}""")]
    [InlineData("netdata", """{"alert":"t","chart":"c","context":"x","severity":"clear"}""")]
    [InlineData("netdata", """{"host":"t","status":{"reachable":true}}""")]
    [InlineData("cloudevents", """{"specversion":"1.0","type":"a.b.resolved","source":"s","id":"1","data":{"title":"t"}}""")]
    [InlineData("home-assistant", """{"entity_id":"binary_sensor.leak","from":"on","to":"off"}""")]
    [InlineData("json", """{"name":"t","status":"recovered"}""")]
    public void Each_sender_can_say_that_it_is_over(string dialect, string text)
    {
        var result = Read(text);

        Assert.Equal((dialect, IntakeKind.Resolved), (result.Dialect, result.Kind));
        Assert.Null(result.Alerts[0].StartsAt);
        Assert.Contains("resolved", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"event":{"event_type":"pagey.ping","resource_type":"pagey","data":{"message":"Hello"}}}""")]
    [InlineData("""{"event":{"event_type":"service.updated","resource_type":"service","data":{"id":"P"}}}""")]
    [InlineData("""{"action":"created","data":{"installation":{"uuid":"u"}},"installation":{"uuid":"u"}}""")]
    [InlineData("""{"action":"created","data":{"comment":"nice","issue_id":1},"installation":{"uuid":"u"}}""")]
    [InlineData("""{"heartbeat":null,"monitor":null,"msg":"mine Testing"}""")]
    [InlineData("""{"Type":"UnsubscribeConfirmation","TopicArn":"arn:aws:sns:eu-west-1:1:t","SubscribeURL":"https://sns.eu-west-1.amazonaws.com/"}""")]
    [InlineData("""{"alerts":[],"version":"4","groupKey":"g"}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void Notices_that_report_nothing_are_noise_with_a_reason(string text)
    {
        var result = Read(text);

        Assert.Equal(IntakeKind.Noise, result.Kind);
        Assert.True(result.Message.Length > 10, result.Message);
    }

    [Fact]
    public void Datadog_titles_and_bodies_lose_their_marks()
    {
        var alert = Read("""{"title":"[P1] [Triggered on {host:srv1,env:prod}] High CPU","body":"%%%\nCPU is high @team-ops\n%%%","event_type":"m","last_updated":"1777888200000","org":{"id":1,"name":"Acme"},"tags":["service:web","plain"]}""").Alerts[0];

        Assert.Equal(("High CPU", "CPU is high", Severity.Critical), (alert.Name, alert.Summary, alert.Severity));
        Assert.Equal(("srv1", "prod", "web", "plain"), (alert.Labels["host"], alert.Labels["env"], alert.Labels["service"], alert.Labels["tags"]));
    }

    [Fact]
    public void Pagerduty_may_leave_agent_client_and_priority_empty()
    {
        var alert = Read("""{"event":{"event_type":"incident.escalated","agent":null,"client":null,"data":{"id":"Q1","title":"Fire","priority":null,"urgency":"high","service":{"summary":"Mail"},"created_at":"2026-05-04T10:00:00Z","html_url":"https://x.example/Q1"}}}""").Alerts[0];

        Assert.Equal((Severity.Error, "Q1", "Mail"), (alert.Severity, alert.Fingerprint, alert.Labels["service"]));
    }

    [Fact]
    public void A_routing_key_is_kept_nowhere()
    {
        var result = Read("""{"routing_key":"R0123456789ABCDEF","event_action":"trigger","payload":{"summary":"s","severity":"warning","custom_details":{"a":1}}}""");

        Assert.DoesNotContain("R0123456789ABCDEF", string.Join('|', result.Alerts[0].Labels.Values.Concat(result.Alerts[0].Annotations.Values)), StringComparison.Ordinal);
        Assert.Equal("1", result.Alerts[0].Annotations["a"]);
    }

    [Fact]
    public void Opsgenie_times_are_read_in_their_own_units()
    {
        var alert = Read("""{"action":"Close","alert":{"alertId":"1","alias":"key","message":"m","priority":"P1","createdAt":1777881600000,"updatedAt":1777881660000000000}}""").Alerts[0];

        Assert.Equal(TimeSpan.FromMinutes(1), alert.EndsAt - alert.StartsAt);
        Assert.Equal(("key", Severity.Critical), (alert.Fingerprint, alert.Severity));
    }

    [Theory]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?Token=1", "visit this SubscribeURL: https://sns.eu-west-1.amazonaws.com/?Token=1")]
    [InlineData("https://sns.amazonaws.com.evil.example/", "do not visit it")]
    [InlineData("https://sns.x.example/.amazonaws.com", "do not visit it")]
    [InlineData("http://sns.eu-west-1.amazonaws.com/", "do not visit it")]
    public void A_subscription_is_named_and_only_amazon_is_recommended(string url, string expected)
    {
        var result = Read($$"""{"Type":"SubscriptionConfirmation","TopicArn":"arn:aws:sns:eu-west-1:1:t","SubscribeURL":"{{url}}"}""");

        Assert.Equal((IntakeKind.Noise, "sns"), (result.Kind, result.Dialect));
        Assert.Contains(expected, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sns_delivers_any_text_as_an_alert_under_its_subject()
    {
        var alert = Read("""{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:1:t","Subject":"Disk warning","Message":"db1 is nearly full","Timestamp":"2026-05-04T10:00:00Z"}""").Alerts[0];

        Assert.Equal(("Disk warning", "db1 is nearly full", Severity.Warning), (alert.Name, alert.Summary, alert.Severity));
    }

    [Fact]
    public void Cloudwatch_knows_composite_and_metric_math_alarms()
    {
        var composite = Read("""{"AlarmName":"c","NewStateValue":"INSUFFICIENT_DATA","AlarmRule":"ALARM(a) AND ALARM(b)","Trigger":null}""").Alerts[0];
        var math = Read("""{"AlarmName":"m","NewStateValue":"ALARM","Trigger":{"Metrics":[{"Id":"e1","Expression":"m1/m2"},{"Id":"m1","MetricStat":{"Metric":{"Namespace":"N","MetricName":"X","Dimensions":[{"name":"Queue","value":"q"}]}}}]}}""").Alerts[0];

        Assert.Equal((AlertStatus.Unknown, "ALARM(a) AND ALARM(b)"), (composite.Status, composite.Annotations["rule"]));
        Assert.Equal(("m1/m2", "N X", "q"), (math.Annotations["metric.e1"], math.Annotations["metric.m1"], math.Labels["Queue"]));
    }

    [Theory]
    [InlineData("event_alert", """{"action":"triggered","data":{"event":{"title":"Boom","level":"fatal","issue_id":"9","tags":[["browser","x"]]}}}""")]
    [InlineData("error", """{"action":"created","data":{"error":{"title":"Boom","level":"fatal","issue_id":"9"}}}""")]
    [InlineData("issue", """{"action":"created","data":{"issue":{"title":"Boom","level":"fatal","id":"9"}}}""")]
    [InlineData("metric_alert", """{"action":"critical","data":{"metric_alert":{"id":9,"alert_rule":{"name":"Boom"}}}}""")]
    public void Sentry_sends_several_resources(string resource, string text)
    {
        var result = Read(text, ("Sentry-Hook-Resource", resource));

        Assert.Equal("sentry", result.Dialect);
        Assert.Equal(("Boom", Severity.Critical, "9"), (result.Alerts[0].Name, result.Alerts[0].Severity, result.Alerts[0].Fingerprint));
    }

    [Fact]
    public void Zabbix_macros_without_a_value_are_absent()
    {
        var alert = Read("""{"EVENT.ID":"1","TRIGGER.ID":"2","EVENT.NAME":"CPU","EVENT.NSEVERITY":"5","EVENT.VALUE":"1","EVENT.DATE":"2026.05.04","EVENT.TIME":"10:00:00","HOST.NAME":"web1","HOST.IP":"{HOST.IP}","EVENT.OPDATA":"*UNKNOWN*","EVENT.TAGS":"class:os, bare"}""").Alerts[0];

        Assert.Equal((Severity.Critical, new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero)), (alert.Severity, alert.StartsAt));
        Assert.DoesNotContain("ip", alert.Labels.Keys);
        Assert.DoesNotContain("operational_data", alert.Annotations.Keys);
        Assert.Equal(("os", "true"), (alert.Labels["class"], alert.Labels["bare"]));
    }

    [Fact]
    public void Uptime_kuma_warns_of_certificates_with_a_message_alone()
    {
        var result = Read("""{"heartbeat":null,"monitor":null,"msg":"[Shop][https://shop.example] server certificate will expire in 7 days"}""");

        Assert.Equal((IntakeKind.Alerts, "uptime-kuma"), (result.Kind, result.Dialect));
        Assert.Contains("will expire in 7 days", result.Alerts[0].Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data=%7B%22heartbeat%22%3A%7B%22status%22%3A0%7D%2C%22monitor%22%3A%7B%22name%22%3A%22Shop%22%7D%2C%22msg%22%3A%22down%22%7D")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"heartbeat\":{\"status\":0},\"monitor\":{\"name\":\"Shop\"},\"msg\":\"down\"}\r\n--b--\r\n")]
    public void Uptime_kuma_may_post_a_form(string text) => Assert.Equal("Shop is down", Read(text).Alerts[0].Name);

    [Fact]
    public void Netdata_names_the_host_in_its_message_only()
    {
        var alert = Read("""{"message":"disk space utilization on web1 /var is critical","alert":"disk_space_usage","chart":"disk_space./var","context":"disk.space","family":"/var","severity":"critical"}""").Alerts[0];

        Assert.Equal(("web1", "/var"), (alert.Labels["host"], alert.Labels["mountpoint"]));
    }

    [Fact]
    public void Cloudevents_come_as_headers_as_one_object_and_as_a_batch()
    {
        var binary = Read("""{"title":"disk full","severity":"critical"}""", ("CE-SpecVersion", "1.0"), ("ce-type", "t"), ("ce-source", "/s"), ("ce-id", "1"), ("ce-time", "2026-05-04T10:00:00Z"));
        var structured = Read("""{"specversion":"1.0","type":"t","source":"/s","id":"1","time":"2026-05-04T10:00:00Z","data":{"title":"disk full","severity":"critical"}}""");
        var batch = Read("""[{"specversion":"1.0","type":"t","source":"/s","id":"1","data":"just words"},{"specversion":"1.0","type":"t","source":"/s","id":"2","data_base64":"eyJ0aXRsZSI6Inp3ZWkifQ=="}]""");

        Assert.Equal((binary.Alerts[0].Name, binary.Alerts[0].Fingerprint, binary.Alerts[0].StartsAt), (structured.Alerts[0].Name, structured.Alerts[0].Fingerprint, structured.Alerts[0].StartsAt));
        Assert.Equal(["t", "zwei"], batch.Alerts.Select(a => a.Name));
        Assert.Equal("just words", batch.Alerts[0].Summary);
    }

    [Fact]
    public void A_vendor_inside_a_cloudevent_is_read_as_that_vendor()
    {
        var result = Read("""{"specversion":"1.0","type":"t","source":"/s","id":"1","time":"2026-05-04T10:00:00Z","data":{"AlarmName":"a","NewStateValue":"ALARM"}}""");

        Assert.Equal(("cloudwatch", "a"), (result.Dialect, result.Alerts[0].Name));
        Assert.NotNull(result.Alerts[0].StartsAt);
    }

    [Fact]
    public void Home_assistant_tells_of_a_change_as_an_event_too()
    {
        var alert = Read("""{"event_type":"state_changed","data":{"entity_id":"sensor.freezer","old_state":{"state":"-18"},"new_state":{"state":"-4","attributes":{"friendly_name":"Freezer"},"last_changed":"2026-05-04T10:00:00+00:00"}}}""").Alerts[0];

        Assert.Equal(("Freezer", "Freezer went from -18 to -4.", "sensor.freezer"), (alert.Name, alert.Summary, alert.Fingerprint));
    }

    [Fact]
    public void The_listener_reads_its_text_like_anything_typed()
    {
        Assert.Equal(IntakeKind.Noise, Read("""{"text":"hello"}""").Kind);
        Assert.Equal(IntakeKind.Question, Read("""{"text":"why is it slow?"}""").Kind);

        var named = Read("""{"text":"ok","alert_name":"Probe","severity":"warn","source":"cron"}""");
        Assert.Equal((IntakeKind.Alerts, "Probe", Severity.Warning, "cron"), (named.Kind, named.Alerts[0].Name, named.Alerts[0].Severity, named.Alerts[0].Labels["alert_source"]));
    }

    [Fact]
    public void A_time_of_day_in_a_text_is_meant_as_of_its_arrival()
    {
        var alert = Read("""{"text":"slow since 02:05","received_at":"2026-05-01T02:11:35Z"}""").Alerts[0];

        Assert.Equal(new DateTimeOffset(2026, 5, 1, 2, 5, 0, TimeSpan.Zero), alert.StartsAt);
    }
}
