using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenSre.Bench.Terminal;

/// <summary>
/// A model of the Chat Completions format on a port of this machine that begins an answer and then falls silent, and knows
/// when it was given up. Only a request that has the words awaited is answered to the end.
/// </summary>
internal sealed class SilentModel : IDisposable
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public SilentModel()
    {
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A request with these words is answered.</summary>
    public string Awaited { get; set; } = "";

    /// <summary>How many requests are waiting in silence.</summary>
    public int Silent => _silent;

    /// <summary><see cref="Stopwatch"/> times at which a request was given up by whoever asked.</summary>
    public ConcurrentQueue<long> GivenUp { get; } = new();

    /// <summary>Requests that had the words awaited.</summary>
    public int Answered => _answered;

    private int _silent;
    private int _answered;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => AnswerAsync(client));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        if (await ReadAsync(stream) is not { } request)
        {
            return;
        }

        if (!request.StartsWith("POST ", StringComparison.Ordinal))
        {
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return;
        }

        if (Awaited.Length > 0 && request.Contains(Awaited, StringComparison.Ordinal))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Head + Piece("Nothing more.") + """data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n"));
            Interlocked.Increment(ref _answered);
            return;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(Head + Piece("Let me think ")));
        Interlocked.Increment(ref _silent);
        try
        {
            _ = await stream.ReadAsync(new byte[1], _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A connection that is reset was given up too.
        }

        GivenUp.Enqueue(Stopwatch.GetTimestamp());
        Interlocked.Decrement(ref _silent);
    }

    private static string Piece(string text) => $$"""data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"{{text}}"},"finish_reason":null}]}""" + "\n\n";

    /// <summary>Head and body of one request; null when the connection ends before.</summary>
    private static async Task<string?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var got = await stream.ReadAsync(buffer);
            if (got == 0)
            {
                return null;
            }

            bytes.AddRange(buffer.AsSpan(0, got));
            var text = Encoding.UTF8.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            var length = text[..end].Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            var isWhole = length is null
                ? !text[..end].Contains("chunked", StringComparison.OrdinalIgnoreCase) || text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
                : bytes.Count >= Encoding.UTF8.GetByteCount(text[..(end + 4)]) + int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture);
            if (isWhole)
            {
                return text;
            }
        }
    }
}
