using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OpenSre.Server;

/// <summary>Writes server-sent events to one reader. A reader that takes nothing for too long is cut off.</summary>
public sealed class SseStream(HttpContext http, ServerSettings settings, ServerMetrics metrics) : IDisposable
{
    internal static readonly byte[] Ping = ":ping\n\n"u8.ToArray();
    private readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);

    private int _isCut;

    /// <summary>A comment on an idle stream this often.</summary>
    public TimeSpan Heartbeat => settings.Heartbeat;

    /// <summary>How long a reader may take nothing.</summary>
    public TimeSpan Patience => settings.SlowReader;

    /// <summary>Set when the reader went away or was cut off.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Sends the headers.</summary>
    public async Task OpenAsync()
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.StartAsync(Gone).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(Gone).ConfigureAwait(false);
    }

    public Task SendAsync(string name, string json, long? id = null) =>
        WriteAsync(Encoding.UTF8.GetBytes($"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {json}\n\n"));

    public Task SendRawAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task PingAsync() => WriteAsync(Ping);

    /// <summary>Waits for something to say; sends a heartbeat whenever it takes long.</summary>
    public async Task WaitAsync(Task more)
    {
        while (!more.IsCompleted)
        {
            try
            {
                await more.WaitAsync(settings.Heartbeat, Gone).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await PingAsync().ConfigureAwait(false);
            }
        }
    }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(bytes, default);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, IReadOnlyList<Frame>? frames)
    {
        if (frames is null)
        {
            http.Response.BodyWriter.Write(bytes.Span);
        }
        else
        {
            foreach (var frame in frames)
            {
                http.Response.BodyWriter.Write(frame.Bytes);
            }
        }

        var flush = http.Response.BodyWriter.FlushAsync(Gone);
        if (flush.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await flush.AsTask().WaitAsync(settings.SlowReader, Gone).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            Cut();
            throw new OperationCanceledException("The reader took nothing for too long.", e, Gone);
        }
    }

    /// <summary>Hands bytes over, and does not wait; the next may be handed over when the flush has completed.</summary>
    internal Task Push(byte[] bytes)
    {
        var writer = http.Response.BodyWriter;
        writer.Write(bytes);
        return writer.FlushAsync(CancellationToken.None).AsTask();
    }

    /// <summary>Ends a stream whose reader took nothing for too long.</summary>
    internal void Cut()
    {
        if (Interlocked.Exchange(ref _isCut, 1) == 0)
        {
            metrics.SlowReadersCut.Add();
            Leave();
            http.Abort();
        }
    }

    /// <summary>Notes that there is nobody to write to any more.</summary>
    internal void Leave() => _gone.Cancel();

    public void Dispose() => _gone.Dispose();
}
