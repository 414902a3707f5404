using System.Text.Json;
using System.Threading.Channels;

namespace OpenSre.Models;

/// <summary>One conversation of a <see cref="CodexProcess"/>. It leaves nothing running behind: see <see cref="DisposeAsync"/>.</summary>
internal sealed class CodexThread(CodexProcess process, string id, DirectoryInfo folder) : IMessageSource
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly Channel<JsonDocument> _messages = Channel.CreateUnbounded<JsonDocument>(new UnboundedChannelOptions { SingleReader = true });

    public string Id => id;

    /// <summary>Where its commands run.</summary>
    public string Folder => folder.FullName;

    public string LastWords => process.LastWords;

    public ChannelWriter<JsonDocument> Inbox => _messages.Writer;

    /// <summary>The turn that runs; empty when none does.</summary>
    public string Turn { get; set; } = "";

    public async Task<JsonDocument?> ReadAsync(CancellationToken cancellation) =>
        await _messages.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false) && _messages.Reader.TryRead(out var message) ? message : null;

    public Task<JsonElement> RequestAsync(string method, Action<Utf8JsonWriter> write, CancellationToken cancellation) => process.RequestAsync(method, json =>
    {
        json.WriteString("threadId", id);
        write(json);
    }, null, cancellation);

    public Task ResultAsync(JsonElement request, Action<Utf8JsonWriter> write, CancellationToken cancellation) => process.ResultAsync(request, write, cancellation);

    public Task RefuseAsync(JsonElement request, CancellationToken cancellation) => process.RefuseAsync(request, "not known here", cancellation);

    /// <summary>Stops the turn that runs, ends the commands it started (an interruption alone leaves them), and lets go of the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process.IsAlive)
        {
            using var patience = new CancellationTokenSource(Farewell);
            try
            {
                if (Turn.Length > 0)
                {
                    await TryAsync("turn/interrupt", json => json.WriteString("turnId", Turn), patience.Token).ConfigureAwait(false);
                    await TryAsync("thread/backgroundTerminals/clean", _ => { }, patience.Token).ConfigureAwait(false);
                }

                await TryAsync("thread/unsubscribe", _ => { }, patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ModelException)
            {
                // It ended meanwhile, and everything it had started with it; or it hangs, which the next request will notice.
            }
        }

        process.Forget(this);
        _messages.Writer.TryComplete();
        while (_messages.Reader.TryRead(out var unread))
        {
            using (unread)
            {
                if (unread.RootElement.Text("method") is not null && unread.RootElement.Find("id") is { } asked && process.IsAlive)
                {
                    await SilentlyAsync(() => process.RefuseAsync(asked, "the conversation is over", CancellationToken.None)).ConfigureAwait(false);
                }
            }
        }

        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A command that is just ending still writes there; the folder is a temporary one.
        }
    }

    private async Task TryAsync(string method, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        try
        {
            await RequestAsync(method, write, cancellation).ConfigureAwait(false);
        }
        catch (CodexRefusal)
        {
            // Nothing to stop, or a version that does not know the request.
        }
    }

    private static async Task SilentlyAsync(Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (ModelException)
        {
            // The program is gone, and its question with it.
        }
    }
}
