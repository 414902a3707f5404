using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OpenSre.Sources;

/// <summary>One GET over a connection of its own, with what was seen on the way.</summary>
internal sealed class HttpExchange : IDisposable
{
    private readonly ProbeOptions _options;
    private readonly Connector _connector;
    private readonly TimeProvider _time;
    private readonly bool _mayBePrivate;
    private readonly HttpMessageInvoker _client;

    public HttpExchange(Uri address, ProbeOptions options, Connector connector, TimeProvider time, bool mayBePrivate)
    {
        Address = address;
        _options = options;
        _connector = connector;
        _time = time;
        _mayBePrivate = mayBePrivate;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 64,
            ConnectCallback = ConnectAsync,
        });
    }

    public Uri Address { get; }

    public Connection? Connection { get; private set; }

    public TlsInspection? Inspection { get; private set; }

    /// <summary>Words for why no connection came about; empty otherwise.</summary>
    public string Failure { get; private set; } = "";

    /// <exception cref="HttpRequestException">No reply came; <see cref="Failure"/> may say why.</exception>
    public Task<HttpResponseMessage> SendAsync(CancellationToken cancellation)
    {
        // The handshake is made in the callback, where its certificate can be looked at; the handler sees plain HTTP.
        var plain = new UriBuilder(Address) { Scheme = Uri.UriSchemeHttp, Port = Address.Port }.Uri;
        var request = new HttpRequestMessage(HttpMethod.Get, plain) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var withPort = Formats.HostPort(Address.IdnHost.Trim('[', ']'), Address.Port);
        request.Headers.Host = Address.IsDefaultPort ? withPort[..withPort.LastIndexOf(':')] : withPort;
        request.Headers.TryAddWithoutValidation("User-Agent", "opensre-probe");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        return _client.SendAsync(request, cancellation);
    }

    public void Dispose()
    {
        _client.Dispose();
        Inspection?.Certificate?.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = Address.IdnHost.Trim('[', ']');
        var lookup = await _connector.LookUpAsync(host, cancellation);
        if (lookup.Addresses.Count == 0)
        {
            throw Fail($"{lookup.Failure}");
        }

        if (lookup.Addresses.Any(PrivateAddress.IsMetadata))
        {
            throw Fail("not asked: this is a metadata service of a cloud, which answers with credentials;");
        }

        if (!_mayBePrivate && lookup.Addresses.Any(PrivateAddress.Is))
        {
            throw Fail("not asked: the redirect leads from a public address to a private one;");
        }

        Connection = await _connector.ConnectFirstAsync(lookup.Addresses, Address.Port, cancellation);
        if (Connection.Socket is null)
        {
            throw Fail(Connection.Failure);
        }

        var stream = new NetworkStream(Connection.Socket, ownsSocket: true);
        if (Address.Scheme != Uri.UriSchemeHttps)
        {
            return stream;
        }

        Inspection = new TlsInspection(host, _options, _time);
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(Inspection.Options(), cancellation);
            return secure;
        }
        catch (Exception e)
        {
            await secure.DisposeAsync();
            if (e is OperationCanceledException)
            {
                throw;
            }

            throw Fail($"TLS handshake failed: {TlsProbe.HandshakeFailure(e)}", e);
        }
    }

    private HttpRequestException Fail(string words, Exception? inner = null)
    {
        Failure = words;
        return new HttpRequestException(words, inner);
    }
}
