using System.Text.Json.Nodes;

namespace OpenSre.Home.Tests;

public class HomeAssistantClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entity_is_where_its_device_is()
    {
        await using var house = await TestHouse.StartAsync();
        var ceiling = house.Client.House.Entities.Single(e => e.Id == "light.ceiling");
        Assert.Equal("Kitchen", house.Client.House.AreaOf(ceiling)?.Name);
    }

    [Fact]
    public async Task Blank_aliases_hidden_disabled_and_diagnostic_entities_are_left_out()
    {
        await using var house = await TestHouse.StartAsync(home =>
        {
            home.Aliases["light.desk"] = ["", "  ", "work light"];
            home.Add("light.secret", "Secret", "off");
            home.Entities[^1]!["hidden_by"] = "user";
            home.Add("light.gone", "Gone", "off");
            home.Entities[^1]!["disabled_by"] = "integration";
            home.Add("switch.led", "Status LED", "off");
            home.Entities[^1]!["entity_category"] = "config";
        });
        Assert.Equal(["work light"], house.Client.House.Entities.Single(e => e.Id == "light.desk").Aliases);
        Assert.DoesNotContain(house.Client.House.Entities, e => e.Id is "light.secret" or "light.gone" or "switch.led");
    }

    [Fact]
    public async Task A_token_that_is_not_taken_is_tried_once_and_never_said()
    {
        await using var home = await StandInHomeAssistant.StartAsync();
        await using var client = new HomeAssistantClient(new HomeAssistantSettings(home.Address, new Secret("wrong-token-77"), []), TimeSpan.FromSeconds(5), TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            var e = await Assert.ThrowsAsync<HomeAssistantException>(() => client.ConnectAsync(Cancellation));
            Assert.Equal(HomeAssistantFault.Unauthorized, e.Fault);
            Assert.DoesNotContain("wrong-token-77", e.ToString());
        }

        Assert.Equal(1, home.Authentications);
    }

    [Fact]
    public async Task Where_nothing_answers_it_says_so()
    {
        await using var client = new HomeAssistantClient(new HomeAssistantSettings(new Uri("http://127.0.0.1:9"), new Secret("t"), []), TimeSpan.FromSeconds(5), TimeProvider.System);
        Assert.Equal(HomeAssistantFault.Unreachable, (await Assert.ThrowsAsync<HomeAssistantException>(() => client.ConnectAsync(Cancellation))).Fault);
    }

    [Fact]
    public async Task A_proxy_that_passes_no_WebSocket_leaves_states_and_services()
    {
        await using var house = await TestHouse.StartAsync(home => home.HasWebSocket = false);
        Assert.Contains("only REST works", Assert.Single(house.Client.House.Notes));
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp"));
        Assert.Equal("light.turn_on", Assert.Single(house.Home.Calls).Service);
    }

    [Theory]
    [InlineData(400, HomeAssistantFault.Refused)]
    [InlineData(404, HomeAssistantFault.NotFound)]
    [InlineData(500, HomeAssistantFault.Failed)]
    [InlineData(503, HomeAssistantFault.Unreachable)]
    public async Task Errors_of_REST_are_told_apart(int status, HomeAssistantFault fault)
    {
        await using var house = await TestHouse.StartAsync(home => home.HasWebSocket = false);
        house.Home.RestStatus = status;
        var e = await Assert.ThrowsAsync<HomeAssistantException>(() => house.Client.CallAsync(new ServiceCall("light", "turn_on", ["light.desk"]), Cancellation));
        Assert.Equal(fault, e.Fault);
        Assert.DoesNotContain(StandInHomeAssistant.Token, e.ToString());
    }

    [Fact]
    public async Task The_reason_of_a_refused_service_is_Home_Assistants_own()
    {
        await using var house = await TestHouse.StartAsync(home => home.Failing["light.turn_on"] = ("service_validation_error", "Brightness is out of range"));
        Assert.Contains("Brightness is out of range", await house.SayAsync("turn on the desk lamp"));
    }

    [Fact]
    public async Task No_answer_in_time_is_not_taken_for_not_done()
    {
        await using var house = await TestHouse.StartAsync(home => home.Hangs = true);
        var answer = await house.SayAsync("turn on the desk lamp");
        Assert.Contains("did not say whether it took the order", answer);
        Assert.Contains("still says off", answer);
    }

    [Fact]
    public async Task A_broken_connection_is_made_anew()
    {
        await using var house = await TestHouse.StartAsync();
        house.Home.Drop();
        while (house.Client.HearsChanges)
        {
            await Task.Delay(10, Cancellation);
        }

        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp"));
    }

    [Fact]
    public async Task States_are_known_as_they_change()
    {
        await using var house = await TestHouse.StartAsync();
        await house.Home.SetAsync("light.desk", "on");
        while ((await house.Client.StatesAsync(Cancellation))["light.desk"].State != "on")
        {
            await Task.Delay(10, Cancellation);
        }

        Assert.Equal(0, house.Home.RestRequests);
    }

    [Fact]
    public async Task Without_the_debug_command_it_is_asked_for_once_and_done_without()
    {
        await using var house = await TestHouse.StartAsync(home => home.KnowsDebug = false);
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp"));
        Assert.Equal("Desk Lamp is off.", await house.SayAsync("turn off the desk lamp"));
        Assert.Equal(1, house.Home.DebugAsked);
    }

    [Fact]
    public async Task Names_from_outside_carry_no_control_sequences()
    {
        await using var house = await TestHouse.StartAsync(home => home.Add("light.bad", "Bad\u001b[31m Lamp\u0007", "off"));
        Assert.Equal("Bad Lamp", house.Client.House.Entities.Single(e => e.Id == "light.bad").Name);
    }

    [Fact]
    public async Task A_change_of_the_registries_makes_the_house_anew()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.DoesNotContain(house.Client.House.Entities, e => e.Name == "New Lamp");
        house.Home.Add("light.new", "New Lamp", "off", "study");
        await house.Home.TellAsync("entity_registry_updated", new JsonObject { ["action"] = "create", ["entity_id"] = "light.new" });
        while ((await house.Client.ConnectAsync(Cancellation)).Entities.All(e => e.Name != "New Lamp"))
        {
            await Task.Delay(10, Cancellation);
        }

        Assert.Equal("New Lamp is on.", await house.SayAsync("turn on the new lamp"));
    }
}
