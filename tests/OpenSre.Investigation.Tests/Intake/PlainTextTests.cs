using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

public sealed class PlainTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.FromHours(2));

    private static IntakeResult Read(string text) => AlertIntake.Read(text, Now);

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\ufeff")]
    [InlineData("hi")]
    [InlineData("Hello there!")]
    [InlineData("thanks 🙏")]
    [InlineData("OK.")]
    [InlineData("Danke schön")]
    [InlineData("bonjour")]
    [InlineData("¡Hola!")]
    [InlineData("cześć")]
    [InlineData("спасибо")]
    [InlineData("你好")]
    [InlineData("how are you?")]
    [InlineData("???")]
    public void Small_talk_is_noise_that_says_what_to_give_instead(string text)
    {
        var result = Read(text);

        Assert.Equal((IntakeKind.Noise, "text"), (result.Kind, result.Dialect));
        Assert.Empty(result.Alerts);
        Assert.Contains("paste an alert", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("why is checkout slow")]
    [InlineData("Is web1 healthy?")]
    [InlineData("what fills the disk of nas1")]
    [InlineData("investigate the restarts of jellyfin")]
    [InlineData("Can you look at db1?")]
    [InlineData("Warum ist das Netz so langsam?")]
    [InlineData("pourquoi le site est lent")]
    [InlineData("¿Por qué falla el pago?")]
    [InlineData("почему не работает почта")]
    public void Something_asked_is_a_question(string text)
    {
        var result = Read(text);

        Assert.Equal(IntakeKind.Question, result.Kind);
        Assert.Equal((text, text), (result.Alerts[0].Question, result.Alerts[0].Name));
    }

    [Theory]
    [InlineData("nginx is down on web1")]
    [InlineData("check failed for backup")]
    [InlineData("When the job starts the disk fills up")]
    [InlineData("GET https://shop.example.net/cart?id=4 returns 502")]
    public void Something_reported_is_no_question(string text) => Assert.Equal(IntakeKind.Alerts, Read(text).Kind);

    [Theory]
    [InlineData("🔴 CRITICAL: payment is slow, see dashboard.", "payment is slow, see dashboard", Severity.Critical)]
    [InlineData("[ERROR] disk is full", "disk is full", Severity.Error)]
    [InlineData("WARNING - queue grows", "queue grows", Severity.Warning)]
    [InlineData("[FIRING:2] HostHighCpu (web1 critical)", "HostHighCpu", Severity.Critical)]
    [InlineData("Checkout returns 502. Customers complain.", "Checkout returns 502", Severity.Unknown)]
    public void A_notification_loses_its_marks_and_keeps_its_severity(string text, string name, Severity severity) =>
        Assert.Equal((name, severity), (Read(text).Alerts[0].Name, Read(text).Alerts[0].Severity));

    [Fact]
    public void A_log_leads_with_its_worst_line()
    {
        var alert = Read("2026-05-04T09:00:00Z INFO starting\n2026-05-04T09:01:00Z ERROR db connection refused host=db1 port=5432\n2026-05-04T09:02:00Z WARN retry").Alerts[0];

        Assert.Equal(("db connection refused host=db1 port=5432", Severity.Error), (alert.Name, alert.Severity));
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 9, 1, 0, TimeSpan.Zero), alert.StartsAt);
        Assert.Equal("db1", alert.Labels["host"]);
        Assert.Contains("WARN retry", alert.Annotations["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in main\nValueError: bad input", "ValueError: bad input", Severity.Error)]
    [InlineData("E0504 10:00:00.123456       1 reflector.go:127] failed to list pods", "failed to list pods", Severity.Error)]
    [InlineData("[  12.345678] Out of memory: Killed process 123 (java)", "Out of memory: Killed process 123 (java)", Severity.Unknown)]
    [InlineData("ts=1 level=warn msg=\"queue grows\" size=4", "queue grows", Severity.Warning)]
    public void Lines_of_the_usual_loggers_are_taken_apart(string text, string name, Severity severity)
    {
        var alert = Read(text).Alerts[0];

        Assert.Equal((name, severity), (alert.Name, alert.Severity));
        Assert.Empty(alert.Labels);
    }

    [Fact]
    public void A_question_above_a_log_keeps_both()
    {
        var result = Read("what happened here?\n2026-05-04 09:01:00,123 ERROR db refused\n2026-05-04 09:02:00,000 INFO ok");

        Assert.Equal(IntakeKind.Question, result.Kind);
        Assert.Equal(("what happened here?", "db refused", Severity.Error), (result.Alerts[0].Question, result.Alerts[0].Name, result.Alerts[0].Severity));
    }

    [Fact]
    public void Syslog_gives_host_process_and_a_time_without_a_year()
    {
        var alert = Read("Dec 31 23:59:58 web1 nginx[12]: [error] connect() failed").Alerts[0];

        Assert.Equal(("web1", "nginx", "connect() failed"), (alert.Labels["host"], alert.Labels["process"], alert.Name));
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 23, 59, 58, TimeSpan.FromHours(2)), alert.StartsAt);
    }

    [Theory]
    [InlineData("/var is 97% full on db1.example.com", "mountpoint", "/var")]
    [InlineData("/var is 97% full on db1.example.com", "host", "db1.example.com")]
    [InlineData("/var is 97% full on db1.example.com", "value", "97%")]
    [InlineData("no space left, mounted on /srv/data", "mountpoint", "/srv/data")]
    [InlineData("the checkout service is slow", "service", "checkout")]
    [InlineData("service checkout is slow", "service", "checkout")]
    [InlineData("Unit backup.service failed", "unit", "backup.service")]
    [InlineData("container jellyfin keeps restarting", "container", "jellyfin")]
    [InlineData("pod web-7d9f in namespace shop crashes", "pod", "web-7d9f")]
    [InlineData("pod web-7d9f in namespace shop crashes", "namespace", "shop")]
    [InlineData("https://shop.example.net/cart returns 502.", "url", "https://shop.example.net/cart")]
    [InlineData("db1.example.net:5432 refuses connections", "instance", "db1.example.net:5432")]
    [InlineData("level=error job=node msg=\"scrape failed\"", "job", "node")]
    [InlineData("read error on /dev/sdb1", "device", "/dev/sdb1")]
    [InlineData("the load on 10.0.0.5 is high", "host", "10.0.0.5")]
    [InlineData("why does the shop database refuse logins", "database", "shop")]
    public void What_a_text_names_becomes_a_label(string text, string label, string value) =>
        Assert.Equal(value, Read(text).Alerts[0].Labels.GetValueOrDefault(label));

    [Theory]
    [InlineData("the service is slow and our server was down")]
    [InlineData("customers on the web see an error")]
    [InlineData("my home assistant container is unhealthy")]
    public void Ordinary_words_do_not(string text) => Assert.Empty(Read(text).Alerts[0].Labels);

    [Theory]
    [InlineData("slow since 10:05", "2026-05-04T08:05:00Z")]
    [InlineData("slow since 23:30", "2026-05-03T21:30:00Z")]
    [InlineData("slow since 09:30 UTC", "2026-05-04T09:30:00Z")]
    [InlineData("slow for the last 20 minutes", "2026-05-04T09:40:00Z")]
    [InlineData("it broke 2 hours ago", "2026-05-04T08:00:00Z")]
    [InlineData("broken since 2026-05-01T07:00Z", "2026-05-01T07:00:00Z")]
    [InlineData("the certificate expires in 3 days", null)]
    public void When_it_began_is_understood(string text, string? start) =>
        Assert.Equal(start is null ? null : DateTimeOffset.Parse(start), Read(text).Alerts[0].StartsAt);

    [Fact]
    public void A_recovery_message_is_resolved() => Assert.Equal(IntakeKind.Resolved, Read("✅ [RESOLVED] HostHighCpu on web1").Kind);

    [Theory]
    [InlineData("password=hunter22222 was logged")]
    [InlineData("login: \u001b]0;evil\u0007 failed")]
    public void Text_is_made_harmless(string text)
    {
        var alert = Read(text).Alerts[0];

        Assert.DoesNotContain("hunter22222", alert.Name + alert.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", alert.Name + alert.Summary, StringComparison.Ordinal);
    }
}
