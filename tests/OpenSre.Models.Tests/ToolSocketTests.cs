using System.Net.Sockets;
using System.Text;
using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>Our tools on a socket, for agents that take them only as a server they start.</summary>
public sealed class ToolSocketTests
{
    [Fact]
    public async Task Several_peers_are_served_side_by_side_and_the_socket_is_private_and_goes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "agents of the protocol get no tools on Windows");
        var cancellation = TestContext.Current.CancellationToken;
        var slow = new TaskCompletionSource();
        AgentTool[] tools =
        [
            new("slow", "waits", "{}", async (_, _) =>
            {
                await slow.Task;
                return new AgentToolAnswer("waited", "");
            }),
            new("quick", "answers", "{}", (arguments, _) => Task.FromResult(new AgentToolAnswer($"got {arguments["x"]}", ""))),
        ];
        string path;
        await using (var socket = ToolSocket.Open(tools, cancellation))
        {
            path = socket.Path;
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            }

            var (one, first) = await PeerAsync(path, cancellation);
            var (other, second) = await PeerAsync(path, cancellation);
            using (first)
            using (second)
            {
                await first.SendAsync(Encoding.UTF8.GetBytes(Call(1, "slow", "{}") + "no message\n" + Call(2, "quick", """{"x":"7"}""")), cancellation);
                string[] said = [await one.ReadLineAsync(cancellation) ?? "", await one.ReadLineAsync(cancellation) ?? ""];
                Assert.Contains(said, s => s.Contains("got 7", StringComparison.Ordinal));
                Assert.Contains(said, s => s.StartsWith("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,""", StringComparison.Ordinal));
                await second.SendAsync(Encoding.UTF8.GetBytes(Call(3, "quick", """{"x":"8"}""")), cancellation);
                Assert.Contains("got 8", await other.ReadLineAsync(cancellation), StringComparison.Ordinal);
                slow.SetResult();
                Assert.Contains("waited", await one.ReadLineAsync(cancellation), StringComparison.Ordinal);
            }
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    private static string Call(int id, string tool, string arguments) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""" + "\n";

    private static async Task<(StreamReader Reader, Socket Socket)> PeerAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        return (new StreamReader(new NetworkStream(socket)), socket);
    }
}
