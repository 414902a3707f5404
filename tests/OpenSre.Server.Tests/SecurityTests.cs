namespace OpenSre.Tests.Server;

public sealed class SecurityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_token_nothing_but_the_page_and_health_is_shown()
    {
        await using var server = await TestServer.StartAsync(s => s with { Token = "t0ken" });
        Assert.Equal(401, (int)(await server.Client.GetAsync("/api/investigations", Token)).StatusCode);
        Assert.Equal(401, (int)(await server.Client.GetAsync("/metrics", Token)).StatusCode);
        Assert.Equal(200, (int)(await server.Client.GetAsync("/healthz", Token)).StatusCode);
        Assert.Equal(200, (int)(await server.Client.GetAsync("/", Token)).StatusCode);
        server.Client.DefaultRequestHeaders.Add("Authorization", "Bearer t0ken");
        Assert.Equal(200, (int)(await server.Client.GetAsync("/api/investigations", Token)).StatusCode);
    }

    [Fact]
    public async Task Beyond_this_machine_a_token_is_needed()
    {
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(s => s with { Url = "http://0.0.0.0:0" }));
        Assert.Contains("OPENSRE_SERVER_TOKEN", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "rebound.example")]
    public async Task A_foreign_page_cannot_use_a_browser_here(string header, string value)
    {
        await using var server = await TestServer.StartAsync();
        using var reply = await server.PostAsync("/api/investigations", """{"text":"x"}""", (header, value));
        Assert.Equal(403, (int)reply.StatusCode);
        Assert.False(reply.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task An_allowed_page_may()
    {
        await using var server = await TestServer.StartAsync(s => s with { Origins = ["https://ops.example"] });
        using var reply = await server.PostAsync("/api/investigations", """{"text":"x is slow"}""", ("Origin", "https://ops.example"));
        Assert.Equal(202, (int)reply.StatusCode);
        Assert.Equal("https://ops.example", Assert.Single(reply.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task The_page_is_whole_and_asks_nobody_else()
    {
        await using var server = await TestServer.StartAsync();
        using var page = await server.Client.GetAsync("/", Token);
        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        foreach (var part in (string[])["/", "/app.js", "/app.css"])
        {
            var text = await server.GetAsync(part);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        }

        Assert.NotEmpty(TestServer.Json(await server.GetAsync("/openapi.json")).GetProperty("paths").EnumerateObject());
    }

    [Fact]
    public async Task Too_many_requests_are_told_to_wait()
    {
        await using var server = await TestServer.StartAsync(s => s with { RequestsPerSecond = 1 });
        var codes = new List<int>();
        for (var i = 0; i < 15; i++)
        {
            codes.Add((int)(await server.Client.GetAsync("/api/investigations", Token)).StatusCode);
        }

        Assert.Equal(200, codes[0]);
        Assert.Equal(429, codes[^1]);
    }

    [Fact]
    public async Task Two_servers_do_not_share_a_home()
    {
        await using var first = await TestServer.StartAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => TestServer.StartAsync(home: first.Home));
    }
}
