using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

/// <summary>The tools against the real program, with an hour and a half of made-up past; skipped where it is not installed.</summary>
public sealed class RealPrometheusTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-prometheus-");
    private Process? _prometheus;

    public void Dispose()
    {
        if (_prometheus is { HasExited: false })
        {
            _prometheus.Kill(entireProcessTree: true);
            _prometheus.WaitForExit();
        }

        _prometheus?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_real_Prometheus_answers_every_tool()
    {
        Assert.SkipUnless(Find("prometheus") is not null && Find("promtool") is not null, "Prometheus is not installed: apt-get install prometheus");
        var cancellation = TestContext.Current.CancellationToken;
        var now = DateTimeOffset.UtcNow;
        await BackfillAsync(now);
        var (url, dead) = await StartAsync();
        var tools = PrometheusTools.All(BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Prometheus = PrometheusOptions.Of(url, null, "test") })).ToDictionary(t => t.Description.Name);

        var series = await tools["metrics.series"].RunAsync(new Dictionary<string, string> { ["since"] = now.AddMinutes(-12).ToString("yyyy-MM-ddTHH:mm:00Z", CultureInfo.InvariantCulture), ["expr"] = "rate(http_request_duration_seconds_sum{service=\"pay\"}[3m]) > 5" }, cancellation);
        Assert.Equal((ToolStatus.Ok, ""), (series.Status, series.Note));
        var known = series.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(l => (l.Split(' ')[1], l.Split(" text=")[1]), l => l.Split("values=")[1].Split(' ')[0].Split(',').Where(v => v.Length > 0).Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToList());
        Assert.InRange(known[("metric=latency_mean_seconds", "pay")][5], 0.09, 0.11);
        Assert.InRange(known[("metric=latency_mean_seconds", "pay")].TakeLast(20).Max(), 1.9, 2.1);
        Assert.InRange(known[("metric=latency_mean_seconds", "web")].Max(), 0.09, 0.11);
        Assert.InRange(known[("metric=requests_per_sec", "web")][5], 9, 11);
        Assert.All(known[("metric=availability", "web")], v => Assert.Equal(1, v));
        Assert.Contains(("metric=alert_condition_above", "pay"), known.Keys);

        var alerts = await UntilAsync(tools["metrics.alerts"], "state=firing");
        Assert.Contains("rule name=TargetDown state=firing health=ok text=up == 0", alerts, StringComparison.Ordinal);
        Assert.Contains($"instance=127.0.0.1:{dead}", alerts, StringComparison.Ordinal);
        var targets = await UntilAsync(tools["metrics.targets"], "health=down");
        Assert.Contains("refused", targets, StringComparison.Ordinal);
        var calls = await tools["topology.calls"].RunAsync(new Dictionary<string, string>(), cancellation);
        Assert.Equal((ToolStatus.Ok, ""), (calls.Status, calls.Text));
        var wrong = await tools["metrics.series"].RunAsync(new Dictionary<string, string> { ["expr"] = "sum(" }, cancellation);
        Assert.Contains("parse error", wrong.Note, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(IEvidenceTool tool, string words)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var began = Stopwatch.StartNew();
        while (true)
        {
            var result = await tool.RunAsync(new Dictionary<string, string>(), cancellation);
            if (result.Text.Contains(words, StringComparison.Ordinal))
            {
                return result.Text;
            }

            Assert.True(began.Elapsed < TimeSpan.FromSeconds(120), $"{tool.Description.Name} did not come to say {words}: {result}");
            await Task.Delay(250, cancellation);
        }
    }

    /// <summary>Ten requests a second of two services, of a tenth of a second each; those of one take two seconds since 14 minutes.</summary>
    private async Task BackfillAsync(DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var metric in new[] { "count", "sum" })
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE http_request_duration_seconds_{metric} unknown\n");
            foreach (var service in new[] { "pay", "web" })
            {
                var total = 0.0;
                for (var at = now.AddMinutes(-100).ToUnixTimeSeconds(); at <= now.ToUnixTimeSeconds(); at += 30)
                {
                    var slow = service == "pay" && at > now.AddMinutes(-14).ToUnixTimeSeconds();
                    total += 30 * 10 * (metric == "count" ? 1 : slow ? 2 : 0.1);
                    text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_{metric}{{service=\"{service}\",code=\"200\"}} {total:R} {at}\n");
                }
            }
        }

        var file = Path.Combine(_folder.FullName, "past.txt");
        await File.WriteAllTextAsync(file, text.Append("# EOF\n").ToString());
        using var promtool = Process.Start(new ProcessStartInfo(Find("promtool")!, ["tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(_folder.FullName, "data")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = promtool.StandardOutput.ReadToEndAsync();
        var errors = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, await said + errors);
    }

    private async Task<(string Url, int Dead)> StartAsync()
    {
        var (port, dead) = (FreePort(), FreePort());
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "rules.yml"), """
            groups:
            - name: targets
              rules:
              - {alert: TargetDown, expr: up == 0}
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "prometheus.yml"), $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ['{{_folder.FullName}}/rules.yml']
            scrape_configs:
            - job_name: shop
              static_configs: [{targets: ['127.0.0.1:{{dead}}']}]
            """);
        var said = new StringBuilder();
        _prometheus = new Process { StartInfo = new ProcessStartInfo(Find("prometheus")!, [$"--config.file={_folder.FullName}/prometheus.yml", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true } };
        _prometheus.ErrorDataReceived += (_, e) => said.AppendLine(e.Data);
        _prometheus.Start();
        _prometheus.BeginErrorReadLine();
        _prometheus.BeginOutputReadLine();
        using var http = new HttpClient();
        var began = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(_prometheus.HasExited, $"prometheus ended: {said}");
            try
            {
                if ((await http.GetAsync($"http://127.0.0.1:{port}/-/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode)
                {
                    return ($"127.0.0.1:{port}", dead);
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            Assert.True(began.Elapsed < TimeSpan.FromSeconds(120), $"prometheus did not get ready: {said}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
