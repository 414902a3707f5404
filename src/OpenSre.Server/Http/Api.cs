using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>The server's own API: investigations as things that can be started, followed, steered, stopped and read again.</summary>
internal sealed class Api(ServerSettings settings, RunBoard runs, AlertDesk desk, ApprovalDesk approvals, ServerMetrics metrics, ServerLog log, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/investigations", StartAsync);
        app.MapGet("/api/investigations", ListAsync);
        app.MapGet("/api/investigations/{id}", http => WithRun(http, run => Json(http, run.View, ServerJson.Default.RunView)));
        app.MapGet("/api/investigations/{id}/events", http => WithRun(http, run => EventsAsync(http, run)));
        app.MapGet("/api/investigations/{id}/report", http => WithRun(http, run => ReportAsync(http, run)));
        app.MapPost("/api/investigations/{id}/messages", http => WithRun(http, run => SteerAsync(http, run)));
        app.MapPost("/api/investigations/{id}/cancel", http => WithRun(http, run => CancelAsync(http, run)));
        app.MapGet("/api/investigations/{id}/approvals", http => WithRun(http, run => Json(http, [.. approvals.Pending.Where(p => p.RunId == run.Id)], ServerJson.Default.IReadOnlyListPendingApproval)));
        app.MapGet("/api/approvals", http => Json(http, approvals.Pending, ServerJson.Default.IReadOnlyListPendingApproval));
        app.MapPost("/api/approvals/{id}", AnswerAsync);
        app.MapGet("/api/alerts", http => Json(http, desk.Page(Number(http, "before"), Limit(http), Enum.TryParse<AlertStatus>(http.Request.Query["status"], true, out var status) ? status : null, Word(http, "q")), ServerJson.Default.AlertPage));
        app.MapGet("/api/incidents", http => Json(http, desk.Incidents((int)(Number(http, "skip") ?? 0), Limit(http), http.Request.Query["state"] == "open"), ServerJson.Default.IncidentPage));
        app.MapGet("/api/incidents/events", IncidentEventsAsync);
        app.MapGet("/api/incidents/{id}", http => desk.Find((string)http.Request.RouteValues["id"]!) is { } incident
            ? Json(http, incident, ServerJson.Default.IncidentView)
            : Problems.WriteAsync(http, 404, $"There is no incident {Name(http)}."));
        app.MapPost("/api/incidents/{id}/investigate", InvestigateIncidentAsync);
    }

    private async Task StartAsync(HttpContext http)
    {
        if (await Bodies.ReadAsync(http, settings).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(body);
        var reading = AlertIntake.Read(Unwrapped(text), time.GetUtcNow(), http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (reading.Kind is IntakeKind.Unusable or IntakeKind.Noise || reading.Alerts.Count == 0)
        {
            metrics.Unreadable.Add();
            await Problems.WriteAsync(http, 422, reading.Message).ConfigureAwait(false);
            return;
        }

        await BeginAsync(http, reading.Alerts, "api", null).ConfigureAwait(false);
    }

    private async Task InvestigateIncidentAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (desk.AlertsOf(id) is not { Count: > 0 } alerts)
        {
            await Problems.WriteAsync(http, 404, $"There is no incident {Name(http)}.").ConfigureAwait(false);
            return;
        }

        if (await BeginAsync(http, alerts, "api", id).ConfigureAwait(false) is { } run)
        {
            await desk.StartedAsync(id, run.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<LiveRun?> BeginAsync(HttpContext http, IReadOnlyList<Alert> alerts, string source, string? incident)
    {
        try
        {
            var run = await runs.StartAsync(alerts, source, incident, http.RequestAborted).ConfigureAwait(false);
            log.Info("investigation started", ("run", run.Id), ("incident", incident), ("by", source), ("request", http.TraceIdentifier));
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.Headers.Location = $"/api/investigations/{run.Id}";
            await Json(http, new StartReply(run.Id, run.Title, $"/api/investigations/{run.Id}/events"), ServerJson.Default.StartReply).ConfigureAwait(false);
            return run;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            http.Response.Headers.RetryAfter = "5";
            await Problems.WriteAsync(http, 503, e.Message).ConfigureAwait(false);
            return null;
        }
    }

    private Task ListAsync(HttpContext http)
    {
        var limit = Limit(http);
        RunState? state = Enum.TryParse<RunState>(http.Request.Query["state"], true, out var s) ? s : null;
        var page = runs.List(Word(http, "q"), state, Word(http, "before"), limit);
        return Json(http, new RunList(page, page.Count == limit ? page[^1].Id : null), ServerJson.Default.RunList);
    }

    private async Task EventsAsync(HttpContext http, LiveRun run)
    {
        using var streaming = metrics.Streaming();
        using var stream = new SseStream(http, settings, metrics);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            if (http.Request.Query["format"] == "ag-ui")
            {
                await AgUiAsync(run, stream).ConfigureAwait(false);
            }
            else
            {
                await RunStream.FollowAsync(run, stream, After(http)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stream.Gone.IsCancellationRequested)
        {
            // The reader went away; the run goes on.
        }
    }

    private async Task IncidentEventsAsync(HttpContext http)
    {
        using var streaming = metrics.Streaming();
        using var stream = new SseStream(http, settings, metrics);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            await IncidentStream.FollowAsync(desk, stream, After(http)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stream.Gone.IsCancellationRequested)
        {
            // The reader went away.
        }
    }

    private static async Task AgUiAsync(LiveRun run, SseStream stream)
    {
        var encoder = new AgUi(run.Id);
        var after = 0L;
        while (true)
        {
            _ = run.Frames.After(after, out _, out var complete, out var more);
            foreach (var e in run.EventsAfter(after))
            {
                after = e.Seq;
                foreach (var frame in encoder.Frames(e))
                {
                    await stream.SendRawAsync(frame).ConfigureAwait(false);
                }
            }

            if (complete)
            {
                return;
            }

            await stream.WaitAsync(more).ConfigureAwait(false);
        }
    }

    private static Task ReportAsync(HttpContext http, LiveRun run)
    {
        var view = run.View;
        if (view.Report.Length == 0)
        {
            return Problems.WriteAsync(http, 409, $"The investigation {run.Id} has no report yet; it is {view.Run.State.ToString().ToLowerInvariant()}.");
        }

        if (http.Request.Query["format"] == "json" || http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal))
        {
            return Json(http, view, ServerJson.Default.RunView);
        }

        http.Response.ContentType = "text/markdown; charset=utf-8";
        return http.Response.WriteAsync(view.Report);
    }

    private async Task SteerAsync(HttpContext http, LiveRun run)
    {
        if (await Bodies.ReadAsync(http, settings).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var text = TextOf(body);
        if (string.IsNullOrWhiteSpace(text) || text.Length > 20_000)
        {
            await Problems.WriteAsync(http, 422, """Send {"text": "…"}, at most 20,000 characters.""").ConfigureAwait(false);
            return;
        }

        if (run.Ended.IsCompleted || !run.TrySteer(text))
        {
            await Problems.WriteAsync(http, 409, $"The investigation {run.Id} has ended; start another one.").ConfigureAwait(false);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        await Json(http, new OkReply(true), ServerJson.Default.OkReply).ConfigureAwait(false);
    }

    private static Task CancelAsync(HttpContext http, LiveRun run)
    {
        if (!run.Cancel())
        {
            return Problems.WriteAsync(http, 409, $"The investigation {run.Id} has ended already.");
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Json(http, new OkReply(true), ServerJson.Default.OkReply);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (await Bodies.ReadAsync(http, settings).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        AnswerBody? answer;
        try
        {
            answer = JsonSerializer.Deserialize(body, ServerJson.Default.AnswerBody);
        }
        catch (JsonException e)
        {
            await Problems.WriteAsync(http, 400, $"The body is no JSON: {e.Message}").ConfigureAwait(false);
            return;
        }

        bool? approve = answer?.Approve ?? answer?.Decision?.ToLowerInvariant() switch { "approve" or "approved" or "accept" or "yes" => true, "decline" or "declined" or "reject" or "no" => false, _ => null };
        if (approve is not { } yes)
        {
            await Problems.WriteAsync(http, 422, """Send {"approve": true} or {"approve": false}.""").ConfigureAwait(false);
            return;
        }

        var id = (string)http.Request.RouteValues["id"]!;
        var result = await approvals.AnswerAsync(id, yes, answer!.By ?? $"api {http.Connection.RemoteIpAddress}", answer.Hash).ConfigureAwait(false);
        log.Info("approval answered", ("approval", id), ("answer", yes ? "approved" : "declined"), ("result", result.ToString().ToLowerInvariant()), ("request", http.TraceIdentifier));
        await (result switch
        {
            AnswerResult.Taken or AnswerResult.Same => Json(http, new AnswerReply(id, yes ? "approved" : "declined", result == AnswerResult.Same), ServerJson.Default.AnswerReply),
            AnswerResult.AlreadyAnswered => Problems.WriteAsync(http, 409, "Another answer came first."),
            AnswerResult.WrongAction => Problems.WriteAsync(http, 409, "The answer is for another action than the one that is asked about."),
            _ => Problems.WriteAsync(http, 404, $"There is no question {Name(http)}."),
        }).ConfigureAwait(false);
    }

    /// <summary>The text of a message in any of its shapes, or the body itself.</summary>
    private static string TextOf(byte[] body)
    {
        try
        {
            var given = JsonSerializer.Deserialize(body, ServerJson.Default.TextBody);
            return given?.Text ?? given?.Message ?? given?.Input ?? "";
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body);
        }
    }

    /// <summary>{"text": "…"} alone means the text.</summary>
    private static string Unwrapped(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return text;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            var fields = json.RootElement.EnumerateObject().ToList();
            return fields is [{ Name: "text" or "input" or "message" or "question", Value.ValueKind: JsonValueKind.String } only] ? only.Value.GetString()! : text;
        }
        catch (JsonException)
        {
            return text; // The intake says what is wrong with it, with line and column.
        }
    }

    private Task WithRun(HttpContext http, Func<LiveRun, Task> then) =>
        runs.Find((string)http.Request.RouteValues["id"]!) is { } run ? then(run) : Problems.WriteAsync(http, 404, $"There is no investigation {Name(http)}.");

    private static long After(HttpContext http) =>
        long.TryParse(http.Request.Headers["Last-Event-ID"], out var id) || long.TryParse(http.Request.Query["after"], out id) ? Math.Max(0, id) : 0;

    private static string Name(HttpContext http) => SafeText.Line((string)http.Request.RouteValues["id"]!, 60);

    private static string? Word(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } word ? word : null;

    private static long? Number(HttpContext http, string name) => long.TryParse(http.Request.Query[name], out var number) && number >= 0 ? number : null;

    private static int Limit(HttpContext http) => (int)Math.Clamp(Number(http, "limit") ?? 50, 1, 500);

    private static Task Json<T>(HttpContext http, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Replies.JsonAsync(http, value, type);
}
