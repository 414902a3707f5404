using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>
/// Traces and metrics by OTLP over HTTP with JSON (opentelemetry.io/docs/specs/otlp), to where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says: one trace for each investigation that ends, a span for each tool call, and the
/// server's figures every so often. A collector that does not answer loses them; nothing waits for it.
/// </summary>
internal sealed class Telemetry : IAsyncDisposable
{
    private readonly ServerSettings _settings;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly string _endpoint;
    private readonly Func<IReadOnlyList<Figure>> _figures;
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset _startedAt;
    private readonly Task _loop;
    private bool _complained;

    private Telemetry(string endpoint, ServerSettings settings, HttpClient client, Func<IReadOnlyList<Figure>> figures, TimeProvider time, Action<string> log)
    {
        (_endpoint, _settings, _client, _figures, _time, _log, _startedAt) = (endpoint.TrimEnd('/'), settings, client, figures, time, log, time.GetUtcNow());
        _loop = Task.Run(LoopAsync);
    }

    /// <returns>Null when no collector is named.</returns>
    public static Telemetry? Start(ServerSettings settings, HttpClient client, Func<IReadOnlyList<Figure>> figures, TimeProvider time, Action<string> log) =>
        settings.Secret("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } endpoint ? new Telemetry(endpoint, settings, client, figures, time, log) : null;

    /// <summary>Sends the trace of an investigation that has ended.</summary>
    public Task TraceAsync(LiveRun run)
    {
        var trace = Id(run.Id, 16);
        var root = Id(run.Id + "/root", 8);
        var spans = new JsonArray();
        Dictionary<string, (ToolStarted Event, DateTimeOffset At)> open = new(StringComparer.Ordinal);
        DateTimeOffset? first = null;
        var last = default(DateTimeOffset);
        var failed = "";
        foreach (var e in run.Events())
        {
            first ??= e.At;
            last = e.At;
            switch (e)
            {
                case ToolStarted started:
                    open[started.CallId] = (started, e.At);
                    break;
                case ToolFinished finished when open.Remove(finished.CallId, out var call):
                    var isError = finished.Status is not (ToolStatus.Ok or ToolStatus.Missing);
                    spans.Add(Span(trace, Id($"{run.Id}/{finished.CallId}", 8), root, "tool " + call.Event.Call.Tool, call.At, e.At, isError ? finished.Status.ToString() : "", ("opensre.tool", call.Event.Call.Tool), ("opensre.tool.status", finished.Status.ToString().ToLowerInvariant()), ("opensre.tool.characters", finished.Characters)));
                    break;
                case InvestigationFailed f:
                    failed = f.Sentence;
                    break;
            }
        }

        if (first is not { } began)
        {
            return Task.CompletedTask;
        }

        var summary = run.Summary;
        spans.Add(Span(trace, root, "", "investigation", began, last, failed, ("opensre.investigation.id", run.Id), ("opensre.investigation.state", summary.State.ToString().ToLowerInvariant()), ("opensre.investigation.verdict", summary.Verdict), ("opensre.investigation.source", summary.Source)));
        return SendAsync("/v1/traces", new JsonObject { ["resourceSpans"] = new JsonArray(new JsonObject { ["resource"] = Resource(), ["scopeSpans"] = new JsonArray(new JsonObject { ["scope"] = new JsonObject { ["name"] = "opensre" }, ["spans"] = spans }) }) });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_settings.TelemetryEvery, _time, _stop.Token).ConfigureAwait(false);
                await SendAsync("/v1/metrics", Metrics()).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private JsonObject Metrics()
    {
        var now = Nanoseconds(_time.GetUtcNow());
        var metrics = new JsonArray();
        foreach (var figure in _figures())
        {
            var points = new JsonArray(new JsonObject { ["startTimeUnixNano"] = Nanoseconds(_startedAt), ["timeUnixNano"] = now, ["asInt"] = figure.Value.ToString(CultureInfo.InvariantCulture) });
            var metric = new JsonObject { ["name"] = "opensre." + figure.Name, ["description"] = figure.Help };
            metric[figure.Rises ? "sum" : "gauge"] = figure.Rises ? new JsonObject { ["dataPoints"] = points, ["aggregationTemporality"] = 2, ["isMonotonic"] = true } : new JsonObject { ["dataPoints"] = points };
            metrics.Add(metric);
        }

        return new JsonObject { ["resourceMetrics"] = new JsonArray(new JsonObject { ["resource"] = Resource(), ["scopeMetrics"] = new JsonArray(new JsonObject { ["scope"] = new JsonObject { ["name"] = "opensre" }, ["metrics"] = metrics }) }) };
    }

    private async Task SendAsync(string path, JsonObject body)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint + path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            foreach (var header in (_settings.Secret("OTEL_EXPORTER_OTLP_HEADERS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = header.Split('=', 2);
                request.Headers.TryAddWithoutValidation(parts[0].Trim(), parts.Length > 1 ? Uri.UnescapeDataString(parts[1].Trim()) : "");
            }

            using var reply = await _client.SendAsync(request, _stop.Token).ConfigureAwait(false);
            reply.EnsureSuccessStatusCode();
            _complained = false;
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException || (e is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            if (!_complained)
            {
                // Once, and again only after it has worked.
                _complained = true;
                _log($"the collector at {SafeText.Line(_endpoint, 100)} takes nothing: {SafeText.Line(e.Message, 200)}");
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private JsonObject Resource() => new() { ["attributes"] = new JsonArray(Attribute("service.name", _settings.Secret("OTEL_SERVICE_NAME") ?? "opensre"), Attribute("service.instance.id", Environment.MachineName)) };

    private static JsonObject Span(string trace, string id, string parent, string name, DateTimeOffset from, DateTimeOffset to, string error, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var list = new JsonArray();
        foreach (var (key, value) in attributes)
        {
            list.Add(Attribute(key, value));
        }

        return new JsonObject
        {
            ["traceId"] = trace,
            ["spanId"] = id,
            ["parentSpanId"] = parent,
            ["name"] = name,
            ["kind"] = 1,
            ["startTimeUnixNano"] = Nanoseconds(from),
            ["endTimeUnixNano"] = Nanoseconds(to),
            ["attributes"] = list,
            ["status"] = error.Length > 0 ? new JsonObject { ["code"] = 2, ["message"] = error } : new JsonObject(),
        };
    }

    private static JsonObject Attribute(string key, object value) => new()
    {
        ["key"] = key,
        ["value"] = value is long number ? new JsonObject { ["intValue"] = number.ToString(CultureInfo.InvariantCulture) } : new JsonObject { ["stringValue"] = (string)value },
    };

    private static string Nanoseconds(DateTimeOffset at) => ((at - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);

    /// <summary>An id that the same investigation always has, so that sending it twice makes no second trace.</summary>
    private static string Id(string of, int bytes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, bytes));
}
