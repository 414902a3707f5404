using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>
/// <c>/api/stream/investigate</c> and <c>/send</c>: the streaming contract of HolmesGPT and of the agent servers built
/// after it, with the engine of this program behind it. Wrapped and bare bodies work, a stream takes many turns, an
/// answer may have the id 0, and a refused call is told so.
/// </summary>
internal sealed class SeedStream(ServerSettings settings, RunBoard runs, ApprovalDesk approvals, ServerMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan IdleNamed = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan IdleUnnamed = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, SeedConnection> _connections = new(StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/stream/investigate", OpenAsync);
        app.MapPost("/api/stream/investigate", OpenAsync);
        app.MapPost("/api/stream/investigate/send", SendAsync);
    }

    private async Task OpenAsync(HttpContext http)
    {
        var body = new SeedBody(SeedWish.Nothing, http.Request.Query["connectionId"].ToString() is { Length: > 0 } named ? named : null);
        if (HttpMethods.IsPost(http.Request.Method))
        {
            if (await ReadAsync(http).ConfigureAwait(false) is not { } read)
            {
                return;
            }

            body = read;
        }

        if (!http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) && !body.IsHolmes)
        {
            await ErrorAsync(http, 400, "This endpoint only supports Server-Sent Events (SSE). Please set Accept header to \"text/event-stream\".").ConfigureAwait(false);
            return;
        }

        var connection = new SeedConnection(body.ConnectionId ?? Guid.NewGuid().ToString("N"));
        if (!_connections.TryAdd(connection.Id, connection))
        {
            await ErrorAsync(http, 409, $"The connection {SafeText.Line(connection.Id, 60)} is open already.").ConfigureAwait(false);
            return;
        }

        using var streaming = metrics.Streaming();
        using var stream = new SseStream(http, settings, metrics);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            await stream.SendAsync("connection_ack", new JsonObject { ["connectionId"] = connection.Id }.ToJsonString()).ConfigureAwait(false);
            await stream.SendAsync("rpc_result", Rpc(1, new JsonObject { ["userAgent"] = "opensre" })).ConfigureAwait(false);
            await stream.SendAsync("rpc_result", Rpc(2, new JsonObject { ["thread"] = new JsonObject { ["id"] = connection.Id } })).ConfigureAwait(false);
            if (body.Wish is SeedWish.Turn or SeedWish.Alert)
            {
                connection.Turns.Writer.TryWrite(body);
            }
            else if (body.Wish == SeedWish.Refused)
            {
                await stream.SendAsync("error", SeedEvents.Error(body.Why).ToJsonString()).ConfigureAwait(false);
            }

            await ServeAsync(connection, stream, body).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stream.Gone.IsCancellationRequested)
        {
            // The client left. What runs goes on; its result can be read under /api/investigations.
        }
        finally
        {
            _connections.TryRemove(connection.Id, out _);
        }
    }

    /// <summary>Turn after turn, until nothing was said for a while.</summary>
    private async Task ServeAsync(SeedConnection connection, SseStream stream, SeedBody first)
    {
        var idle = HasName(first) ? IdleNamed : IdleUnnamed;
        while (true)
        {
            var next = connection.Turns.Reader.WaitToReadAsync(stream.Gone).AsTask();
            var until = time.GetTimestamp();
            while (!next.IsCompleted)
            {
                await Task.WhenAny(next, Task.Delay(settings.Heartbeat, time, stream.Gone)).ConfigureAwait(false);
                if (!next.IsCompleted)
                {
                    if (time.GetElapsedTime(until) > idle)
                    {
                        return;
                    }

                    await stream.PingAsync().ConfigureAwait(false);
                }
            }

            await next.ConfigureAwait(false);
            while (connection.Turns.Reader.TryRead(out var turn))
            {
                await TurnAsync(connection, stream, turn).ConfigureAwait(false);
                if (first.IsHolmes)
                {
                    return; // Such clients read to the end of the stream.
                }
            }
        }
    }

    private static bool HasName(SeedBody body) => body.ConnectionId is not null || body.Wish == SeedWish.Nothing;

    private async Task TurnAsync(SeedConnection connection, SseStream stream, SeedBody turn)
    {
        var number = time.GetUtcNow().ToUnixTimeMilliseconds();
        var reading = AlertIntake.Read(turn.Text, time.GetUtcNow());
        // A question about what was just found is answered from its evidence, without a new look.
        if (turn.Wish == SeedWish.Turn && connection.Last is { } last && await last.Ended.ConfigureAwait(false) is { } file && FollowUp.Answer(file, turn.Text) is { } answer)
        {
            await stream.SendAsync("rpc_result", Rpc(number, Turn($"{last.Id}-{number}"))).ConfigureAwait(false);
            await stream.SendAsync("ai_message", new JsonObject { ["content"] = answer }.ToJsonString()).ConfigureAwait(false);
            await stream.SendAsync("ai_answer_end", new JsonObject { ["sections"] = new JsonObject(), ["analysis"] = answer }.ToJsonString()).ConfigureAwait(false);
            return;
        }

        if (reading.Alerts.Count == 0 || reading.Kind is IntakeKind.Unusable or IntakeKind.Noise)
        {
            await stream.SendAsync("error", SeedEvents.Error(reading.Message).ToJsonString()).ConfigureAwait(false);
            return;
        }

        LiveRun run;
        try
        {
            run = await runs.StartAsync(reading.Alerts, "stream", null, stream.Gone, turn.Wish == SeedWish.Turn ? connection.Last?.Session : null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            await stream.SendAsync("error", SeedEvents.Error(e.Message).ToJsonString()).ConfigureAwait(false);
            return;
        }

        connection.Current = run;
        await stream.SendAsync("rpc_result", Rpc(number, Turn(run.Id))).ConfigureAwait(false);
        var words = new SeedEvents(run, request => connection.Number(request.Id));
        var after = 0L;
        while (true)
        {
            run.Frames.After(after, out _, out var complete, out var more);
            foreach (var e in run.EventsAfter(after))
            {
                after = e.Seq;
                foreach (var (name, data) in words.Of(e))
                {
                    await stream.SendAsync(name, data.ToJsonString(), e.Seq).ConfigureAwait(false);
                }
            }

            if (complete && run.Frames.LastSeq <= after)
            {
                break;
            }

            if (!complete)
            {
                await stream.WaitAsync(more).ConfigureAwait(false);
            }
        }

        (connection.Last, connection.Current) = (run, null);
    }

    private async Task SendAsync(HttpContext http)
    {
        if (await ReadAsync(http).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        if (string.IsNullOrEmpty(body.ConnectionId))
        {
            await ErrorAsync(http, 400, "Invalid or missing connectionId").ConfigureAwait(false);
            return;
        }

        if (!_connections.TryGetValue(body.ConnectionId, out var connection))
        {
            await ErrorAsync(http, 404, "Failed to forward payload to Codex: there is no such connection").ConfigureAwait(false);
            return;
        }

        switch (body.Wish)
        {
            case SeedWish.Turn when connection.Current?.TrySteer(body.Text) == true:
                break;
            case SeedWish.Turn or SeedWish.Alert:
                if (!connection.Turns.Writer.TryWrite(body))
                {
                    await ErrorAsync(http, 429, "Too many turns wait on this connection.").ConfigureAwait(false);
                    return;
                }

                break;
            case SeedWish.Interrupt:
                connection.Current?.Cancel();
                break;
            case SeedWish.Answer:
                var question = body.RequestId >= 0 ? connection.Question(body.RequestId) : body.Text;
                var result = question is null ? AnswerResult.Unknown : await approvals.AnswerAsync(question, body.Approve, $"stream {connection.Id}", null).ConfigureAwait(false);
                if (result is not (AnswerResult.Taken or AnswerResult.Same))
                {
                    await ErrorAsync(http, result == AnswerResult.Unknown ? 404 : 409, result == AnswerResult.Unknown ? $"There is no question {body.RequestId} on this connection." : "Another answer came first.").ConfigureAwait(false);
                    return;
                }

                if (body.Stop)
                {
                    connection.Current?.Cancel();
                }

                break;
            case SeedWish.Refused:
                metrics.Refused.Add();
                await ErrorAsync(http, 403, body.Why).ConfigureAwait(false);
                return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new OkReply(true), ServerJson.Default.OkReply)).ConfigureAwait(false);
    }

    /// <summary>The body of a request; an empty one wishes nothing. Null after an error was answered.</summary>
    private async Task<SeedBody?> ReadAsync(HttpContext http)
    {
        if (await Bodies.ReadAsync(http, settings).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        if (bytes.Length == 0)
        {
            return new SeedBody(SeedWish.Nothing, null);
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            return SeedBody.Read(json.RootElement);
        }
        catch (JsonException)
        {
            http.Response.StatusCode = 400;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("""{"statusCode":400,"code":"FST_ERR_CTP_INVALID_JSON_BODY","error":"Bad Request","message":"Body is not valid JSON but content-type is set to 'application/json'"}""").ConfigureAwait(false);
            return null;
        }
    }

    private static Task ErrorAsync(HttpContext http, int status, string error)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(JsonSerializer.Serialize(new ErrorReply(error), ServerJson.Default.ErrorReply));
    }

    private static string Rpc(long id, JsonObject result) => new JsonObject { ["id"] = id, ["result"] = result }.ToJsonString();

    private static JsonObject Turn(string id) => new() { ["turn"] = new JsonObject { ["id"] = id, ["items"] = new JsonArray(), ["status"] = "inProgress" } };
}
