using OpenSre.Core;

namespace OpenSre.Tests.Server;

public sealed class RunApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_frame_has_a_number_and_the_last_event_ends_the_stream()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.InvestigateAsync("api is slow");
        using var stream = await SseReader.GetAsync(server, $"/api/investigations/{id}/events");
        var all = await stream.RestAsync();
        Assert.Equal(["1", "2", "3"], all.Select(e => e.Id));
        Assert.Equal("investigation.finished", all[^1].Event);
    }

    [Fact]
    public async Task A_reader_goes_on_where_it_was()
    {
        await using var server = await TestServer.StartAsync();
        var id = await server.InvestigateAsync("api is slow");
        await Ended(server, id);
        using var byHeader = await SseReader.GetAsync(server, $"/api/investigations/{id}/events", ("Last-Event-ID", "1"));
        Assert.Equal(["2", "3"], (await byHeader.RestAsync()).Select(e => e.Id));
        using var byQuery = await SseReader.GetAsync(server, $"/api/investigations/{id}/events?after=2");
        Assert.Equal(["3"], (await byQuery.RestAsync()).Select(e => e.Id));
    }

    [Fact]
    public async Task A_run_does_not_care_whether_anybody_listens()
    {
        await using var server = await TestServer.StartAsync();
        var go = new TaskCompletionSource();
        server.Engine.Script = (_, _, stop) => go.Task.WaitAsync(stop);
        var id = await server.InvestigateAsync("api is slow");
        using (var stream = await SseReader.GetAsync(server, $"/api/investigations/{id}/events"))
        {
            await stream.UntilAsync("investigation.started");
        }

        go.SetResult();
        await Ended(server, id);
        Assert.Contains("is fine", await server.GetAsync($"/api/investigations/{id}/report"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_is_far_behind_gets_the_sum()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (_, say, _) =>
        {
            for (var i = 0; i < 12_000; i++)
            {
                say(new MessageDelta("x"));
            }

            return Task.CompletedTask;
        };
        var id = await server.InvestigateAsync("api is slow");
        await Ended(server, id);
        using var stream = await SseReader.GetAsync(server, $"/api/investigations/{id}/events");
        var all = await stream.RestAsync();
        Assert.Equal("snapshot", all[0].Event);
        Assert.Equal("12003", all[^1].Id);
    }

    [Fact]
    public async Task Steering_cancelling_and_what_is_no_longer_possible()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (_, _, stop) => Task.Delay(TimeSpan.FromMinutes(5), stop);
        var id = await server.InvestigateAsync("api is slow");
        Assert.Equal(202, (int)(await server.PostAsync($"/api/investigations/{id}/messages", """{"text":"look at the disk"}""")).StatusCode);
        Assert.Equal(422, (int)(await server.PostAsync($"/api/investigations/{id}/messages", "{}")).StatusCode);
        Assert.Equal(202, (int)(await server.PostAsync($"/api/investigations/{id}/cancel", "")).StatusCode);
        await Ended(server, id);
        Assert.Equal(409, (int)(await server.PostAsync($"/api/investigations/{id}/cancel", "")).StatusCode);
        Assert.Equal(409, (int)(await server.PostAsync($"/api/investigations/{id}/messages", """{"text":"x"}""")).StatusCode);
        Assert.Equal(409, (int)(await server.Client.GetAsync($"/api/investigations/{id}/report", Token)).StatusCode);
    }

    [Fact]
    public async Task Wrong_requests_are_problems_not_failures()
    {
        await using var server = await TestServer.StartAsync(s => s with { MostBodyBytes = 1000 });
        Assert.Equal(404, (int)(await server.Client.GetAsync("/api/investigations/none", Token)).StatusCode);
        Assert.Equal(404, (int)(await server.Client.GetAsync("/nothing", Token)).StatusCode);
        Assert.Equal(413, (int)(await server.PostAsync("/api/investigations", new string('x', 1001))).StatusCode);
        using var malformed = await server.PostAsync("/api/investigations", "{\"a\": }");
        Assert.Equal(422, (int)malformed.StatusCode);
        Assert.Equal("application/problem+json", malformed.Content.Headers.ContentType?.MediaType);
        Assert.Contains("line 1, column 7", await malformed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await server.PostAsync("/api/approvals/none", """{"approve":true}""")).StatusCode);
        Assert.Equal(422, (int)(await server.PostAsync("/api/approvals/none", "{}")).StatusCode);
        Assert.Equal(400, (int)(await server.PostAsync("/api/approvals/none", "{")).StatusCode);
    }

    [Fact]
    public async Task The_first_answer_to_an_approval_counts_and_all_is_in_the_audit_log()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = async (run, say, stop) =>
        {
            var now = DateTimeOffset.UtcNow;
            await server.Server.Approvals.AskAsync(run, new ApprovalRequest("q1", "service.restart", new Dictionary<string, string>(), "systemctl restart api", "it hangs", "Requests fail for a second.", "h1", now, now.AddMinutes(1)), say, stop);
            await server.Server.Approvals.AskAsync(run, new ApprovalRequest("q2", "service.restart", new Dictionary<string, string>(), "systemctl restart db", "it hangs", "", "h2", now, now), say, stop);
        };
        var id = await server.InvestigateAsync("api hangs");
        await TestServer.UntilAsync(async () => (await server.GetAsync("/api/approvals")).Contains("q1", StringComparison.Ordinal));
        Assert.Equal(409, (int)(await server.PostAsync("/api/approvals/q1", """{"approve":true,"hash":"another"}""")).StatusCode);
        Assert.Equal(200, (int)(await server.PostAsync("/api/approvals/q1", """{"approve":true,"by":"ann","hash":"h1"}""")).StatusCode);
        Assert.Contains("\"repeated\":true", await (await server.PostAsync("/api/approvals/q1", """{"approve":true}""")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(409, (int)(await server.PostAsync("/api/approvals/q1", """{"approve":false}""")).StatusCode);
        await Ended(server, id);
        var events = string.Join('\n', server.Server.Runs.Find(id)!.Events().OfType<ApprovalResolved>().Select(e => $"{e.Decision.RequestId} {e.Decision.Outcome}"));
        Assert.Equal("q1 Approved\nq2 Expired", events);
        var audit = await ReadSharedAsync(Path.Combine(server.Home, "server", "audit.jsonl"));
        Assert.Contains("systemctl restart api", audit, StringComparison.Ordinal);
        Assert.Equal(2, audit.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Ag_ui_clients_get_their_own_words()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (_, say, _) =>
        {
            say(new MessageDelta("fine"));
            return Task.CompletedTask;
        };
        var id = await server.InvestigateAsync("api is slow");
        using var stream = await SseReader.GetAsync(server, $"/api/investigations/{id}/events?format=ag-ui");
        var types = (await stream.RestAsync()).Select(e => TestServer.Json(e.Data).GetProperty("type").GetString()).ToList();
        Assert.Equal(["RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED"], types);
    }

    [Fact]
    public async Task The_list_can_be_searched_and_paged()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var name in (string[])["alpha is slow", "beta is slow", "gamma is slow"])
        {
            await Ended(server, await server.InvestigateAsync(name));
        }

        var found = TestServer.Json(await server.GetAsync("/api/investigations?q=beta")).GetProperty("investigations");
        Assert.Equal("beta is slow", Assert.Single(found.EnumerateArray()).GetProperty("title").GetString());
        var first = TestServer.Json(await server.GetAsync("/api/investigations?limit=2"));
        var rest = TestServer.Json(await server.GetAsync("/api/investigations?limit=2&before=" + first.GetProperty("next").GetString()));
        Assert.Equal("alpha is slow", Assert.Single(rest.GetProperty("investigations").EnumerateArray()).GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_restart_keeps_what_ended_and_starts_again_what_was_cut_short()
    {
        var home = Path.Combine(Path.GetTempPath(), "opensre-restart-" + Guid.NewGuid().ToString("N"));
        try
        {
            string done, cut;
            await using (var first = await TestServer.StartAsync(home: home))
            {
                done = await first.InvestigateAsync("alpha is slow");
                await Ended(first, done);
                first.Engine.Script = (_, _, stop) => Task.Delay(TimeSpan.FromMinutes(5), stop);
                cut = await first.InvestigateAsync("beta is slow");
                await TestServer.UntilAsync(() => Task.FromResult(first.Engine.Investigated.Count == 2));
            }

            await using var second = await TestServer.StartAsync(home: home);
            Assert.Contains("is fine", await second.GetAsync($"/api/investigations/{done}/report"), StringComparison.Ordinal);
            await Ended(second, cut);
            Assert.Equal(["beta is slow"], second.Engine.Investigated);
            using var stream = await SseReader.GetAsync(second, $"/api/investigations/{cut}/events");
            var numbers = (await stream.RestAsync()).Select(e => long.Parse(e.Id!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task What_had_said_its_last_word_when_the_server_died_is_closed_and_not_run_again()
    {
        var home = Path.Combine(Path.GetTempPath(), "opensre-closed-" + Guid.NewGuid().ToString("N"));
        try
        {
            string id;
            await using (var first = await TestServer.StartAsync(home: home))
            {
                id = await first.InvestigateAsync("alpha is slow");
                await Ended(first, id);
            }

            // As it is on the disk when the process is killed between the last event and the line that closes it.
            var index = Assert.Single(Directory.GetFiles(home, "runs.jsonl", SearchOption.AllDirectories));
            var lines = await File.ReadAllLinesAsync(index, Token);
            await File.WriteAllTextAsync(index, lines.First(l => l.Contains(id, StringComparison.Ordinal)) + "\n", Token);
            await using var second = await TestServer.StartAsync(home: home);
            await Ended(second, id);
            Assert.Empty(second.Engine.Investigated);
            Assert.Single(second.Server.Runs.Find(id)!.Events().OfType<InvestigationFinished>());
            await TestServer.UntilAsync(async () => (await ReadSharedAsync(index)).Trim().Split('\n').Length == 2);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Task Ended(TestServer server, string id) => server.Server.Runs.Find(id)!.Ended.WaitAsync(TimeSpan.FromSeconds(120), Token);

    private static async Task<string> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(Token);
    }
}
