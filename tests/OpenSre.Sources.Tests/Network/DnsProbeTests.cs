using System.Net;
using FsCheck;
using FsCheck.Fluent;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Network;

public sealed class DnsProbeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_server_is_asked_and_each_answer_shown()
    {
        await using var good = new DnsServer(IPAddress.Parse("127.0.0.1"), 0, (_, type) => type == "A" ? new DnsReply(0, "10.0.0.1", "10.0.0.2") { Alias = "lb.example.test" } : new DnsReply(0));
        await using var broken = new DnsServer(IPAddress.Parse("127.0.0.2"), good.Port, (_, _) => new DnsReply(2));
        await using var unknowing = new DnsServer(IPAddress.Parse("127.0.0.3"), good.Port, (_, _) => new DnsReply(3));

        var lines = await AskAsync("api.example.test", good.Port, "# comment\nnameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\noptions timeout:2\n", "127.0.0.9 other\n10.9.9.9 db API.example.test # mine\n");

        Assert.Equal(
            [
                "dns api.example.test",
                "resolv.conf: nameserver 127.0.0.1",
                "resolv.conf: nameserver 127.0.0.2",
                "resolv.conf: nameserver 127.0.0.3",
                "resolv.conf: options timeout:2",
                "hosts: 10.9.9.9 db API.example.test",
                "server 127.0.0.1 A api.example.test: alias lb.example.test, answers 10.0.0.1, 10.0.0.2 after N ms",
                "server 127.0.0.1 AAAA api.example.test: NOERROR without an AAAA record after N ms",
                "server 127.0.0.2 A api.example.test: SERVFAIL after N ms",
                "server 127.0.0.2 AAAA api.example.test: SERVFAIL after N ms",
                "server 127.0.0.3 A api.example.test: NXDOMAIN after N ms",
                "server 127.0.0.3 AAAA api.example.test: NXDOMAIN after N ms",
            ],
            lines[..^1]);
        Assert.StartsWith("getaddrinfo api.example.test: failed, ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_domains_are_tried_as_the_resolver_would()
    {
        await using var server = new DnsServer(IPAddress.Loopback, 0, (name, type) => name == "db.lan" && type == "A" ? new DnsReply(0, "10.0.0.7") : new DnsReply(3));

        var lines = await AskAsync("db", server.Port, "search lan example.test\nnameserver 127.0.0.1\n", "");

        Assert.Contains("server 127.0.0.1 A db.lan: answers 10.0.0.7 after N ms", lines);
        Assert.Contains("server 127.0.0.1 A db.example.test: NXDOMAIN after N ms", lines);
        Assert.Contains("server 127.0.0.1 A db: NXDOMAIN after N ms", lines);
        Assert.Contains("hosts: no line for db", lines);
    }

    [Fact]
    public async Task A_silent_server_times_out_and_a_closed_port_is_refused()
    {
        await using var silent = new DnsServer(IPAddress.Loopback, 0, (_, _) => null);

        var lines = await AskAsync("api.example.test", silent.Port, "nameserver 127.0.0.1\nnameserver 127.0.0.2\n", "");

        Assert.Contains("server 127.0.0.1 A api.example.test: timed out (2 questions without an answer) after N ms", lines);
        Assert.Contains("server 127.0.0.2 A api.example.test: refused (ECONNREFUSED) after N ms", lines);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_TCP()
    {
        await using var server = new DnsServer(IPAddress.Loopback, 0, (_, type) => new DnsReply(0, type == "A" ? "10.0.0.1" : "fd00::1") { OnlyOverTcp = true });

        var lines = await AskAsync("api.example.test", server.Port, "nameserver 127.0.0.1\n", "");

        Assert.Contains("server 127.0.0.1 A api.example.test: answers 10.0.0.1 (over TCP) after N ms", lines);
        Assert.Contains("server 127.0.0.1 AAAA api.example.test: answers fd00::1 (over TCP) after N ms", lines);
    }

    [Fact]
    public async Task A_forged_answer_is_not_believed()
    {
        await using var server = new DnsServer(IPAddress.Loopback, 0, (_, _) => new DnsReply(0, "10.0.0.1") { ForgedFirst = true });

        Assert.Contains("server 127.0.0.1 A api.example.test: answers 10.0.0.1 after N ms", await AskAsync("api.example.test", server.Port, "nameserver 127.0.0.1\n", ""));
    }

    [Fact]
    public async Task Without_a_configuration_the_local_server_is_asked()
    {
        await using var server = new DnsServer(IPAddress.Loopback, 0, (_, _) => new DnsReply(5));

        var missing = await LinesAsync("api.example.test", new ProbeOptions { ResolvConf = _folder.File("none"), Hosts = _folder.Write("hosts", ""), DnsPort = server.Port });
        var empty = await AskAsync("api.example.test", server.Port, "\n", "");

        Assert.Contains($"{_folder.File("none")}: is not there", missing);
        Assert.Contains("server 127.0.0.1 A api.example.test: REFUSED after N ms", missing);
        Assert.Contains("resolv.conf: names no server; the resolver asks 127.0.0.1", empty);
    }

    [Fact]
    public async Task Programs_of_this_machine_know_localhost()
    {
        await using var server = new DnsServer(IPAddress.Loopback, 0, (_, _) => new DnsReply(3));

        Assert.Matches("^getaddrinfo localhost: .*(127.0.0.1|::1).* after N ms$", (await AskAsync("localhost", server.Port, "nameserver 127.0.0.1\n", ""))[^1]);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("-x")]
    [InlineData("a..b")]
    [InlineData("a b")]
    public async Task What_is_no_name_is_not_asked(string name)
    {
        var result = await Probing.RunAsync("dns", [name]);

        Assert.Equal((CommandStatus.Exited, 2), (result.Status, result.ExitCode));
    }

    [Fact]
    public void Any_bytes_are_survived() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            var question = DnsMessage.Question(7, "a.test", DnsType.A);
            DnsMessage.Read(bytes, question);
            // The same with a header that looks like an answer of several records.
            byte[] answer = [0, 7, 0x80, 0, 0, 1, 0, 3, 0, 0, 0, 0, .. bytes];
            DnsMessage.Read(answer, question);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_that_points_at_itself_ends()
    {
        byte[] answer = [0, 7, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4];

        Assert.Null(DnsMessage.Read(answer, DnsMessage.Question(7, "a.test", DnsType.A)));
    }

    [Fact]
    public void The_configuration_is_read_as_the_resolver_reads_it()
    {
        var read = ResolvConf.Parse("; old\ndomain one.test\nsearch two.test three.test\nnameserver 10.0.0.1\nnameserver bad\nnameserver fe80::1\nnameserver 10.0.0.3\nnameserver 10.0.0.4\noptions ndots:2 rotate\n");

        Assert.Equal(["10.0.0.1", "fe80::1", "10.0.0.3"], read.Servers.Select(s => s.ToString()));
        Assert.Equal(["two.test", "three.test"], read.Search);
        Assert.Equal(["api.web.two.test", "api.web.three.test", "api.web"], ResolvConf.Parse("search two.test three.test\noptions ndots:3").Candidates("api.web", 4));
        Assert.Equal(["api.web.eu", "api.web.eu.two.test"], ResolvConf.Parse("search two.test\noptions ndots:2").Candidates("api.web.eu", 4));
        Assert.Equal(["api"], read.Candidates("api.", 4));
    }

    private Task<string[]> AskAsync(string name, int port, string resolvConf, string hosts) =>
        LinesAsync(name, new ProbeOptions { ResolvConf = _folder.Write("resolv.conf", resolvConf), Hosts = _folder.Write("hosts", hosts), DnsPort = port });

    private static async Task<string[]> LinesAsync(string name, ProbeOptions options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "several loopback addresses are a Linux matter");
        return [.. (await Probing.LinesAsync("dns", [name], options)).Select(Probing.Steady)];
    }
}
