using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Network;

public sealed class HttpProbeTests
{
    [Fact]
    public async Task Status_headers_and_body_are_shown()
    {
        string? asked = null;
        await using var server = LoopbackServer.Http(request =>
        {
            asked = request;
            return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 30\r\nSet-Cookie: id=1\r\nContent-Length: 35\r\n\r\n{\"db\":\"down\"}\nstatus: 200\n\u001b[31mred\n";
        });

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/health?deep=1"]);

        Assert.Equal(
            [
                $"connected to 127.0.0.1:{server.Port} after N ms",
                $"http GET http://127.0.0.1:{server.Port}/health?deep=1: 503 Service Unavailable, first byte after N ms",
                "header Content-Type: application/json",
                "header Content-Length: 35",
                "header Retry-After: 30",
                "body 35 bytes after N ms:",
                "| {\"db\":\"down\"}",
                "| status: 200",
                "| red",
            ],
            lines.Select(Probing.Steady));
        Assert.StartsWith($"GET /health?deep=1 HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_two_kilobytes_are_read()
    {
        await using var server = LoopbackServer.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + new string('x', 100_000));

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"]);

        Assert.Equal("body begins (2048 bytes shown) after N ms:", Probing.Steady(lines[^2]));
        Assert.Equal("| " + new string('x', 2048), lines[^1]);
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_not_shown()
    {
        await using var server = LoopbackServer.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\0\u0001\u0002\u0003");

        Assert.Equal("body is not text; its first 4 bytes came after N ms", Probing.Steady((await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"]))[^1]));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_shown_as_far_as_it_came()
    {
        await using var server = LoopbackServer.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"]);

        Assert.Contains(lines, l => l.StartsWith("body broke off at 4 bytes after ", StringComparison.Ordinal));
        Assert.Equal("| half", lines[^1]);
    }

    [Fact]
    public async Task Redirects_are_shown_and_followed()
    {
        await using var server = LoopbackServer.Http(request => request.StartsWith("GET /old ", StringComparison.Ordinal)
            ? "HTTP/1.1 301 Moved Permanently\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n"
            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        var lines = (await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/old"])).Select(Probing.Steady).ToArray();

        Assert.Contains($"http GET http://127.0.0.1:{server.Port}/old: 301 Moved Permanently, first byte after N ms", lines);
        Assert.Contains($"redirect 1 to http://127.0.0.1:{server.Port}/new", lines);
        Assert.Equal($"http GET http://127.0.0.1:{server.Port}/new: 200 OK, first byte after N ms", lines[^4]);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        await using var server = LoopbackServer.Http(_ => "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/again"]);

        Assert.Equal($"redirect to http://127.0.0.1:{server.Port}/again not followed: 3 redirects are enough", lines[^1]);
    }

    [Fact]
    public async Task A_redirect_to_somewhere_that_is_not_the_web_is_not_followed()
    {
        await using var server = LoopbackServer.Http(_ => "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"]);

        Assert.Contains("header Location: file:///etc/passwd", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("redirect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_closed_port_is_refused()
    {
        var port = LoopbackServer.ClosedPort();

        var line = Assert.Single(await Probing.LinesAsync("http", [$"http://127.0.0.1:{port}/"]));

        Assert.Equal($"http GET http://127.0.0.1:{port}/: refused (ECONNREFUSED) after N ms", Probing.Steady(line));
    }

    [Theory]
    [InlineData("", "the server closed the connection without a reply")]
    [InlineData("220 mail ESMTP\r\n", "the reply is not HTTP (")]
    public async Task A_reply_that_is_none_is_spelled_out(string reply, string words)
    {
        await using var server = LoopbackServer.Http(_ => reply);

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"]);

        Assert.Contains($": {words}", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_replies_times_out_as_a_fact()
    {
        await using var server = new LoopbackServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var lines = await Probing.LinesAsync("http", [$"http://127.0.0.1:{server.Port}/"], new ProbeOptions { ReplyTime = TimeSpan.FromMilliseconds(300) });

        Assert.Equal($"connected to 127.0.0.1:{server.Port} after N ms", Probing.Steady(lines[0]));
        Assert.Equal($"http GET http://127.0.0.1:{server.Port}/: timed out (no reply) after N ms", Probing.Steady(lines[1]));
    }

    [Fact]
    public async Task A_bad_certificate_is_spelled_out_and_the_reply_shown_all_the_same()
    {
        using var certificate = TestCertificates.Expired("127.0.0.1");
        await using var server = TlsProbeTests.Serve(certificate, _ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        var lines = await Probing.LinesAsync("http", [$"https://127.0.0.1:{server.Port}/"], new ProbeOptions { TrustedRoots = [TestCertificates.Authority] });

        Assert.Matches(@"^certificate CN=127\.0\.0\.1, not after \S+Z, verification failed: the certificate expired 12\.5 days ago$", lines[1]);
        Assert.Equal($"http GET https://127.0.0.1:{server.Port}/: 200 OK, first byte after N ms", Probing.Steady(lines[2]));
        Assert.Equal("| ok", lines[^1]);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_told()
    {
        await using var server = new LoopbackServer(async (stream, stop) => await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), stop));

        var lines = await Probing.LinesAsync("http", [$"https://127.0.0.1:{server.Port}/"]);

        Assert.Equal($"http GET https://127.0.0.1:{server.Port}/: TLS handshake failed: the server does not speak TLS on this port after N ms", Probing.Steady(lines[^1]));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://100.100.100.200/")]
    public async Task The_metadata_service_of_a_cloud_is_not_asked(string url)
    {
        Assert.Contains("not asked: this is a metadata service", Assert.Single(await Probing.LinesAsync("http", [url])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("172.32.0.1", false)]
    public void Private_addresses_are_known(string address, bool expected) =>
        Assert.Equal(expected, PrivateAddress.Is(System.Net.IPAddress.Parse(address)));

    [Theory]
    [InlineData("ftp://example.test/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:pass@example.test/")]
    [InlineData("http://a b/")]
    [InlineData("example.test")]
    [InlineData("-http://example.test")]
    public async Task Only_web_addresses_without_credentials_are_asked(string url)
    {
        var result = await Probing.RunAsync("http", [url]);

        Assert.Equal((CommandStatus.Exited, 2), (result.Status, result.ExitCode));
    }
}
