using System.Net.Sockets;

namespace OpenSre.Cli;

/// <summary>
/// <c>opensre mcp bridge SOCKET</c>: standard input and output as a connection to a socket. An agent program starts it as
/// an MCP server; behind the socket are the tools of the investigation that started the agent.
/// </summary>
internal static class McpBridge
{
    /// <summary>How this program is started as a bridge; the socket follows.</summary>
    public static IReadOnlyList<string>? Command { get; } = OperatingSystem.IsWindows() || ThisProgram.Words is not { } program ? null : [.. program, "mcp", "bridge"];

    /// <exception cref="InvalidDataException">Nothing listens there.</exception>
    public static async Task<int> RunAsync(string path, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new InvalidDataException($"nothing can be reached at {OpenSre.Core.SafeText.Line(path, 120)}: {e.Message}", e);
        }

        var peer = new NetworkStream(socket);
        await using (peer.ConfigureAwait(false))
        {
            var input = Console.OpenStandardInput();
            var output = Console.OpenStandardOutput();
            try
            {
                // Whichever side ends first ends the other: an agent that has gone, or an investigation that is over.
                await Task.WhenAny(input.CopyToAsync(peer, cancellation), peer.CopyToAsync(output, cancellation)).Unwrap().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The other side has gone in the middle of a word.
            }
        }

        return ExitCodes.Done;
    }
}
