using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenSre.Home.Tests;

/// <summary>One request the service got.</summary>
public sealed record Seen(string Method, string Path, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>One message that went out to Signal.</summary>
public sealed record Delivered(string Recipient, string Text, long Timestamp, long? Edits, JsonNode Body);

public enum SendMode { Object, Array, ErrorsInside, RateLimited, BadRequest, Untrusted, Hang, HangButSend, DropConnection, DropButSend, ServerError }

/// <summary>
/// signal-cli-rest-api as it was seen to behave, faults included: two shapes of an answer to a send, failures inside a
/// success, a health address that says yes with signal-cli dead, a stream that drops what comes in a burst or while
/// nobody listens, and group ids that are taken for usernames.
/// </summary>
public sealed class SignalStandIn : IAsyncDisposable
{
    public const string Phone = "+15550100000";
    public const string Anna = "0a1b2c3d-0000-4000-8000-000000000001";
    public const string Ben = "0a1b2c3d-0000-4000-8000-000000000002";
    public const string Stranger = "ffffffff-0000-4000-8000-000000000009";
    public const string OwnUuid = "9f8e7d6c-0000-4000-8000-00000000000a";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Subscriber, bool> _subscribers = new();
    private readonly ConcurrentQueue<Seen> _seen = new();
    private readonly List<Delivered> _delivered = [];
    private readonly Lock _gate = new();
    private long _clock = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private SignalStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public SendMode Mode { get; set; } = SendMode.Array;

    /// <summary>How each single send goes; overrides <see cref="Mode"/> while it gives something.</summary>
    public Func<JsonNode, SendMode?> Fate { get; set; } = _ => null;

    /// <summary>signal-cli itself: dead means the service lives and health still says 204.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>As observed: an unbuffered channel, so that of a burst most is dropped. False for what a webhook would bring.</summary>
    public bool DropsBursts { get; set; }

    public string ServiceMode { get; set; } = "json-rpc";

    /// <summary>Devices of the recipients send receipts.</summary>
    public bool SendsReceipts { get; set; }

    /// <summary>Where a copy of each received line is posted, as RECEIVE_WEBHOOK_URL does.</summary>
    public Uri? Webhook { get; set; }

    public IReadOnlyList<Seen> Requests => [.. _seen];

    /// <summary>What signal-cli was told, in the JSON-RPC form in which the real service was seen to tell it.</summary>
    public ConcurrentQueue<JsonObject> ToldCli { get; } = new();

    public IReadOnlyList<Delivered> Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _delivered];
            }
        }
    }

    public int Listeners => _subscribers.Count;

    public long Connections { get; private set; }

    public static async Task<SignalStandIn> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, port));
        var app = builder.Build();
        var service = new SignalStandIn(app);
        app.UseWebSockets();
        app.Use(async (http, next) =>
        {
            if (!http.WebSockets.IsWebSocketRequest)
            {
                using var reader = new StreamReader(http.Request.Body);
                var body = await reader.ReadToEndAsync();
                http.Items["body"] = body;
                service._seen.Enqueue(new Seen(http.Request.Method, http.Request.Path, body));
            }

            await next(http);
        });
        app.UseRouting();
        app.MapGet("/v1/about", http => Json(http, 200, $$$"""{"versions":["v1","v2"],"build":2,"mode":"{{{service.ServiceMode}}}","version":"0.99","capabilities":{"v2/send":["quotes","mentions"]}}"""));
        app.MapGet("/v1/health", http => Status(http, 204));
        app.MapGet("/v1/accounts", service.AccountsAsync);
        app.MapGet("/v1/groups/{number}", http => Json(http, 200, """[{"name":"Ops","id":"group.TWc4TFFUZGFaSnM4K0xKQ3J0UWdibHFIeCt4STJkWDlKSjhoVkEya3F0OD0=","internal_id":"Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=","member":true,"blocked":false}]"""));
        app.MapPost("/v2/send", service.SendAsync);
        app.MapPost("/v1/reactions/{number}", http => service.Told(http, "sendReaction"));
        app.MapPut("/v1/typing-indicator/{number}", http => service.Told(http, "sendTyping"));
        app.MapDelete("/v1/typing-indicator/{number}", http => service.Told(http, "sendTyping"));
        app.MapPost("/v1/receipts/{number}", http => service.Told(http, "sendReceipt"));
        app.MapDelete("/v1/remote-delete/{number}", http => Json(http, 201, $$"""{"timestamp":"{{service.Next()}}"}"""));
        app.MapPost("/v1/accounts/{number}/rate-limit-challenge", http => Status(http, 204));
        app.MapPut("/v1/identities/{number}/trust/{who}", http => Status(http, 204));
        app.MapGet("/v1/receive/{number}", service.ReceiveAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>A message of somebody's phone arrives at signal-cli. Returns its timestamp.</summary>
    public Task<long> SayAsync(string sender, string text, long? timestamp = null, string? group = null, bool mention = false, long? quote = null)
    {
        var at = timestamp ?? Next();
        return FrameAsync(Envelope(sender, at, new JsonObject
        {
            ["dataMessage"] = Data(at, text, group, mention, quote),
        }), at);
    }

    public Task<long> ReactAsync(string sender, string emoji, long target, bool remove = false)
    {
        var at = Next();
        var data = Data(at, null, null, false, null);
        data["reaction"] = new JsonObject { ["emoji"] = emoji, ["targetAuthor"] = Phone, ["targetAuthorNumber"] = Phone, ["targetAuthorUuid"] = OwnUuid, ["targetSentTimestamp"] = target, ["isRemove"] = remove };
        return FrameAsync(Envelope(sender, at, new JsonObject { ["dataMessage"] = data }), at);
    }

    public static JsonObject Data(long at, string? text, string? group, bool mention, long? quote)
    {
        var data = new JsonObject { ["timestamp"] = at, ["message"] = text, ["expiresInSeconds"] = 0, ["isExpirationUpdate"] = false, ["viewOnce"] = false };
        if (group is not null)
        {
            data["groupInfo"] = new JsonObject { ["groupId"] = group, ["groupName"] = "Ops", ["revision"] = 3, ["type"] = "DELIVER" };
        }

        if (mention)
        {
            data["mentions"] = new JsonArray(new JsonObject { ["name"] = Phone, ["number"] = Phone, ["uuid"] = OwnUuid, ["start"] = 0, ["length"] = 1 });
        }

        if (quote is { } quoted)
        {
            data["quote"] = new JsonObject { ["id"] = quoted, ["author"] = Phone, ["authorNumber"] = Phone, ["authorUuid"] = OwnUuid, ["text"] = "…", ["attachments"] = new JsonArray() };
        }

        return data;
    }

    public static JsonObject Envelope(string sender, long at, JsonObject content, string account = Phone)
    {
        var envelope = new JsonObject
        {
            ["source"] = "+15550100001",
            ["sourceNumber"] = "+15550100001",
            ["sourceUuid"] = sender,
            ["sourceName"] = "Somebody",
            ["sourceDevice"] = 1,
            ["timestamp"] = at,
            ["serverReceivedTimestamp"] = at,
            ["serverDeliveredTimestamp"] = at,
        };
        foreach (var (name, value) in content.ToList())
        {
            content.Remove(name);
            envelope[name] = value;
        }

        return new JsonObject { ["account"] = account, ["envelope"] = envelope };
    }

    private async Task<long> FrameAsync(JsonObject frame, long at)
    {
        await RawAsync(frame.ToJsonString());
        return at;
    }

    /// <summary>A frame as it is, to every listener and the webhook.</summary>
    public async Task RawAsync(string frame)
    {
        if (Webhook is { } webhook)
        {
            using var http = new HttpClient();
            using var reply = await http.PostAsync(webhook, new StringContent($$"""{"jsonrpc":"2.0","method":"receive","params":{{frame}}}""", Encoding.UTF8, "application/json"));
            reply.EnsureSuccessStatusCode();
        }

        foreach (var subscriber in _subscribers.Keys)
        {
            await subscriber.GiveAsync(frame, DropsBursts);
        }
    }

    /// <summary>Ends every stream: 1000 and 1011 in good order, 1006 by breaking the connection.</summary>
    public async Task CloseAsync(int code)
    {
        foreach (var subscriber in _subscribers.Keys)
        {
            _subscribers.TryRemove(subscriber, out _);
            await subscriber.CloseAsync(code);
        }
    }

    /// <summary>Milliseconds of now, and never the same twice.</summary>
    public long Next()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _clock);
            var next = Math.Max(last + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            if (Interlocked.CompareExchange(ref _clock, next, last) == last)
            {
                return next;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(1006);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task AccountsAsync(HttpContext http)
    {
        if (!IsAlive)
        {
            await Json(http, 400, """{"error":"signal-cli is gone"}""");
            return;
        }

        await Json(http, 200, $"[\"{Phone}\"]");
    }

    private async Task SendAsync(HttpContext http)
    {
        var body = JsonNode.Parse((string)http.Items["body"]!)!;
        switch (Fate(body) ?? (IsAlive ? Mode : SendMode.Hang))
        {
            case SendMode.Object:
                await Json(http, 201, $$"""{"timestamp":"{{Deliver(body)}}"}""");
                break;
            case SendMode.Array:
                await Json(http, 201, $$"""[{"timestamp":"{{Deliver(body)}}"}]""");
                break;
            case SendMode.ErrorsInside:
                await Json(http, 201, $$$"""[{"timestamp":"{{{Next()}}}","errors":{"recipients":[{"number":"+15550100001","uuid":"{{{Anna}}}","reason":"NETWORK_FAILURE"}]}}]""");
                break;
            case SendMode.RateLimited:
                await Json(http, 429, """{"error":"Rate limit. Use the attached challenge tokens to lift the rate limit restrictions via the '/v1/accounts/{number}/rate-limit-challenge' endpoint.","challenge_tokens":["tok-123"],"account":"+15550100000"}""");
                break;
            case SendMode.BadRequest:
                await Json(http, 400, """{"error":"Couldn't process request - invalid request"}""");
                break;
            case SendMode.Untrusted:
                await Json(http, 400, """{"error":"Unable to complete request due to untrusted recipient keys"}""");
                break;
            case SendMode.Hang:
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                break;
            case SendMode.HangButSend:
                Deliver(body);
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                break;
            case SendMode.DropConnection:
                http.Abort();
                break;
            case SendMode.DropButSend:
                Deliver(body);
                http.Abort();
                break;
            case SendMode.ServerError:
                await Status(http, 500);
                break;
        }
    }

    private long Deliver(JsonNode body)
    {
        var recipient = (string)body["recipients"]![0]!;
        var at = Next();
        var told = new JsonObject { ["account"] = Phone, ["message"] = (string?)body["message"], ["notify-self"] = (bool?)body["notify_self"] ?? true };
        if (recipient.StartsWith("group.", StringComparison.Ordinal))
        {
            told["group-id"] = Encoding.UTF8.GetString(Convert.FromBase64String(recipient["group.".Length..]));
        }
        else if (recipient.StartsWith('+') || Guid.TryParse(recipient, out _))
        {
            told["recipient"] = new JsonArray(recipient);
        }
        else
        {
            // The trap: an internal group id is taken for a username, and the answer is still a success.
            told["username"] = new JsonArray(recipient);
        }

        ToldCli.Enqueue(new JsonObject { ["method"] = "send", ["params"] = told });
        lock (_gate)
        {
            _delivered.Add(new Delivered(recipient, (string)body["message"]!, at, (long?)body["edit_timestamp"], body));
        }

        if (SendsReceipts)
        {
            var receipt = new JsonObject { ["receiptMessage"] = new JsonObject { ["when"] = at + 40, ["isDelivery"] = true, ["isRead"] = false, ["isViewed"] = false, ["timestamps"] = new JsonArray(at) } };
            _ = RawAsync(Envelope(recipient, at + 40, receipt).ToJsonString());
        }

        return at;
    }

    private Task Told(HttpContext http, string method)
    {
        ToldCli.Enqueue(new JsonObject { ["method"] = method, ["params"] = JsonNode.Parse((string)http.Items["body"]!) });
        return Status(http, 204);
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync("Bad Request\n{\"error\":\"websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header\"}");
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var subscriber = new Subscriber(socket, http);
        _subscribers[subscriber] = true;
        Connections++;
        try
        {
            await subscriber.RunAsync();
        }
        finally
        {
            _subscribers.TryRemove(subscriber, out _);
        }
    }

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Json(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }

    /// <summary>One open stream. The real one has an unbuffered channel and drops what is not taken at once.</summary>
    private sealed class Subscriber(WebSocket socket, HttpContext http) : IDisposable
    {
        public void Dispose() => _writing.Dispose();

        private readonly SemaphoreSlim _writing = new(1, 1);
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task GiveAsync(string frame, bool mayDrop)
        {
            // While one frame is being written another finds nobody at the channel.
            if (mayDrop && !await _writing.WaitAsync(0))
            {
                return;
            }

            if (!mayDrop)
            {
                await _writing.WaitAsync();
            }

            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(frame).AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);
                if (mayDrop)
                {
                    await Task.Delay(2);
                }
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The reader is gone; what it did not get is lost, as in the real one.
            }
            finally
            {
                _writing.Release();
            }
        }

        public async Task RunAsync()
        {
            var buffer = new byte[1024];
            try
            {
                while (true)
                {
                    var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
                    if (got.MessageType == WebSocketMessageType.Close)
                    {
                        break;
                    }

                    if (got.Count > 512)
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, null, CancellationToken.None);
                        break;
                    }
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException)
            {
                // Closed or broken.
            }

            _over.TrySetResult();
        }

        public async Task CloseAsync(int code)
        {
            if (code == 1006)
            {
                try
                {
                    http.Abort();
                }
                catch (ObjectDisposedException)
                {
                    // It ended by itself.
                }

                return;
            }

            await _writing.WaitAsync();
            try
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, null, CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException)
            {
                // It was closed before.
            }
            finally
            {
                _writing.Release();
            }
        }
    }
}
