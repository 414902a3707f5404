using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Tests.Server;

public sealed class WebhookTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Alert(string name, string instance, string fingerprint, string status = "firing", string severity = "critical") =>
        $$$"""{"version":"4","groupKey":"{}:{i=\"{{{instance}}}\"}","status":"{{{status}}}","receiver":"r","alerts":[{"status":"{{{status}}}","labels":{"alertname":"{{{name}}}","instance":"{{{instance}}}","severity":"{{{severity}}}"},"annotations":{"summary":"{{{name}}} on {{{instance}}}"},"startsAt":"2026-05-04T08:12:30Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"{{{fingerprint}}}"}]}""";

    public static TheoryData<string> Examples() =>
        [.. Directory.EnumerateFiles(RepositoryRoot.File("examples", "alerts"), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_payload_is_taken(string file)
    {
        await using var server = await TestServer.StartAsync();
        using var reply = await server.PostAsync("/webhooks", await File.ReadAllTextAsync(RepositoryRoot.File("examples", "alerts", file), Token));
        Assert.Equal(202, (int)reply.StatusCode);
    }

    [Fact]
    public async Task A_repeat_is_counted_and_not_taken_anew()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1"));
        using var again = await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1"));
        var reply = TestServer.Json(await again.Content.ReadAsStringAsync(Token));
        Assert.Equal((0, 1), (reply.GetProperty("new").GetInt32(), reply.GetProperty("repeated").GetInt32()));
        var incident = Assert.Single(server.Server.Desk.Incidents(0, 10, false).Incidents);
        Assert.Equal((1, 1L), (incident.Alerts, incident.Folded));
    }

    [Fact]
    public async Task Alerts_of_one_host_are_one_incident_and_it_ends_when_all_are_resolved()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1"));
        await server.PostAsync("/webhooks/alertmanager", Alert("HighLoad", "a:9100", "f2"));
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "b:9100", "f3"));
        Assert.Equal(2, server.Server.Desk.OpenIncidents);
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1", "resolved"));
        Assert.Equal(2, server.Server.Desk.OpenIncidents);
        await server.PostAsync("/webhooks/alertmanager", Alert("HighLoad", "a:9100", "f2", "resolved"));
        Assert.Equal(1, server.Server.Desk.OpenIncidents);
    }

    [Fact]
    public async Task An_incident_is_investigated_once_and_again_only_when_it_gets_worse()
    {
        await using var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning });
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1", severity: "warning"));
        await server.PostAsync("/webhooks/alertmanager", Alert("HighLoad", "a:9100", "f2", severity: "warning"));
        await TestServer.UntilAsync(() => Task.FromResult(server.Engine.Investigated.Count == 1));
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1", severity: "warning"));
        await server.PostAsync("/webhooks/alertmanager", Alert("Note", "b:9100", "f3", severity: "info"));
        await Task.Delay(200, Token);
        Assert.Single(server.Engine.Investigated);
        await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1", severity: "critical"));
        await TestServer.UntilAsync(() => Task.FromResult(server.Engine.Investigated.Count == 2));
        Assert.NotNull(server.Server.Desk.Find("inc-1")!.RunId);
    }

    [Fact]
    public async Task No_more_investigations_are_started_than_allowed()
    {
        await using var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Info, AutomaticRunsPerHour = 2 });
        for (var i = 0; i < 4; i++)
        {
            await server.PostAsync("/webhooks/alertmanager", Alert("DiskFull", $"h{i}:9100", $"f{i}"));
        }

        await TestServer.UntilAsync(() => Task.FromResult(server.Log.Count == 2));
        Assert.Equal(2, server.Engine.Investigated.Count);
        Assert.All(server.Log, l => Assert.Contains("not investigated", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var home = Path.Combine(Path.GetTempPath(), "opensre-alerts-" + Guid.NewGuid().ToString("N"));
        try
        {
            await using (var first = await TestServer.StartAsync(home: home))
            {
                await first.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1"), ("X-Webhook-Id", "d1"));
                await first.PostAsync("/webhooks/alertmanager", Alert("HighLoad", "b:9100", "f2"));
            }

            await File.AppendAllTextAsync(Path.Combine(home, "server", "alerts.jsonl"), "{\"at\":\"2026", Token);
            await using var second = await TestServer.StartAsync(home: home);
            Assert.Equal((2, 2), (second.Server.Desk.Alerts, second.Server.Desk.OpenIncidents));
            using var repeat = await second.PostAsync("/webhooks/alertmanager", Alert("DiskFull", "a:9100", "f1", "resolved"), ("X-Webhook-Id", "d1"));
            Assert.Equal(2, second.Server.Desk.OpenIncidents); // The same delivery again changes nothing.
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Signatures_are_checked_over_the_raw_bytes()
    {
        const string body = """{"event":{"id":"E1","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-05-04T08:12:30Z","data":{"id":"P1","type":"incident","title":"DB is down","status":"triggered","urgency":"high","service":{"summary":"db"}}}}""";
        await using var server = await TestServer.StartAsync(s => s with { Secret = n => n is "OPENSRE_WEBHOOK_SECRET_PAGERDUTY" or "OPENSRE_WEBHOOK_SECRET_SENTRY" ? "s3cret" : null });
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body)));
        Assert.Equal(202, (int)(await server.PostAsync("/webhooks/pagerduty", body, ("X-PagerDuty-Signature", $"v1={new string('0', 64)},v1={signature}"))).StatusCode);
        Assert.Equal(401, (int)(await server.PostAsync("/webhooks/pagerduty", body + " ", ("X-PagerDuty-Signature", $"v1={signature}"))).StatusCode);
        Assert.Equal(401, (int)(await server.PostAsync("/webhooks/pagerduty", body)).StatusCode);
        Assert.Equal(401, (int)(await server.PostAsync("/webhooks/sentry", body, ("Sentry-Hook-Signature", "00"))).StatusCode);
        using var again = await server.PostAsync("/webhooks/pagerduty", body, ("X-PagerDuty-Signature", $"v1={signature}"));
        Assert.Equal(1, TestServer.Json(await again.Content.ReadAsStringAsync(Token)).GetProperty("repeated").GetInt32());
    }

    [Fact]
    public async Task A_signed_time_must_be_near()
    {
        await using var server = await TestServer.StartAsync(s => s with { Secret = _ => "s3cret" });
        var body = Alert("DiskFull", "a:9100", "f1");
        string Sign(long at) => Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{at}:{body}")));
        async Task<int> Send(long at) => (int)(await server.PostAsync("/webhooks/grafana", body, ("X-Grafana-Alerting-Signature", Sign(at)), ("X-Grafana-Alerting-Signature-Timestamp", at.ToString(CultureInfo.InvariantCulture)))).StatusCode;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.Equal(202, await Send(now));
        Assert.Equal(401, await Send(now - 3600));
    }

    [Theory]
    [InlineData("Authorization", "Bearer s3cret", 202)]
    [InlineData("Authorization", "Basic b3BlbnNyZTpzM2NyZXQ=", 202)]
    [InlineData("X-OpenSRE-Token", "s3cret", 202)]
    [InlineData("X-OpenSRE-Token", "s3cre", 401)]
    [InlineData("Authorization", "Basic !!", 401)]
    public async Task A_token_opens_where_a_vendor_signs_nothing(string header, string value, int expected)
    {
        await using var server = await TestServer.StartAsync(s => s with { Secret = n => n == "OPENSRE_WEBHOOK_SECRET" ? "s3cret" : null });
        Assert.Equal(expected, (int)(await server.PostAsync("/webhooks/uptime-kuma", Alert("Down", "a", "f"), (header, value))).StatusCode);
    }

    [Fact]
    public async Task What_can_page_pagerduty_can_page_us()
    {
        await using var server = await TestServer.StartAsync(s => s with { Secret = _ => "k3y" });
        const string good = """{"routing_key":"k3y","event_action":"trigger","dedup_key":"d-7","payload":{"summary":"Backup failed","source":"nas","severity":"error"}}""";
        using var reply = await server.PostAsync("/v2/enqueue", good);
        Assert.Equal(202, (int)reply.StatusCode);
        Assert.Contains("\"dedup_key\":\"d-7\"", await reply.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(401, (int)(await server.PostAsync("/v2/enqueue", good.Replace("k3y", "wrong", StringComparison.Ordinal))).StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_kept_and_told()
    {
        await using var server = await TestServer.StartAsync();
        using var reply = await server.PostAsync("/webhooks/datadog", "{\"title\": ");
        Assert.Equal(422, (int)reply.StatusCode);
        Assert.Contains("opensre_payloads_unreadable_total 1", await server.GetAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_is_answered_with_the_secret_s_hash()
    {
        await using var server = await TestServer.StartAsync(s => s with { Secret = _ => "s3cret" });
        var expected = "sha256=" + Convert.ToBase64String(HMACSHA256.HashData("s3cret"u8, "abc"u8));
        Assert.Equal(expected, TestServer.Json(await server.GetAsync("/webhooks/netdata?crc_token=abc")).GetProperty("response_token").GetString());
    }
}
