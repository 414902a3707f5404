using OpenSre.Tests;

namespace OpenSre.Home.Tests.Monitors;

public sealed class NoticeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-notices").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    private static NoticeSettings Quiet => new() { Chats = [Watch.Chat], Quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 0)), Zone = Vienna };

    private static HostReading Sick(DateTimeOffset t, params string[] containers) =>
        containers.Aggregate(Looks.Well("nas", t), (look, name) => look.With(name, c => c with { Health = "unhealthy", HealthOutput = "connection refused" }));

    [Fact]
    public async Task Alarms_of_one_host_are_one_message_that_evolves()
    {
        var watch = new Watch();
        await watch.RunAsync(5, t => Looks.Well("nas", t));
        await watch.RunAsync(5, t => Sick(t, "plex", "mosquitto", "ring-mqtt"));
        var message = Assert.Single(watch.Channel.Messages);
        Assert.Contains("nas · 3 alerts", message.Text, StringComparison.Ordinal);
        await watch.RunAsync(5, t => Sick(t, "plex", "mosquitto", "ring-mqtt").Disk(90));
        Assert.Single(watch.Channel.Messages);
        Assert.Contains("4 alerts", watch.Channel.Now(message), StringComparison.Ordinal);
        await watch.RunAsync(8, t => Sick(t, "plex").Disk(90));
        Assert.Single(watch.Channel.Messages);
        Assert.Contains("2 alerts", watch.Channel.Now(message), StringComparison.Ordinal);
        await watch.RunAsync(12, t => Looks.Well("nas", t));
        Assert.Equal(2, watch.Channel.Messages.Count);
    }

    [Fact]
    public async Task It_is_investigated_before_it_is_sent()
    {
        var watch = new Watch(investigator: new Detective("mosquitto exited 7 min ago"));
        await watch.RunAsync(5, t => Sick(t, "ring-mqtt"));
        Assert.Contains("Likely: mosquitto exited 7 min ago", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
        var code = watch.Book.Alarms.Values.First(a => a.IsOpen).Code;
        Assert.Contains("port 1883 refused", await watch.SayAsync($"why {code}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_investigation_that_hangs_does_not_hold_the_message_up()
    {
        var watch = new Watch(new NoticeSettings { Chats = [Watch.Chat], Investigation = TimeSpan.FromMilliseconds(150) }, investigator: new Hanging());
        await watch.RunAsync(4, t => Sick(t, "ring-mqtt"));
        Assert.DoesNotContain("Likely", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
        Assert.Contains("took longer than", await watch.SayAsync($"why {watch.Book.Alarms.Values.First(a => a.IsOpen).Code}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_night_only_what_is_critical_is_said_and_the_rest_in_the_morning()
    {
        // 23:00 in Vienna.
        var watch = new Watch(Quiet, time: new ManualTime(new DateTimeOffset(2026, 1, 12, 22, 0, 0, TimeSpan.Zero)));
        await watch.RunAsync(60, t => Sick(t, "plex"));
        Assert.Empty(watch.Channel.Messages);
        await watch.RunAsync(10, t => Sick(t, "plex") with { DegradedArrays = ["md0 [U_]"] });
        Assert.Contains("array not whole", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
        await watch.RunAsync(7 * 60, t => Sick(t, "plex") with { DegradedArrays = ["md0 [U_]"] });
        var digest = watch.Channel.Messages.Single(m => m.Text.StartsWith("Digest", StringComparison.Ordinal));
        Assert.Contains("plex is unhealthy", digest.Text, StringComparison.Ordinal);
        Assert.Equal(new TimeOnly(7, 0), TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(digest.At, Vienna).TimeOfDay));
    }

    [Theory]
    [InlineData("2026-03-28T23:30:00+00:00")] // the night the clock jumps forward
    [InlineData("2026-10-24T23:30:00+00:00")] // the night it goes back
    public async Task Quiet_hours_end_at_seven_where_people_live_also_when_the_clock_changes(string start)
    {
        var watch = new Watch(Quiet, time: new ManualTime(DateTimeOffset.Parse(start, null)));
        await watch.RunAsync(9 * 60, t => Sick(t, "plex"));
        var digest = Assert.Single(watch.Channel.Messages);
        Assert.Equal(new TimeOnly(7, 0), TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(digest.At, Vienna).TimeOfDay));
    }

    [Fact]
    public void The_next_time_of_day_is_right_across_both_changes_of_the_clock()
    {
        var spring = new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), LocalClock.Next(new TimeOnly(2, 30), spring, Vienna).ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 5, 0, 0, TimeSpan.Zero), LocalClock.Next(new TimeOnly(7, 0), spring, Vienna).ToUniversalTime());
        var autumn = new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), LocalClock.Next(new TimeOnly(2, 30), autumn, Vienna).ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 6, 0, 0, TimeSpan.Zero), LocalClock.Next(new TimeOnly(7, 0), autumn, Vienna).ToUniversalTime());
    }

    [Fact]
    public async Task A_storm_of_five_hundred_is_a_handful_of_messages_and_loses_none()
    {
        var watch = new Watch();
        var hosts = Enumerable.Range(0, 50).Select(i => $"host{i}").ToList();
        await watch.RunAsync(3, [.. hosts.Select(h => (Func<DateTimeOffset, HostReading>)(t => Looks.Well(h, t)))]);
        HostReading Storm(string host, DateTimeOffset t) => Looks.Well(host, t) with { Containers = [.. Enumerable.Range(0, 10).Select(i => Looks.Container($"c{i}") with { Health = "unhealthy" })] };
        await watch.RunAsync(45, [.. hosts.Select(h => (Func<DateTimeOffset, HostReading>)(t => Storm(h, t)))]);
        Assert.Equal(500, watch.Book.Alarms.Values.Count(a => a.IsOpen));
        Assert.InRange(watch.Channel.Messages.Count, 2, 24);
        Assert.All(watch.Book.Alarms.Values.Where(a => a.IsOpen), a => Assert.True(a.Told));
        Assert.All(watch.Channel.Messages, m => Assert.True(System.Text.Encoding.UTF8.GetByteCount(m.Text) < 2000));
    }

    [Fact]
    public async Task Seen_by_a_reaction_a_reply_or_its_code_it_is_not_repeated()
    {
        foreach (var how in new[] { "reaction", "reply", "code", "nothing" })
        {
            var watch = new Watch();
            await watch.RunAsync(5, t => Sick(t, "plex"));
            var message = watch.Channel.Messages[0];
            var code = watch.Book.Alarms.Values.First(a => a.IsOpen).Code;
            _ = how switch
            {
                "reaction" => await watch.ReactAsync("👀", message.Timestamp),
                "reply" => await watch.SayAsync("ack", new ChatQuote(message.Timestamp, "bot", message.Text)),
                "code" => await watch.SayAsync($"ack {code.ToLowerInvariant()}"),
                _ => null,
            };
            await watch.RunAsync(9 * 60, t => Sick(t, "plex"));

            // Unseen, it says so again after four hours.
            Assert.Equal(how == "nothing" ? 2 : 1, watch.Channel.Messages.Count);
            await watch.RunAsync(10, t => Looks.Well("nas", t));
            Assert.StartsWith("✅", watch.Channel.Messages[^1].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Muted_hosts_are_silent_until_the_silence_ends_by_itself()
    {
        var watch = new Watch();
        Assert.Contains("until", await watch.SayAsync("mute nas 2h new disks"), StringComparison.Ordinal);
        await watch.RunAsync(110, t => Sick(t, "plex"));
        Assert.Empty(watch.Channel.Messages);
        Assert.Contains("new disks", await watch.SayAsync("mutes"), StringComparison.Ordinal);
        await watch.RunAsync(15, t => Sick(t, "plex"));
        Assert.Single(watch.Channel.Messages);
        Assert.Contains("For how long", await watch.SayAsync("mute nas"), StringComparison.Ordinal);
        Assert.Equal("Only operators may do that.", await watch.SayAsync("mute nas 2h", sender: "stranger"));
    }

    [Fact]
    public async Task A_trouble_that_came_and_went_while_muted_has_no_recovery_message()
    {
        var watch = new Watch();
        await watch.SayAsync("mute nas 2h");
        await watch.RunAsync(30, t => Sick(t, "plex"));
        await watch.RunAsync(120, t => Looks.Well("nas", t));
        Assert.Empty(watch.Channel.Messages);
    }

    [Fact]
    public async Task What_is_critical_and_unanswered_goes_the_second_way_once()
    {
        var second = new Second();
        var watch = new Watch(second: second);
        await watch.RunAsync(120, t => Looks.Down("nas", t));
        Assert.Contains("does not answer", Assert.Single(second.Told), StringComparison.Ordinal);

        var seen = new Second();
        watch = new Watch(second: seen);
        await watch.RunAsync(5, t => Looks.Down("nas", t));
        await watch.ReactAsync("👀", watch.Channel.Messages[0].Timestamp);
        await watch.RunAsync(60, t => Looks.Down("nas", t));
        Assert.Empty(seen.Told);
    }

    [Fact]
    public async Task What_does_not_get_through_goes_the_second_way_and_is_delivered_later_once()
    {
        var second = new Second();
        var watch = new Watch(second: second);
        watch.Channel.Down = true;
        await watch.RunAsync(6, t => Looks.Down("nas", t));
        Assert.Single(second.Told);
        watch.Channel.Down = false;
        await watch.RunAsync(6, t => Looks.Down("nas", t));
        Assert.Single(watch.Channel.Messages);
    }

    [Fact]
    public async Task A_restart_at_any_tick_loses_nothing_and_says_nothing_twice()
    {
        // What one run without a restart says is what every run with one must say.
        var whole = await Story(-1);
        Assert.Equal(3, whole.Count);
        for (var minute = 0; minute < 34; minute++)
        {
            Assert.Equal(whole, await Story(minute));
        }
    }

    private static async Task<List<string>> Story(int restartAt)
    {
        var folder = Directory.CreateTempSubdirectory("home-restart").FullName;
        try
        {
            var watch = new Watch(folder: folder);
            for (var minute = 0; minute < 34; minute++)
            {
                if (minute == restartAt)
                {
                    watch = new Watch(folder: folder, time: watch.Time, channel: watch.Channel);
                }

                await watch.RunAsync(1, t => minute is >= 3 and < 10 ? Sick(t, "plex") : minute >= 20 ? Looks.Well("nas", t).Disk(91) : Looks.Well("nas", t));
            }

            return [.. watch.Channel.Messages.Select(m => m.Text.Split('\n')[0])];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Killed_between_sending_and_noting_that_it_sends_nothing_twice()
    {
        var watch = new Watch(folder: _folder);
        watch.Channel.DieAfterSending = true;
        await Assert.ThrowsAsync<IOException>(() => watch.RunAsync(5, t => Sick(t, "plex")));
        watch.Channel.DieAfterSending = false;
        watch = new Watch(folder: _folder, time: watch.Time, channel: watch.Channel);
        await watch.RunAsync(10, t => Sick(t, "plex"));
        var message = Assert.Single(watch.Channel.Messages);

        // And it knows which message it was, so that reactions on it count.
        await watch.ReactAsync("👀", message.Timestamp);
        Assert.All(watch.Book.Alarms.Values.Where(a => a.IsOpen), a => Assert.NotNull(a.AckedBy));
    }

    [Fact]
    public async Task It_says_when_it_was_not_watching()
    {
        var watch = new Watch(folder: _folder);
        await watch.RunAsync(20, t => Looks.Well("nas", t));
        watch.Time.Advance(TimeSpan.FromHours(3));
        watch = new Watch(folder: _folder, time: watch.Time, channel: watch.Channel);
        await watch.RunAsync(20, t => Looks.Well("nas", t));
        Assert.Contains("I was not watching", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_from_a_container_is_harmless_in_a_message()
    {
        var watch = new Watch();
        await watch.RunAsync(5, t => Looks.Well("nas", t).With("plex", c => c with { Health = "unhealthy", HealthOutput = "\u001b[31mapprove 7KQ4\u202e\u200b https://evil.example/x password=hunter2secret" }));
        var text = Assert.Single(watch.Channel.Messages).Text;
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain('\u200b', text);
        Assert.DoesNotContain("https://evil", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2secret", text, StringComparison.Ordinal);
    }

    private sealed class Detective(string cause) : IAlertInvestigator
    {
        public Task<AlarmExplanation?> ExplainAsync(AlarmSubject subject, CancellationToken cancellation) => Task.FromResult<AlarmExplanation?>(new AlarmExplanation(cause, 0.9, ["port 1883 refused"]));
    }

    private sealed class Hanging : IAlertInvestigator
    {
        public async Task<AlarmExplanation?> ExplainAsync(AlarmSubject subject, CancellationToken cancellation)
        {
            // It does not even listen to the cancellation.
            await Task.Delay(TimeSpan.FromMinutes(5), CancellationToken.None);
            return null;
        }
    }

    private sealed class Second : ISecondChannel
    {
        public List<string> Told { get; } = [];

        public Task<bool> TellAsync(string text, CancellationToken cancellation)
        {
            Told.Add(text);
            return Task.FromResult(true);
        }
    }
}
