using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>
/// Brings results back to where people are. Each place is set by the environment: <c>OPENSRE_SLACK_WEBHOOK</c>,
/// <c>OPENSRE_RESULT_WEBHOOK</c> (the result as JSON), <c>OPENSRE_PAGERDUTY_TOKEN</c> with <c>OPENSRE_PAGERDUTY_FROM</c>
/// (a note on the incident that asked), <c>OPENSRE_RESULT_FOLDER</c> (a Markdown file). Tried four times, longer apart.
/// </summary>
public sealed class Sender(ServerSettings settings, HttpClient client, ServerMetrics metrics, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25)];

    public async Task SendAsync(LiveRun run, CaseFile file, CancellationToken cancellation)
    {
        if (file.Diagnosis is null)
        {
            return;
        }

        var view = run.Summary;
        List<Task> sending = [];
        if (settings.Secret("OPENSRE_RESULT_FOLDER") is { } folder)
        {
            sending.Add(TryAsync("the result folder", () => WriteAsync(folder, run, file, cancellation), cancellation));
        }

        if (settings.Secret("OPENSRE_SLACK_WEBHOOK") is { } slack)
        {
            var text = $"*{SafeText.Line(run.Title, 150)}*\n{SafeText.Line(file.Diagnosis.Summary, 600)}";
            sending.Add(TryAsync("Slack", () => PostAsync(slack, new JsonObject { ["text"] = text }, null, cancellation), cancellation));
        }

        if (settings.Secret("OPENSRE_RESULT_WEBHOOK") is { } hook)
        {
            var json = new JsonObject { ["id"] = run.Id, ["title"] = run.Title, ["verdict"] = view.Verdict, ["probability"] = view.Probability, ["summary"] = view.Summary, ["incident"] = view.IncidentId, ["report"] = file.Report };
            sending.Add(TryAsync("the result webhook", () => PostAsync(hook, json, null, cancellation), cancellation));
        }

        if (settings.Secret("OPENSRE_PAGERDUTY_TOKEN") is { } token && settings.Secret("OPENSRE_PAGERDUTY_FROM") is { } from
            && file.Incident.Alerts.FirstOrDefault(a => a.Source == "pagerduty")?.Find("incident_id", "id") is { } incident)
        {
            var note = new JsonObject { ["note"] = new JsonObject { ["content"] = $"OpenSRE: {SafeText.Clean(file.Diagnosis.Summary)}" } };
            sending.Add(TryAsync("PagerDuty", () => PostAsync($"{settings.Secret("OPENSRE_PAGERDUTY_URL") ?? "https://api.pagerduty.com"}/incidents/{Uri.EscapeDataString(incident)}/notes", note, r =>
            {
                r.Headers.Authorization = new AuthenticationHeaderValue("Token", $"token={token}");
                r.Headers.Add("From", from);
            }, cancellation), cancellation));
        }

        await Task.WhenAll(sending).ConfigureAwait(false);
    }

    private async Task TryAsync(string where, Func<Task> send, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await send().ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or UriFormatException or InvalidOperationException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                if (attempt == Pauses.Length)
                {
                    metrics.SendFailures.Add();
                    log($"the result could not be sent to {where}: {SafeText.Line(e.Message, 200)}");
                    return;
                }

                await Task.Delay(Pauses[attempt], time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task PostAsync(string url, JsonObject body, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        prepare?.Invoke(request);
        using var response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        // A refusal for good is not tried again; it is told once.
        if ((int)response.StatusCode is >= 400 and < 500 and not 408 and not 429)
        {
            metrics.SendFailures.Add();
            log($"{request.RequestUri!.Host} refused the result with {(int)response.StatusCode}");
            return;
        }

        response.EnsureSuccessStatusCode();
    }

    private static async Task WriteAsync(string folder, LiveRun run, CaseFile file, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{run.Id}.md");
        await File.WriteAllTextAsync(path + ".new", $"# {SafeText.Line(run.Title, 200)}\n\n{file.Report}", cancellation).ConfigureAwait(false);
        File.Move(path + ".new", path, overwrite: true);
    }
}
