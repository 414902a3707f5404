using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OpenSre.Core;

namespace OpenSre.Tests.Server;

/// <summary>What a collector of OpenTelemetry gets.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly HttpListener _collector = new();
    private readonly ConcurrentQueue<(string Path, string Body, string? Key)> _got = new();
    private readonly string _url;

    public TelemetryTests()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _collector.Prefixes.Add(_url + "/");
        _collector.Start();
        _ = Task.Run(async () =>
        {
            while (_collector.IsListening)
            {
                try
                {
                    var context = await _collector.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    _got.Enqueue((context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync(), context.Request.Headers["x-key"]));
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return; // The test is over.
                }
            }
        });
    }

    public void Dispose() => _collector.Close();

    [Fact]
    public async Task An_investigation_is_a_trace_with_a_span_for_each_tool()
    {
        await using var server = await StartAsync();
        server.Engine.Script = (_, say, _) =>
        {
            say(new ToolStarted("t1", new ToolCall("host.disk", new Dictionary<string, string>()), "why"));
            say(new ToolFinished("t1", "o1", ToolStatus.Failed, "no", 0, TimeSpan.FromMilliseconds(5)));
            return Task.CompletedTask;
        };
        var id = await server.InvestigateAsync("api is slow");
        await TestServer.UntilAsync(() => Task.FromResult(_got.Any(g => g.Path == "/v1/traces")));
        var got = _got.First(g => g.Path == "/v1/traces");
        Assert.Equal("k1", got.Key);
        var spans = TestServer.Json(got.Body).GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans");
        Assert.Equal(2, spans.GetArrayLength());
        var (tool, root) = (spans[0], spans[1]);
        Assert.Equal(("tool host.disk", "investigation"), (tool.GetProperty("name").GetString(), root.GetProperty("name").GetString()));
        Assert.Equal(root.GetProperty("spanId").GetString(), tool.GetProperty("parentSpanId").GetString());
        Assert.Equal(32, root.GetProperty("traceId").GetString()!.Length);
        Assert.Equal(2, tool.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Contains(id, root.GetProperty("attributes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_go_to_the_collector_every_so_often()
    {
        await using var server = await StartAsync();
        await TestServer.UntilAsync(() => Task.FromResult(_got.Count(g => g.Path == "/v1/metrics") >= 2));
        var metrics = TestServer.Json(_got.First(g => g.Path == "/v1/metrics").Body).GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics").EnumerateArray().ToList();
        Assert.True(metrics.Single(m => m.GetProperty("name").GetString() == "opensre.alerts_received_total").GetProperty("sum").GetProperty("isMonotonic").GetBoolean());
        Assert.NotEqual("0", metrics.Single(m => m.GetProperty("name").GetString() == "opensre.memory_bytes").GetProperty("gauge").GetProperty("dataPoints")[0].GetProperty("asInt").GetString());
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_said_once_and_costs_nothing()
    {
        _collector.Close();
        await using var server = await StartAsync();
        await TestServer.UntilAsync(() => Task.FromResult(!server.Log.IsEmpty));
        var id = await server.InvestigateAsync("api is slow");
        await TestServer.UntilAsync(async () => (await server.GetAsync($"/api/investigations/{id}")).Contains("\"Done\"", StringComparison.Ordinal));
        Assert.Single(server.Log, l => l.Contains("takes nothing", StringComparison.Ordinal));
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(s => s with { TelemetryEvery = TimeSpan.FromMilliseconds(50), Secret = n => n switch { "OTEL_EXPORTER_OTLP_ENDPOINT" => _url, "OTEL_EXPORTER_OTLP_HEADERS" => "x-key=k1", _ => null } });
}
