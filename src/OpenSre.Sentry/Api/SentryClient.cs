using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>An answer of the server.</summary>
/// <param name="Body">Its JSON; undefined when it had none.</param>
public sealed record SentryAnswer(int Code, JsonElement Body)
{
    /// <summary>What an error says: the bodies are a string, <c>detail</c>, <c>error</c>, errors of fields, or empty.</summary>
    public string Detail => Body.ValueKind switch
    {
        JsonValueKind.String => Body.GetString() ?? "",
        JsonValueKind.Object => Body.Text("detail") ?? Body.Text("error") ?? (Body.Get("detail").Text("message")) ?? Body.GetRawText(),
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        _ => Body.GetRawText(),
    };
}

/// <summary>
/// Speaks to one Sentry server. Redirects are not followed, so the token goes nowhere else. Reading is tried again where
/// that may help; nothing that could be billed is ever sent twice.
/// </summary>
public sealed class SentryClient : IDisposable
{
    private const int MaxBytes = 64 << 20;
    private const int Tries = 3;
    private readonly HttpClient _http;
    private readonly SentryHost _host;
    private readonly TimeProvider _time;
    private readonly RegionCache? _kept;
    private readonly Dictionary<string, Uri> _regions = [];

    /// <param name="regions">Regions kept from earlier runs; null to ask each time.</param>
    public SentryClient(SentryHost host, TimeProvider time, RegionCache? regions = null)
        : this(host, time, regions, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15) })
    {
    }

    internal SentryClient(SentryHost host, TimeProvider time, RegionCache? regions, HttpMessageHandler handler)
    {
        _host = host;
        _time = time;
        _kept = regions;
        _http = new HttpClient(handler)
        {
            // A trigger may take long; the sentry command allows it as much.
            Timeout = TimeSpan.FromSeconds(120),
            MaxResponseContentBufferSize = MaxBytes,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("opensre", "0.1"));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (regions is { IsFresh: true })
        {
            // Nor may a proxy on the way answer from what it keeps.
            _http.DefaultRequestHeaders.CacheControl = new CacheControlHeaderValue { NoCache = true };
        }
    }

    public SentryHost Host => _host;

    /// <summary>Reads, again after a limit or a passing failure.</summary>
    /// <param name="organization">Whose region is to be asked; null for the server itself.</param>
    /// <param name="path">Below <c>/api/0</c>, beginning with a slash.</param>
    /// <exception cref="FixException">The server cannot be reached or refuses the token.</exception>
    public async Task<SentryAnswer> GetAsync(string? organization, string path, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wait = TimeSpan.FromSeconds(Math.Min(10, 1 << (attempt - 1)));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, await AddressAsync(organization, path, cancellation).ConfigureAwait(false));
                using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
                if (attempt == Tries || (int)response.StatusCode is not (408 or 429 or 502 or 503 or 504))
                {
                    return await ReadAsync(response, cancellation).ConfigureAwait(false);
                }

                wait = response.Headers.RetryAfter?.Delta is { } asked && asked < TimeSpan.FromSeconds(60) ? asked : wait;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                if (attempt == Tries)
                {
                    throw Unreachable(e);
                }
            }

            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes, once.</summary>
    /// <exception cref="FixException">The server cannot be reached; whether it heard is not known.</exception>
    public async Task<SentryAnswer> PostAsync(string organization, string path, JsonObject body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, await AddressAsync(organization, path, cancellation).ConfigureAwait(false))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        try
        {
            using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
            return await ReadAsync(response, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>The organizations the token sees; none when it may not list them.</summary>
    /// <exception cref="FixException">The server cannot be reached or refuses the token.</exception>
    public async Task<IReadOnlyList<string>> OrganizationsAsync(CancellationToken cancellation)
    {
        var answer = await GetAsync(null, "/organizations/", cancellation).ConfigureAwait(false);
        return answer.Code is 200 or 403
            ? [.. (answer.Body.ValueKind == JsonValueKind.Array ? answer.Body.EnumerateArray() : []).Select(o => o.Text("slug")).OfType<string>()]
            : throw AccessErrors.Of(answer, _host, "");
    }

    public void Dispose() => _http.Dispose();

    private async Task<Uri> AddressAsync(string? organization, string path, CancellationToken cancellation)
    {
        var region = _host.Address;
        if (organization is not null && _host.IsSentryIo && !_regions.TryGetValue(organization, out region!))
        {
            var url = _kept?.Find(organization);
            if (url is null)
            {
                var answer = await GetAsync(null, $"/organizations/{Uri.EscapeDataString(organization)}/", cancellation).ConfigureAwait(false);
                url = answer.Code == 200 ? answer.Body.Get("links").Text("regionUrl") : null;
                if (url is not null)
                {
                    _kept?.Keep(organization, url);
                }
            }

            region = _host.Region(url);
            _regions[organization] = region;
        }

        return new Uri(region.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/0" + path);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token);
        var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response.Dispose();
            throw new FixException(FixFailure.TokenRefused, $"{_host.Address.IdnHost} does not accept the token (401); make a new one and set SENTRY_AUTH_TOKEN.");
        }

        if ((int)response.StatusCode is >= 300 and < 400)
        {
            response.Dispose();
            throw new FixException(FixFailure.ApiError, $"{_host.Address.IdnHost} sends elsewhere (HTTP {(int)response.StatusCode}), which is not followed with a token; check SENTRY_URL.");
        }

        return response;
    }

    private static async Task<SentryAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(text);
            return new SentryAnswer((int)response.StatusCode, document.RootElement.Clone());
        }
        catch (JsonException) when (!response.IsSuccessStatusCode || string.IsNullOrWhiteSpace(text))
        {
            // An error page, or nothing: the code says what there is to say.
            return new SentryAnswer((int)response.StatusCode, default);
        }
        catch (JsonException e)
        {
            throw new FixException(FixFailure.ApiError, "The server's answer is no JSON; check SENTRY_URL.", e);
        }
    }

    private FixException Unreachable(Exception e) =>
        new(FixFailure.ApiError, $"{_host.Address.IdnHost} cannot be reached: {SafeText.Line(e.Message, 200)}", e);
}
