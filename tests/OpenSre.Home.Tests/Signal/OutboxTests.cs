using System.Text.Json;

namespace OpenSre.Home.Tests;

public class OutboxTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_go_out_once_and_in_order_and_a_key_is_known_for_ever()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        long? first;
        await using (var outbox = bed.Outbox(api))
        {
            first = await outbox.SendAsync(SignalStandIn.Anna, "one", "k1", null, null, Stop);
            Assert.Equal(first, await outbox.SendAsync(SignalStandIn.Anna, "one", "k1", null, null, Stop));
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => outbox.SendAsync(SignalStandIn.Anna, $"n{i}", $"n{i}", null, null, Stop)));
        }

        await using (var outbox = bed.Outbox(api))
        {
            Assert.Equal(first, await outbox.SendAsync(SignalStandIn.Anna, "one", "k1", null, null, Stop));
            Assert.True(outbox.IsOurs(first!.Value));
        }

        Assert.Equal(["one", .. Enumerable.Range(0, 50).Select(i => $"n{i}")], bed.Signal.Sent.Select(d => d.Text));
        Assert.Equal(["/v1/accounts", "/v2/send"], bed.Signal.Requests.Select(r => r.Path).Distinct());
    }

    [Fact]
    public async Task What_is_sent_is_what_the_service_expects()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        await using var outbox = bed.Outbox(api);
        await outbox.SendAsync(SignalStandIn.Anna, "hi `a*b` ~x", "k", new ChatQuote(77, SignalStandIn.Anna, "status"), null, Stop);
        var body = bed.Signal.Sent[0].Body;
        Assert.Equal($$"""{"number":"+15550100000","recipients":["{{SignalStandIn.Anna}}"],"message":"hi `a*b` ~x","text_mode":"normal","quote_timestamp":77,"quote_author":"{{SignalStandIn.Anna}}","quote_message":"status"}""", body.ToJsonString(Relaxed));
        await outbox.SendAsync(SignalAddress.Group("Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8="), "x", "g", null, null, Stop);
        Assert.Equal("Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=", (string?)bed.Signal.ToldCli.Last()["params"]!["group-id"]);
        Assert.Null(await outbox.SendAsync("Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=", "to a username", "u", null, null, Stop));
        Assert.DoesNotContain(bed.Signal.ToldCli, t => t["params"]!["username"] is not null);
    }

    [Theory]
    [InlineData(SendMode.HangButSend)]
    [InlineData(SendMode.DropButSend)]
    public async Task A_message_in_doubt_is_settled_by_a_receipt_and_not_sent_twice(SendMode fate)
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromMilliseconds(300));
        bed.Signal.Mode = fate;
        await using var outbox = bed.Outbox(api);
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "the disk is full", "k", null, null, Stop));
        bed.Signal.Mode = SendMode.Array;
        var at = bed.Signal.Sent[0].Timestamp;
        outbox.Receipt(SignalStandIn.Ben, [at]);
        Assert.False(outbox.IsOurs(at));
        outbox.Receipt(SignalStandIn.Anna, [at]);
        Assert.True(outbox.IsOurs(at));
        await Task.Delay(2500, Stop);
        Assert.Equal(["the disk is full"], bed.Signal.Sent.Select(d => d.Text));
    }

    [Fact]
    public async Task Who_reacts_to_a_message_in_doubt_shows_that_it_arrived_where_it_can_be_no_other()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(20));
        bed.Signal.Mode = SendMode.DropButSend;
        await using var outbox = bed.Outbox(api, timing: HomeBed.Fast.Outbox with { Grace = TimeSpan.FromMinutes(5) });
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "plan 1", "k1", null, null, Stop));
        var first = bed.Signal.Sent[0].Timestamp;
        outbox.Answered(SignalStandIn.Ben, first);
        outbox.Answered(SignalStandIn.Anna, first - 60_000);
        Assert.Null(outbox.SentUnder("k1"));
        outbox.Answered(SignalStandIn.Anna, first);
        Assert.Equal(first, outbox.SentUnder("k1"));

        // Of two nobody knows which is meant, and a plan must not be taken for another.
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "plan 2", "k2", null, null, Stop));
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "plan 3", "k3", null, null, Stop));
        outbox.Answered(SignalStandIn.Anna, bed.Signal.Sent[1].Timestamp);
        Assert.Null(outbox.SentUnder("k2"));
        Assert.Null(outbox.SentUnder("k3"));
    }

    [Theory]
    [InlineData(SendMode.Hang)]
    [InlineData(SendMode.DropConnection)]
    [InlineData(SendMode.ServerError)]
    [InlineData(SendMode.HangButSend)]
    public async Task Without_a_receipt_the_person_is_told_and_can_have_it_again(SendMode fate)
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromMilliseconds(300));
        bed.Signal.Mode = fate;
        await using var outbox = bed.Outbox(api, timing: HomeBed.Fast.Outbox with { Grace = TimeSpan.FromMilliseconds(200) });
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "the disk is full", "k", null, null, Stop));
        bed.Signal.Mode = SendMode.Array;
        await HomeBed.Until(() => bed.Signal.Sent.Any(d => d.Text.StartsWith("A message of mine may not have reached you", StringComparison.Ordinal)));
        Assert.Contains("the disk is full", bed.Signal.Sent[^1].Text);
        Assert.Equal(fate == SendMode.HangButSend ? 1 : 0, bed.Signal.Sent.Count(d => d.Text == "the disk is full"));
        Assert.Equal(1, await outbox.AgainAsync(SignalStandIn.Anna, Stop));
        Assert.Equal("the disk is full", bed.Signal.Sent[^1].Text);
        Assert.Equal(0, await outbox.AgainAsync(SignalStandIn.Anna, Stop));
    }

    [Fact]
    public async Task A_dead_daemon_behind_a_living_service_is_noticed_before_sending()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromMilliseconds(300));
        bed.Signal.IsAlive = false;
        await using var outbox = bed.Outbox(api);
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "x", "k", null, null, Stop));
        Assert.DoesNotContain(bed.Signal.Requests, r => r.Path == "/v2/send");
        bed.Signal.IsAlive = true;
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1);
        Assert.Contains(bed.Log, l => l.Contains("what is to be sent waits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_stops_all_sending_and_keeps_its_tokens_over_a_restart()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        bed.Signal.Mode = SendMode.RateLimited;
        await using (var outbox = bed.Outbox(api))
        {
            Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "a", "a", null, null, Stop));
            Assert.Null(await outbox.SendAsync(SignalStandIn.Ben, "b", "b", null, null, Stop));
            Assert.False(await outbox.EditAsync(SignalStandIn.Ben, 1, "c", Stop));
            await Task.Delay(400, Stop);
        }

        Assert.Single(bed.Signal.Requests, r => r.Path == "/v2/send");
        bed.Signal.Mode = SendMode.Array;
        await using (var outbox = bed.Outbox(api))
        {
            Assert.Equal(["tok-123"], outbox.Limit.Present!.Tokens);
            await Task.Delay(200, Stop);
            Assert.Empty(bed.Signal.Sent);
            outbox.Limit.End();
            await HomeBed.Until(() => bed.Signal.Sent.Count == 2);
        }

        Assert.Equal(["a", "b"], bed.Signal.Sent.Select(d => d.Text));
    }

    [Fact]
    public async Task A_failure_inside_a_success_is_tried_again_and_a_refusal_is_not()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        var tries = 0;
        bed.Signal.Fate = body => (string?)body["message"] switch
        {
            "network" when ++tries < 3 => SendMode.ErrorsInside,
            "bad" => SendMode.BadRequest,
            _ => null,
        };
        await using var outbox = bed.Outbox(api);
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "network", "1", null, null, Stop));
        Assert.Null(await outbox.SendAsync(SignalStandIn.Ben, "bad", "2", null, null, Stop));
        Assert.NotNull(await outbox.SendAsync(SignalStandIn.Ben, "good", "3", null, null, Stop));
        await HomeBed.Until(() => bed.Signal.Sent.Count == 2);
        Assert.Equal(["good", "network"], bed.Signal.Sent.Select(d => d.Text));
        Assert.Single(bed.Signal.Requests, r => r.Body.Contains("bad", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_changed_keys_gets_nothing_until_trusted()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        bed.Signal.Fate = body => (string?)body["recipients"]![0] == SignalStandIn.Anna ? SendMode.Untrusted : null;
        await using var outbox = bed.Outbox(api);
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "secret", "1", null, null, Stop));
        Assert.NotNull(await outbox.SendAsync(SignalStandIn.Ben, "other", "2", null, null, Stop));
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "more", "3", null, null, Stop));
        Assert.Single(bed.Signal.Requests, r => r.Path == "/v2/send" && r.Body.Contains(SignalStandIn.Anna, StringComparison.Ordinal));
        bed.Signal.Fate = _ => null;
        new Distrust(Path.Combine(bed.Folder, "home")).Remove(SignalStandIn.Anna);
        await outbox.SendAsync(SignalStandIn.Ben, "wake", "4", null, null, Stop);
        await HomeBed.Until(() => bed.Signal.Sent.Count(d => d.Recipient == SignalStandIn.Anna) == 2);
    }

    [Fact]
    public async Task A_text_that_waits_is_replaced_and_an_edit_names_the_first_text()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        bed.Signal.IsAlive = false;
        await using var outbox = bed.Outbox(api);
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "half", "k", null, null, Stop));
        Assert.Null(await outbox.SendAsync(SignalStandIn.Anna, "whole", "k", null, null, Stop));
        bed.Signal.IsAlive = true;
        await HomeBed.Until(() => bed.Signal.Sent.Count == 1);
        var at = bed.Signal.Sent[0].Timestamp;
        await HomeBed.Until(() => outbox.OriginalOf(at) is not null);
        Assert.True(await outbox.EditAsync(SignalStandIn.Anna, at, "more", Stop));
        Assert.True(await outbox.EditAsync(SignalStandIn.Anna, bed.Signal.Sent[1].Timestamp, "most", Stop));
        Assert.Equal([("whole", (long?)null), ("more", at), ("most", at)], bed.Signal.Sent.Select(d => (d.Text, d.Edits)));
        Assert.Equal(at, outbox.OriginalOf(bed.Signal.Sent[2].Timestamp));
        Assert.False(await outbox.EditAsync(SignalStandIn.Anna, 12345, "not ours", Stop));
    }

    /// <summary>
    /// The journal as a process killed at any moment leaves it: every prefix of it, also in the middle of a line. What
    /// had gone out by then is known from the service. Nothing may be lost without a word, and nothing sent twice.
    /// </summary>
    [Fact]
    public async Task A_journal_cut_anywhere_loses_nothing_and_doubles_nothing()
    {
        await using var bed = await HomeBed.MakeAsync();
        using var api = new SignalApi(bed.Config().Signal!, TimeSpan.FromSeconds(5));
        var path = Path.Combine(bed.Folder, "home", "outbox.jsonl");
        await using (var outbox = bed.Outbox(api))
        {
            for (var i = 0; i < 4; i++)
            {
                await outbox.SendAsync(SignalStandIn.Anna, $"text {i}", $"k{i}", null, null, Stop);
            }
        }

        var whole = await File.ReadAllBytesAsync(path, Stop);
        for (var cut = 0; cut <= whole.Length; cut += 31)
        {
            var kept = whole.AsSpan(0, cut).ToArray();
            var lines = System.Text.Encoding.UTF8.GetString(kept).Split('\n')[..^1];
            var handedOver = lines.Where(l => l.Contains("\"wait\"", StringComparison.Ordinal)).Select(KeyOf).ToList();
            var tried = lines.Where(l => l.Contains("\"try\"", StringComparison.Ordinal)).Select(KeyOf).ToHashSet();
            await using var again = await HomeBed.MakeAsync();
            using var api2 = new SignalApi(again.Config().Signal!, TimeSpan.FromSeconds(5));
            Directory.CreateDirectory(Path.Combine(again.Folder, "home"));
            await File.WriteAllBytesAsync(Path.Combine(again.Folder, "home", "outbox.jsonl"), kept, Stop);
            await using var outbox = again.Outbox(api2, timing: HomeBed.Fast.Outbox with { Grace = TimeSpan.FromMilliseconds(1) });
            var sent = lines.Where(l => l.Contains("\"sent\"", StringComparison.Ordinal)).Select(KeyOf).ToHashSet();
            var open = handedOver.Where(k => !sent.Contains(k)).ToList();
            await HomeBed.Until(() => again.Signal.Sent.Count >= open.Count);
            await Task.Delay(20, Stop);
            var texts = again.Signal.Sent.Select(d => d.Text).ToList();
            Assert.Equal(open.Count, texts.Count);
            // What may have gone out before the kill is named, and not sent as it was; the rest is sent as it was.
            Assert.All(open, k => Assert.Single(texts, t => tried.Contains(k) ? t.Contains($"“text {k[1..]}”", StringComparison.Ordinal) : t == $"text {k[1..]}"));
        }

        static string KeyOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!;
    }
}
