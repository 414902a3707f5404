using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Network;

public sealed class TlsProbeTests
{
    private static readonly ProbeOptions Trusting = new() { TrustedRoots = [TestCertificates.Authority] };

    [Fact]
    public async Task A_good_certificate_verifies()
    {
        using var certificate = TestCertificates.Good("api.example.test", "*.example.test", "127.0.0.1");
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"], Trusting);

        Assert.Equal($"tls 127.0.0.1:{server.Port} name api.example.test: connected to 127.0.0.1:{server.Port} after N ms", Probing.Steady(lines[0]));
        Assert.Matches(@"^handshake ok after N ms, TLS 1\.[23], TLS_\w+$", Probing.Steady(lines[1]));
        Assert.Equal("subject CN=api.example.test", lines[2]);
        Assert.Equal("names api.example.test, *.example.test, 127.0.0.1", lines[3]);
        Assert.Equal("issuer CN=Test Authority", lines[4]);
        Assert.Matches(@"^not before \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", lines[5]);
        Assert.Matches(@"^not after \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", lines[6]);
        Assert.Matches(@"^days left 60\.[45]$", lines[7]);
        Assert.StartsWith("serial ", lines[8], StringComparison.Ordinal);
        Assert.StartsWith("chain 1 CN=Test Authority, not after ", lines[9], StringComparison.Ordinal);
        Assert.Equal("verification ok (revocation not checked)", lines[^1]);
    }

    [Fact]
    public async Task An_expired_certificate_is_shown_in_full()
    {
        using var certificate = TestCertificates.Expired("api.example.test");
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"], Trusting);

        Assert.Contains("expired 12.5 days ago", lines);
        Assert.Contains("names api.example.test", lines);
        Assert.Equal("verification failed: the certificate expired 12.5 days ago", lines[^1]);
    }

    [Fact]
    public async Task A_wrong_name_is_named()
    {
        using var certificate = TestCertificates.Good("other.example.test");
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"], Trusting);

        Assert.Equal("verification failed: the certificate is not for api.example.test but for other.example.test", lines[^1]);
    }

    [Fact]
    public async Task A_certificate_of_tomorrow_is_not_yet_valid()
    {
        using var certificate = TestCertificates.Server(["api.example.test"], DateTimeOffset.UtcNow.AddDays(1.5), DateTimeOffset.UtcNow.AddDays(30));
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"], Trusting);

        Assert.Equal("verification failed: the certificate is not valid before 1.5 days from now", lines[^1]);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_not_trusted()
    {
        using var certificate = TestCertificates.Server(["api.example.test"], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30), selfSigned: true);
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"]);

        Assert.Contains("issuer CN=api.example.test (self-signed)", lines);
        Assert.Equal("verification failed: the root is not trusted on this machine", lines[^1]);
    }

    [Fact]
    public async Task A_missing_intermediate_is_said()
    {
        using var certificate = TestCertificates.Good("api.example.test");
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"]);

        Assert.Equal("verification failed: the chain is not complete: an intermediate or the root certificate is missing", lines[^1]);
    }

    [Fact]
    public async Task Several_faults_are_all_listed()
    {
        using var certificate = TestCertificates.Expired("other.example.test");
        await using var server = Serve(certificate);

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "api.example.test"], Trusting);

        Assert.Equal("verification failed: the certificate expired 12.5 days ago; the certificate is not for api.example.test but for other.example.test", lines[^1]);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_told_from_one_that_hangs_up()
    {
        await using var talker = new LoopbackServer(async (stream, stop) => await stream.WriteAsync("220 mail.example.test ESMTP ready\r\n"u8.ToArray(), stop));
        await using var closing = new LoopbackServer(async (stream, stop) => _ = await stream.ReadAsync(new byte[1000], stop));

        var talked = await Probing.LinesAsync("tls", ["127.0.0.1", $"{talker.Port}", "a.test"]);
        var closed = await Probing.LinesAsync("tls", ["127.0.0.1", $"{closing.Port}", "a.test"]);

        Assert.Equal("handshake failed after N ms: the server does not speak TLS on this port", Probing.Steady(talked[^1]));
        Assert.Equal("handshake failed after N ms: the server closed the connection during the handshake", Probing.Steady(closed[^1]));
    }

    [Fact]
    public async Task A_server_that_says_nothing_times_out_as_a_fact()
    {
        await using var server = new LoopbackServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var lines = await Probing.LinesAsync("tls", ["127.0.0.1", $"{server.Port}", "a.test"], new ProbeOptions { ReplyTime = TimeSpan.FromMilliseconds(300) });

        Assert.Equal("handshake failed after N ms: timed out (the server takes connections, but says nothing)", Probing.Steady(lines[^1]));
    }

    [Fact]
    public async Task A_closed_port_is_refused()
    {
        var port = LoopbackServer.ClosedPort();

        var line = Assert.Single(await Probing.LinesAsync("tls", ["127.0.0.1", $"{port}", "a.test"]));

        Assert.Equal($"tls 127.0.0.1:{port} name a.test: refused (ECONNREFUSED) after N ms", Probing.Steady(line));
    }

    internal static LoopbackServer Serve(X509Certificate2 certificate, Func<string, string>? reply = null) => new(async (stream, stop) =>
    {
        await using var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        if (reply is null)
        {
            _ = await secure.ReadAsync(new byte[1], stop);
            return;
        }

        var request = await LoopbackServer.ReadRequestAsync(secure, stop);
        await secure.WriteAsync(System.Text.Encoding.UTF8.GetBytes(reply(request)), stop);
    });
}
