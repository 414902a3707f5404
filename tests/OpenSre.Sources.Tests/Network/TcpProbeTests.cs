using OpenSre.Core;

namespace OpenSre.Tests.Sources.Network;

public sealed class TcpProbeTests
{
    [Fact]
    public async Task An_open_port_is_open_and_its_greeting_is_shown()
    {
        await using var server = new LoopbackServer(async (stream, stop) =>
        {
            await stream.WriteAsync("SSH-2.0-Test\u001b[31m\r\n"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

        var line = Assert.Single(await Probing.LinesAsync("tcp", ["127.0.0.1", $"{server.Port}"]));

        Assert.Equal($"tcp 127.0.0.1:{server.Port} open after N ms, greeting: SSH-2.0-Test", Probing.Steady(line));
    }

    [Fact]
    public async Task A_server_that_waits_is_open()
    {
        await using var server = new LoopbackServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var line = Assert.Single(await Probing.LinesAsync("tcp", ["127.0.0.1", $"{server.Port}"]));

        Assert.Equal($"tcp 127.0.0.1:{server.Port} open after N ms", Probing.Steady(line));
    }

    [Fact]
    public async Task A_server_that_hangs_up_at_once_is_noticed()
    {
        await using var server = new LoopbackServer((_, _) => Task.CompletedTask);

        var line = Assert.Single(await Probing.LinesAsync("tcp", ["127.0.0.1", $"{server.Port}"]));

        Assert.Equal($"tcp 127.0.0.1:{server.Port} open after N ms, then closed by the other side without a word", Probing.Steady(line));
    }

    [Fact]
    public async Task A_closed_port_is_refused()
    {
        var port = LoopbackServer.ClosedPort();

        var line = Assert.Single(await Probing.LinesAsync("tcp", ["127.0.0.1", $"{port}"]));

        Assert.Equal($"tcp 127.0.0.1:{port} refused (ECONNREFUSED) after N ms", Probing.Steady(line));
    }

    [Fact]
    public async Task A_name_is_tried_at_all_its_addresses()
    {
        await using var server = new LoopbackServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var lines = (await Probing.LinesAsync("tcp", ["localhost", $"{server.Port}"])).Select(Probing.Steady).ToArray();

        Assert.StartsWith("name localhost is ", lines[0], StringComparison.Ordinal);
        Assert.Contains($"tcp 127.0.0.1:{server.Port} open after N ms", lines);
        Assert.StartsWith($"tcp localhost:{server.Port} open at 1 of ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_nobody_knows_says_so()
    {
        var line = Assert.Single(await Probing.LinesAsync("tcp", ["no-such-host.invalid", "80"]));

        Assert.Matches(@"^tcp no-such-host\.invalid:80 (name is not known \(EAI_NONAME\)|temporary failure in name resolution \(EAI_AGAIN\)|name has no address \(EAI_NODATA\)|timed out \(no answer from the resolver\)) after N ms$", Probing.Steady(line));
    }

    [Theory]
    [InlineData("-oProxyCommand=x", "22")]
    [InlineData("a b", "22")]
    [InlineData("127.0.0.1", "0")]
    [InlineData("127.0.0.1", "65536")]
    [InlineData("127.0.0.1", "+22")]
    [InlineData("", "22")]
    public async Task Arguments_that_are_no_address_are_not_tried(string host, string port)
    {
        var result = await Probing.RunAsync("tcp", [host, port]);

        Assert.Equal((CommandStatus.Exited, 2, "", "usage: opensre:tcp HOST PORT"), (result.Status, result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task A_probe_that_does_not_exist_is_not_found()
    {
        Assert.Equal(CommandStatus.NotFound, (await Probing.RunAsync("nope", [])).Status);
    }
}
