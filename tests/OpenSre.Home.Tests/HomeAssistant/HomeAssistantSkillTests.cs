using System.Text.Json.Nodes;

namespace OpenSre.Home.Tests;

public class HomeAssistantSkillTests
{
    [Fact]
    public async Task What_is_named_is_looked_for_by_the_player_and_played_and_what_was_found_is_said()
    {
        await using var house = await TestHouse.StartAsync(home =>
        {
            home.Library.Add(("Blue Train, a shelf", "shelf", false));
            home.Library.Add(("Blue Train", "library://album/7", true));
        });
        Assert.Equal("Radio is playing “Blue Train”.", await house.SayAsync("play the album Blue Train on the radio"));
        Assert.Equal(["media_player.search_media", "media_player.play_media"], house.Home.Calls.Select(c => c.Service));
        Assert.Contains("library://album/7", house.Home.Calls.Last().Data, StringComparison.Ordinal);
        Assert.Contains("finds nothing it could play for “Metropolis”", await house.SayAsync("play Metropolis on the radio"), StringComparison.Ordinal);
        house.Home.Failing["media_player.search_media"] = ("not_supported", "Entity media_player.radio does not support this service.");
        Assert.Contains("cannot look for what it should play", await house.SayAsync("play Metropolis on the radio"), StringComparison.Ordinal);
        Assert.Equal(3, house.Home.Calls.Count);
    }

