using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenSre.Home.Tests.Monitors;

/// <summary>What people are told when Signal is not enough: a notify service of Home Assistant, and a sign of life outside.</summary>
public sealed class SecondWayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_critical_goes_to_the_phone_through_home_assistant_when_signal_is_down()
    {
        await using var home = await StandInHomeAssistant.StartAsync();
        await using var client = new HomeAssistantClient(home.Settings(), TimeSpan.FromSeconds(60), TimeProvider.System);
        var watch = new Watch(second: new HomeNotify(client, "notify.mobile_app_phone", _ => { }));
        watch.Channel.Down = true;
        await watch.RunAsync(8, t => Looks.Well("nas", t) with { DegradedArrays = ["md0: 1 of 2 disks"] });
        var (service, entities, data) = Assert.Single(home.Calls);
        Assert.Equal(("notify.mobile_app_phone", 0), (service, entities.Length));
        Assert.Contains("md0", (string?)JsonNode.Parse(data)!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_critical_and_unanswered_goes_there_as_well_and_what_is_answered_does_not()
    {
        await using var home = await StandInHomeAssistant.StartAsync();
        home.Add("notify.family", "Family", "unknown");
        await using var client = new HomeAssistantClient(home.Settings(), TimeSpan.FromSeconds(60), TimeProvider.System);
        await client.ConnectAsync(Stop);
        var watch = new Watch(second: new HomeNotify(client, "notify.family", _ => { }));
        HostReading Broken(DateTimeOffset t) => Looks.Well("nas", t) with { DegradedArrays = ["md0: 1 of 2 disks"] };
        await watch.RunAsync(3, Broken);
        await watch.ReactAsync("👀", Assert.Single(watch.Channel.Messages).Timestamp);
        await watch.RunAsync(30, Broken);
        Assert.Empty(home.Calls);
        await watch.RunAsync(30, t => Broken(t) with { FailingDisks = ["/dev/sdb"] });
        Assert.Equal(("notify.send_message", "notify.family"), (Assert.Single(home.Calls).Service, home.Calls.Single().Entities.Single()));
    }

    [Fact]
    public async Task What_is_critical_is_said_aloud_where_a_voice_is_configured()
    {
        await using var home = await StandInHomeAssistant.StartAsync();
        home.Failing["notify.gone"] = ("not_found", "Service notify.gone not found.");
        await using var client = new HomeAssistantClient(home.Settings(), TimeSpan.FromSeconds(60), TimeProvider.System);
        List<string> log = [];
        var watch = new Watch(second: new SecondWays([new HomeNotify(client, "notify.gone", log.Add), new HomeSpeech(client, new SpeechSettings("tts.piper", "media_player.kitchen"), log.Add)]));
        watch.Channel.Down = true;
        await watch.RunAsync(8, t => Looks.Well("nas", t) with { DegradedArrays = ["md0: 1 of 2 disks"] });
        var (service, entities, data) = Assert.Single(home.Calls);
        Assert.Equal(("tts.speak", "tts.piper"), (service, Assert.Single(entities)));
        var said = JsonNode.Parse(data)!;
        Assert.Equal("media_player.kitchen", (string?)said["media_player_entity_id"]);
        Assert.Matches("^[A-Za-z0-9 ,.:;%()/-]*md0[A-Za-z0-9 ,.:;%()/-]*$", (string?)said["message"]);
        Assert.Contains("notify.gone", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_second_way_does_not_work_either_it_is_tried_again_and_said_once()
    {
        await using var home = await StandInHomeAssistant.StartAsync();
        home.Failing["notify.gone"] = ("not_found", "Service notify.gone not found.");
        await using var client = new HomeAssistantClient(home.Settings(), TimeSpan.FromSeconds(60), TimeProvider.System);
        List<string> log = [];
        var notify = new HomeNotify(client, "notify.gone", log.Add);
        Assert.False(await notify.TellAsync("a", Stop));
        Assert.False(await notify.TellAsync("a", Stop));
        Assert.Contains("notify.gone", Assert.Single(log), StringComparison.Ordinal);
        home.Failing.Clear();
        Assert.True(await notify.TellAsync("a", Stop));
    }

    [Fact]
    public async Task A_sign_of_life_is_sent_at_each_round_and_not_while_messages_cannot_get_through()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        await using var app = builder.Build();
        ConcurrentQueue<string> pings = new();
        var status = 200;
        app.Run(http =>
        {
            pings.Enqueue(http.Request.Path);
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await app.StartAsync(Stop);
        using var http = new HttpClient();
        ConcurrentQueue<string> log = new();
        var problem = "";
        var watch = new Watch();
        var loop = new MonitorLoop(watch.Engine, watch.Desk, new NoHosts(), watch.Time, TimeSpan.FromMinutes(1), log.Enqueue, new SurroundingsReader([], null, _ => Task.FromResult(problem), watch.Time), new HttpBeat(http, new Secret(app.Urls.First() + "/only-we-know"), log.Enqueue));
        await RoundAsync();
        await HomeBed.Until(() => pings.Count == 1);
        problem = "signal-cli is dead";
        await RoundAsync();
        await RoundAsync();
        problem = "";
        status = 500;
        await RoundAsync();
        await HomeBed.Until(() => pings.Count == 2 && log.Count == 1);
        status = 200;
        await RoundAsync();
        await HomeBed.Until(() => pings.Count == 3 && log.Count == 2);
        Assert.All(pings, p => Assert.Equal("/only-we-know", p));
        Assert.DoesNotContain(log, l => l.Contains("only-we-know", StringComparison.Ordinal));

        async Task RoundAsync()
        {
            await loop.OnceAsync(Stop);
            await loop.Around;
            watch.Time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    private sealed class NoHosts : IHostReader
    {
        public IReadOnlyList<string> Hosts => [];

        public Task<HostReading> ReadAsync(string host, CancellationToken cancellation) => throw new NotSupportedException();

        public HostReading? Latest(string host) => null;
    }
}
