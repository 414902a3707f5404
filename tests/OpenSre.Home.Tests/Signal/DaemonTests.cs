using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenSre.Home.Tests;

public class DaemonTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_acknowledged_answered_and_remembered()
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new EchoSkill());
        var at = await bed.Signal.SayAsync(SignalStandIn.Anna, "status");
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1 && bed.Signal.Requests.Any(r => r.Path.StartsWith("/v1/receipts", StringComparison.Ordinal)));
        Assert.Equal((SignalStandIn.Anna, "echo: status"), (bed.Signal.Sent[0].Recipient, bed.Signal.Sent[0].Text));
        var reaction = bed.Signal.Requests.Single(r => r.Path.StartsWith("/v1/reactions", StringComparison.Ordinal));
        Assert.Equal("/v1/reactions/" + SignalStandIn.Phone, reaction.Path);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"recipient":"{{SignalStandIn.Anna}}","reaction":"👀","target_author":"{{SignalStandIn.Anna}}","timestamp":{{at}}}"""), reaction.Json));
        Assert.DoesNotContain(bed.Signal.Requests, r => r.Path.StartsWith("/v1/typing", StringComparison.Ordinal));
        await bed.StopAsync();
        var file = Assert.Single(Directory.GetFiles(Path.Combine(bed.Folder, "home", "history")));
        Assert.Contains("echo: status", await File.ReadAllTextAsync(file, Stop));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1006)]
    [InlineData(1011)]
    public async Task The_stream_is_opened_again_however_it_ended(int code)
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new EchoSkill());
        for (var i = 0; i < 3; i++)
        {
            var before = bed.Signal.Connections;
            await bed.Signal.CloseAsync(code);
            await HomeBed.Until(() => bed.Signal.Connections > before && bed.Signal.Listeners == 1);
            await bed.Signal.SayAsync(SignalStandIn.Anna, $"after {i}");
            // A connection that breaks takes with it what was not read yet.
            await HomeBed.Until(() => bed.Signal.Sent.Count == i + 1);
        }

        Assert.Equal(["echo: after 0", "echo: after 1", "echo: after 2"], bed.Signal.Sent.Select(d => d.Text));
    }

    [Fact]
    public async Task Strangers_are_dropped_without_a_sign_and_counted()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var daemon = await bed.StartAsync(echo);
        for (var i = 0; i < 25; i++)
        {
            await bed.Signal.SayAsync(SignalStandIn.Stranger, "approve 7KQ4");
        }

        await bed.Signal.SayAsync(SignalStandIn.Anna, "hello");
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1);
        Assert.Equal(25, daemon.Metrics.Strangers.Value);
        Assert.Equal(["hello"], echo.Asked.Select(m => m.Text));
        Assert.DoesNotContain(bed.Signal.Requests, r => r.Body.Contains(SignalStandIn.Stranger, StringComparison.Ordinal));
        Assert.Equal(2, bed.Log.Count(l => l.Contains("not on the list", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nobody_on_the_list_means_no_start_and_two_of_them_neither()
    {
        await using var bed = await HomeBed.MakeAsync();
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => HomeDaemon.StartAsync(bed.Config() with { People = [] }, _ => new HomeParts([], [], []), TimeProvider.System, _ => { }, Stop));
        Assert.Contains("opensre home pair", e.Message);
        await bed.StartAsync(new EchoSkill());
        e = await Assert.ThrowsAsync<InvalidDataException>(() => HomeDaemon.StartAsync(bed.Config(), _ => new HomeParts([], [], []), TimeProvider.System, _ => { }, Stop));
        Assert.Contains("runs already", e.Message);
    }

    [Fact]
    public async Task In_a_group_only_what_is_meant_for_it_is_heard()
    {
        const string Group = "Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=";
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var daemon = await bed.StartAsync(echo);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "chatter", group: Group);
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "\ufffc status", group: Group, mention: true);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "\ufffc status", group: "c29tZW90aGVyZ3JvdXA=", mention: true);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "\ufffc status", group: Group, mention: true);
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "and disk", group: Group, quote: bed.Signal.Sent[0].Timestamp);
        await HomeBed.Until(() => bed.Signal.Sent.Count == 2);
        Assert.Equal(["status", "and disk"], echo.Asked.Select(m => m.Text));
        Assert.All(bed.Signal.Sent, d => Assert.Equal(SignalAddress.Group(Group), d.Recipient));
        Assert.NotNull(bed.Signal.Sent[0].Body["quote_timestamp"]);
        Assert.Equal((2, 1), (daemon.Metrics.Unheard.Value, daemon.Metrics.Strangers.Value));
        Assert.DoesNotContain(bed.Signal.ToldCli, t => t["params"]!["username"] is not null);
    }

    [Fact]
    public async Task The_websocket_loses_bursts_and_the_webhook_brings_them_and_nothing_is_answered_twice()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        bed.Signal.DropsBursts = true;
        var daemon = await bed.StartAsync(echo);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => bed.Signal.SayAsync(SignalStandIn.Anna, $"lost {i}")));
        await HomeBed.Until(() => !echo.Asked.IsEmpty);
        await Task.Delay(300, Stop);
        Assert.InRange(echo.Asked.Count, 1, 40);
        bed.Signal.Webhook = new Uri(daemon.Address + "/signal/word");
        for (var i = 0; i < 50; i++)
        {
            await bed.Signal.SayAsync(SignalStandIn.Anna, $"kept {i}");
        }

        await HomeBed.Until(() => bed.Signal.Sent.Count(d => d.Text.StartsWith("echo: kept", StringComparison.Ordinal)) == 50);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"kept {i}"), echo.Asked.Select(m => m.Text).Where(t => t.StartsWith("kept", StringComparison.Ordinal)));
        Assert.Equal(bed.Signal.Sent.Count, bed.Signal.Sent.Select(d => d.Text).Distinct().Count());
    }

    [Fact]
    public async Task Long_work_types_grows_by_edits_lets_others_by_and_can_be_stopped()
    {
        await using var bed = await HomeBed.MakeAsync();
        var slow = new SlowSkill();
        await bed.StartAsync(slow, new EchoSkill());
        await bed.Signal.SayAsync(SignalStandIn.Anna, "why is it slow?");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "looking 1"));
        await bed.Signal.SayAsync(SignalStandIn.Anna, "status");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "echo: status"));
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "looking 2"));
        Assert.Contains(bed.Signal.Requests, r => r.Method == "PUT" && r.Path.StartsWith("/v1/typing-indicator", StringComparison.Ordinal));
        slow.Finish.SetResult();
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "the answer"));
        var grown = bed.Signal.Sent.Where(d => d.Text is "looking 1" or "looking 2" or "the answer").ToList();
        Assert.All(grown.Skip(1), d => Assert.Equal(grown[0].Timestamp, d.Edits));
        await HomeBed.Until(() => bed.Signal.Requests.Any(r => r.Method == "DELETE" && r.Path.StartsWith("/v1/typing-indicator", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_ends_what_runs_and_says_so_in_the_same_message()
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new SlowSkill(), new EchoSkill());
        await bed.Signal.SayAsync(SignalStandIn.Anna, "why is it slow?");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("looking", StringComparison.Ordinal)));
        await bed.Signal.SayAsync(SignalStandIn.Anna, "Stop!");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.EndsWith("(stopped)", StringComparison.Ordinal)));
        Assert.NotNull(bed.Signal.Sent[^1].Edits);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "stop");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "echo: stop"));
    }

    [Fact]
    public async Task What_a_stopped_process_left_is_taken_up_by_the_next()
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new SlowSkill(), new EchoSkill());
        await bed.Signal.SayAsync(SignalStandIn.Anna, "why is it slow?");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("looking", StringComparison.Ordinal)));
        bed.Signal.IsAlive = false;
        await bed.StopAsync();
        bed.Signal.IsAlive = true;
        await bed.StartAsync(new SlowSkill(), new EchoSkill());
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("I was restarted while I worked on “why is it slow?”", StringComparison.Ordinal)));
        await bed.StopAsync();
        var count = bed.Signal.Sent.Count;
        await bed.StartAsync(new SlowSkill(), new EchoSkill());
        await bed.Signal.SayAsync(SignalStandIn.Anna, "x");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text == "echo: x"));
        Assert.Equal(count + 1, bed.Signal.Sent.Count);
    }

    [Fact]
    public async Task A_skill_that_fails_says_so_and_the_chat_goes_on()
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new FailingSkill(), new EchoSkill());
        await bed.Signal.SayAsync(SignalStandIn.Anna, "fail at once secret-word");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "fail later secret-word");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "go on");
        await HomeBed.Until(() => bed.Signal.Sent.Count == 3);
        Assert.Equal(2, bed.Signal.Sent.Count(d => d.Text.StartsWith("I could not finish that", StringComparison.Ordinal)));
        Assert.Equal("echo: go on", bed.Signal.Sent[2].Text);
        Assert.DoesNotContain(bed.Log, l => l.Contains("secret-word", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_sends_the_code_is_paired_by_their_uuid_and_nobody_else()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var folder = Path.Combine(bed.Folder, "home");
        var config = bed.Config();
        await bed.StartAsync(config with { People = new LivePeople(config.People, folder) }, echo);
        var code = new Pairing(folder, TimeProvider.System).Begin("Cleo", isOperator: true);
        Assert.DoesNotContain(code, await File.ReadAllTextAsync(Path.Combine(folder, "pairing.json"), Stop));
        await bed.Signal.SayAsync("dddddddd-0000-4000-8000-000000000007", "AAAAAAAA");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, code.ToLowerInvariant());
        await HomeBed.Until(() => PeopleFile.Load(folder).Count == 1);
        Assert.Equal(new Person("Cleo", SignalStandIn.Stranger, true), PeopleFile.Load(folder)[0]);
        await bed.Signal.SayAsync("dddddddd-0000-4000-8000-000000000007", code);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "x");
        await HomeBed.Until(() => echo.Asked.Count == 1);
        Assert.Single(PeopleFile.Load(folder));

        // Cleo is told, and heard at once, without a restart; nobody else of them is.
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "hello from Cleo");
        await bed.Signal.SayAsync("dddddddd-0000-4000-8000-000000000007", "hello from nobody");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "y");
        await HomeBed.Until(() => echo.Asked.Count == 3 && bed.Signal.Sent.Count == 4);
        Assert.Equal(["x", "hello from Cleo", "y"], echo.Asked.Select(m => m.Text));
        Assert.Equal(["Hello Cleo. You may talk to me now and approve changes. Say “help” for what I can do.", "echo: hello from Cleo"], bed.Signal.Sent.Where(d => d.Recipient == SignalStandIn.Stranger).Select(d => d.Text).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(bed.Signal.Sent, d => d.Recipient.StartsWith("dddddddd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_that_is_corrected_by_an_edit_is_answered_and_an_edited_order_is_not_obeyed()
    {
        await using var bed = await HomeBed.MakeAsync();
        var hosts = new Actions.FakeHosts(TimeProvider.System);
        HostSettings[] nas = [new("nas", null)];
        var config = bed.Config() with { Hosts = nas };
        await hosts.ReadAsync("nas", Stop);
        var time = TimeProvider.System;
        HomeGuard? guard = null;
        var daemon = await HomeDaemon.StartAsync(config, c => new HomeParts([.. (guard = new HomeGuard(c.Config, c.Channel, hosts, hosts, time, bed.Log.Enqueue)).Skills, new QuickSkill(hosts, nas, TimeSpan.FromHours(1)), new NotUnderstoodSkill(config)], [], []), time, bed.Log.Enqueue, Stop, HomeBed.Fast);
        await using var running = daemon;
        using var guarding = guard!;
        await HomeBed.Until(() => bed.Signal.Listeners > 0);
        await EditAsync("uptime of nas");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("nas: ", StringComparison.Ordinal)));
        await EditAsync("restart plex");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("An edited message changes nothing", StringComparison.Ordinal)));
        Assert.Empty(guarding.PlanBook.All);

        async Task EditAsync(string text)
        {
            var at = bed.Signal.Next();
            var edit = new System.Text.Json.Nodes.JsonObject { ["editMessage"] = new System.Text.Json.Nodes.JsonObject { ["targetSentTimestamp"] = at - 1, ["dataMessage"] = SignalStandIn.Data(at, text, null, false, null) } };
            await bed.Signal.RawAsync(SignalStandIn.Envelope(SignalStandIn.Anna, at, edit).ToJsonString());
        }
    }

    [Fact]
    public async Task A_list_of_people_that_breaks_is_said_and_the_last_good_one_stays_in_force()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var folder = Path.Combine(bed.Folder, "home");
        PeopleFile.Add(folder, new Person("Cleo", SignalStandIn.Stranger, false));
        var config = bed.Config();
        await bed.StartAsync(config with { People = new LivePeople(config.People, folder) }, echo);

        Put("[{\"name\": \"Cleo\",");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "one");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "two");
        await HomeBed.Until(() => echo.Asked.Count == 2 && bed.Signal.Sent.Any(d => d.Recipient == SignalStandIn.Anna));
        Assert.Contains("people.json cannot be read", Assert.Single(bed.Log, l => l.Contains("people.json", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("stay in force", Assert.Single(bed.Signal.Sent, d => d.Recipient == SignalStandIn.Anna).Text, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => new LivePeople(config.People, folder));

        Put("[{\"name\": \"Cleo\", \"uuid\": \"+15550100009\"}]");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "three");
        await HomeBed.Until(() => bed.Log.Any(l => l.Contains("people.json cannot be used: a uuid is written as in", StringComparison.Ordinal)));

        // Whole again, and without Cleo.
        Put("[]");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "four");
        await bed.Signal.SayAsync(SignalStandIn.Ben, "five");
        await HomeBed.Until(() => echo.Asked.Any(m => m.Text == "five"));
        Assert.Equal(["one", "two", "three", "five"], echo.Asked.Select(m => m.Text));
        Assert.Contains(bed.Log, l => l.Contains("can be read again", StringComparison.Ordinal));

        void Put(string text)
        {
            var path = PeopleFile.PathIn(folder);
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    [Fact]
    public async Task Frames_and_files_that_cannot_be_read_are_said_and_kept()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var folder = Path.Combine(bed.Folder, "home");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "inbox.jsonl"), "{ half a line\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "outbox.jsonl"), "{ half a line\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "rate-limit.json"), "{", Stop);
        var daemon = await bed.StartAsync(echo);
        for (var i = 0; i < 12; i++)
        {
            await bed.Signal.RawAsync("Traceback");
        }

        await bed.Signal.RawAsync($$$"""{"account":"{{{SignalStandIn.Phone}}}","envelope":{"sourceUuid":"{{{SignalStandIn.Anna}}}","timestamp":1},"exception":{"message":"x","type":"ProtocolInvalidMessageException"}}""");
        await bed.Signal.RawAsync($$"""{"error":"no session for {{SignalStandIn.Phone}}"}""");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "hello");
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1);
        Assert.Equal(14, daemon.Metrics.Broken.Value);
        Assert.Equal(2, bed.Log.Count(l => l.Contains("the frame is no JSON", StringComparison.Ordinal)));
        Assert.Contains(bed.Log, l => l.Contains("a message of Anna could not be read by the service (ProtocolInvalidMessageException)", StringComparison.Ordinal));
        Assert.Contains(bed.Log, l => l.Contains("the service says: no session for our number", StringComparison.Ordinal));
        foreach (var name in new[] { "inbox.jsonl", "outbox.jsonl" })
        {
            Assert.Contains(bed.Log, l => l.Contains($"{name}: 1 line cannot be read", StringComparison.Ordinal));
            Assert.Equal("{ half a line\n", await File.ReadAllTextAsync(Path.Combine(folder, name + ".unreadable"), Stop));
        }

        Assert.Contains(bed.Log, l => l.Contains("rate-limit.json cannot be read", StringComparison.Ordinal));
        Assert.DoesNotContain(bed.Log, l => l.Contains(SignalStandIn.Phone, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_safety_number_of_one_who_approves_freezes_every_plan_and_the_others_are_told()
    {
        await using var bed = await HomeBed.MakeAsync();
        var time = TimeProvider.System;
        var hosts = new Actions.FakeHosts(time);
        var config = bed.Config() with { People = [new Person("Anna", SignalStandIn.Anna, true), new Person("Ben", SignalStandIn.Ben, true)], Hosts = [new HostSettings("nas", null)] };
        HomeGuard? guard = null;
        var daemon = await HomeDaemon.StartAsync(config, c => new HomeParts((guard = new HomeGuard(c.Config, c.Channel, hosts, hosts, time, bed.Log.Enqueue, frozen: c.Frozen)).Skills, [], []), time, bed.Log.Enqueue, Stop, HomeBed.Fast);
        await using var running = daemon;
        using var guarding = guard!;
        await HomeBed.Until(() => bed.Signal.Listeners > 0);
        await bed.Signal.SayAsync(SignalStandIn.Ben, "restart plex");
        await HomeBed.Until(() => guarding.PlanBook.All is [{ Posts.Count: > 0 }]);
        var plan = guarding.PlanBook.All[0];

        await bed.Signal.RawAsync($$$"""{"account":"{{{SignalStandIn.Phone}}}","envelope":{"sourceUuid":"{{{SignalStandIn.Anna}}}","timestamp":1},"exception":{"message":"x","type":"UntrustedIdentityException"}}""");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Recipient == SignalStandIn.Ben && d.Text.StartsWith("⚠️ The safety number of Anna changed", StringComparison.Ordinal)));
        await bed.Signal.SayAsync(SignalStandIn.Ben, $"approve {plan.Code}");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("Nothing is approved at the moment: the safety number of Anna changed.", StringComparison.Ordinal)));
        Assert.Equal(PlanState.Open, plan.State);
        Assert.Empty(hosts.Ran);
        Assert.DoesNotContain(bed.Signal.Sent, d => d.Recipient == SignalStandIn.Anna);

        // What opensre home trust does; the daemon goes on without a restart.
        new Distrust(config.Folder).Remove(SignalStandIn.Anna);
        await bed.Signal.SayAsync(SignalStandIn.Ben, $"approve {plan.Code}");
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.Contains("✅ plex runs and is healthy", StringComparison.Ordinal)));
        Assert.Equal(["docker restart plex"], hosts.Ran);
    }

    [Fact]
    public async Task What_is_no_words_and_what_answers_nothing_is_owed_an_answer_too()
    {
        await using var bed = await HomeBed.MakeAsync();
        await bed.StartAsync(new NotUnderstoodSkill(bed.Config()));
        var at = bed.Signal.Next();
        var data = SignalStandIn.Data(at, null, null, false, null);
        data["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "audio/aac", ["id"] = "x" });
        await bed.Signal.RawAsync(SignalStandIn.Envelope(SignalStandIn.Anna, at, new JsonObject { ["dataMessage"] = data }).ToJsonString());
        foreach (var text in (string[])["yes", "stop", "thank you", "what time is it?"])
        {
            await bed.Signal.SayAsync(SignalStandIn.Anna, text);
        }

        await HomeBed.Until(() => bed.Signal.Sent.Count == 5 && bed.Signal.Requests.Count(r => r.Path.StartsWith("/v1/reactions", StringComparison.Ordinal)) == 5);
        Assert.Equal(["I read words alone, and you sent a voice message. Write it, please.", "Nothing waits for an answer of yours, so nothing was done.", "Nothing of yours is running.", "You are welcome."], bed.Signal.Sent.Take(4).Select(d => d.Text));
        Assert.Matches("^[0-2][0-9]:[0-5][0-9]\\.$", bed.Signal.Sent[4].Text);
    }

    [Fact]
    public async Task Five_wrong_codes_close_the_door()
    {
        await using var bed = await HomeBed.MakeAsync();
        var pairing = new Pairing(bed.Folder, TimeProvider.System);
        var code = pairing.Begin("Cleo", isOperator: false);
        for (var i = 0; i < 5; i++)
        {
            Assert.False(pairing.Take(new ChatMessage("s", "s", i, "ABCDEFGH")));
        }

        Assert.False(pairing.Take(new ChatMessage("s", "s", 9, code)));
        Assert.Empty(PeopleFile.Load(bed.Folder));
    }

    [Fact]
    public async Task A_changed_safety_number_silences_a_person_until_trusted()
    {
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        await bed.StartAsync(echo);
        await bed.Signal.RawAsync($$$"""{"account":"{{{SignalStandIn.Phone}}}","envelope":{"sourceUuid":"{{{SignalStandIn.Anna}}}","timestamp":1},"exception":{"message":"x","type":"UntrustedIdentityException"}}""");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "approve 7KQ4");
        await bed.Signal.SayAsync(SignalStandIn.Ben, "hello");
        await HomeBed.Until(() => echo.Asked.Count == 1);
        Assert.Equal("hello", echo.Asked.Single().Text);
        new Distrust(Path.Combine(bed.Folder, "home")).Remove(SignalStandIn.Anna);
        await bed.Signal.SayAsync(SignalStandIn.Anna, "again me");
        await HomeBed.Until(() => echo.Asked.Count == 2);
    }

    [Fact]
    public async Task The_person_at_the_machine_asks_over_http_with_the_token_and_no_page_can()
    {
        await using var bed = await HomeBed.MakeAsync();
        var daemon = await bed.StartAsync(new SlowSkill(), new EchoSkill());
        using var http = new HttpClient { BaseAddress = new Uri(daemon.Address!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("status")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", HomeToken.Of(Path.Combine(bed.Folder, "home")).Reveal());
        var reply = await PostAsync("status");
        Assert.Equal("echo: status", (string?)JsonNode.Parse(await reply.Content.ReadAsStringAsync(Stop))!["answer"]);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        Assert.Equal("event: answer\ndata: {\"answer\":\"echo: disk\"}\n\nevent: done\ndata: {}\n\n", await (await PostAsync("disk")).Content.ReadAsStringAsync(Stop));
        http.DefaultRequestHeaders.Add("Origin", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("status")).StatusCode);
        http.DefaultRequestHeaders.Remove("Origin");
        http.DefaultRequestHeaders.Host = "rebound.example";
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("status")).StatusCode);
        Assert.Empty(bed.Signal.Sent);

        Task<HttpResponseMessage> PostAsync(string text) => http.PostAsync("/v1/home/messages", new StringContent($$"""{"text":"{{text}}"}""", Encoding.UTF8, "application/json"), Stop);
    }

    [Fact]
    public async Task No_number_name_or_text_of_anybody_is_in_the_log_or_the_metrics()
    {
        await using var bed = await HomeBed.MakeAsync();
        var daemon = await bed.StartAsync(new FailingSkill(), new EchoSkill());
        bed.Signal.Fate = body => ((string?)body["message"])!.Contains("tricky", StringComparison.Ordinal) ? SendMode.BadRequest : null;
        await bed.Signal.SayAsync(SignalStandIn.Anna, "fail later very-private");
        await bed.Signal.SayAsync(SignalStandIn.Anna, "tricky very-private");
        await bed.Signal.SayAsync(SignalStandIn.Stranger, "very-private");
        await HomeBed.Until(() => daemon.Metrics.Strangers.Value == 1);
        await bed.Signal.CloseAsync(1006);
        await HomeBed.Until(() => bed.Signal.Connections > 1 && bed.Log.Any(l => l.Contains("given up", StringComparison.Ordinal)));
        foreach (var text in bed.Log.Append(daemon.Metrics.Text()))
        {
            Assert.DoesNotContain("very-private", text);
            Assert.DoesNotContain("1555010", text);
            Assert.DoesNotContain(SignalStandIn.Anna, text);
            Assert.DoesNotContain(SignalStandIn.Stranger, text);
        }
    }

    [Fact]
    public async Task Plain_gets_are_refused_as_the_real_service_does_and_the_log_says_what_to_change()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var http = new HttpClient();
        var reply = await http.GetAsync(new Uri(bed.Signal.Address, "v1/receive/" + SignalStandIn.Phone), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.StartsWith("Bad Request\n{\"error\":\"websocket:", await reply.Content.ReadAsStringAsync(Stop));
        bed.Signal.IsAlive = false;
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(new Uri(bed.Signal.Address, "v1/health"), Stop)).StatusCode);
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        Assert.NotNull(await api.WhyNotAliveAsync(Stop));
        bed.Signal.IsAlive = true;
        Assert.Null(await api.WhyNotAliveAsync(Stop));
        Assert.Equal(new SignalAbout("json-rpc", "0.99"), await api.AboutAsync(Stop));
    }

    private sealed class FailingSkill : IChatSkill
    {
        public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) => message.Text switch
        {
            ['f', 'a', 'i', 'l', ' ', 'a', ..] => throw new InvalidOperationException(message.Text),
            ['f', 'a', 'i', 'l', ..] => Fail(message.Text),
            _ => null,
        };

        private static async IAsyncEnumerable<string> Fail(string text)
        {
            await Task.Yield();
            yield return "…";
            throw new InvalidOperationException(text);
        }
    }
}
