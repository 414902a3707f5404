using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>What is thought of a delivery's origin. <paramref name="Why"/> is empty when it may come in.</summary>
/// <param name="Delivery">The sender's id of this delivery, which must not be taken twice.</param>
public sealed record Admission(bool IsAllowed, string Why, string? Delivery = null);

/// <summary>
/// Checks that a delivery comes from whom it says: each vendor's own signature over the raw bytes, or a token. The
/// secret of a vendor is in <c>OPENSRE_WEBHOOK_SECRET_VENDOR</c>, else in <c>OPENSRE_WEBHOOK_SECRET</c>. Where none is
/// set, deliveries are taken on loopback only. Signed times may be five minutes off; a delivery id counts once.
/// </summary>
public sealed partial class VendorGuard(ServerSettings settings, HttpClient client, TimeProvider time) : IDisposable
{
    private const int MostVendors = 64;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, X509Certificate2> _certificates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string?> _secrets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _fetching = new(1);

    /// <param name="isTrusted">Whether the request already carries the server's own token.</param>
    public async Task<Admission> CheckAsync(string vendor, HttpRequest request, ReadOnlyMemory<byte> body, bool isTrusted, CancellationToken cancellation)
    {
        var delivery = DeliveryOf(vendor, request, body);
        var secret = SecretOf(vendor);
        if (vendor == "cloudwatch" && secret is null && request.Headers.ContainsKey("x-amz-sns-message-type"))
        {
            return await SnsAsync(body, cancellation).ConfigureAwait(false) is { } why ? new Admission(false, why) : new Admission(true, "", delivery);
        }

        if (secret is null)
        {
            return isTrusted || settings.IsLoopback
                ? new Admission(true, "", delivery)
                : new Admission(false, $"no secret is set for {vendor}: set OPENSRE_WEBHOOK_SECRET_{vendor.ToUpperInvariant().Replace('-', '_')}");
        }

        var mistake = vendor switch
        {
            "pagerduty" when request.Headers.ContainsKey("X-PagerDuty-Signature") => Signatures(request.Headers["X-PagerDuty-Signature"].ToString(), "v1=", secret, body.Span),
            "sentry" when request.Headers.ContainsKey("Sentry-Hook-Signature") => Signatures(request.Headers["Sentry-Hook-Signature"].ToString(), "", secret, body.Span),
            "grafana" when request.Headers.ContainsKey("X-Grafana-Alerting-Signature") => Grafana(request, secret, body.Span),
            _ => Token(request, secret, body),
        };
        return mistake is null ? new Admission(true, "", delivery) : new Admission(false, mistake);
    }

    private string? SecretOf(string vendor)
    {
        if (_secrets.TryGetValue(vendor, out var known))
        {
            return known;
        }

        var secret = settings.Secret($"OPENSRE_WEBHOOK_SECRET_{vendor.ToUpperInvariant().Replace('-', '_')}") ?? settings.Secret("OPENSRE_WEBHOOK_SECRET");
        if (_secrets.Count < MostVendors)
        {
            _secrets[vendor] = secret;
        }

        return secret;
    }

    public void Dispose() => _fetching.Dispose();

    /// <summary>The hex HMAC-SHA256 of a body.</summary>
    internal static string Hmac(string secret, ReadOnlySpan<byte> body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static string? Signatures(string header, string prefix, string secret, ReadOnlySpan<byte> body)
    {
        var expected = Encoding.ASCII.GetBytes(Hmac(secret, body));
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(prefix, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(part[prefix.Length..].ToLowerInvariant()), expected))
            {
                return null;
            }
        }

