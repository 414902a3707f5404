using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Home.Tests;

namespace OpenSre.Bench;

/// <summary>The least a bot can do over the same stand-in: reads the stream and sends one word back, with nothing kept and nobody asked.</summary>
internal static class EchoBot
{
    /// <summary>Milliseconds from handing a message over to the answer.</summary>
    public static async Task<List<double>> MeasureAsync(int rounds)
    {
        await using var signal = await SignalStandIn.StartAsync();
        ConcurrentQueue<long> went = new();
        signal.Fate = _ =>
        {
            went.Enqueue(Stopwatch.GetTimestamp());
            return null;
        };
        using var stop = new CancellationTokenSource();
        var bot = RunAsync(signal.Address, stop.Token);
        List<double> times = [];
        for (var i = -5; i < rounds; i++)
        {
            while (signal.Listeners == 0)
            {
                await Task.Delay(5);
            }

            went.Clear();
            var began = Stopwatch.GetTimestamp();
            await signal.SayAsync(SignalStandIn.Anna, "status");
            while (went.IsEmpty)
            {
                await Task.Delay(1);
            }

            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began, went.First()).TotalMilliseconds);
            }

            await Task.Delay(50);
        }

        await stop.CancelAsync();
        await bot;
        return times;
    }

    private static async Task RunAsync(Uri service, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = service };
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/v1/receive/" + SignalStandIn.Phone }.Uri, stop);
        var buffer = new byte[16 * 1024];
        while (!stop.IsCancellationRequested)
        {
            ValueWebSocketReceiveResult got;
            try
            {
                got = await socket.ReceiveAsync(buffer.AsMemory(), stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var sender = (string)JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, got.Count))!["envelope"]!["sourceUuid"]!;
            using var reply = await http.PostAsJsonAsync("/v2/send", new JsonObject { ["number"] = SignalStandIn.Phone, ["recipients"] = new JsonArray(sender), ["message"] = "ok" }, stop);
            reply.EnsureSuccessStatusCode();
        }
    }
}
