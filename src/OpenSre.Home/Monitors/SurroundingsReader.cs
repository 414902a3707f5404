using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenSre.Home;

/// <summary>Looks at certificates every few hours, and asks Home Assistant and the channel how they are at each look.</summary>
/// <param name="endpoints">host:port, or host alone for port 443.</param>
/// <param name="homeAssistant">Why it does not answer, empty when it does; null where there is none.</param>
/// <param name="channel">Why messages may not come through, empty when they do; null where that cannot be asked.</param>
public sealed class SurroundingsReader(IReadOnlyList<string> endpoints, Func<CancellationToken, Task<string>>? homeAssistant, Func<CancellationToken, Task<string>>? channel, TimeProvider time) : ISurroundingsReader
{
    private static readonly TimeSpan CertificatesEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan AgainAfterProblem = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private IReadOnlyList<CertificateReading>? _certificates;
    private DateTimeOffset _next;

    public async Task<Surroundings> ReadAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (endpoints.Count > 0 && (now >= _next || _next - now > CertificatesEvery))
        {
            _certificates = await Task.WhenAll(endpoints.Select(e => ReadAsync(e, cancellation))).ConfigureAwait(false);
            _next = now + (_certificates.Any(c => c.Ends is null) ? AgainAfterProblem : CertificatesEvery);
        }

        return new Surroundings(time.GetUtcNow())
        {
            Certificates = _certificates,
            HomeAssistantProblem = homeAssistant is null ? null : await homeAssistant(cancellation).ConfigureAwait(false),
            ChannelProblem = channel is null ? null : await channel(cancellation).ConfigureAwait(false),
        };
    }

    /// <summary>Reads the certificate an address serves, whether or not it is trusted.</summary>
    public static async Task<CertificateReading> ReadAsync(string endpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var colon = endpoint.LastIndexOf(':');
        var host = colon > 0 ? endpoint[..colon] : endpoint;
        var port = colon > 0 && int.TryParse(endpoint.AsSpan(colon + 1), out var given) ? given : 443;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(Patience);
        DateTimeOffset? ends = null;
        var distrust = "";
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, bound.Token).ConfigureAwait(false);
            await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
#pragma warning disable CA5359 // Nothing is sent over it: the certificate is looked at because it may be bad.
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    {
                        ends = certificate is X509Certificate2 read ? new DateTimeOffset(read.NotAfter.ToUniversalTime(), TimeSpan.Zero) : null;
                        distrust = errors == SslPolicyErrors.None ? "" : errors.ToString();
                        return true;
                    },
                },
                bound.Token).ConfigureAwait(false);
#pragma warning restore CA5359
            return new CertificateReading(endpoint, ends, distrust.Length > 0 ? $"not trusted: {distrust}" : null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CertificateReading(endpoint, ends, "no answer within 10 s");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return new CertificateReading(endpoint, ends, e.Message);
        }
    }
}
