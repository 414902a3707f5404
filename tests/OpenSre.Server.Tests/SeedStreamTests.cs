using OpenSre.Core;

namespace OpenSre.Tests.Server;

/// <summary>The streaming contract of the older agent servers, with each of their defects turned into a test.</summary>
public sealed class SeedStreamTests
{
    private static readonly (string, string) Accept = ("Accept", "text/event-stream");

    [Theory]
    [InlineData("""{"input":"why is the disk full?"}""")]
    [InlineData("""{"message":"why is the disk full?"}""")]
    [InlineData("""{"connectionId":"c1","text":"why is the disk full?"}""")]
    [InlineData("""{"connectionId":"c1","payload":{"input":"why is the disk full?"}}""")]
    [InlineData("""{"payload":{"text":"why is the disk full?"}}""")]
    [InlineData("""{"source":"webui","title":"Disk","subject":{"labels":{"alertname":"DiskFull"},"severity":"critical","status":"firing"}}""")]
    [InlineData("""{"connectionId":"c1","payload":{"source":"webui","title":"Disk","subject":{"labels":{"alertname":"DiskFull"}},"context":{"cluster":"a"}}}""")]
    public async Task Every_dialect_starts_a_turn(string body)
    {
        await using var server = await TestServer.StartAsync();
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", body, Accept));
        Assert.Equal("connection_ack", (await stream.NextAsync())!.Event);
        Assert.Equal(1, TestServer.Json((await stream.NextAsync())!.Data).GetProperty("id").GetInt32());
        var thread = TestServer.Json((await stream.NextAsync())!.Data);
        Assert.NotEmpty(thread.GetProperty("result").GetProperty("thread").GetProperty("id").GetString()!);
        Assert.Equal("inProgress", TestServer.Json((await stream.NextAsync())!.Data).GetProperty("result").GetProperty("turn").GetProperty("status").GetString());
        var end = TestServer.Json((await stream.UntilAsync("ai_answer_end")).Data);
        Assert.Contains("is fine", end.GetProperty("analysis").GetString(), StringComparison.Ordinal);
        Assert.Single(server.Engine.Investigated);
    }

