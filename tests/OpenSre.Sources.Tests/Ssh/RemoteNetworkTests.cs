using System.Net.Security;
using OpenSre.Core;
using OpenSre.Sources;
using OpenSre.Tests.Sources.Network;
using OpenSre.Tests.Ssh;

namespace OpenSre.Tests.Sources.Ssh;

/// <summary>The network as a host behind a real sshd sees it, in the lines of the probes of this machine.</summary>
public sealed class RemoteNetworkTests : IDisposable
{
    private readonly SshServers _servers = new();
    private readonly SshCommandRunner _runner;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public RemoteNetworkTests()
    {
        _servers.Need();
        _servers.Start("sagan");
        _runner = new SshCommandRunner("sagan", "sagan", new SshOptions { ConfigFile = _servers.Config });
    }

    public void Dispose()
    {
        _runner.Dispose();
        _servers.Dispose();
    }

    [Fact]
    public async Task Ports_are_open_or_closed_as_that_machine_sees_them()
    {
        await using var server = new LoopbackServer((_, _) => Task.CompletedTask);
        Assert.Equal($"tcp 127.0.0.1:{server.Port} open after N ms\n", await AskAsync("tcp", "127.0.0.1", $"{server.Port}"));
        var closed = LoopbackServer.ClosedPort();
        Assert.Equal($"tcp 127.0.0.1:{closed} refused (ECONNREFUSED) after N ms\n", await AskAsync("tcp", "127.0.0.1", $"{closed}"));
        var lines = await AskAsync("tcp", "localhost", $"{server.Port}");
        Assert.Matches(@"(?m)^name localhost is .*127\.0\.0\.1.* after N ms$", lines);
        Assert.Matches($@"(?m)^tcp localhost:{server.Port} open at 1 of \d+ addresses$", lines);
    }