        return "the signature is not of this body and secret";
    }

    private string? Grafana(HttpRequest request, string secret, ReadOnlySpan<byte> body)
    {
        var stamp = request.Headers["X-Grafana-Alerting-Signature-Timestamp"].ToString();
        if (stamp.Length == 0)
        {
            return Signatures(request.Headers["X-Grafana-Alerting-Signature"].ToString(), "", secret, body);
        }

        if (!long.TryParse(stamp, out var seconds) || (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Skew)
        {
            return "the signed time is more than five minutes off";
        }

        return Signatures(request.Headers["X-Grafana-Alerting-Signature"].ToString(), "", secret, [.. Encoding.UTF8.GetBytes(stamp + ":"), .. body]);
    }

    /// <summary>A shared secret, wherever the vendor lets a person put one.</summary>
    private static string? Token(HttpRequest request, string secret, ReadOnlyMemory<byte> body)
    {
        List<string> given = [request.Headers["X-OpenSRE-Token"].ToString(), request.Headers["X-Webhook-Token"].ToString(), request.Query["token"].ToString()];
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            given.Add(authorization[7..].Trim());
        }
        else if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var buffer = new byte[authorization.Length];
            if (Convert.TryFromBase64String(authorization[6..].Trim(), buffer, out var length))
            {
                var pair = Encoding.UTF8.GetString(buffer, 0, length);
                given.Add(pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            }
        }

        if (request.Path.StartsWithSegments("/v2/enqueue", StringComparison.Ordinal) && RoutingKey().Match(Encoding.UTF8.GetString(body.Span)) is { Success: true } match)
        {
            given.Add(match.Groups["key"].Value);
        }

        return given.Exists(g => Security.Same(g, secret)) ? null : "it carries no valid signature or token";
    }

    private static string? DeliveryOf(string vendor, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        foreach (var header in (ReadOnlySpan<string>)["X-Webhook-Id", "x-amz-sns-message-id", "Request-ID", "X-Request-Id", "Webhook-Id", "ce-id"])
        {
            if (request.Headers[header].ToString() is { Length: > 0 and <= 200 } id)
            {
                return $"{vendor}:{id}";
            }
        }

        if (vendor == "pagerduty")
        {
            try
            {
                using var json = JsonDocument.Parse(body);
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("event", out var e) && e.ValueKind == JsonValueKind.Object && e.TryGetProperty("id", out var id))
                {
                    return $"pagerduty:{id}";
                }
            }
            catch (JsonException)
            {
                return null; // The reader of the payload says what is wrong with it.
            }
        }

        return null;
    }

    /// <summary>What is wrong with an SNS message's signature; null when it is Amazon's.</summary>
    private async Task<string?> SnsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            string Field(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
            var place = Field("SigningCertURL");
            if (!Uri.TryCreate(place, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || !AmazonSns().IsMatch(url.Host) || !url.AbsolutePath.EndsWith(".pem", StringComparison.Ordinal))
            {
                return "the signing certificate is not at Amazon";
            }

            if (DateTimeOffset.TryParse(Field("Timestamp"), System.Globalization.CultureInfo.InvariantCulture, out var at) && (time.GetUtcNow() - at).Duration() > TimeSpan.FromHours(1))
            {
                return "the message is more than an hour old";
            }

            var names = Field("Type") == "Notification"
                ? (string[])["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
                : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
            var signed = string.Concat(names.Where(n => json.RootElement.TryGetProperty(n, out _)).Select(n => $"{n}\n{Field(n)}\n"));
            var certificate = await CertificateAsync(url, cancellation).ConfigureAwait(false);
            using var key = certificate.GetRSAPublicKey();
            var algorithm = Field("SignatureVersion") == "2" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
            return key?.VerifyData(Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(Field("Signature")), algorithm, RSASignaturePadding.Pkcs1) == true ? null : "the signature is not Amazon's";
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException or HttpRequestException or InvalidOperationException)
        {
            return $"the signature could not be checked: {e.Message}";
        }
    }

    private async Task<X509Certificate2> CertificateAsync(Uri url, CancellationToken cancellation)
    {
        await _fetching.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_certificates.TryGetValue(url.ToString(), out var certificate))
            {
                certificate = X509Certificate2.CreateFromPem(await client.GetStringAsync(url, cancellation).ConfigureAwait(false));
                _certificates[url.ToString()] = certificate;
            }

            return certificate;
        }
        finally
        {
            _fetching.Release();
        }
    }

    [GeneratedRegex(@"^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")]
    private static partial Regex AmazonSns();

    [GeneratedRegex(@"""routing_key""\s*:\s*""(?<key>[^""\\]{1,200})""")]
    private static partial Regex RoutingKey();
}
