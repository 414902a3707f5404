using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>
/// Home Assistant, as far as it is needed here. Keeps one WebSocket, over which it knows the house and every state as it
/// changes; where the WebSocket does not work but REST does, states and services go that way and the house has no rooms.
/// For several threads. Nothing it says or throws holds the token.
/// </summary>
public sealed class HomeAssistantClient : IAsyncDisposable
{
    private static readonly TimeSpan HouseKeeps = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestKeeps = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);
    private readonly HomeAssistantSettings _settings;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HomeAssistantRest _rest;
    private readonly SemaphoreSlim _connecting = new(1);
    private HomeAssistantSocket? _socket;
    private House _house = House.Empty;
    private DateTimeOffset _houseAt;
    private DateTimeOffset _restUntil;
    private volatile bool _houseIsOld = true;
    private volatile bool _knowsDebug = true;
    private volatile string? _noSight;
    private HomeAssistantException? _refusal;

    /// <param name="timeout">After this a call counts as not answered.</param>
    public HomeAssistantClient(HomeAssistantSettings settings, TimeSpan timeout, TimeProvider time)
    {
        _settings = settings;
        _timeout = timeout;
        _time = time;
        _rest = new HomeAssistantRest(settings, timeout);
    }

    /// <summary>The house as it was last read; empty before the first <see cref="ConnectAsync"/>.</summary>
    public House House => Volatile.Read(ref _house);

    /// <summary>Whether states are known as they change; else they are asked for.</summary>
    public bool HearsChanges => _socket is { IsOpen: true };

    internal StateBoard Board { get; } = new();

    /// <summary>Makes sure that the house and its states are known and fresh. Costs nothing where they are.</summary>
    /// <exception cref="HomeAssistantException">It cannot be reached, or does not take the token.</exception>
    public async Task<House> ConnectAsync(CancellationToken cancellation)
    {
        if (_socket is { IsOpen: true } && !_houseIsOld && _time.GetUtcNow() - _houseAt < HouseKeeps)
        {
            return House;
        }

        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_refusal is { } refusal)
            {
                throw new HomeAssistantException(refusal.Fault, refusal.Message, refusal);
            }

            if (_socket is { IsOpen: true } open)
            {
                if (_houseIsOld || _time.GetUtcNow() - _houseAt >= HouseKeeps)
                {
                    await ReadHouseAsync(open, cancellation).ConfigureAwait(false);
                }

                return House;
            }

            // Where the WebSocket just failed and REST works, not every message waits for it to fail again.
            return _time.GetUtcNow() < _restUntil ? House : await OpenAsync(cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e) when (e.Fault == HomeAssistantFault.Unauthorized)
        {
            // Asking again and again with a token that is not taken gets this address banned.
            _refusal = e;
            throw;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>
    /// Keeps the house known until cancelled: connects, connects again when the connection broke, and reads the house anew
    /// every few minutes. Ends by itself when the token is not taken.
    /// </summary>
    /// <param name="log">Told what is wrong when that changes.</param>
    public async Task KeepAsync(Action<string> log, CancellationToken cancellation)
    {
        var pause = ShortestPause;
        string? said = null;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(cancellation).ConfigureAwait(false);
                (pause, said) = (ShortestPause, null);
            }
            catch (HomeAssistantException e)
            {
                if (said != e.Message)
                {
                    log(e.Message);
                    said = e.Message;
                }

                if (e.Fault == HomeAssistantFault.Unauthorized)
                {
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(pause, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The present states; over REST where changes are not heard.</summary>
    public async Task<IReadOnlyDictionary<string, EntityState>> StatesAsync(CancellationToken cancellation)
    {
        await ConnectAsync(cancellation).ConfigureAwait(false);
        if (!HearsChanges)
        {
            Board.Replace(await _rest.StatesAsync(cancellation).ConfigureAwait(false));
        }

        return Board.All;
    }

    /// <exception cref="HomeAssistantException">Refused, failed or not answered in time; with the reason Home Assistant gives.</exception>
    public async Task CallAsync(ServiceCall call, CancellationToken cancellation)
    {
        await ConnectAsync(cancellation).ConfigureAwait(false);
        if (_socket is not { IsOpen: true } socket)
        {
            await _rest.CallAsync(call, cancellation).ConfigureAwait(false);
            return;
        }

        await socket.AskAsync(new JsonObject { ["type"] = "call_service", ["domain"] = call.Domain, ["service"] = call.Service, ["service_data"] = call.Arguments() }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks for a service's reply: the items of a list.</summary>
    public async Task<JsonElement> CallForReplyAsync(ServiceCall call, CancellationToken cancellation)
    {
        await ConnectAsync(cancellation).ConfigureAwait(false);
        if (_socket is not { IsOpen: true } socket)
        {
            throw new HomeAssistantException(HomeAssistantFault.Unreachable, "that needs Home Assistant's WebSocket, which cannot be reached");
        }

        var answer = await socket.AskAsync(new JsonObject { ["type"] = "call_service", ["domain"] = call.Domain, ["service"] = call.Service, ["service_data"] = call.Arguments(), ["return_response"] = true }, cancellation).ConfigureAwait(false);
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("response", out var response) ? response : default;
    }

    /// <summary>What Home Assistant itself makes of a sentence, without doing it; null when it makes nothing of it or cannot be asked.</summary>
    public async Task<AssistSighting?> SightAsync(string sentence, CancellationToken cancellation)
    {
        if (!_knowsDebug || _socket is not { IsOpen: true } socket)
        {
            return null;
        }

        try
        {
            var answer = await socket.AskAsync(new JsonObject { ["type"] = "conversation/agent/homeassistant/debug", ["sentences"] = new JsonArray(JsonValue.Create(sentence)), ["language"] = "en" }, cancellation).ConfigureAwait(false);
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Array && results.GetArrayLength() > 0 ? AssistSighting.Read(results[0]) : null;
        }
        catch (HomeAssistantException e) when (e.Fault == HomeAssistantFault.NotFound)
        {
            // Older versions and houses without the conversation integration do not have it.
            _knowsDebug = false;
            return null;
        }
        catch (HomeAssistantException e) when (e.Fault is HomeAssistantFault.Refused or HomeAssistantFault.Failed)
        {
            // Then there is nothing to compare with, which DescribeAsync says.
            _noSight = e.Message;
            return null;
        }
    }

    public Task<IReadOnlyList<EntityState>> HistoryAsync(string entity, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) => _rest.HistoryAsync(entity, from, to, cancellation);

    /// <summary>What is there, and what of it does not work, in sentences for a person.</summary>
    /// <exception cref="HomeAssistantException">It cannot be reached, or does not take the token.</exception>
    public async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellation)
    {
        var house = await ConnectAsync(cancellation).ConfigureAwait(false);
        var acting = house.Entities.Count(e => e.Exposed);
        _noSight = null;
        await SightAsync("turn on the light", cancellation).ConfigureAwait(false);
        IEnumerable<string> unseen = _knowsDebug && _noSight is null ? [] : [$"its own reading of sentences cannot be asked ({_noSight ?? "it does not know the question"}): orders are not compared with it"];
        return [$"Home Assistant {_socket?.Version}: {house.Entities.Count} entities ({acting} may be acted on), {house.Areas.Count} areas, {house.Floors.Count} floors", .. house.Notes, .. unseen];
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket is not null)
        {
            await _socket.DisposeAsync().ConfigureAwait(false);
        }

        _rest.Dispose();
        _connecting.Dispose();
    }

    private async Task<House> OpenAsync(CancellationToken cancellation)
    {
        if (_socket is not null)
        {
            await _socket.DisposeAsync().ConfigureAwait(false);
            _socket = null;
        }

        HomeAssistantSocket socket;
        try
        {
            socket = await HomeAssistantSocket.OpenAsync(_settings.Url, _settings.Token, _timeout, cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e) when (e.Fault is HomeAssistantFault.Unreachable or HomeAssistantFault.TimedOut)
        {
            // A proxy that does not pass WebSockets leaves REST.
            var states = await _rest.StatesAsync(cancellation).ConfigureAwait(false);
            Board.Replace(states);
            Volatile.Write(ref _house, HouseReader.OfStates(states, $"only REST works ({e.Message}): rooms and aliases are not known, and nothing is acted on by room"));
            _restUntil = _time.GetUtcNow() + RestKeeps;
            return House;
        }

        try
        {
            await socket.ListenAsync("state_changed", Changed, cancellation).ConfigureAwait(false);
            foreach (var type in (string[])["area_registry_updated", "floor_registry_updated", "device_registry_updated", "entity_registry_updated"])
            {
                await SubscribeIfAllowedAsync(socket, type, cancellation).ConfigureAwait(false);
            }

            await ReadHouseAsync(socket, cancellation).ConfigureAwait(false);
            _socket = socket;
            return House;
        }
        catch
        {
            await socket.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Users who are no administrators hear some events only; the house is then read again every few minutes.</summary>
    private async Task SubscribeIfAllowedAsync(HomeAssistantSocket socket, string type, CancellationToken cancellation)
    {
        try
        {
            await socket.ListenAsync(type, _ => _houseIsOld = true, cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e) when (e.Fault == HomeAssistantFault.Refused)
        {
            _houseIsOld = true;
        }
    }

    private async Task ReadHouseAsync(HomeAssistantSocket socket, CancellationToken cancellation)
    {
        _houseIsOld = false;
        var states = await socket.AskAsync(new JsonObject { ["type"] = "get_states" }, cancellation).ConfigureAwait(false);
        if (states.ValueKind == JsonValueKind.Array)
        {
            Board.Replace([.. states.EnumerateArray().Select(EntityState.Read).OfType<EntityState>()]);
        }

        var house = await HouseReader.ReadAsync(socket, Board.All, _settings.IgnoreExposure, cancellation).ConfigureAwait(false);
        _houseAt = _time.GetUtcNow();
        Volatile.Write(ref _house, house);
    }

    private void Changed(JsonElement happened)
    {
        if (happened.TryGetProperty("data", out var data) && data.TryGetProperty("entity_id", out var id) && id.GetString() is { } entity)
        {
            Board.Put(entity, data.TryGetProperty("new_state", out var state) ? EntityState.Read(state) : null);
        }
    }
}
