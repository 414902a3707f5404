using System.Text.Json.Nodes;
using OpenSre.Investigation;

namespace OpenSre.Home.Tests;

/// <summary>A stand-in with a small house in it, a client that talks to it, and a skill on top.</summary>
internal sealed class TestHouse : IAsyncDisposable
{
    public const string Owner = "0a1b-owner";
    public const string Guest = "77ff-guest";
    private long _said = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private TestHouse(StandInHomeAssistant home, HomeAssistantClient client, HomeAssistantSkill skill, HomeActions actions)
    {
        Home = home;
        Client = client;
        Skill = skill;
        Actions = actions;
    }

    public StandInHomeAssistant Home { get; }

    public HomeAssistantClient Client { get; }

    public HomeAssistantSkill Skill { get; }

    public HomeActions Actions { get; }

    public MovedTime Time { get; private init; } = new();

    public static Task<TestHouse> StartAsync(Action<StandInHomeAssistant>? change = null, params string[] confirm) => StartAsync(change, null, null, confirm);

    public static async Task<TestHouse> StartAsync(Action<StandInHomeAssistant>? change, AuditLog? audit, Func<string?>? frozen, params string[] confirm)
    {
        var home = await StandInHomeAssistant.StartAsync();
        home.Floors.Add(new JsonObject { ["floor_id"] = "up", ["name"] = "Upstairs", ["level"] = 1, ["aliases"] = new JsonArray() });
        home.AddArea("kitchen", "Kitchen");
        home.AddArea("study", "Study", "up", "office");
        home.Devices.Add(new JsonObject { ["id"] = "dev1", ["area_id"] = "kitchen" });
        home.Add("light.counter", "Counter", "off", "kitchen");
        home.Add("light.ceiling", "Ceiling", "off", device: "dev1");
        home.Add("light.table", "Table", "on", "kitchen");
        home.Add("light.cabinet", "Cabinet", "unavailable", "kitchen");
        home.Add("light.desk", "Desk Lamp", "off", "study");
        home.Add("switch.pump", "Pump", "off", "study");
        home.Add("lock.front", "Front Door", "locked");
        home.Add("cover.garage", "Garage Door", "closed", kind: "garage");
        home.Add("cover.blind", "Study Blind", "open", "study", kind: "blind");
        home.Add("climate.study", "Study Heating", "heat", "study", attributes: new JsonObject { ["temperature"] = 20, ["current_temperature"] = 19.5, ["min_temp"] = 7, ["max_temp"] = 30 });
        home.Add("media_player.radio", "Radio", "playing", "kitchen", attributes: new JsonObject { ["volume_level"] = 0.4 });
        home.Add("sensor.freezer", "Freezer", "-18.2", "kitchen", kind: "temperature", attributes: new JsonObject { ["unit_of_measurement"] = "°C" });
        home.Add("automation.morning", "Morning", "on", attributes: new JsonObject { ["last_triggered"] = DateTimeOffset.UtcNow.AddSeconds(-5).ToString("o") });
        home.Add("automation.old", "Old", "on", attributes: new JsonObject { ["last_triggered"] = DateTimeOffset.UtcNow.AddDays(-9).ToString("o") });
        home.Add("todo.shopping", "Shopping List", "1");
        change?.Invoke(home);
        var client = new HomeAssistantClient(home.Settings(confirm), TimeSpan.FromSeconds(home.Hangs ? 0.4 : 10), TimeProvider.System);
        var time = new MovedTime();
        var codes = 0;
        var skill = new HomeAssistantSkill(client, home.Settings(confirm), TimeZoneInfo.Utc, time, s => s == Owner, TimeSpan.FromSeconds(1), () => $"K7Q{++codes}", audit, frozen);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return new TestHouse(home, client, skill, new HomeActions(client, home.Settings(confirm), TimeProvider.System, TimeSpan.FromSeconds(1))) { Time = time };
    }

    public ChatMessage Message(string text, string sender = Owner)
    {
        _said = Math.Max(_said + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return new ChatMessage("chat", sender, _said, text);
    }

    /// <summary>What is answered; null when the message is not taken.</summary>
    public async Task<string?> SayAsync(string text, string sender = Owner) => await AnswerAsync(Message(text, sender));

    public async Task<string?> AnswerAsync(ChatMessage message)
    {
        if (Skill.TryAnswer(message) is not { } answers)
        {
            return null;
        }

        string? last = null;
        await foreach (var answer in answers.WithCancellation(TestContext.Current.CancellationToken))
        {
            last = answer;
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Home.DisposeAsync();
    }
}

/// <summary>The time of the system, some way ahead.</summary>
internal sealed class MovedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
