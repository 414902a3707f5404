using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>
/// One connection to Home Assistant's WebSocket: asks and gets the answer of the same number, and hears events. When it
/// breaks, everything that waits is told so; a new one is made by whoever needs it.
/// </summary>
internal sealed class HomeAssistantSocket : IAsyncDisposable
{
    private const int LongestMessage = 64 << 20;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly ConcurrentDictionary<int, Action<JsonElement>> _listeners = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeSpan _timeout;
    private Task _reading = Task.CompletedTask;
    private int _lastId;

    private HomeAssistantSocket(TimeSpan timeout)
    {
        _timeout = timeout;
        _socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        _socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
    }

    public bool IsOpen => _socket.State == WebSocketState.Open && !_reading.IsCompleted;

    /// <summary>Home Assistant's version, from its greeting.</summary>
    public string Version { get; private set; } = "";

    /// <exception cref="HomeAssistantException">Nothing there, or the token is not taken.</exception>
    public static async Task<HomeAssistantSocket> OpenAsync(Uri address, Secret token, TimeSpan timeout, CancellationToken cancellation)
    {
        var socket = new HomeAssistantSocket(timeout);
        try
        {
            await socket.GreetAsync(address, token, cancellation).ConfigureAwait(false);
            socket._reading = Task.Run(socket.ReadAllAsync, CancellationToken.None);
            return socket;
        }
        catch
        {
            await socket.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="HomeAssistantException">It was refused, failed, took too long, or the connection broke.</exception>
    public async Task<JsonElement> AskAsync(JsonObject command, CancellationToken cancellation)
    {
        var (id, answer) = await SendAsync(command, null, cancellation).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            return await answer.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HomeAssistantException(HomeAssistantFault.TimedOut, $"Home Assistant did not answer within {_timeout.TotalSeconds:0} s", e);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Calls <paramref name="heard"/> with each event of a type, from the reading thread: it must not wait.</summary>
    public async Task ListenAsync(string type, Action<JsonElement> heard, CancellationToken cancellation)
    {
        var (id, answer) = await SendAsync(new JsonObject { ["type"] = "subscribe_events", ["event_type"] = type }, heard, cancellation).ConfigureAwait(false);
        try
        {
            await answer.WaitAsync(_timeout, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new HomeAssistantException(HomeAssistantFault.TimedOut, $"Home Assistant did not answer within {_timeout.TotalSeconds:0} s", e);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _socket.Dispose();
        _closing.Dispose();
        _sending.Dispose();
    }

    private async Task GreetAsync(Uri address, Secret token, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            await _socket.ConnectAsync(WebSocketAddress(address), limit.Token).ConfigureAwait(false);
            using var hello = await ReadOneAsync(limit.Token).ConfigureAwait(false);
            if (Type(hello) != "auth_required")
            {
                throw new HomeAssistantException(HomeAssistantFault.Garbled, $"what answers at {address} is not Home Assistant");
            }

            Version = hello!.RootElement.TryGetProperty("ha_version", out var version) ? version.ToString() : "";
            await WriteAsync(new JsonObject { ["type"] = "auth", ["access_token"] = token.Reveal() }, limit.Token).ConfigureAwait(false);
            using var verdict = await ReadOneAsync(limit.Token).ConfigureAwait(false);
            if (Type(verdict) != "auth_ok")
            {
                throw new HomeAssistantException(HomeAssistantFault.Unauthorized, "Home Assistant does not take the token; a new one is made in the profile page, under Security");
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HomeAssistantException(HomeAssistantFault.TimedOut, $"Home Assistant did not greet within {_timeout.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException)
        {
            throw new HomeAssistantException(HomeAssistantFault.Unreachable, $"Home Assistant's WebSocket cannot be reached at {address}: {e.Message}", e);
        }
    }

    private static Uri WebSocketAddress(Uri address)
    {
        var builder = new UriBuilder(new Uri(HomeAssistantRest.WithSlash(address), "api/websocket"));
        builder.Scheme = builder.Scheme == Uri.UriSchemeHttps ? "wss" : "ws";
        return builder.Uri;
    }

    private async Task<(int Id, Task<JsonElement> Answer)> SendAsync(JsonObject command, Action<JsonElement>? heard, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Numbers must go up in the order they are sent.
            var id = ++_lastId;
            command["id"] = id;
            var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[id] = answer;
            if (heard is not null)
            {
                _listeners[id] = heard;
            }

            if (!IsOpen)
            {
                throw Broken(null);
            }

            await WriteAsync(command, cancellation).ConfigureAwait(false);
            return (id, answer.Task);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // A socket that breaks while something is sent says that this was cancelled, though nobody cancelled it.
            throw Broken(e);
        }
        finally
        {
            _sending.Release();
        }
    }

    private Task WriteAsync(JsonObject message, CancellationToken cancellation) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, cancellation);

    private async Task ReadAllAsync()
    {
        Exception? cause = null;
        try
        {
            while (await ReadOneAsync(_closing.Token).ConfigureAwait(false) is { } message)
            {
                using (message)
                {
                    Take(message.RootElement);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or HomeAssistantException)
        {
            cause = e;
        }

        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetException(Broken(cause));
        }
    }

    /// <summary>A message may be an array of messages: Home Assistant puts together what comes at once.</summary>
    private void Take(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in message.EnumerateArray())
            {
                Take(one);
            }

            return;
        }

        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("id", out var number) || !number.TryGetInt32(out var id))
        {
            return;
        }

        switch (message.TryGetProperty("type", out var type) ? type.GetString() : null)
        {
            case "result" when _waiting.TryGetValue(id, out var waiting):
                if (message.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True)
                {
                    waiting.TrySetResult(message.TryGetProperty("result", out var result) ? result.Clone() : default);
                }
                else
                {
                    waiting.TrySetException(Refusal(message));
                }

                break;
            case "event" when _listeners.TryGetValue(id, out var heard) && message.TryGetProperty("event", out var what):
                heard(what);
                break;
        }
    }

    private static HomeAssistantException Refusal(JsonElement message)
    {
        var error = message.TryGetProperty("error", out var given) ? given : default;
        var code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var c) ? c.ToString() : "unknown_error";
        var text = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var m) ? OpenSre.Core.SafeText.Line(m.ToString(), 300) : "";
        return code switch
        {
            "unknown_command" or "not_found" => new HomeAssistantException(HomeAssistantFault.NotFound, text.Length > 0 ? text : "Home Assistant does not know that"),
            "unauthorized" => new HomeAssistantException(HomeAssistantFault.Refused, "the token's user may not do that; it has to be an administrator"),
            "service_validation_error" or "invalid_format" or "not_allowed" or "not_supported" => new HomeAssistantException(HomeAssistantFault.Refused, text),
            "timeout" => new HomeAssistantException(HomeAssistantFault.TimedOut, text),
            _ => new HomeAssistantException(HomeAssistantFault.Failed, text.Length > 0 ? text : code),
        };
    }

    /// <summary>Null when the other side has closed.</summary>
    private async Task<JsonDocument?> ReadOneAsync(CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            whole.Write(buffer, 0, part.Count);
            if (whole.Length > LongestMessage)
            {
                throw new HomeAssistantException(HomeAssistantFault.Garbled, "Home Assistant sent a message of more than 64 MiB");
            }

            if (part.EndOfMessage)
            {
                break;
            }
        }

        try
        {
            return JsonDocument.Parse(whole.GetBuffer().AsMemory(0, (int)whole.Length).ToArray());
        }
        catch (JsonException e)
        {
            throw new HomeAssistantException(HomeAssistantFault.Garbled, "Home Assistant sent what is not JSON", e);
        }
    }

    private static string? Type(JsonDocument? message) => message?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static HomeAssistantException Broken(Exception? cause) => new(HomeAssistantFault.Unreachable, "the connection to Home Assistant broke", cause);
}
