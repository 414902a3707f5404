using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// A Unix socket in the agent's private folder on which the tools of the task are served, one JSON-RPC message a line; the
/// relay that the agent starts copies its standard streams to it.
/// </summary>
internal sealed class ToolSocket(string path, ToolServer tools)
{
    public string Path => path;

    public async Task ServeAsync(CancellationToken cancellation)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(4);
        List<Task> connections = [];
        while (!cancellation.IsCancellationRequested)
        {
            var connection = await listener.AcceptAsync(cancellation).ConfigureAwait(false);
            connections.Add(TalkAsync(connection, cancellation));
        }

        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Copies standard input to a socket and the socket to standard output: what an agent starts as its MCP server.</summary>
    public static async Task RelayAsync(string socket, Stream input, Stream output, CancellationToken cancellation)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation).ConfigureAwait(false);
        var stream = new NetworkStream(connection);
        await using var dispose = stream.ConfigureAwait(false);
        await Task.WhenAny(input.CopyToAsync(stream, cancellation), stream.CopyToAsync(output, cancellation)).ConfigureAwait(false);
    }

    private async Task TalkAsync(Socket connection, CancellationToken cancellation)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                using var message = JsonDocument.Parse(line);
                if (await tools.AnswerAsync(message.RootElement, cancellation).ConfigureAwait(false) is { } reply)
                {
                    await stream.WriteAsync((byte[])[.. ModelWire.Json(reply), (byte)'\n'], cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or JsonException or OperationCanceledException)
        {
            // The agent's relay went away, or sent no JSON: this connection is over, the next one may do better.
            return;
        }
    }
}
