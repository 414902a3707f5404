using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>
/// Who may come in: the bearer token, where one is set; the origin of a page, so that no foreign web page can use a
/// browser on this machine; so many requests a second. And what every answer carries.
/// </summary>
internal sealed class Security(ServerSettings settings, ServerMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    /// <summary>Compares in a time that does not tell how much of it was right.</summary>
    public static bool Same(string? given, string secret) =>
        !string.IsNullOrEmpty(given) && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public bool IsTrusted(HttpRequest request)
    {
        if (settings.Token is not { } token)
        {
            return false;
        }

        var authorization = request.Headers.Authorization.ToString();
        return (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Same(authorization[7..].Trim(), token))
            || Same(request.Cookies["opensre_token"], token);
    }

    public async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        Headers(http);
        if (!IsHostOurs(request) || !IsOriginOurs(request))
        {
            metrics.Refused.Add();
            await Problems.WriteAsync(http, 403, $"Requests from {OpenSre.Core.SafeText.Line(request.Headers.Origin.ToString() is { Length: > 0 } o ? o : request.Host.Value ?? "nowhere", 100)} are not allowed; start the server with --origin to allow a page.").ConfigureAwait(false);
            return;
        }

        if (HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method"))
        {
            http.Response.Headers.AccessControlAllowMethods = "GET, POST";
            http.Response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, Last-Event-ID, Accept";
            http.Response.Headers.AccessControlMaxAge = "600";
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var open = request.Path.Value is "/healthz" or "/readyz" or "/" or "/app.js" or "/app.css" || IsIntake(request.Path);
        if (settings.Token is not null && !open && !IsTrusted(request))
        {
            metrics.Refused.Add();
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(http, 401, "A bearer token is needed: Authorization: Bearer …").ConfigureAwait(false);
            return;
        }

        if (http.Connection.RemoteIpAddress is { } address && !_buckets.GetOrAdd(address, _ => new Bucket(time.GetTimestamp())).Take(time, settings.RequestsPerSecond))
        {
            metrics.Refused.Add();
            http.Response.Headers.RetryAfter = "1";
            await Problems.WriteAsync(http, 429, $"More than {settings.RequestsPerSecond} requests a second came from this address.").ConfigureAwait(false);
            return;
        }

        await next(http).ConfigureAwait(false);
    }

    /// <summary>Deliveries have signatures and tokens of their own.</summary>
    public static bool IsIntake(PathString path) =>
        path.StartsWithSegments("/webhooks", StringComparison.Ordinal) || path.StartsWithSegments("/v2/enqueue", StringComparison.Ordinal) || path.StartsWithSegments("/api/v2/alerts", StringComparison.Ordinal) || path.StartsWithSegments("/api/v1/alerts", StringComparison.Ordinal);

    private void Headers(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        if (http.Request.Headers.Origin.ToString() is { Length: > 0 } origin && IsAllowed(origin, http.Request))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.Vary = "Origin";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }
    }

    /// <summary>A name that resolves to loopback for a foreign page (DNS rebinding) is not our name.</summary>
    private bool IsHostOurs(HttpRequest request)
    {
        if (!settings.IsLoopback || settings.Token is not null)
        {
            return true;
        }

        var host = request.Host.Host;
        return host is "localhost" or "" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private bool IsOriginOurs(HttpRequest request) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsAllowed(origin, request);

    private bool IsAllowed(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
        || settings.Origins.Contains("*")
        || settings.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        // Other pages of this machine, a development server for one, are as local as we are.
        || (settings.IsLoopback && Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.IsLoopback);

    private sealed class Bucket(long at)
    {
        private double _tokens = -1;
        private long _at = at;

        public bool Take(TimeProvider time, int rate)
        {
            lock (this)
            {
                var now = time.GetTimestamp();
                _tokens = _tokens < 0 ? rate * 10 : Math.Min(rate * 10, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * rate));
                _at = now;
                if (_tokens < 1)
                {
                    return false;
                }

                _tokens--;
                return true;
            }
        }
    }
}
