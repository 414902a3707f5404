using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>
/// Where alerts come in: any vendor at /webhooks/{vendor}, recognised senders at /webhooks, Prometheus at its own
/// /api/v2/alerts, everything that can page PagerDuty at /v2/enqueue. An answer means that it is on the disk.
/// </summary>
internal sealed class Webhooks(ServerSettings settings, AlertDesk desk, VendorGuard guard, Security security, ServerMetrics metrics, Journal unreadable, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/webhooks", http => TakeAsync(http, null));
        app.MapPost("/webhooks/{vendor}", http => TakeAsync(http, http.Request.RouteValues["vendor"] as string));
        app.MapPost("/api/v2/alerts", http => TakeAsync(http, "prometheus"));
        app.MapPost("/api/v1/alerts", http => TakeAsync(http, "prometheus"));
        app.MapPost("/v2/enqueue", http => TakeAsync(http, "pagerduty"));
        app.MapGet("/webhooks/{vendor}", ChallengeAsync);
    }

    private async Task TakeAsync(HttpContext http, string? named)
    {
        if (await Bodies.ReadAsync(http, settings).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var headers = new RequestHeaders(http.Request.Headers);
        var text = Text(http.Request, body);
        var vendor = named?.ToLowerInvariant() ?? VendorOf(headers);
        var admission = await guard.CheckAsync(vendor ?? "any", http.Request, body, security.IsTrusted(http.Request), http.RequestAborted).ConfigureAwait(false);
        if (!admission.IsAllowed)
        {
            metrics.Refused.Add();
            await Problems.WriteAsync(http, 401, $"The delivery is refused: {admission.Why}.").ConfigureAwait(false);
            return;
        }

        var reading = AlertIntake.Read(text, time.GetUtcNow(), headers);
        if (reading.Kind == IntakeKind.Unusable)
        {
            metrics.Unreadable.Add();
            await unreadable.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["at"] = time.GetUtcNow().ToString("O"), ["vendor"] = vendor ?? "", ["why"] = reading.Message, ["body"] = text.Length > 20_000 ? text[..20_000] : text }, ServerJson.Default.DictionaryStringString), http.RequestAborted).ConfigureAwait(false);
            await Problems.WriteAsync(http, 422, reading.Message).ConfigureAwait(false);
            return;
        }

        try
        {
            var taken = reading.Kind == IntakeKind.Noise ? new Taken(0, 0, 0, []) : await desk.TakeAsync(reading.Alerts, admission.Delivery, http.RequestAborted).ConfigureAwait(false);
            await ReplyAsync(http, reading, taken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            http.Response.Headers.RetryAfter = "5";
            await Problems.WriteAsync(http, 503, e.Message).ConfigureAwait(false);
        }
    }

    private static Task ReplyAsync(HttpContext http, IntakeResult reading, Taken taken)
    {
        // Prometheus and the Alertmanager API answer 200; everybody else hears that the work is yet to come.
        http.Response.StatusCode = http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        return http.Request.Path.StartsWithSegments("/v2/enqueue", StringComparison.Ordinal)
            ? Replies.JsonAsync(http, new PagerDutyReply("success", "Event processed", reading.Alerts.Count > 0 ? reading.Alerts[0].Fingerprint : ""), ServerJson.Default.PagerDutyReply)
            : Replies.JsonAsync(http, new IntakeReply("accepted", taken.Received, taken.New, taken.Repeated, taken.Incidents, reading.Message), ServerJson.Default.IntakeReply);
    }

    /// <summary>Netdata asks whether we know the secret before it sends anything.</summary>
    private async Task ChallengeAsync(HttpContext http)
    {
        var vendor = (http.Request.RouteValues["vendor"] as string ?? "").ToLowerInvariant();
        var secret = settings.Secret($"OPENSRE_WEBHOOK_SECRET_{vendor.ToUpperInvariant()}") ?? settings.Secret("OPENSRE_WEBHOOK_SECRET");
        if (http.Request.Query["crc_token"].ToString() is not { Length: > 0 and <= 500 } token || secret is null)
        {
            http.Response.Headers.Allow = "POST";
            await Problems.WriteAsync(http, 405, "Alerts are sent here with POST.").ConfigureAwait(false);
            return;
        }

        http.Response.ContentType = "application/json";
        var answer = "sha256=" + Convert.ToBase64String(Convert.FromHexString(VendorGuard.Hmac(secret, Encoding.UTF8.GetBytes(token))));
        await http.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, string> { ["response_token"] = answer }, ServerJson.Default.DictionaryStringString)).ConfigureAwait(false);
    }

    /// <summary>The payload as text; some senders put their JSON into a form field.</summary>
    private static string Text(HttpRequest request, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            var form = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text);
            return form.TryGetValue("data", out var data) || form.TryGetValue("payload", out data) ? data.ToString() : text;
        }

        return text;
    }

    private static string? VendorOf(RequestHeaders headers) =>
        headers.ContainsKey("X-PagerDuty-Signature") ? "pagerduty"
        : headers.ContainsKey("Sentry-Hook-Resource") ? "sentry"
        : headers.ContainsKey("x-amz-sns-message-type") ? "cloudwatch"
        : headers.ContainsKey("X-Grafana-Alerting-Signature") ? "grafana"
        : null;
}
