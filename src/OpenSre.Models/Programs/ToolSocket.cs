using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// The tools of a task on a Unix socket in a folder that only this user may enter: the messages of <see cref="ToolServer"/>,
/// one a line. Every connection is served; all of them end with this.
/// </summary>
internal sealed class ToolSocket : IAsyncDisposable
{
    /// <summary>What the server of our tools is called.</summary>
    public const string Name = "opensre";

    /// <summary>A line longer than this is no call of ours.</summary>
    private const int LongestLine = 1_000_000;

    private readonly DirectoryInfo _folder;
    private readonly Socket _listener;
    private readonly ToolServer _server;
    private readonly CancellationTokenSource _stop;
    private readonly List<Task> _peers = [];
    private readonly Task _accepting;

    private ToolSocket(IReadOnlyList<AgentTool> tools, CancellationToken cancellation)
    {
        _server = new ToolServer(tools);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _folder = Directory.CreateTempSubdirectory("opensre-tools-");
        Path = System.IO.Path.Combine(_folder.FullName, "tools");
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _accepting = Task.Run(AcceptAsync, CancellationToken.None);
    }

    public string Path { get; }

    /// <exception cref="ModelException">There can be no such socket here.</exception>
    public static ToolSocket Open(IReadOnlyList<AgentTool> tools, CancellationToken cancellation)
    {
        try
        {
            return new ToolSocket(tools, cancellation);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelException(ModelFailure.NotAllowed, $"the tools cannot be offered over a socket: {e.Message}", inner: e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_peers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var peer = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            _peers.RemoveAll(p => p.IsCompleted);
            _peers.Add(Task.Run(() => ServeAsync(peer), CancellationToken.None));
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        var stream = new NetworkStream(peer, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            using var writing = new SemaphoreSlim(1, 1);
            List<Task> answers = [];
            while (await reader.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { Length: < LongestLine } line)
            {
                // Calls of one answer run side by side, as they do for every other agent.
                answers.RemoveAll(a => a.IsCompleted);
                answers.Add(AnswerAsync(line, stream, writing));
            }

            await Task.WhenAll(answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(string line, NetworkStream stream, SemaphoreSlim writing)
    {
        Action<Utf8JsonWriter>? reply;
        if (Parse(line, out var problem) is { } message)
        {
            using (message)
            {
                reply = await _server.AnswerAsync(message.RootElement, _stop.Token).ConfigureAwait(false);
            }
        }
        else
        {
            reply = ToolServer.Unreadable(problem);
        }

        if (reply is null)
        {
            return;
        }

        var bytes = ModelWire.Json(reply);
        await writing.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync((byte[])[.. bytes, (byte)'\n'], _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    private static JsonDocument? Parse(string line, out string problem)
    {
        problem = "";
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return null;
        }
    }
}
