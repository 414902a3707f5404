using System.Globalization;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Server;

namespace OpenSre.Tests.Server;

/// <summary>Alerts that pour in, through the whole server.</summary>
public sealed class StormTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Alert(string name, string host, string severity = "critical") =>
        $$$"""{"labels":{"alertname":"{{{name}}}","instance":"{{{host}}}:9100","rack":"r7","severity":"{{{severity}}}"},"annotations":{"summary":"down"},"startsAt":"2026-05-04T08:12:30Z"}""";

    private static string Batch(int number, int size = 50) => "[" + string.Join(',', Enumerable.Range(number * size, size).Select(n => Alert("TargetDown", $"host-{n}"))) + "]";

    [Fact]
    public async Task Ten_thousand_alerts_of_one_cause_are_one_incident_and_one_investigation_also_after_a_restart()
    {
        var home = Path.Combine(Path.GetTempPath(), "opensre-storm-" + Guid.NewGuid().ToString("N"));
        try
        {
            IncidentView incident;
            await using (var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning }, home))
            {
                await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (n, _) =>
                {
                    using var reply = await server.PostAsync("/api/v2/alerts", Batch(n));
                    Assert.Equal(200, (int)reply.StatusCode);
                });

                await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Find("inc-1")!.RunId is not null));
                incident = Assert.Single(server.Server.Desk.Incidents(0, 100, false).Incidents);
                Assert.Equal((10_000, true), (incident.Alerts, incident.Storm));
                Assert.True(incident.Merged > 0);
                Assert.Contains($"opensre_incidents_merged_total {incident.Merged.ToString(CultureInfo.InvariantCulture)}\n", await server.GetAsync("/metrics"), StringComparison.Ordinal);

                // Whoever follows what happens hears of it: first how things are, then what comes.
                using var stream = await SseReader.GetAsync(server, "/api/incidents/events");
                var snapshot = TestServer.Json((await stream.UntilAsync("snapshot")).Data);
                Assert.Equal(1, snapshot.GetProperty("total").GetInt32());
                using var again = await SseReader.GetAsync(server, "/api/incidents/events", ("Last-Event-ID", "1"));
                var merged = TestServer.Json((await again.UntilAsync("incident.merged")).Data).GetProperty("incident");
                Assert.Equal(("merged", "inc-1"), (merged.GetProperty("state").GetString(), merged.GetProperty("mergedInto").GetString()));
                Assert.Single(server.Engine.Investigated);
            }

            await using var later = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning }, home);
            Assert.Equal(JsonSerializer.Serialize(incident), JsonSerializer.Serialize(Assert.Single(later.Server.Desk.Incidents(0, 100, false).Incidents)));
            Assert.Equal("inc-1", TestServer.Json(await later.GetAsync("/api/incidents/inc-2")).GetProperty("mergedInto").GetString());
            Assert.Empty(later.Engine.Investigated);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Investigations_of_incidents_that_turn_out_to_be_one_are_stopped_but_for_one()
    {
        await using var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning, ConcurrentRuns = 10 });
        server.Engine.Script = (_, _, stop) => Task.Delay(Timeout.Infinite, stop);
        for (var n = 0; n < 7; n++)
        {
            using var reply = await server.PostAsync("/api/v2/alerts", $"[{Alert("TargetDown", $"host-{n}")}]");
            await TestServer.UntilAsync(() => Task.FromResult(server.Server.Desk.Find($"inc-{n + 1}")!.RunId is not null));
        }

        using var last = await server.PostAsync("/api/v2/alerts", $"[{Alert("TargetDown", "host-7")}]");
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Runs.List(null, RunState.Cancelled, null, 100).Count == 6));
        var incident = Assert.Single(server.Server.Desk.Incidents(0, 100, false).Incidents);
        Assert.Equal(incident.RunId, Assert.Single(server.Server.Runs.List(null, RunState.Running, null, 100)).Id);
        Assert.Equal(7, server.Engine.Investigated.Count);
        await TestServer.UntilAsync(() => Task.FromResult(server.Lines.Count(l => l.Contains("is one with inc-1; its investigation is stopped", StringComparison.Ordinal)) == 6));
        Assert.True(server.Server.Runs.Find(incident.RunId!)!.Cancel());
    }

    [Fact]
    public async Task What_was_to_be_investigated_when_the_server_stopped_is_investigated_by_the_next()
    {
        var home = Path.Combine(Path.GetTempPath(), "opensre-storm-" + Guid.NewGuid().ToString("N"));
        try
        {
            await using (var server = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning, GroupWait = TimeSpan.FromHours(1) }, home))
            {
                using var reply = await server.PostAsync("/api/v2/alerts", $"[{Alert("TargetDown", "host-1")}]");
                Assert.Empty(server.Engine.Investigated);
            }

            await using var later = await TestServer.StartAsync(s => s with { InvestigateFrom = Severity.Warning }, home);
            await TestServer.UntilAsync(() => Task.FromResult(later.Server.Desk.Find("inc-1")!.RunId is not null));
            Assert.Single(later.Engine.Investigated);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Servers_that_share_a_storm_agree_on_one_incident_and_one_investigation()
    {
        var database = await postgres.DatabaseAsync();
        Task<TestServer> Start() => TestServer.StartAsync(s => s with { Postgres = database, InvestigateFrom = Severity.Warning, GroupWait = TimeSpan.FromSeconds(8) });
        await using var one = await Start();
        await using var two = await Start();
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (n, _) =>
        {
            using var reply = await (n % 2 == 0 ? one : two).PostAsync("/api/v2/alerts", Batch(n));
            Assert.Equal(200, (int)reply.StatusCode);
        });

        static string State(TestServer server) => JsonSerializer.Serialize(server.Server.Desk.Incidents(0, 100, false));
        await TestServer.UntilAsync(() => Task.FromResult(one.Server.Desk.Find("inc-1")?.RunId is not null && State(one) == State(two)));
        var incident = Assert.Single(two.Server.Desk.Incidents(0, 100, false).Incidents);
        Assert.Equal(1000, incident.Alerts);
        await TestServer.UntilAsync(() => Task.FromResult(one.Engine.Investigated.Count + two.Engine.Investigated.Count > 0));
        Assert.Equal(1, one.Engine.Investigated.Count + two.Engine.Investigated.Count);
    }
}
