using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenSre.Home.Tests;

/// <summary>
/// Home Assistant's REST and WebSocket on a port of this machine, as its documentation and sources say they behave: the wording of
/// errors, states that follow an order late or never, a debug command that may be missing. What was called is written down.
/// </summary>
internal sealed class StandInHomeAssistant : IAsyncDisposable
{
    public const string Token = "llat-3f9c-never-to-be-seen";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<WebSocket, Subscriber> _open = new();
    private readonly Lock _lock = new();

    private StandInHomeAssistant(WebApplication app)
    {
        _app = app;
    }

    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Each service call: domain.service, entities, the arguments without them.</summary>
    public ConcurrentQueue<(string Service, string[] Entities, string Data)> Calls { get; } = new();

    /// <summary>What a search for media finds.</summary>
    public List<(string Title, string Id, bool CanPlay)> Library { get; } = [];

    public SortedDictionary<string, (string State, JsonObject Attributes, DateTimeOffset Changed)> States { get; } = new(StringComparer.Ordinal);

    public JsonArray Floors { get; } = [];

    public JsonArray Areas { get; } = [];

    public JsonArray Devices { get; } = [];

    public JsonArray Entities { get; } = [];

    public JsonArray Labels { get; } = [];

    public Dictionary<string, string[]> Aliases { get; } = [];

    public HashSet<string> Hidden { get; } = [];

    public Dictionary<string, JsonArray> Histories { get; } = [];

    /// <summary>States follow an order after this.</summary>
    public TimeSpan Slow { get; set; } = TimeSpan.Zero;

    /// <summary>Entities whose state does not follow.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>Services that fail, with the code and message of the error.</summary>
    public Dictionary<string, (string Code, string Message)> Failing { get; } = [];

    public bool Hangs { get; set; }

    public bool HasWebSocket { get; set; } = true;

    public bool KnowsDebug { get; set; } = true;

    public Func<string, JsonNode?> Debug { get; set; } = _ => null;

    public int DebugAsked;

    public int Authentications;

    public int RestRequests;

    /// <summary>What REST answers to everything but the token, when it is not 200.</summary>
    public int RestStatus { get; set; } = 200;

    public HomeAssistantSettings Settings(params string[] confirm) => new(Address, new Secret(Token), confirm);

    public static async Task<StandInHomeAssistant> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var home = new StandInHomeAssistant(app);
        app.UseWebSockets();
        app.Run(home.ServeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        home.Address = new Uri(app.Urls.First());
        return home;
    }

    public void Add(string id, string name, string state, string? area = null, string? device = null, string? kind = null, JsonObject? attributes = null)
    {
        attributes ??= [];
        attributes["friendly_name"] = name;
        if (kind is not null)
        {
            attributes["device_class"] = kind;
        }

        States[id] = (state, attributes, DateTimeOffset.UtcNow.AddMinutes(-30));
        Entities.Add(new JsonObject { ["entity_id"] = id, ["name"] = null, ["original_name"] = name, ["area_id"] = area, ["device_id"] = device, ["disabled_by"] = null, ["hidden_by"] = null, ["entity_category"] = null, ["platform"] = "test" });
    }

    public void AddArea(string id, string name, string? floor = null, params string[] aliases) =>
        Areas.Add(new JsonObject { ["area_id"] = id, ["name"] = name, ["floor_id"] = floor, ["aliases"] = new JsonArray([.. aliases.Select(a => (JsonNode)a)]) });

    public async Task SetAsync(string id, string state, Action<JsonObject>? change = null)
    {
        JsonObject data;
        lock (_lock)
        {
            var attributes = (JsonObject)States[id].Attributes.DeepClone();
            change?.Invoke(attributes);
            States[id] = (state, attributes, DateTimeOffset.UtcNow);
            data = new JsonObject { ["entity_id"] = id, ["old_state"] = null, ["new_state"] = Json(id) };
        }

        await TellAsync("state_changed", data);
    }

    /// <summary>Sends an event to those who listen for its type.</summary>
    public async Task TellAsync(string type, JsonObject data)
    {
        foreach (var (socket, subscriber) in _open)
        {
            foreach (var number in subscriber.Types.Where(t => t.Value == type).Select(t => t.Key))
            {
                await subscriber.SendAsync(socket, new JsonObject { ["id"] = number, ["type"] = "event", ["event"] = new JsonObject { ["event_type"] = type, ["data"] = data.DeepClone() } });
            }
        }
    }

