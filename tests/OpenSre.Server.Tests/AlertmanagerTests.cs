using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Tests.Server;

/// <summary>A real Prometheus watches a target and a real Alertmanager delivers what comes of it.</summary>
public sealed class AlertmanagerTests : IAsyncDisposable
{
    private const string Package = "apt-get install prometheus prometheus-alertmanager";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-prometheus-");
    private readonly List<Process> _started = [];
    private HttpListener? _target;

    public async ValueTask DisposeAsync()
    {
        _target?.Close();
        foreach (var process in Enumerable.Reverse(_started))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_real_alert_becomes_an_incident_is_investigated_once_and_ends()
    {
        NeedPrograms();
        await using var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning, Secret = n => n == "OPENSRE_WEBHOOK_SECRET_ALERTMANAGER" ? "a-secret" : null });
        var (target, alertmanager) = (FreePort(), FreePort());
        await AlertmanagerAsync(alertmanager, $"""
            route: {"{"}receiver: sre, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1s{"}"}
            receivers:
            - name: sre
              webhook_configs:
              - url: '{server.Server.Address}/webhooks/alertmanager'
                send_resolved: true
                http_config: {"{"}authorization: {"{"}credentials: a-secret{"}"}{"}"}
            """);
        await PrometheusAsync(alertmanager, target);
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Incidents(0, 10, true).Incidents.Any(i => i.Firing > 0)));
        var incident = Assert.Single(server.Server.Desk.Incidents(0, 10, false).Incidents);
        Assert.Contains("TargetDown", incident.Title, StringComparison.Ordinal);
        Assert.Equal(Severity.Critical, incident.Severity);
        // Alertmanager repeats every second; that is counted and starts nothing.
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Find(incident.Id)!.Folded >= 2));
        Assert.Single(server.Engine.Investigated);
        Answer(target);
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Find(incident.Id)!.Firing == 0));
        Assert.Single(server.Engine.Investigated);
        var alert = Assert.Single(server.Server.Desk.Page(null, 10, null, null).Alerts);
        Assert.Equal((AlertStatus.Resolved, "alertmanager"), (alert.Status, alert.Source));
    }

    [Fact]
    public async Task A_sender_without_the_secret_is_told_so_and_nothing_is_taken()
    {
        NeedPrograms();
        await using var server = await TestServer.StartAsync(s => s with { Secret = n => n == "OPENSRE_WEBHOOK_SECRET" ? "a-secret" : null });
        var (target, alertmanager) = (FreePort(), FreePort());
        await AlertmanagerAsync(alertmanager, $"""
            route: {"{"}receiver: sre, group_wait: 1s, group_interval: 1s{"}"}
            receivers:
            - name: sre
              webhook_configs: [{"{"}url: '{server.Server.Address}/webhooks/alertmanager'{"}"}]
            """);
        await PrometheusAsync(alertmanager, target);
        using var http = new HttpClient();
        await TestServer.UntilAsync(async () => (await http.GetStringAsync($"http://127.0.0.1:{alertmanager}/metrics", TestContext.Current.CancellationToken))
            .Split('\n').Any(l => l.StartsWith("alertmanager_notifications_failed_total{", StringComparison.Ordinal) && l.Contains("webhook", StringComparison.Ordinal) && !l.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Equal(0, server.Server.Desk.Alerts);
    }

    [Fact]
    public async Task Prometheus_delivers_without_an_alertmanager_between()
    {
        NeedPrograms();
        await using var server = await TestServer.StartAsync();
        var target = FreePort();
        await PrometheusAsync(new Uri(server.Server.Address).Port, target);
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Page(null, 10, AlertStatus.Firing, null).Alerts.Count == 1));
        Assert.Equal("TargetDown", server.Server.Desk.Page(null, 10, null, null).Alerts[0].Name);
        Answer(target);
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Page(null, 10, AlertStatus.Resolved, null).Alerts.Count == 1));
    }

    private static void NeedPrograms() =>
        Assert.SkipUnless(Find("prometheus") is not null && Find("prometheus-alertmanager") is not null, $"Prometheus is not installed: {Package}");

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>From now on the target answers.</summary>
    private void Answer(int port)
    {
        var target = _target = new HttpListener();
        target.Prefixes.Add($"http://127.0.0.1:{port}/");
        target.Start();
        _ = Task.Run(async () =>
        {
            while (target.IsListening)
            {
                try
                {
                    var context = await target.GetContextAsync();
                    context.Response.OutputStream.Write("fine 1\n"u8);
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return; // The test is over.
                }
            }
        });
    }

    private Task AlertmanagerAsync(int port, string configuration)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "alertmanager.yml"), configuration);
        return StartAsync("prometheus-alertmanager", port, $"--config.file={_folder.FullName}/alertmanager.yml", $"--storage.path={_folder.FullName}/alerts", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=");
    }

    private Task PrometheusAsync(int alertmanager, int target)
    {
        var port = FreePort();
        File.WriteAllText(Path.Combine(_folder.FullName, "rules.yml"), """
            groups:
            - name: targets
              rules:
              - alert: TargetDown
                expr: up == 0
                labels: {severity: critical}
                annotations: {summary: '{{ $labels.job }} at {{ $labels.instance }} is down'}
            """);
        File.WriteAllText(Path.Combine(_folder.FullName, "prometheus.yml"), string.Create(CultureInfo.InvariantCulture, $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ['{{_folder.FullName}}/rules.yml']
            alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:{{alertmanager}}']}]}]}
            scrape_configs:
            - job_name: shop
              static_configs: [{targets: ['127.0.0.1:{{target}}']}]
            """));
        return StartAsync("prometheus", port, $"--config.file={_folder.FullName}/prometheus.yml", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn", "--rules.alert.resend-delay=1s");
    }

    private async Task StartAsync(string program, int port, params string[] arguments)
    {
        var said = new StringBuilder();
        var process = new Process { StartInfo = new ProcessStartInfo(Find(program)!, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true } };
        process.ErrorDataReceived += (_, e) => said.AppendLine(e.Data);
        process.OutputDataReceived += (_, e) => said.AppendLine(e.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _started.Add(process);
        using var http = new HttpClient();
        for (var i = 0; i < 200; i++)
        {
            Assert.False(process.HasExited, $"{program} ended: {said}");
            try
            {
                if ((await http.GetAsync($"http://127.0.0.1:{port}/-/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{program} did not get ready: {said}");
    }
}
