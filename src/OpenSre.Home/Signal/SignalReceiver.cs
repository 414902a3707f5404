using System.Buffers;
using System.Net;
using System.Net.WebSockets;

namespace OpenSre.Home;

/// <param name="First">The wait before the first new try.</param>
/// <param name="Most">The longest wait.</param>
/// <param name="Healthy">A connection that lasted so long makes the waits short again.</param>
/// <param name="KeepAlive">Ping and the time for its answer, so that a half-open connection is noticed.</param>
public sealed record ReceiverTiming(TimeSpan First, TimeSpan Most, TimeSpan Healthy, TimeSpan KeepAlive)
{
    public static ReceiverTiming Usual { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300), TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(20));

    /// <summary>The wait before try number <paramref name="failures"/> + 1: doubling, with a fifth of chance either way.</summary>
    public TimeSpan Wait(int failures, double chance) =>
        TimeSpan.FromMilliseconds(Math.Min(Most.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20))) * (0.8 + (0.4 * chance)));
}

/// <summary>
/// The stream of received messages: one websocket, made again whenever it ends, also where the server closes it in good
/// order. Nothing is ever sent on it: the service ends connections that say too much.
/// </summary>
public sealed class SignalReceiver(SignalSettings settings, ReceiverTiming timing, TimeProvider time)
{
    private const int LongestFrame = 4 * 1024 * 1024;

    /// <summary>Called with each frame, one after the other; must return soon, because the service drops what is not taken at once.</summary>
    public required Action<ReadOnlyMemory<byte>> Frame { get; init; }

    /// <summary>Called when the stream is up.</summary>
    public Action Connected { get; init; } = () => { };

    /// <summary>Called when it ended, with why.</summary>
    public Action<string> Disconnected { get; init; } = _ => { };

    /// <summary>Receives until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = 0;
        while (!cancellation.IsCancellationRequested)
        {
            var start = time.GetTimestamp();
            var (wasUp, why) = await ReceiveAsync(cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            if (wasUp && time.GetElapsedTime(start) >= timing.Healthy)
            {
                failures = 0;
            }

            Disconnected(why);
#pragma warning disable CA5394 // Chance only spreads the tries; nothing is secret about it.
            var wait = timing.Wait(failures++, Random.Shared.NextDouble());
#pragma warning restore CA5394
            try
            {
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<(bool WasUp, string Why)> ReceiveAsync(CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = timing.KeepAlive;
        socket.Options.KeepAliveTimeout = timing.KeepAlive;
        socket.Options.Proxy = null;
        socket.Options.HttpVersion = HttpVersion.Version11;
        socket.Options.CollectHttpResponseDetails = true;
        if (settings.Token is { } token)
        {
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token.Reveal());
        }

        var wasUp = false;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using (var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                soon.CancelAfter(TimeSpan.FromSeconds(15));
                await socket.ConnectAsync(Address(), soon.Token).ConfigureAwait(false);
            }

            wasUp = true;
            Connected();
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= LongestFrame)
                    {
                        return (wasUp, "a frame was longer than anything Signal sends");
                    }

                    var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return (wasUp, $"the service closed the stream ({(int?)socket.CloseStatus})");
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    Frame(buffer.AsMemory(0, length));
                    length = 0;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or System.Net.Http.HttpRequestException)
        {
            return (wasUp, wasUp ? "the stream broke" : socket.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK
                ? "the service has no stream; start signal-cli-rest-api with MODE=json-rpc"
                : "the stream could not be opened");
        }
        catch (OperationCanceledException)
        {
            return (wasUp, wasUp ? "the stream fell silent" : "the service did not answer in time");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Uri Address() => new UriBuilder(settings.Service)
    {
        Scheme = settings.Service.Scheme == "https" ? "wss" : "ws",
        Path = settings.Service.AbsolutePath.TrimEnd('/') + "/v1/receive/" + Uri.EscapeDataString(settings.Phone.Reveal()),
    }.Uri;
}
