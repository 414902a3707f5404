using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OpenSre.Home;

/// <summary>Home Assistant's REST interface: states, services and history.</summary>
internal sealed class HomeAssistantRest : IDisposable
{
    private readonly HttpClient _http;
    private readonly Secret _token;
    private readonly TimeSpan _timeout;
    private volatile bool _refused;

    public HomeAssistantRest(HomeAssistantSettings settings, TimeSpan timeout)
    {
        // The address may carry a path where a proxy puts Home Assistant below one.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { BaseAddress = WithSlash(settings.Url), Timeout = Timeout.InfiniteTimeSpan };
        _token = settings.Token;
        _timeout = timeout;
    }

    public async Task<IReadOnlyList<EntityState>> StatesAsync(CancellationToken cancellation)
    {
        using var json = await GetAsync("api/states", cancellation).ConfigureAwait(false);
        return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray().Select(EntityState.Read).OfType<EntityState>()] : throw Garbled("api/states");
    }

    /// <summary>Version, name of the place, time zone.</summary>
    public async Task<JsonDocument> ConfigAsync(CancellationToken cancellation) => await GetAsync("api/config", cancellation).ConfigureAwait(false);

    /// <summary>Each service there is, as <c>domain.service</c>.</summary>
    public async Task<IReadOnlySet<string>> ServicesAsync(CancellationToken cancellation)
    {
        using var json = await GetAsync("api/services", cancellation).ConfigureAwait(false);
        var services = new HashSet<string>(StringComparer.Ordinal);
        foreach (var domain in json.RootElement.EnumerateArray())
        {
            foreach (var service in domain.GetProperty("services").EnumerateObject())
            {
                services.Add($"{domain.GetProperty("domain").GetString()}.{service.Name}");
            }
        }

        return services;
    }

    public async Task CallAsync(ServiceCall call, CancellationToken cancellation)
    {
        using var content = new StringContent(call.Arguments().ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await SendAsync(HttpMethod.Post, $"api/services/{call.Domain}/{call.Service}", content, cancellation).ConfigureAwait(false);
    }

    /// <summary>The states an entity had, oldest first, beginning with the one it was in at <paramref name="from"/>.</summary>
    public async Task<IReadOnlyList<EntityState>> HistoryAsync(string entity, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        using var json = await GetAsync($"api/history/period/{Stamp(from)}?filter_entity_id={Uri.EscapeDataString(entity)}&end_time={Stamp(to)}&no_attributes&significant_changes_only=0", cancellation).ConfigureAwait(false);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw Garbled("api/history");
        }

        return [.. json.RootElement.EnumerateArray().SelectMany(e => e.EnumerateArray()).Select(EntityState.Read).OfType<EntityState>().OrderBy(s => s.Changed)];
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        try
        {
            using var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            return await JsonDocument.ParseAsync(body, default, cancellation).ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw new HomeAssistantException(HomeAssistantFault.Garbled, $"Home Assistant's answer to {path.Split('?')[0]} is not JSON; is {_http.BaseAddress} really it?", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        if (_refused)
        {
            throw Unauthorized();
        }

        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token.Reveal());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HomeAssistantException(HomeAssistantFault.TimedOut, $"Home Assistant did not answer within {_timeout.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new HomeAssistantException(HomeAssistantFault.Unreachable, $"Home Assistant cannot be reached at {_http.BaseAddress}: {e.Message}", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw Fault(answer.StatusCode, path.Split('?')[0], await MessageAsync(answer, cancellation).ConfigureAwait(false));
        }
    }

    private HomeAssistantException Fault(HttpStatusCode status, string path, string said)
    {
        switch (status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                _refused = true;
                return Unauthorized();
            case HttpStatusCode.NotFound:
                return new HomeAssistantException(HomeAssistantFault.NotFound, $"Home Assistant has no {path}{said}");
            case HttpStatusCode.BadRequest:
                return new HomeAssistantException(HomeAssistantFault.Refused, $"Home Assistant refuses {path}{said}: the service is not there, or does not take these arguments");
            case HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway:
                return new HomeAssistantException(HomeAssistantFault.Unreachable, "Home Assistant is starting or stopping");
            default:
                return new HomeAssistantException(HomeAssistantFault.Failed, $"Home Assistant failed at {path} ({(int)status}){said}");
        }
    }

    private static HomeAssistantException Unauthorized() =>
        new(HomeAssistantFault.Unauthorized, "Home Assistant does not take the token; it is not tried again until the program is started anew. A new one is made in the profile page, under Security");

    /// <summary>What the body says besides the number, which errors repeat as text.</summary>
    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) ? $" ({OpenSre.Core.SafeText.Line(message.ToString(), 200)})" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private HomeAssistantException Garbled(string path) => new(HomeAssistantFault.Garbled, $"Home Assistant's answer to {path} is not what its documentation says; is {_http.BaseAddress} really it?");

    private static string Stamp(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture));

    internal static Uri WithSlash(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
