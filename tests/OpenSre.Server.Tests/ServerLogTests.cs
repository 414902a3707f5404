using OpenSre.Server;

namespace OpenSre.Tests.Server;

public sealed class ServerLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static List<string> Written(LogFormat format, Action<ServerLog> say)
    {
        List<string> lines = [];
        say(new ServerLog((_, line) => lines.Add(line), format, LogLevel.Info, TimeProvider.System));
        return lines;
    }

    [Fact]
    public void A_line_is_one_object_with_the_ids_it_is_about_and_no_secret()
    {
        var line = Assert.Single(Written(LogFormat.Json, log =>
        {
            log.Write(LogLevel.Debug, "too little");
            log.Warn("sent to https://user:hunter2@example.com/\u001b[31m\nAuthorization: Bearer abcdefghijklmnopqrstuvwxyz", ("run", "r-1"), ("incident", null), ("seconds", 1.5));
        }));
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmnopqrstuvwxyz", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line);
        var json = TestServer.Json(line);
        Assert.Equal(("warning", "r-1", 1.5), (json.GetProperty("level").GetString(), json.GetProperty("run").GetString(), json.GetProperty("seconds").GetDouble()));
        Assert.False(json.TryGetProperty("incident", out _));
    }

    [Fact]
    public void Text_is_for_people()
    {
        var line = Assert.Single(Written(LogFormat.Text, log => log.Info("investigation ended", ("run", "r-1"), ("verdict", "root \"cause\""))));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info    investigation ended run=r-1 verdict=""root 'cause'""$", line);
    }

    [Fact]
    public async Task A_request_is_found_in_the_log_by_its_id_from_its_start_to_the_end_of_its_investigation()
    {
        await using var server = await TestServer.StartAsync(s => s with { Token = "t0ken-of-the-server" });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "t0ken-of-the-server");
        using var reply = await server.PostAsync("/api/investigations", """{"text":"is the clock right?"}""", ("X-Request-Id", "mine-7"));
        Assert.Equal("mine-7", Assert.Single(reply.Headers.GetValues("X-Request-Id")));
        var id = TestServer.Json(await reply.Content.ReadAsStringAsync(Token)).GetProperty("id").GetString()!;
        await TestServer.UntilAsync(() => Task.FromResult(server.Lines.Any(l => l.Contains("investigation ended", StringComparison.Ordinal)) && server.Lines.Any(l => l.Contains("\"request\",\"request\":\"mine-7\"", StringComparison.Ordinal))));
        Assert.Contains(server.Lines, l => TestServer.Json(l) is var json && json.GetProperty("message").GetString() == "investigation started" && json.GetProperty("run").GetString() == id && json.GetProperty("request").GetString() == "mine-7");
        Assert.DoesNotContain(server.Lines, l => l.Contains("t0ken-of-the-server", StringComparison.Ordinal));
        using var other = await server.PostAsync("/api/investigations", "", ("X-Request-Id", "not an id"));
        Assert.DoesNotContain("not an id", other.Headers.GetValues("X-Request-Id"));
    }
}
