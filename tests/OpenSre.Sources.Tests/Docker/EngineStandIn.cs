using System.Net.Sockets;
using System.Text;

namespace OpenSre.Tests.Sources.Docker;

/// <summary>Speaks enough HTTP on a Unix socket to pass for a Docker engine, and to misbehave like one.</summary>
internal sealed class EngineStandIn : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, byte[]?> _reply;
    private readonly Task _accepting;

    /// <param name="reply">From a path to the raw bytes of a reply; null keeps silent.</param>
    /// <param name="apiVersion">What the engine says of itself; null says nothing.</param>
    public EngineStandIn(Func<string, byte[]?> reply, string? apiVersion = "1.41")
    {
        _reply = path => path == "/_ping" ? Raw("200 OK", "OK", apiVersion is null ? "" : $"Api-Version: {apiVersion}\r\n") : reply(path);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string SocketPath => _folder.File("docker.sock");

    public List<string> Paths { get; } = [];

    public static byte[] Json(string body) => Raw("200 OK", body, "Content-Type: application/json\r\n");

    public static byte[] Raw(string status, string body, string headers = "") =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public static byte[] Bytes(byte[] body, string headers = "") =>
        [.. Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\n\r\n"), .. body];

    /// <summary>One frame of a log stream.</summary>
    public static byte[] Frame(byte stream, byte[] payload) =>
        [stream, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            while (await Network.LoopbackServer.ReadRequestAsync(stream, _stop.Token) is { Length: > 0 } request)
            {
                var path = request.Split(' ')[1];
                lock (Paths)
                {
                    Paths.Add(path);
                }

                if (_reply(path) is not { } reply)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                    return;
                }

                await stream.WriteAsync(reply, _stop.Token);
                if (Encoding.UTF8.GetString(reply).Contains("Connection: close", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The probe went away, or the test is over.
        }
    }
}