    [Fact]
    public async Task A_request_that_does_not_want_events_is_told_so()
    {
        await using var server = await TestServer.StartAsync();
        using var reply = await server.PostAsync("/api/stream/investigate", "{}", ("Accept", "application/json"));
        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Contains("only supports Server-Sent Events", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_json_is_answered_as_before()
    {
        await using var server = await TestServer.StartAsync();
        using var reply = await server.PostAsync("/api/stream/investigate", "{", Accept);
        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Contains("FST_ERR_CTP_INVALID_JSON_BODY", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_takes_many_turns()
    {
        await using var server = await TestServer.StartAsync();
        using var stream = await SseReader.GetAsync(server, "/api/stream/investigate?connectionId=many", Accept);
        await stream.UntilAsync("connection_ack");
        foreach (var body in (string[])["""{"connectionId":"many","payload":{"text":"api is slow"}}""", """{"connectionId":"many","text":"db is slow"}""", """{"connectionId":"many","id":7,"method":"turn/start","params":{"input":[{"type":"text","text":"mail is slow"}]}}"""])
        {
            using var reply = await server.PostAsync("/api/stream/investigate/send", body);
            Assert.Equal("""{"ok":true}""", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            await stream.UntilAsync("ai_answer_end");
        }

        Assert.Equal(3, server.Engine.Investigated.Count);
    }

    [Fact]
    public async Task What_is_said_during_a_turn_steers_it()
    {
        await using var server = await TestServer.StartAsync();
        var heard = new TaskCompletionSource<string>();
        server.Engine.Script = async (run, _, stop) =>
        {
            string text;
            while (!run.Steering.TryTake(out text))
            {
                await Task.Delay(10, stop);
            }

            heard.SetResult(text);
        };
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"s","text":"api is slow"}""", Accept));
        await stream.UntilAsync("token_count");
        using var reply = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"s","payload":{"text":"we just deployed"}}""");
        Assert.Equal("we just deployed", await heard.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        await stream.UntilAsync("ai_answer_end");
        Assert.Single(server.Engine.Investigated);
    }

    [Theory]
    [InlineData("accept", ApprovalOutcome.Approved)]
    [InlineData("decline", ApprovalOutcome.Declined)]
    public async Task An_approval_with_the_id_zero_can_be_answered(string word, ApprovalOutcome expected)
    {
        await using var server = await TestServer.StartAsync();
        var decided = new TaskCompletionSource<ApprovalOutcome>();
        server.Engine.Script = async (run, say, stop) =>
        {
            var now = DateTimeOffset.UtcNow;
            var request = new ApprovalRequest("a-" + run.Id, "file.change", new Dictionary<string, string>(), "rm /srv/cache/*", "it is full", "The cache is cold afterwards.", "hash", now, now.AddMinutes(1));
            decided.SetResult((await server.Server.Approvals.AskAsync(run, request, say, stop)).Outcome);
        };
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"z","text":"disk is full"}""", Accept));
        var asked = TestServer.Json((await stream.UntilAsync("approval_required")).Data);
        Assert.Equal(0, asked.GetProperty("request_id").GetInt32());
        Assert.Equal("rm /srv/cache/*", asked.GetProperty("description").GetString());
        using var reply = await server.PostAsync("/api/stream/investigate/send", $$$"""{"connectionId":"z","id":0,"result":{"decision":"{{{word}}}"}}""");
        Assert.True(reply.IsSuccessStatusCode);
        Assert.Equal(expected, await decided.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        await stream.UntilAsync("ai_answer_end");
    }

    [Fact]
    public async Task Calls_that_could_do_anything_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var stream = await SseReader.GetAsync(server, "/api/stream/investigate?connectionId=m", Accept);
        await stream.UntilAsync("connection_ack");
        foreach (var method in (string[])["command/exec", "fs/writeFile", "thread/shellCommand"])
        {
            using var reply = await server.PostAsync("/api/stream/investigate/send", $$$"""{"connectionId":"m","id":1,"method":"{{{method}}}","params":{}}""");
            Assert.Equal(403, (int)reply.StatusCode);
        }
    }

    [Fact]
    public async Task Unknown_and_missing_connections_are_told()
    {
        await using var server = await TestServer.StartAsync();
        using var missing = await server.PostAsync("/api/stream/investigate/send", """{"text":"x"}""");
        Assert.Equal(400, (int)missing.StatusCode);
        Assert.Contains("Invalid or missing connectionId", await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var unknown = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"nobody","text":"x"}""");
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task An_interrupt_stops_the_turn_and_the_connection_lives()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (_, _, stop) => Task.Delay(TimeSpan.FromMinutes(5), stop);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"i","text":"api is slow"}""", Accept));
        await stream.UntilAsync("token_count");
        using var reply = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"i","id":3,"method":"turn/interrupt","params":{}}""");
        Assert.True(reply.IsSuccessStatusCode);
        await stream.UntilAsync("ai_answer_end");
        server.Engine.Script = (_, _, _) => Task.CompletedTask;
        using var again = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"i","text":"db is slow"}""");
        await stream.UntilAsync("ai_answer_end");
    }

    [Fact]
    public async Task A_holmes_client_needs_no_accept_header_and_reads_to_the_end()
    {
        await using var server = await TestServer.StartAsync();
        const string body = """{"source":"prometheus","title":"KubePodCrashLooping","description":"A pod restarts","subject":{"name":"api"},"context":{},"include_tool_calls":true}""";
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", body));
        var all = await stream.RestAsync();
        Assert.Equal("ai_answer_end", all[^1].Event);
        Assert.True(TestServer.Json(all[^1].Data).TryGetProperty("instructions", out _));
    }

    [Fact]
    public async Task A_page_of_this_machine_may_read_the_stream()
    {
        await using var server = await TestServer.StartAsync();
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"text":"api is slow"}""", Accept, ("Origin", "http://localhost:5173")));
        Assert.Equal("http://localhost:5173", Assert.Single(stream.Response.Headers.GetValues("Access-Control-Allow-Origin")));
    }
}