    [Fact]
    public async Task Names_are_looked_up_there()
    {
        var lines = await AskAsync("dns", "localhost");
        Assert.StartsWith("dns localhost\n", lines, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^getaddrinfo localhost: .*127\.0\.0\.1.* after N ms$", lines);
        Assert.Contains("getaddrinfo nowhere.invalid: failed, no address after N ms", await AskAsync("dns", "nowhere.invalid"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_addresses_are_asked_there_and_errors_show_what_was_said()
    {
        Assert.SkipWhen(ProgramFile.Find("curl", out _) is null, "curl is needed");
        await using var server = LoopbackServer.Http(r => r.StartsWith("GET /well", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok" : "HTTP/1.1 503 Busy\r\nContent-Length: 17\r\nConnection: close\r\n\r\npool is exhausted");
        Assert.Equal($"connected to 127.0.0.1:{server.Port}\nhttp GET http://127.0.0.1:{server.Port}/well: 200, first byte after N ms\n", await AskAsync("http", $"http://127.0.0.1:{server.Port}/well"));
        Assert.EndsWith($": 503, first byte after N ms\n| pool is exhausted", (await AskAsync("http", $"http://127.0.0.1:{server.Port}/")).TrimEnd(), StringComparison.Ordinal);
        var closed = LoopbackServer.ClosedPort();
        Assert.Equal($"http GET http://127.0.0.1:{closed}/: refused (ECONNREFUSED) after N ms\n", await AskAsync("http", $"http://127.0.0.1:{closed}/"));
    }

    [Fact]
    public async Task Redirects_are_shown_and_followed_as_far_as_is_safe()
    {
        Assert.SkipWhen(ProgramFile.Find("curl", out _) is null, "curl is needed");
        await using var server = LoopbackServer.Http(r => r.Split(' ')[1] switch
        {
            "/old" => Found("/new?x=1"),
            "/new?x=1" => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
            "/sick" => Found("/broken"),
            "/meta" => Found("http://169.254.169.254/latest/meta-data/"),
            "/octal" => Found("http://0251.0376.0251.0376/latest/"),
            "/number" => Found("http://2852039166/latest/"),
            "/user" => Found("http://me:word@127.0.0.1/"),
            "/shell" => Found("http://127.0.0.1/`id`"),
            "/file" => Found("file:///etc/passwd"),
            "/round" => Found("/round"),
            _ => "HTTP/1.1 503 Busy\r\nContent-Length: 17\r\nConnection: close\r\n\r\npool is exhausted",
        });
        var at = $"http://127.0.0.1:{server.Port}";
        Assert.Equal($"connected to 127.0.0.1:{server.Port}\nhttp GET {at}/old: 302, first byte after N ms\nredirect 1 to {at}/new?x=1\nconnected to 127.0.0.1:{server.Port}\nhttp GET {at}/new?x=1: 200, first byte after N ms\n", await AskAsync("http", at + "/old"));
        Assert.EndsWith("503, first byte after N ms\n| pool is exhausted", (await AskAsync("http", at + "/sick")).TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("not asked: this is a metadata service of a cloud", await AskAsync("http", at + "/meta"), StringComparison.Ordinal);
        Assert.Contains("not asked: ", await AskAsync("http", at + "/octal"), StringComparison.Ordinal);
        Assert.Contains("not asked: ", await AskAsync("http", at + "/number"), StringComparison.Ordinal);
        Assert.Contains("carries a user name", await AskAsync("http", at + "/user"), StringComparison.Ordinal);
        Assert.DoesNotContain("uid=", await AskAsync("http", at + "/shell"), StringComparison.Ordinal);
        Assert.DoesNotContain("root:", await AskAsync("http", at + "/file"), StringComparison.Ordinal);
        var round = await AskAsync("http", at + "/round");
        Assert.Equal(4, round.Split("connected to").Length - 1);
        Assert.EndsWith($"redirect to {at}/round not followed: 3 redirects are enough", round.TrimEnd(), StringComparison.Ordinal);

        static string Found(string where) => $"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    [Fact]
    public async Task Certificates_are_read_here_and_judged_there()
    {
        Assert.SkipWhen(ProgramFile.Find("openssl", out _) is null, "openssl is needed");
        using var expired = TestCertificates.Expired("api.example.test");
        await using var server = new LoopbackServer(async (stream, stop) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = expired }, stop);
        });
        var lines = (await AskAsync("tls", "127.0.0.1", $"{server.Port}", "api.example.test")).Split('\n');
        Assert.Contains("subject CN=api.example.test", lines);
        Assert.Contains("names api.example.test", lines);
        Assert.Contains("expired 12.5 days ago", lines);
        Assert.Contains(lines, l => l.StartsWith("verification failed: ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tcp", "$(id)", "80")]
    [InlineData("tcp", "a;id", "80")]
    [InlineData("tcp", "127.0.0.1", "80;id")]
    [InlineData("dns", "`id`")]
    [InlineData("http", "file:///etc/passwd")]
    [InlineData("http", "-o/tmp/x")]
    [InlineData("git", "status")]
    public async Task What_is_no_address_is_not_asked_at_all(string probe, params string[] arguments) =>
        Assert.Equal(CommandStatus.Refused, (await _runner.RunAsync(new CommandRequest("test", "opensre:" + probe, arguments, null, TimeSpan.FromSeconds(90), 10_000), Stop)).Status);

    [Fact]
    public void A_program_that_is_missing_there_is_said()
    {
        var asked = new CommandRequest("test", "opensre:http", ["http://127.0.0.1/"], null, TimeSpan.FromSeconds(9), 1000);
        var read = RemoteNetwork.Read(asked, new CommandResult(CommandStatus.Exited, 3, "", "there is no curl there\n", 0), "sagan", default);
        Assert.Equal((CommandStatus.NotFound, "the network cannot be looked at from sagan: there is no curl there"), (read.Status, read.Error));
    }

    private async Task<string> AskAsync(string probe, params string[] arguments)
    {
        var result = await _runner.RunAsync(new CommandRequest("test", "opensre:" + probe, arguments, null, TimeSpan.FromSeconds(90), 100_000), Stop);
        Assert.True(result is { Status: CommandStatus.Exited, ExitCode: 0 }, $"{result.Status} {result.ExitCode} {result.Error}");
        return Probing.Steady(result.Output);
    }
}