    [Fact]
    public async Task Of_a_group_it_says_how_many_are_as_they_should_be()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Kitchen lights: 3 of 4 on (1 already), 1 unavailable (Cabinet).", await house.SayAsync("turn on the kitchen lights"));
        var call = Assert.Single(house.Home.Calls);
        Assert.Equal(["light.ceiling", "light.counter"], call.Entities.Order());
    }

    [Fact]
    public async Task Several_orders_are_done_one_after_the_other_and_taken_back_together()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Desk Lamp is on. Table is off.", await house.SayAsync("turn on the desk lamp and turn off the table light"));
        Assert.Equal(["light.turn_on light.desk", "light.turn_off light.table"], house.Home.Calls.Select(c => $"{c.Service} {string.Join(' ', c.Entities)}"));
        await house.SayAsync("undo");
        Assert.Equal(("off", "on"), (house.Home.States["light.desk"].State, house.Home.States["light.table"].State));
    }

    [Fact]
    public async Task Of_several_orders_none_is_done_where_one_is_not_clear_and_the_most_dangerous_says_what_is_needed()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Contains("Nothing was done", await house.SayAsync("turn on the desk lamp and turn on the lights"), StringComparison.Ordinal);
        Assert.Empty(house.Home.Calls);
        Assert.Contains("Answer K7Q1 within 60 s", await house.SayAsync("turn on the desk lamp and unlock the front door"), StringComparison.Ordinal);
        await house.SayAsync("yes");
        Assert.Empty(house.Home.Calls);
        Assert.Equal("Desk Lamp is on. Front Door is unlocked.", await house.SayAsync("K7Q1"));
    }

    [Fact]
    public async Task Who_says_where_they_are_need_not_name_the_room()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Contains("Name the room", await house.SayAsync("turn on the lights"), StringComparison.Ordinal);
        Assert.Equal("Noted: for the next 4 hours “here”, and orders that name no room, mean Study.", await house.SayAsync("I'm in the office"));
        Assert.Contains("Name the room", await house.SayAsync("turn on the lights", TestHouse.Guest), StringComparison.Ordinal);
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the lights"));
        Assert.Equal("light.desk", Assert.Single(house.Home.Calls).Entities.Single());
        house.Time.Ahead += TimeSpan.FromHours(5);
        Assert.Contains("Name the room", await house.AnswerAsync(house.Message("turn off the lights") with { Timestamp = house.Time.GetUtcNow().ToUnixTimeMilliseconds() }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_is_read_from_what_carries_it_or_its_device()
    {
        await using var house = await TestHouse.StartAsync(home =>
        {
            home.Labels.Add(new JsonObject { ["label_id"] = "xmas", ["name"] = "Christmas" });
            home.Entities.Single(e => (string?)e!["entity_id"] == "light.desk")!["labels"] = new JsonArray("xmas");
            home.Devices[0]!["labels"] = new JsonArray("xmas");
        });
        Assert.Equal("Christmas lights: 2 of 2 on.", await house.SayAsync("turn on the christmas lights"));
        Assert.Equal(["light.ceiling", "light.desk"], house.Home.Calls.Single().Entities.Order());
    }

    [Fact]
    public async Task What_is_so_already_is_not_sent_again()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Table was already on.", await house.SayAsync("turn on the table light"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task What_is_unavailable_is_not_sent_anything()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Cabinet is unavailable; nothing was sent.", await house.SayAsync("turn on the cabinet"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task A_state_that_follows_late_is_waited_for()
    {
        await using var house = await TestHouse.StartAsync(home => home.Slow = TimeSpan.FromMilliseconds(300));
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp"));
    }

    [Fact]
    public async Task A_state_that_does_not_follow_is_said_so()
    {
        await using var house = await TestHouse.StartAsync(home => home.Stuck.Add("light.desk"));
        Assert.Equal("The order was sent, and Desk Lamp still says off after 1 s.", await house.SayAsync("turn on the desk lamp"));
    }

    [Fact]
    public async Task What_does_not_report_back_is_not_claimed_to_be_done()
    {
        await using var house = await TestHouse.StartAsync(home => home.Add("switch.rf", "Radio Socket", "off", attributes: new JsonObject { ["assumed_state"] = true }));
        Assert.StartsWith("Sent to Radio Socket; it does not report back", await house.SayAsync("turn on the radio socket"));
    }

    [Fact]
    public async Task Undo_puts_back_what_was_changed_and_only_that()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Null(await house.SayAsync("undo"));
        await house.SayAsync("turn on the kitchen lights");
        house.Home.Calls.Clear();
        Assert.Equal("Kitchen lights: 2 of 2 off.", await house.SayAsync("undo that"));
        Assert.Equal(["light.ceiling", "light.counter"], Assert.Single(house.Home.Calls).Entities.Order());
        Assert.Null(await house.SayAsync("undo"));
    }

    [Fact]
    public async Task Unlocking_needs_the_code_from_the_same_person_in_time_and_once()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Unlock Front Door? Answer K7Q1 within 60 s.", await house.SayAsync("unlock the front door"));
        Assert.Null(await house.SayAsync("K7Q1", TestHouse.Guest));
        Assert.Contains("answer with the code itself", await house.SayAsync("yes"));
        Assert.Empty(house.Home.Calls);
        Assert.Equal("Front Door is unlocked.", await house.SayAsync("k7q1"));
        Assert.Equal(("lock.unlock", "lock.front"), (Assert.Single(house.Home.Calls).Service, house.Home.Calls.Single().Entities.Single()));
        Assert.Null(await house.SayAsync("K7Q1"));
        Assert.Single(house.Home.Calls);
    }

    [Fact]
    public async Task A_code_that_comes_late_does_nothing()
    {
        await using var house = await TestHouse.StartAsync();
        await house.SayAsync("unlock the front door");
        house.Time.Ahead = TimeSpan.FromSeconds(61);
        Assert.Contains("came too late", await house.SayAsync("K7Q1"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Locking_needs_a_yes_and_never_turns_anything_on()
    {
        await using var house = await TestHouse.StartAsync(home => home.States["lock.front"] = ("unlocked", new JsonObject { ["friendly_name"] = "Front Door" }, DateTimeOffset.UtcNow));
        Assert.StartsWith("Lock Front Door? Answer yes or", await house.SayAsync("lock the front door"));
        Assert.Equal("Front Door is locked.", await house.SayAsync("yes"));
        Assert.Equal("lock.lock", Assert.Single(house.Home.Calls).Service);
    }

    [Fact]
    public async Task What_lets_somebody_in_is_for_operators()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Contains("for operators only", await house.SayAsync("open the garage door", TestHouse.Guest));
        Assert.Contains("Answer K7Q1", await house.SayAsync("open the garage door"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Undoing_the_closing_of_a_garage_asks_as_opening_does()
    {
        await using var house = await TestHouse.StartAsync(home => home.States["cover.garage"] = ("open", new JsonObject { ["friendly_name"] = "Garage Door", ["device_class"] = "garage" }, DateTimeOffset.UtcNow));
        await house.SayAsync("close the garage door");
        Assert.Equal("Garage Door is closed.", await house.SayAsync("yes"));
        house.Home.Calls.Clear();
        Assert.Contains("Answer K7Q2 within 60 s", await house.SayAsync("undo"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task A_no_leaves_it_alone()
    {
        await using var house = await TestHouse.StartAsync();
        await house.SayAsync("close the study blind");
        Assert.StartsWith("Left alone", await house.SayAsync("no"));
        Assert.Null(await house.SayAsync("yes"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Only_what_was_shown_is_done()
    {
        await using var house = await TestHouse.StartAsync();
        await house.SayAsync("close the blinds in the study");
        house.Home.Add("cover.second", "Second Blind", "open", "study", kind: "blind");
        await house.Home.TellAsync("entity_registry_updated", []);
        while ((await house.Client.ConnectAsync(TestContext.Current.CancellationToken)).Entities.All(e => e.Id != "cover.second"))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Contains("changed since", await house.SayAsync("yes"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Where_Home_Assistant_reads_it_otherwise_nothing_is_done()
    {
        await using var house = await TestHouse.StartAsync(home => home.Debug = _ => new JsonObject
        {
            ["intent"] = new JsonObject { ["name"] = "HassTurnOn" },
            ["match"] = true,
            ["targets"] = new JsonObject { ["switch.pump"] = new JsonObject { ["matched"] = true } },
        });
        Assert.Contains("Home Assistant itself means Pump", await house.SayAsync("turn on the desk lamp"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Where_Home_Assistant_reads_the_opposite_nothing_is_done()
    {
        await using var house = await TestHouse.StartAsync(home => home.Debug = _ => new JsonObject { ["intent"] = new JsonObject { ["name"] = "HassTurnOff" }, ["match"] = true, ["targets"] = new JsonObject() });
        Assert.Contains("Home Assistant itself as HassTurnOff", await house.SayAsync("turn on the desk lamp"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task What_is_not_exposed_is_left_alone()
    {
        await using var house = await TestHouse.StartAsync(home => home.Hidden.Add("light.desk"));
        Assert.Contains("not exposed", await house.SayAsync("turn on the desk lamp"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task Without_a_room_it_asks_which()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.StartsWith("Which lights? There are some in", await house.SayAsync("turn off the lights"));
        Assert.Empty(house.Home.Calls);
        Assert.Equal("All lights: 4 of 5 off (3 already), 1 unavailable (Cabinet).", await house.SayAsync("turn off all the lights"));
    }

    [Fact]
    public async Task Of_two_things_of_one_name_it_asks_which()
    {
        await using var house = await TestHouse.StartAsync(home => home.Add("light.desk2", "Desk Lamp", "off", "kitchen"));
        Assert.Contains("2 things are called Desk Lamp", await house.SayAsync("turn on the desk lamp"));
        Assert.Empty(house.Home.Calls);
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp in the study"));
        Assert.Equal(["light.desk"], Assert.Single(house.Home.Calls).Entities);
    }

    [Fact]
    public async Task A_room_goes_by_its_alias()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the office lights"));
    }

    [Fact]
    public async Task A_large_change_of_temperature_is_asked_about_and_one_out_of_range_refused()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Equal("Study Heating is set to 21.5°.", await house.SayAsync("set the temperature in the study to 21.5"));
        Assert.Contains("Answer yes", await house.SayAsync("set the study heating to 28 degrees"));
        Assert.Contains("7 to 30 degrees", await house.SayAsync("set the study heating to 60 degrees"));
    }

    [Fact]
    public async Task Listed_entities_are_asked_about()
    {
        await using var house = await TestHouse.StartAsync(null, "switch.pump");
        Assert.Contains("Answer yes", await house.SayAsync("turn on the pump"));
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task An_order_that_comes_late_is_not_obeyed()
    {
        await using var house = await TestHouse.StartAsync();
        var answer = await house.AnswerAsync(new ChatMessage("chat", TestHouse.Owner, DateTimeOffset.UtcNow.AddMinutes(-20).ToUnixTimeMilliseconds(), "turn on the desk lamp"));
        Assert.Contains("came late", answer);
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task An_edited_message_orders_nothing()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Null(await house.AnswerAsync(house.Message("turn on the desk lamp") with { IsEdit = true }));
    }

    [Theory]
    [InlineData("cpu temp of sagan")]
    [InlineData("status")]
    [InlineData("what containers are unhealthy on sagan?")]
    [InlineData("why is the nas slow since last night?")]
    [InlineData("restart the equipment container")]
    [InlineData("stop the script")]
    [InlineData("what updates are available?")]
    [InlineData("is anything running?")]
    [InlineData("what is the temperature?")]
    [InlineData("yes")]
    [InlineData("ok")]
    [InlineData("approve 7KQ4")]
    [InlineData("stop pump")]
    [InlineData("skip")]
    [InlineData("never mind")]
    [InlineData("how much disk is left on the nas")]
    public async Task What_may_be_about_something_else_is_not_taken(string sentence)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Null(await house.SayAsync(sentence));
    }

    [Theory]
    [InlineData("turn off cpu fan", "Nothing was done")]
    [InlineData("turn on the front door", "Nothing was done")]
    [InlineData("open the kitchen", "Nothing was done")]
    [InlineData("set a timer for 5 minutes", "nothing was set")]
    public async Task What_is_for_the_house_and_cannot_be_is_said_so(string sentence, string said)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Contains(said, await house.SayAsync(sentence));
        Assert.Empty(house.Home.Calls);
    }

    [Theory]
    [InlineData("what's the temperature in the study", "Study Heating: 19.5 °")]
    [InlineData("how cold is the freezer", "Freezer: -18.2 °C")]
    [InlineData("which lights are on?", "Table. 1 unavailable: Cabinet.")]
    [InlineData("are all lights off?", "No, Table is not off. 1 unavailable: Cabinet.")]
    [InlineData("how many lights are on in the kitchen", "1 of 3 is on: Table. 1 unavailable: Cabinet.")]
    [InlineData("is the front door locked?", "Yes, Front Door is locked, since")]
    [InlineData("is the garage door open?", "No, Garage Door is closed, since")]
    [InlineData("is the cabinet on", "Cabinet is unavailable, so I cannot tell.")]
    [InlineData("which automations ran today", "1 of 2 ran today: Morning")]
    [InlineData("what is on the shopping list", "Shopping List: rye bread.")]
    [InlineData("is anything open?", "Yes, 1 of 2: Study Blind.")]
    [InlineData("how long has the study blind been open", "Study Blind has been open for 30 min")]
    public async Task Questions_are_answered_from_what_is(string question, string answer)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.StartsWith(answer, await house.SayAsync(question));
        Assert.DoesNotContain(house.Home.Calls, c => c.Service != "todo.get_items");
    }

    [Fact]
    public async Task When_something_happened_is_read_from_the_history()
    {
        var noon = DateTimeOffset.UtcNow.Date.AddDays(-1).AddHours(12);
        await using var house = await TestHouse.StartAsync(home => home.Histories["cover.garage"] = new JsonArray(
            new JsonObject { ["entity_id"] = "cover.garage", ["state"] = "closed", ["last_changed"] = noon.AddHours(-40).ToString("o") },
            new JsonObject { ["state"] = "open", ["entity_id"] = "cover.garage", ["last_changed"] = noon.ToString("o") },
            new JsonObject { ["state"] = "unavailable", ["entity_id"] = "cover.garage", ["last_changed"] = noon.AddMinutes(5).ToString("o") },
            new JsonObject { ["state"] = "open", ["entity_id"] = "cover.garage", ["last_changed"] = noon.AddMinutes(6).ToString("o") },
            new JsonObject { ["state"] = "closed", ["entity_id"] = "cover.garage", ["last_changed"] = noon.AddMinutes(10).ToString("o") }));
        Assert.Equal("Garage Door was opened yesterday at 12:00, for 10 min; it is closed now.", await house.SayAsync("when did the garage open?"));
    }

    [Fact]
    public async Task An_automation_is_turned_off_after_a_yes()
    {
        await using var house = await TestHouse.StartAsync();
        Assert.StartsWith("Turn off Morning? Answer yes", await house.SayAsync("turn off the morning automation"));
        Assert.Equal("Morning is off.", await house.SayAsync("yes"));
        Assert.Equal("automation.turn_off", Assert.Single(house.Home.Calls).Service);
    }

    [Fact]
    public async Task When_Home_Assistant_is_gone_that_is_the_answer()
    {
        await using var house = await TestHouse.StartAsync();
        await house.Home.DisposeAsync();
        Assert.Contains("cannot be reached", await house.SayAsync("turn on the desk lamp"));
    }

    [Fact]
    public async Task What_a_state_does_not_tell_is_not_taken_for_so_already()
    {
        await using var house = await TestHouse.StartAsync(h =>
        {
            h.Add("light.strip", "Strip", "on", "study", attributes: new() { ["supported_color_modes"] = new JsonArray("hs"), ["color_mode"] = "hs", ["rgb_color"] = new JsonArray(255, 0, 0), ["brightness"] = 128 });
            h.Add("media_player.den", "Den", "playing", "study");
        });
        Assert.Equal("Strip is blue.", await house.SayAsync("strip blue"));
        Assert.Equal(("light.turn_on", "{\"color_name\":\"blue\"}"), (house.Home.Calls.Last().Service, house.Home.Calls.Last().Data));
        Assert.StartsWith("Strip is at 50 % in its colour of before.", await house.SayAsync("undo"), StringComparison.Ordinal);
        Assert.Contains("\"rgb_color\":[255,0,0]", house.Home.Calls.Last().Data, StringComparison.Ordinal);

        // On, and of its brightness nothing is known.
        Assert.Equal("Table is at 30 %.", await house.SayAsync("set the table to 30%"));
        Assert.Equal("Den muted.", await house.SayAsync("mute the den"));
        Assert.Equal("media_player.volume_mute", house.Home.Calls.Last().Service);
    }

    [Theory]
    [InlineData("switch.gate", "Garden Gate Opener", "turn on the garden gate opener", true)]
    [InlineData("button.drive", "Driveway Gate", "press the driveway gate", true)]
    [InlineData("switch.door", "Garage Door", "turn on the garage door", true)]
    [InlineData("switch.door", "Cellar Door Strike", "turn on the cellar door strike", true)]
    [InlineData("switch.lamp", "Garage Door Light", "turn on the garage door light", false)]
    [InlineData("button.bell", "Door Bell", "press the door bell", false)]
    [InlineData("switch.plug", "Fan Plug", "turn on the fan plug", false)]
    public async Task What_lets_somebody_in_needs_its_code_whatever_kind_of_thing_it_is(string id, string name, string order, bool needsCode)
    {
        await using var house = await TestHouse.StartAsync(h => h.Add(id, name, "off"));
        var said = await house.SayAsync(order);
        Assert.Equal(needsCode, said!.EndsWith("Answer K7Q1 within 60 s.", StringComparison.Ordinal));
        Assert.Equal(needsCode, house.Home.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_yes_by_a_clock_that_is_behind_asks_for_the_code_and_the_code_counts()
    {
        await using var house = await TestHouse.StartAsync();
        await house.SayAsync("close the study blind");
        var late = house.Message("yes") with { Timestamp = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeMilliseconds() };
        Assert.Equal("To close Study Blind, answer with the code itself: K7Q1.", await house.AnswerAsync(late));
        Assert.Empty(house.Home.Calls);
        Assert.Equal("Study Blind is closed.", await house.AnswerAsync(late with { Text = "k7q1" }));
    }

    [Theory]
    [InlineData("did I lock the front door?", "Yes, Front Door is locked")]
    [InlineData("have we left the table on", "Yes, Table is on")]
    [InlineData("did i leave any lights on?", "Yes, 1 of 4")]
    [InlineData("what's the temperature outside", "Outside Air: 7.4 °C")]
    [InlineData("how cold is it outside?", "Outside Air: 7.4 °C")]
    [InlineData("humidity in the study", "Study Humidity: 41 %")]
    public async Task What_was_perhaps_done_is_answered_from_what_is(string question, string answer)
    {
        await using var house = await TestHouse.StartAsync(h =>
        {
            h.Add("sensor.hum", "Study Humidity", "41", "study", kind: "humidity", attributes: new() { ["unit_of_measurement"] = "%" });
            h.Add("sensor.out", "Outside Air", "7.4", kind: "temperature", attributes: new() { ["unit_of_measurement"] = "°C" });
        });
        Assert.StartsWith(answer, await house.SayAsync(question), StringComparison.Ordinal);
        Assert.Empty(house.Home.Calls);
    }

    [Theory]
    [InlineData("turn on the desk lamp?", "That reads as a question, and a question is never an order.")]
    [InlineData("turn on the desk lamb", "Nothing here is called that; did you mean Desk Lamp?")]
    public async Task What_is_nearly_an_order_is_said_so_and_not_done(string sentence, string said)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.StartsWith(said, await house.SayAsync(sentence), StringComparison.Ordinal);
        Assert.Empty(house.Home.Calls);
    }

    [Theory]
    [InlineData("why is the garage door open", "I know Garage Door")]
    [InlineData("should I turn off the pump", "I know Pump")]
    [InlineData("stop pump", "If you mean Pump of the house, say “turn on” or “turn off” with it. Nothing was done.")]
    [InlineData("tell me a joke", null)]
    public async Task What_nobody_takes_and_names_the_house_is_owed_an_answer_and_nothing_is_done(string sentence, string? said)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Null(await house.SayAsync(sentence));
        var answers = house.Skill.Rest.TryAnswer(house.Message(sentence));
        Assert.Equal(said is null, answers is null);
        await foreach (var answer in answers ?? AsyncEnumerable.Empty<string>())
        {
            Assert.StartsWith(said!, answer, StringComparison.Ordinal);
        }

        Assert.Empty(house.Home.Calls);
    }

    [Theory]
    [InlineData("ok K7Q1", "Study Blind is closed.")]
    [InlineData("approve k7q1", "Study Blind is closed.")]
    [InlineData("reject K7Q1", "Left alone: close Study Blind.")]
    public async Task An_answer_that_names_the_code_is_taken_before_everybody_else(string answer, string said)
    {
        await using var house = await TestHouse.StartAsync();
        Assert.Null(house.Skill.Codes.TryAnswer(house.Message(answer)));
        await house.SayAsync("close the study blind");
        Assert.Null(house.Skill.Codes.TryAnswer(house.Message("yes")));
        Assert.Null(house.Skill.Codes.TryAnswer(house.Message("ok 7KQ9")));
        Assert.Equal(said, await LastWord.OfAsync(house.Skill.Codes.TryAnswer(house.Message(answer))));
    }

    [Fact]
    public async Task A_thumb_is_told_to_be_no_answer()
    {
        await using var house = await TestHouse.StartAsync();
        await house.SayAsync("unlock the front door");
        var thumb = house.Message("") with { Reaction = new ChatReaction("👍", DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds(), "self", false) };
        Assert.Equal("I take words alone for that: to unlock Front Door, answer K7Q1.", await house.AnswerAsync(thumb));
        Assert.Null(await house.AnswerAsync(thumb with { Reaction = thumb.Reaction! with { TargetTimestamp = 5 } }));
        Assert.Empty(house.Home.Calls);
    }
}
