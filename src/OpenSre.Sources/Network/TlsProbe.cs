using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:tls HOST PORT NAME</c>: a handshake that asks for NAME and accepts whatever certificate comes, so that a
/// bad one can be described in full. Revocation is not checked.
/// </summary>
public sealed class TlsProbe(ProbeOptions options, TimeProvider time) : IProbe
{
    private readonly Connector _connector = new(time);

    public string Name => "tls";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (arguments is not [var host, var portText, var name]
            || !ToolArguments.IsHost(host) || !ToolArguments.IsPort(portText, out var port) || !ToolArguments.IsHost(name))
        {
            return ProbeEnd.Usage("usage: opensre:tls HOST PORT NAME");
        }

        var target = $"tls {Formats.HostPort(host, port)} name {name}";
        var lookup = await _connector.LookUpAsync(host, cancellation);
        if (lookup.Addresses.Count == 0)
        {
            output.Line($"{target}: {lookup.Failure} after {Formats.Ms(lookup.Took)}");
            return ProbeEnd.Done;
        }

        var connection = await _connector.ConnectFirstAsync(lookup.Addresses, port, cancellation);
        if (connection.Socket is null)
        {
            output.Line($"{target}: {connection.Failure} after {Formats.Ms(connection.Took)}");
            return ProbeEnd.Done;
        }

        await HandshakeAsync(connection, name, target, output, cancellation);
        return ProbeEnd.Done;
    }

    private async Task HandshakeAsync(Connection connection, string name, string target, ProbeOutput output, CancellationToken cancellation)
    {
        var inspection = new TlsInspection(name, options, time);
        var started = time.GetTimestamp();
        await using var stream = new SslStream(new NetworkStream(connection.Socket!, ownsSocket: true));
        string? failure = null;
        using var timeout = new CancellationTokenSource(options.ReplyTime, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await stream.AuthenticateAsClientAsync(inspection.Options(), stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            failure = "timed out (the server takes connections, but says nothing)";
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            failure = HandshakeFailure(e);
        }

        var took = Formats.Ms(time.GetElapsedTime(started));
        output.Line($"{target}: connected to {Formats.HostPort(connection.EndPoint)} after {Formats.Ms(connection.Took)}");
        output.Line(failure is null
            ? $"handshake ok after {took}, {Protocol(stream.SslProtocol)}, {stream.NegotiatedCipherSuite}"
            : $"handshake failed after {took}: {failure}");
        if (inspection.Certificate is { } certificate)
        {
            foreach (var line in CertificateFacts.Lines(certificate, time.GetUtcNow()).Concat(inspection.ChainLines))
            {
                output.Line(line);
            }

            certificate.Dispose();
        }

        if (inspection.Certificate is not null || inspection.Objections.Count > 0)
        {
            output.Line(Verification(inspection));
        }
    }

    internal static string HandshakeFailure(Exception error)
    {
        if (ErrnoWords.Find(error) is { } socket)
        {
            return ErrnoWords.Of(socket);
        }

        var innermost = error;
        while (innermost.InnerException is { } inner)
        {
            innermost = inner;
        }

        return innermost.Message switch
        {
            var m when m.Contains("frame size", StringComparison.OrdinalIgnoreCase) || m.Contains("wrong version number", StringComparison.OrdinalIgnoreCase)
                || m.Contains("packet length too long", StringComparison.OrdinalIgnoreCase) => "the server does not speak TLS on this port",
            var m when m.Contains("unexpected EOF", StringComparison.OrdinalIgnoreCase) || m.Contains("0 bytes from the transport", StringComparison.OrdinalIgnoreCase)
                => "the server closed the connection during the handshake",
            var m => Formats.Quoted(m),
        };
    }

    internal static string Verification(TlsInspection inspection) =>
        inspection.Objections.Count == 0 ? "verification ok (revocation not checked)" : $"verification failed: {string.Join("; ", inspection.Objections)}";

    internal static string Protocol(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        var other => other.ToString(),
    };
}