    /// <summary>Every connection ends, as on a restart.</summary>
    public void Drop()
    {
        foreach (var socket in _open.Keys)
        {
            socket.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Drop();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private JsonObject Json(string id) => new()
    {
        ["entity_id"] = id,
        ["state"] = States[id].State,
        ["attributes"] = States[id].Attributes.DeepClone(),
        ["last_changed"] = States[id].Changed.ToString("o", CultureInfo.InvariantCulture),
        ["last_updated"] = States[id].Changed.ToString("o", CultureInfo.InvariantCulture),
    };

    private JsonArray AllStates()
    {
        lock (_lock)
        {
            return new JsonArray([.. States.Keys.Select(k => (JsonNode)Json(k))]);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path == "/api/websocket" && HasWebSocket)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await TalkAsync(socket);
            return;
        }

        Interlocked.Increment(ref RestRequests);
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            Interlocked.Increment(ref Authentications);
            await TextAsync(context, 401, "401: Unauthorized");
            return;
        }

        var path = context.Request.Path.Value ?? "";
        if (RestStatus != 200)
        {
            await TextAsync(context, RestStatus, RestStatus == 500 ? "500 Internal Server Error\n\nServer got itself in trouble" : $"{RestStatus}: ");
        }
        else if (path == "/api/states")
        {
            await JsonAsync(context, AllStates());
        }
        else if (path.StartsWith("/api/history/period/", StringComparison.Ordinal))
        {
            var entity = context.Request.Query["filter_entity_id"].ToString();
            await JsonAsync(context, Histories.TryGetValue(entity, out var history) ? new JsonArray(history.DeepClone()) : new JsonArray());
        }
        else if (path.StartsWith("/api/services/", StringComparison.Ordinal) && path.Split('/') is [_, _, _, var domain, var service])
        {
            var body = (JsonObject)JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())!;
            if (Failing.TryGetValue($"{domain}.{service}", out var failure))
            {
                // REST gives no reason: what is not there and what is not valid are 400, what breaks is 500.
                await TextAsync(context, failure.Code == "home_assistant_error" ? 500 : 400, failure.Code == "home_assistant_error" ? "500 Internal Server Error\n\nServer got itself in trouble" : "400: Bad Request");
                return;
            }

            await CallAsync(domain, service, body);
            await JsonAsync(context, new JsonArray());
        }
        else
        {
            await TextAsync(context, 404, "404: Not Found");
        }
    }

    private static async Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text);
    }

    private static async Task JsonAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json.ToJsonString());
    }

    private async Task TalkAsync(WebSocket socket)
    {
        var subscriber = new Subscriber();
        await subscriber.SendAsync(socket, new JsonObject { ["type"] = "auth_required", ["ha_version"] = "2026.10.1" });
        Interlocked.Increment(ref Authentications);
        if (await ReadAsync(socket) is not { } hello || (string?)hello["access_token"] != Token)
        {
            await subscriber.SendAsync(socket, new JsonObject { ["type"] = "auth_invalid", ["message"] = "Invalid access token or password" });
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return;
        }

        await subscriber.SendAsync(socket, new JsonObject { ["type"] = "auth_ok", ["ha_version"] = "2026.10.1" });
        _open[socket] = subscriber;
        try
        {
            while (await ReadAsync(socket) is { } message)
            {
                _ = AnswerAsync(socket, subscriber, message);
            }
        }
        catch (WebSocketException)
        {
            // The other side is gone, or Drop was called: what a server sees of it.
        }
        finally
        {
            _open.TryRemove(socket, out _);
        }
    }

    private async Task AnswerAsync(WebSocket socket, Subscriber subscriber, JsonObject message)
    {
        var id = (int)message["id"]!;
        var (result, error) = await DoAsync(subscriber, id, message);
        if (result is Never)
        {
            return;
        }

        var answer = new JsonObject { ["id"] = id, ["type"] = "result", ["success"] = error is null };
        if (error is { } problem)
        {
            answer["error"] = new JsonObject { ["code"] = problem.Code, ["message"] = problem.Message };
        }
        else
        {
            answer["result"] = (JsonNode?)result;
        }

        await subscriber.SendAsync(socket, answer);
    }

    private async Task<(object? Result, (string Code, string Message)? Error)> DoAsync(Subscriber subscriber, int id, JsonObject message)
    {
        switch ((string?)message["type"])
        {
            case "subscribe_events":
                subscriber.Types[id] = (string)message["event_type"]!;
                return (null, null);
            case "get_states":
                return (AllStates(), null);
            case "config/floor_registry/list":
                return (Floors.DeepClone(), null);
            case "config/area_registry/list":
                return (Areas.DeepClone(), null);
            case "config/label_registry/list":
                return (Labels.DeepClone(), null);
            case "config/device_registry/list":
                return (Devices.DeepClone(), null);
            case "config/entity_registry/list":
                return (Entities.DeepClone(), null);
            case "config/entity_registry/get_entries":
                var entries = new JsonObject();
                foreach (var entity in ((JsonArray)message["entity_ids"]!).Select(e => (string)e!))
                {
                    entries[entity] = new JsonObject { ["entity_id"] = entity, ["aliases"] = new JsonArray([.. Aliases.GetValueOrDefault(entity, []).Select(a => (JsonNode)a)]) };
                }

                return (entries, null);
            case "homeassistant/expose_entity/list":
                var exposed = new JsonObject();
                foreach (var entity in States.Keys.Where(k => !Hidden.Contains(k)))
                {
                    exposed[entity] = new JsonObject { ["conversation"] = true };
                }

                return (new JsonObject { ["exposed_entities"] = exposed }, null);
            case "conversation/agent/homeassistant/debug" when KnowsDebug:
                Interlocked.Increment(ref DebugAsked);
                return (new JsonObject { ["results"] = new JsonArray(Debug((string)message["sentences"]![0]!)) }, null);
            case "conversation/agent/homeassistant/debug":
                Interlocked.Increment(ref DebugAsked);
                return (null, ("unknown_command", "Unknown command."));
            case "call_service":
                var service = $"{message["domain"]}.{message["service"]}";
                if (Hangs)
                {
                    return (new Never(), null);
                }

                if (Failing.TryGetValue(service, out var failure))
                {
                    return (null, failure);
                }

                var reply = await CallAsync((string)message["domain"]!, (string)message["service"]!, (JsonObject)message["service_data"]!);
                return (new JsonObject { ["context"] = new JsonObject { ["id"] = "x" }, ["response"] = reply }, null);
            default:
                return (null, ("unknown_command", "Unknown command."));
        }
    }

    private async Task<JsonNode?> CallAsync(string domain, string service, JsonObject data)
    {
        string[] entities = data["entity_id"] is JsonArray list ? [.. list.Select(e => (string)e!)] : [];
        var rest = (JsonObject)data.DeepClone();
        rest.Remove("entity_id");
        Calls.Enqueue(($"{domain}.{service}", entities, rest.Count == 0 ? "" : rest.ToJsonString()));
        if (service == "get_items")
        {
            return new JsonObject { [entities[0]] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["summary"] = "rye bread", ["status"] = "needs_action" }) } };
        }

        if (service == "search_media")
        {
            var found = new JsonArray([.. Library.Where(m => m.Title.Contains((string)rest["search_query"]!, StringComparison.OrdinalIgnoreCase)).Select(m => (JsonNode)new JsonObject { ["title"] = m.Title, ["media_class"] = "album", ["media_content_type"] = "album", ["media_content_id"] = m.Id, ["can_play"] = m.CanPlay, ["can_expand"] = true })]);
            return new JsonObject { [entities[0]] = new JsonObject { ["version"] = 1, ["result"] = found } };
        }

        foreach (var entity in entities.Where(e => States.ContainsKey(e) && !Stuck.Contains(e) && States[e].State != "unavailable"))
        {
            if (Slow > TimeSpan.Zero)
            {
                _ = Task.Run(async () =>
                {
                    await Task.Delay(Slow);
                    await FollowAsync(domain, service, entity, rest);
                });
            }
            else
            {
                await FollowAsync(domain, service, entity, rest);
            }
        }

        return null;
    }

    private async Task FollowAsync(string domain, string service, string entity, JsonObject data)
    {
        var now = States[entity].State;
        var kind = entity.Split('.')[0];
        var next = (kind, service) switch
        {
            // A lock that is "turned on" is locked: nothing here may ever do it that way.
            ("lock", "turn_on" or "lock") => "locked",
            ("lock", "turn_off" or "unlock") => "unlocked",
            ("cover" or "valve", "open_cover" or "open_valve") => "open",
            ("cover" or "valve", "close_cover" or "close_valve") => "closed",
            ("media_player", "media_pause") => "paused",
            ("media_player", "media_play" or "play_media") => "playing",
            ("vacuum", "start") => "cleaning",
            ("vacuum", "return_to_base") => "returning",
            (_, "turn_on") => "on",
            (_, "turn_off") => "off",
            _ => now,
        };
        await SetAsync(entity, next, attributes =>
        {
            if (data["brightness_pct"] is { } percent)
            {
                attributes["brightness"] = Math.Round((double)percent * 2.55);
            }

            if (data["media_content_id"] is { } content)
            {
                attributes["media_content_id"] = content.DeepClone();
            }

            foreach (var (key, attribute) in ((string, string)[])[("temperature", "temperature"), ("volume_level", "volume_level"), ("position", "current_position")])
            {
                if (data[key] is { } value && !(domain == "light" && key == "temperature"))
                {
                    attributes[attribute] = value.DeepClone();
                }
            }
        });
    }

    private static async Task<JsonObject?> ReadAsync(WebSocket socket)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return (JsonObject)JsonNode.Parse(whole.ToArray())!;
            }
        }
    }

    private sealed class Never;

    private sealed class Subscriber
    {
        private readonly Lock _one = new();
        private Task _last = Task.CompletedTask;

        public ConcurrentDictionary<int, string> Types { get; } = new();

        /// <summary>One after the other, in the order they are given.</summary>
        public Task SendAsync(WebSocket socket, JsonObject message)
        {
            var bytes = Encoding.UTF8.GetBytes(message.ToJsonString());
            lock (_one)
            {
                return _last = AfterAsync(_last, socket, bytes);
            }
        }

        private static async Task AfterAsync(Task before, WebSocket socket, byte[] bytes)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (socket.State == WebSocketState.Open)
            {
                await socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
    }
}
