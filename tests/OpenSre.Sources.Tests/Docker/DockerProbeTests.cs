using System.Net.Sockets;
using System.Text;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Docker;

public sealed class DockerProbeTests
{
    [Fact]
    public async Task The_newest_version_both_know_is_spoken()
    {
        await using var older = new EngineStandIn(_ => EngineStandIn.Json("{}"), "1.41");
        await using var newer = new EngineStandIn(_ => EngineStandIn.Json("{}"), "1.99");
        await using var silent = new EngineStandIn(_ => EngineStandIn.Json("{}"), null);

        foreach (var (engine, path) in new[] { (older, "/v1.41/info"), (newer, "/v1.47/info"), (silent, "/info") })
        {
            Assert.Equal(new CommandResult(CommandStatus.Exited, 0, "{}", "", 0), await AskAsync(engine, "/info"));
            Assert.Equal(["/_ping", path], engine.Paths);
        }
    }

    [Fact]
    public async Task A_chunked_reply_is_read_whole()
    {
        await using var engine = new EngineStandIn(_ => Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n"));

        Assert.Equal("{\"a\":1}", (await AskAsync(engine, "/info")).Output);
    }

    [Theory]
    [InlineData("404 Not Found", "{\"message\":\"No such container: web\"}", "the engine answered 404: No such container: web")]
    [InlineData("500 Internal Server Error", "{\"message\":\"layer does not exist\"}", "the engine answered 500: layer does not exist")]
    [InlineData("502 Bad Gateway", "<html>proxy</html>", "the engine answered 502: <html>proxy</html>")]
    public async Task An_error_is_said_in_the_words_of_the_engine(string status, string body, string error)
    {
        await using var engine = new EngineStandIn(_ => EngineStandIn.Raw(status, body));

        Assert.Equal(new CommandResult(CommandStatus.Exited, DockerProbe.ErrorReply, "", error, 0), await AskAsync(engine, "/containers/web/json"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{\"half\":")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"half\":\r\n")]
    public async Task A_reply_that_breaks_off_is_no_success(string reply)
    {
        await using var engine = new EngineStandIn(_ => Encoding.UTF8.GetBytes(reply));

        var result = await AskAsync(engine, "/info");

        Assert.Equal((CommandStatus.Exited, DockerProbe.ReplyBrokeOff, "{\"half\":"), (result.Status, result.ExitCode, result.Output));
        Assert.StartsWith("the engine's reply broke off: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_speaks_no_HTTP_is_told()
    {
        await using var engine = new EngineStandIn(_ => Encoding.UTF8.GetBytes("hello\r\nConnection: close\r\n"));

        Assert.Equal((CommandStatus.Exited, DockerProbe.ReplyBrokeOff), await StatusAsync(engine, "/info"));
    }

    [Fact]
    public async Task A_silent_engine_times_out()
    {
        await using var engine = new EngineStandIn(_ => null);

        Assert.Equal(CommandStatus.TimedOut, (await AskAsync(engine, "/info", TimeSpan.FromMilliseconds(300))).Status);
    }

    [Fact]
    public async Task Logs_are_taken_out_of_their_frames()
    {
        var umlaut = Encoding.UTF8.GetBytes("über\n");
        byte[] body =
        [
            .. EngineStandIn.Frame(1, "out 1\n"u8.ToArray()),
            .. EngineStandIn.Frame(1, umlaut[..1]),
            .. EngineStandIn.Frame(2, "err 1\n"u8.ToArray()),
            .. EngineStandIn.Frame(1, umlaut[1..]),
            .. EngineStandIn.Frame(2, Encoding.UTF8.GetBytes(new string('x', 50_000))),
        ];
        await using var engine = new EngineStandIn(_ => EngineStandIn.Bytes(body, "Content-Type: application/vnd.docker.multiplexed-stream\r\n"));

        var result = await AskAsync(engine, "/containers/web/logs?stdout=1");

        Assert.Equal("out 1\nerr 1\nüber\n" + new string('x', 50_000), result.Output);
    }

    [Fact]
    public async Task Logs_of_a_terminal_are_plain_text_and_no_logs_are_nothing()
    {
        await using var terminal = new EngineStandIn(_ => EngineStandIn.Bytes("$ echo ü\r\nü\r\n"u8.ToArray()));
        await using var empty = new EngineStandIn(_ => EngineStandIn.Bytes([]));
        await using var brief = new EngineStandIn(_ => EngineStandIn.Bytes("ok"u8.ToArray()));

        Assert.Equal("$ echo ü\r\nü\r\n", (await AskAsync(terminal, "/containers/web/logs")).Output);
        Assert.Equal(new CommandResult(CommandStatus.Exited, 0, "", "", 0), await AskAsync(empty, "/containers/web/logs"));
        Assert.Equal("ok", (await AskAsync(brief, "/containers/web/logs")).Output);
    }

    [Fact]
    public async Task A_log_frame_that_breaks_off_keeps_what_came()
    {
        byte[] body = [.. EngineStandIn.Frame(1, "whole\n"u8.ToArray()), .. EngineStandIn.Frame(1, "part of a longer line"u8.ToArray())[..12]];
        await using var engine = new EngineStandIn(_ => EngineStandIn.Bytes(body));

        var result = await AskAsync(engine, "/containers/web/logs");

        Assert.Equal((DockerProbe.ReplyBrokeOff, "whole\npart"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_missing_socket_and_a_dead_engine_are_told_apart()
    {
        using var folder = new TempFolder();
        using var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // Bound but not listening: what an engine leaves behind that was killed.
        bound.Bind(new UnixDomainSocketEndPoint(folder.File("dead.sock")));

        var dead = await AskAsync(folder.File("dead.sock"), "/info");
        var missing = await AskAsync(folder.File("none.sock"), "/info");

        Assert.Equal(new CommandResult(CommandStatus.Exited, DockerProbe.NoAnswer, "", $"nobody listens on the Docker engine's socket {folder.File("dead.sock")} (ECONNREFUSED): the engine has stopped; see: systemctl status docker", 0), dead);
        Assert.Equal(new CommandResult(CommandStatus.NotFound, -1, "", $"there is no Docker engine here: {folder.File("none.sock")} does not exist", 0), missing);
    }

    [Theory]
    [InlineData("POST", "/containers/web/restart")]
    [InlineData("DELETE", "/containers/web")]
    [InlineData("GET", "/containers/web/export")]
    [InlineData("GET", "/containers/web/archive?path=/etc/shadow")]
    [InlineData("GET", "/containers/../info")]
    [InlineData("GET", "/containers/web/json HTTP/1.1\r\nX: y")]
    [InlineData("GET", "/swarm/unlockkey")]
    [InlineData("GET", "info")]
    public async Task Only_calls_that_read_and_are_needed_are_made(string method, string path)
    {
        await using var engine = new EngineStandIn(_ => EngineStandIn.Json("{}"));

        var result = await new BuiltInCommandRunner([new DockerProbe(engine.SocketPath, TimeProvider.System)]).RunAsync(
            new CommandRequest("test", "opensre:docker", [method, path], null, TimeSpan.FromSeconds(5), 1000), TestContext.Current.CancellationToken);

        Assert.Equal((CommandStatus.Exited, 2, ""), (result.Status, result.ExitCode, result.Output));
        Assert.Empty(engine.Paths);
    }

    [Fact]
    public void Times_in_a_path_are_relative()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

        Assert.Equal("/events?since=996400&until=1000000", DockerPaths.AtTime("/events?since={now-3600}&until={now}", now));
    }

    private static Task<CommandResult> AskAsync(EngineStandIn engine, string path, TimeSpan? timeout = null) => AskAsync(engine.SocketPath, path, timeout);

    private static async Task<(CommandStatus, int)> StatusAsync(EngineStandIn engine, string path)
    {
        var result = await AskAsync(engine, path);
        return (result.Status, result.ExitCode);
    }

    private static Task<CommandResult> AskAsync(string socket, string path, TimeSpan? timeout = null) =>
        new BuiltInCommandRunner([new DockerProbe(socket, TimeProvider.System)]).RunAsync(
            new CommandRequest("test", "opensre:docker", ["GET", path], null, timeout ?? TimeSpan.FromSeconds(10), 100_000), TestContext.Current.CancellationToken);
}
