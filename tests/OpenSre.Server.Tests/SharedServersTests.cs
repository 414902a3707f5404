using System.Collections.Concurrent;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Server;

namespace OpenSre.Tests.Server;

/// <summary>Several servers on one real PostgreSQL.</summary>
public sealed class SharedServersTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_servers_know_the_same_alerts_and_a_delivery_counts_once()
    {
        var database = await postgres.DatabaseAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n => (await (n % 2 == 0 ? one : two).PostAsync("/api/v2/alerts", Alert($"Alert{n % 5}", $"host-{n}"))).Dispose()));
        var alerts = AlertIntake.Read("db is slow", DateTimeOffset.UtcNow).Alerts;
        var taken = await Task.WhenAll(one.Server.Desk.TakeAsync(alerts, "d1", Token), two.Server.Desk.TakeAsync(alerts, "d1", Token));
        Assert.Equal(1, taken.Sum(t => t.New));
        static string State(TestServer server) => JsonSerializer.Serialize(server.Server.Desk.Page(null, 100, null, null)) + JsonSerializer.Serialize(server.Server.Desk.Incidents(0, 100, false));
        await TestServer.UntilAsync(() => Task.FromResult(one.Server.Desk.Alerts == 21 && State(one) == State(two)));
        Assert.All(two.Server.Desk.Page(null, 100, null, null).Alerts, a => Assert.Equal(1, a.Count));
        await using var later = await StartAsync(database);
        Assert.Equal(State(one), State(later));
    }

    [Fact]
    public async Task Any_server_streams_steers_and_stops_any_run()
    {
        var database = await postgres.DatabaseAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database, s => s with { ConcurrentRuns = 1 });
        var heard = new ConcurrentQueue<string>();
        foreach (var server in (TestServer[])[one, two])
        {
            server.Engine.Script = async (run, say, stop) =>
            {
                while (true)
                {
                    if (run.Steering.TryTake(out var text))
                    {
                        heard.Enqueue(text);
                        say(new SteeringReceived(text, "noted"));
                    }

                    await Task.Delay(10, stop);
                }
            };
        }

        var id = await one.InvestigateAsync("api is slow");
        await TestServer.UntilAsync(async () => (await two.Client.GetAsync($"/api/investigations/{id}", Token)).IsSuccessStatusCode);
        using var streamOne = await SseReader.GetAsync(one, $"/api/investigations/{id}/events");
        using var streamTwo = await SseReader.GetAsync(two, $"/api/investigations/{id}/events");
        await streamTwo.UntilAsync("investigation.started");
        foreach (var (server, text) in ((TestServer, string)[])[(one, "from one"), (two, "from two")])
        {
            using var said = await server.PostAsync($"/api/investigations/{id}/messages", $$"""{"text":"{{text}}"}""");
            Assert.True(said.IsSuccessStatusCode);
            await TestServer.UntilAsync(() => Task.FromResult(heard.Contains(text)));
        }

        using var stopped = await two.PostAsync($"/api/investigations/{id}/cancel", "");
        Assert.True(stopped.IsSuccessStatusCode);
        var all = await streamOne.RestAsync();
        Assert.Equal("investigation.finished", all[^1].Event);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(n => $"{n}"), all.Select(e => e.Id));
        Assert.Equal("investigation.finished", (await streamTwo.RestAsync())[^1].Event);
        Assert.Equal(["from one", "from two"], heard);
    }

    [Fact]
    public async Task A_question_can_be_answered_anywhere_and_the_first_answer_counts()
    {
        var database = await postgres.DatabaseAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        var decided = new TaskCompletionSource<ApprovalDecision>();
        foreach (var server in (TestServer[])[one, two])
        {
            server.Engine.Script = async (run, say, stop) =>
            {
                var now = DateTimeOffset.UtcNow;
                decided.SetResult(await server.Server.Approvals.AskAsync(run, new ApprovalRequest("a-" + run.Id, "file.change", new Dictionary<string, string>(), "rm x", "full", "cold", "hash", now, now.AddMinutes(1)), say, stop));
            };
        }

        var id = await one.InvestigateAsync("disk is full");
        await TestServer.UntilAsync(() => Task.FromResult(one.Server.Approvals.Pending.Count == 1 && two.Server.Approvals.Pending.Count == 1));
        var answers = await Task.WhenAll(one.Server.Approvals.AnswerAsync("a-" + id, true, "one", null), two.Server.Approvals.AnswerAsync("a-" + id, false, "two", null));
        Assert.Equal([AnswerResult.AlreadyAnswered, AnswerResult.Taken], answers.OrderBy(a => a == AnswerResult.Taken));
        var decision = await decided.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        Assert.Equal(answers[0] == AnswerResult.Taken ? "one" : "two", decision.By);
        Assert.Equal(AnswerResult.Same, await two.Server.Approvals.AnswerAsync("a-" + id, decision.Outcome == ApprovalOutcome.Approved, "again", null));
        await TestServer.UntilAsync(() => Task.FromResult(one.Server.Approvals.Pending.Count + two.Server.Approvals.Pending.Count == 0));
    }

    [Fact]
    public async Task What_a_dead_server_ran_is_run_by_another_and_the_dead_one_can_say_no_more()
    {
        var database = await postgres.DatabaseAsync();
        // A server that claims, says something, asks something, and is never heard of again.
        await using var dead = await SharedLog.OpenAsync(database, _ => { }, Token);
        var (incident, claim) = await ClaimedAsync(dead);
        Assert.True(await dead.AppendEventAsync(claim, 1, JsonSerializer.Serialize<InvestigationEvent>(new InvestigationStarted("api is slow", "dead") { Seq = 1, InvestigationId = incident.Id }, CoreJson.Default.InvestigationEvent)));
        var now = DateTimeOffset.UtcNow;
        await dead.AppendAsync("ask", incident.Id, JsonSerializer.Serialize(new ApprovalRequest("a-dead", "x", new Dictionary<string, string>(), "rm x", "", "", "h", now, now.AddHours(1)), CoreJson.Default.ApprovalRequest));

        await using var alive = await StartAsync(database);
        Assert.Single(alive.Server.Approvals.Pending);
        Assert.Empty(alive.Engine.Investigated);
        using var stream = await SseReader.GetAsync(alive, $"/api/investigations/{incident.Id}/events");
        var all = await stream.RestAsync();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(n => $"{n}"), all.Select(e => e.Id));
        Assert.Equal("investigation.finished", all[^1].Event);
        Assert.Single(alive.Engine.Investigated);
        Assert.Empty(alive.Server.Approvals.Pending);
        Assert.Equal(AnswerResult.Unknown, await alive.Server.Approvals.AnswerAsync("a-dead", true, "late", null));
        Assert.False(await dead.AppendEventAsync(claim, all.Count + 1, "{}"));
        Assert.False(await dead.RenewAsync(claim, Token));
        Assert.False(await dead.EndAsync(claim, Token));
    }

    [Fact]
    public async Task What_a_dead_server_had_finished_is_closed_and_not_run_again()
    {
        var database = await postgres.DatabaseAsync();
        await using var dead = await SharedLog.OpenAsync(database, _ => { }, Token);
        var (incident, claim) = await ClaimedAsync(dead);
        InvestigationEvent[] said = [new InvestigationStarted("api is slow", "dead"), new ReportWritten("It is fine."), new InvestigationFinished(0, 0, TimeSpan.Zero)];
        for (var i = 0; i < said.Length; i++)
        {
            Assert.True(await dead.AppendEventAsync(claim, i + 1, JsonSerializer.Serialize(said[i] with { Seq = i + 1, InvestigationId = incident.Id }, CoreJson.Default.InvestigationEvent)));
        }

        await using var alive = await StartAsync(database);
        var run = alive.Server.Runs.Find(incident.Id)!;
        await run.Ended.WaitAsync(TimeSpan.FromSeconds(120), Token);
        Assert.Empty(alive.Engine.Investigated);
        Assert.Equal([1, 2, 3], run.Events().Select(e => e.Seq));
        Assert.Equal("It is fine.", run.View.Report);
        Assert.False(await dead.EndAsync(claim, Token));
    }

    [Fact]
    public async Task Every_investigation_of_many_is_finished_once_though_a_server_stops_in_the_middle()
    {
        const int Count = 200;
        var database = await postgres.DatabaseAsync();
        var finished = new ConcurrentQueue<string>();
        var servers = new List<TestServer>();
        for (var i = 0; i < 3; i++)
        {
            var server = await StartAsync(database, s => s with { ConcurrentRuns = 4 });
            server.Engine.Script = async (run, say, stop) =>
            {
                await Task.Delay(Random.Shared.Next(5, 60), stop);
                say(new MessageDelta("looked\n"));
            };
            servers.Add(server);
        }

        var ids = await Task.WhenAll(Enumerable.Range(0, Count).Select(n => servers[n % 3].InvestigateAsync($"service-{n} is slow")));
        Assert.Equal(Count, ids.Distinct().Count());
        await Task.Delay(300, Token);
        await servers[0].DisposeAsync();
        var (two, three) = (servers[1], servers[2]);
        await TestServer.UntilAsync(() => Task.FromResult(ids.All(i => three.Server.Runs.Find(i)?.Ended.IsCompleted == true)));
        foreach (var id in ids)
        {
            var events = three.Server.Runs.Find(id)!.Events().ToList();
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Seq));
            Assert.Single(events.OfType<InvestigationFinished>());
        }

        await two.DisposeAsync();
        await three.DisposeAsync();
    }

    [Fact]
    public async Task What_was_due_on_a_server_that_dies_is_investigated_by_another_and_once()
    {
        var database = await postgres.DatabaseAsync();
        Task<TestServer> Start(TimeSpan wait) => StartAsync(database, s => s with { InvestigateFrom = Severity.Warning, GroupWait = wait });
        await using var two = await Start(TimeSpan.FromMilliseconds(30));
        await using (var one = await Start(TimeSpan.FromHours(1)))
        {
            using var reply = await one.PostAsync("/api/v2/alerts", Alert("TargetDown", "host-1"));
            Assert.Empty(one.Engine.Investigated);
        }

        await TestServer.UntilAsync(() => Task.FromResult(two.Server.Desk.Find("inc-1")?.RunId is not null));
        await using var three = await Start(TimeSpan.FromMilliseconds(30));
        Assert.Equal(two.Server.Desk.Find("inc-1")!.RunId, three.Server.Desk.Find("inc-1")!.RunId);

        // It gets worse, which the next one hears of when it asks; the turn before is used up.
        await using var shared = await SharedLog.OpenAsync(database, _ => { }, Token);
        Assert.Equal(new StartClaim(false, two.Server.Desk.Find("inc-1")!.RunId), await shared.ClaimStartAsync("inc-1", 1, Token));
        using var graver = await three.PostAsync("/api/v2/alerts", Alert("DiskGone", "host-1").Replace("warning", "critical", StringComparison.Ordinal));
        await TestServer.UntilAsync(() => Task.FromResult(two.Server.Runs.List(null, null, null, 100).Count == 2));
        await TestServer.UntilAsync(() => Task.FromResult(two.Engine.Investigated.Count + three.Engine.Investigated.Count == 2));
        Assert.False((await shared.ClaimStartAsync("inc-1", 2, Token)).IsMine);
        Assert.Null(await shared.AddRunAsync("x", "{}", "inc-1", 2, Token));
    }

    [Fact]
    public async Task A_server_that_dies_with_the_right_to_start_loses_it()
    {
        var database = await postgres.DatabaseAsync();
        await using var dead = await SharedLog.OpenAsync(database, _ => { }, Token);
        Assert.Equal(new StartClaim(true, null), await dead.ClaimStartAsync("inc-1", 1, Token));
        await using var alive = await StartAsync(database, s => s with { InvestigateFrom = Severity.Warning });
        using var reply = await alive.PostAsync("/api/v2/alerts", Alert("TargetDown", "host-1"));
        await TestServer.UntilAsync(() => Task.FromResult(alive.Server.Desk.Find("inc-1")?.RunId is not null));
        Assert.Null(await dead.AddRunAsync("late", "{}", "inc-1", 1, Token));
        await TestServer.UntilAsync(() => Task.FromResult(alive.Engine.Investigated.Count == 1));
    }

    [Fact]
    public async Task A_run_whose_server_died_before_it_said_for_which_incident_is_known_to_be_of_it()
    {
        var database = await postgres.DatabaseAsync();
        await using var dead = await SharedLog.OpenAsync(database, _ => { }, Token);
        Assert.True((await dead.ClaimStartAsync("inc-1", 1, Token)).IsMine);
        var incident = Incidents.From(AlertIntake.Read("host-1 is down", DateTimeOffset.UtcNow).Alerts, DateTimeOffset.UtcNow);
        Assert.True(await dead.AddRunAsync(incident.Id, JsonSerializer.Serialize(new RunRecord(incident.Id, "host-1 is down", DateTimeOffset.UtcNow, "alert", "inc-1", incident, false), ServerJson.Default.RunRecord), "inc-1", 1, Token));
        await using var alive = await StartAsync(database, s => s with { InvestigateFrom = Severity.Warning });
        using var reply = await alive.PostAsync("/api/v2/alerts", Alert("TargetDown", "host-1"));
        await TestServer.UntilAsync(() => Task.FromResult(alive.Server.Desk.Find("inc-1")?.RunId == incident.Id));
        Assert.Single(alive.Server.Runs.List(null, null, null, 100));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_a_sentence()
    {
        var e = await Assert.ThrowsAsync<IOException>(() => StartAsync("Host=/no/such/folder;Username=x"));
        Assert.Contains("--postgres", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A server takes an investigation in and claims it.</summary>
    private static async Task<(Incident Incident, Claim Claim)> ClaimedAsync(SharedLog server)
    {
        await server.StartAsync(_ => { }, Token);
        var incident = Incidents.From(AlertIntake.Read("api is slow", DateTimeOffset.UtcNow).Alerts, DateTimeOffset.UtcNow);
        Assert.True(await server.AddRunAsync(incident.Id, JsonSerializer.Serialize(new RunRecord(incident.Id, "api is slow", DateTimeOffset.UtcNow, "api", null, incident, false), ServerJson.Default.RunRecord), Token));
        return (incident, (await server.ClaimAsync(Token))!);
    }

    private static string Alert(string name, string host) => $$$"""[{"labels":{"alertname":"{{{name}}}","instance":"{{{host}}}:9100","severity":"warning"},"annotations":{"summary":"{{{name}}} on {{{host}}}"},"startsAt":"2026-05-04T08:12:30Z"}]""";

    private static Task<TestServer> StartAsync(string database, Func<ServerSettings, ServerSettings>? with = null) =>
        TestServer.StartAsync(s => with?.Invoke(s with { Postgres = database }) ?? s with { Postgres = database });
}
