namespace OpenSre.Home.Tests.Monitors;

/// <summary>What happens around the watching: several people, edits that fail, a disk that takes nothing, broken files, clocks put back.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-trouble").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static HostReading Sick(DateTimeOffset t, params string[] containers) =>
        containers.Aggregate(Looks.Well("nas", t), (look, name) => look.With(name, c => c with { Health = "unhealthy" }));

    [Fact]
    public async Task Everybody_who_is_to_be_told_is_told_of_the_trouble_and_of_its_end()
    {
        var watch = new Watch(new NoticeSettings { Chats = ["anna", "ben"] });
        await watch.RunAsync(5, t => Sick(t, "plex"));
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        foreach (var chat in new[] { "anna", "ben" })
        {
            var said = watch.Channel.Messages.Where(m => m.Chat == chat).ToList();
            Assert.Equal(2, said.Count);
            Assert.Contains("plex is unhealthy", said[0].Text, StringComparison.Ordinal);
            Assert.StartsWith("✅ nas recovered", said[1].Text, StringComparison.Ordinal);
            Assert.StartsWith("✅", watch.Channel.Now(said[0]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_alert_that_was_to_be_added_by_an_edit_that_fails_gets_a_message_of_its_own()
    {
        var watch = new Watch();
        await watch.RunAsync(5, t => Sick(t, "plex"));
        Assert.Single(watch.Channel.Messages);
        watch.Channel.Down = true;
        await watch.RunAsync(3, t => Sick(t, "plex", "mosquitto"));
        watch.Channel.Down = false;
        await watch.RunAsync(3, t => Sick(t, "plex", "mosquitto"));
        Assert.Equal(2, watch.Channel.Messages.Count);
        Assert.Contains("mosquitto is unhealthy", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("plex", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_alert_is_named_in_a_message_however_many_come_one_after_the_other()
    {
        var watch = new Watch();
        var names = Enumerable.Range(0, 30).Select(i => $"c{i:D2}x").ToList();
        for (var i = 1; i <= names.Count; i++)
        {
            await watch.RunAsync(1, t => Looks.Well("nas", t) with { Containers = [.. names.Select((n, at) => Looks.Container(n) with { Health = at < i ? "unhealthy" : "healthy" })] });
        }

        await watch.RunAsync(20, t => Looks.Well("nas", t) with { Containers = [.. names.Select(n => Looks.Container(n) with { Health = "unhealthy" })] });
        var said = watch.Channel.Messages.Select(watch.Channel.Now).ToList();
        Assert.All(names, n => Assert.Contains(said, s => s.Contains($"container {n} is unhealthy", StringComparison.Ordinal)));
        Assert.InRange(said.Count, 3, 8);
        Assert.All(said, s => Assert.True(System.Text.Encoding.UTF8.GetByteCount(s) < 2000));
    }

    [Fact]
    public async Task What_becomes_critical_a_while_after_is_a_message_of_its_own_and_no_silent_edit()
    {
        var watch = new Watch();
        await watch.RunAsync(8, t => Looks.Well("nas", t) with { DegradedArrays = ["md0 [U_]"] });
        await watch.RunAsync(3, t => Looks.Well("nas", t) with { DegradedArrays = ["md0 [U_]"], FailingDisks = ["sdb"] });
        Assert.Equal(2, watch.Channel.Messages.Count);
        Assert.Contains("sdb", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_between_deciding_and_sending_it_still_tells_the_recovery_once()
    {
        var watch = new Watch(folder: _folder);
        await watch.RunAsync(5, t => Sick(t, "plex"));
        watch.Channel.DieBeforeSending = true;
        await Assert.ThrowsAsync<IOException>(() => watch.RunAsync(5, t => Looks.Well("nas", t)));
        watch.Channel.DieBeforeSending = false;
        watch = new Watch(folder: _folder, time: watch.Time, channel: watch.Channel);
        await watch.RunAsync(5, t => Looks.Well("nas", t));
        Assert.StartsWith("✅ nas recovered", Assert.Single(watch.Channel.Messages.Skip(1)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alarms.json.new")]
    [InlineData("codes.json.new")]
    public async Task A_disk_that_takes_nothing_keeps_no_alert_back(string blocked)
    {
        // A folder where the new file is to be written: no file can be made there.
        Directory.CreateDirectory(Path.Combine(_folder, blocked));
        var watch = new Watch(folder: _folder);
        await watch.RunAsync(5, t => Sick(t, "plex") with { DegradedArrays = ["md0 [U_]"] });
        var text = watch.Channel.Now(Assert.Single(watch.Channel.Messages));
        Assert.Contains("plex is unhealthy", text, StringComparison.Ordinal);
        Assert.Contains("array not whole", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ack \"", text, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_folder, blocked));
        await watch.RunAsync(5, t => Sick(t, "plex") with { DegradedArrays = ["md0 [U_]"] });
        Assert.Equal("", watch.Book.Problem);
        watch = new Watch(folder: _folder, time: watch.Time, channel: watch.Channel);
        await watch.RunAsync(5, t => Sick(t, "plex") with { DegradedArrays = ["md0 [U_]"] });
        Assert.Single(watch.Channel.Messages);
    }

    [Fact]
    public async Task That_nothing_can_be_written_down_is_said()
    {
        var watch = new Watch();
        for (var minute = 0; minute < 5; minute++)
        {
            watch.Engine.Observe(new Surroundings(watch.Now) { StateProblem = "No space left on device" });
            await watch.RunAsync(1);
        }

        Assert.Contains("cannot write down what I know", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("{\"alarms\":null}")]
    [InlineData("{\"alarms\":{\"k\":null}}")]
    [InlineData("{\"notices\":{\"k\":{\"id\":\"k\",\"host\":\"nas\",\"posts\":null}}}")]
    [InlineData("\0\0\0\0\0\0")]
    public async Task A_broken_memory_of_alerts_is_kept_aside_said_and_the_watching_goes_on(string content)
    {
        var watch = new Watch(folder: _folder);
        await watch.RunAsync(5, t => Sick(t, "plex"));
        var path = Path.Combine(_folder, "alarms.json");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        watch = new Watch(folder: _folder, time: watch.Time, channel: watch.Channel);
        Assert.Equal(content, await File.ReadAllTextAsync(path + ".unreadable", TestContext.Current.CancellationToken));

        // The same trouble again, under no name that was given before: what was sent then must not swallow it.
        await watch.RunAsync(20, t => Sick(t, "plex"));
        Assert.Equal(2, watch.Channel.Messages.Count(m => m.Text.Contains("plex is unhealthy", StringComparison.Ordinal)));
        Assert.Contains(watch.Channel.Messages, m => m.Text.Contains("could not be read and begins anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broken_codes_keep_no_alert_back()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "codes.json"), "{\"AB", TestContext.Current.CancellationToken);
        var watch = new Watch(folder: _folder);
        await watch.RunAsync(5, t => Sick(t, "plex"));
        Assert.Contains("plex is unhealthy", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "codes.json.unreadable")));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    [InlineData(24 * 300)]
    public async Task After_a_clock_was_put_back_faults_are_told_as_soon_as_ever(int hours)
    {
        var watch = new Watch();
        await watch.RunAsync(30, t => Sick(t, "plex") with { CpuPercent = 20 });
        watch.Time.Advance(TimeSpan.FromHours(-hours));
        var from = watch.Channel.Messages.Count;
        await watch.RunAsync(20, t => Sick(t, "plex") with { CpuPercent = 99, DegradedArrays = ["md0 [U_]"] });
        var said = watch.Channel.Messages.Skip(from).ToList();
        Assert.Contains(said, m => m.Text.Contains("array not whole", StringComparison.Ordinal));
        Assert.Contains("CPU at", watch.Channel.Now(said[^1]) + watch.Channel.All, StringComparison.Ordinal);
        await watch.RunAsync(30, t => Looks.Well("nas", t));
        Assert.All(watch.Book.Alarms.Values, a => Assert.False(a.IsOpen, a.Key));
    }

    [Fact]
    public async Task What_was_seen_once_before_and_once_after_a_long_gap_was_not_seen_to_last()
    {
        var watch = new Watch();
        await watch.RunAsync(30, t => Looks.Well("nas", t));
        await watch.RunAsync(1, t => Looks.Well("nas", t).Disk(97));
        watch.Time.Advance(TimeSpan.FromHours(8));
        await watch.RunAsync(1, t => Looks.Well("nas", t).Disk(97));
        await watch.RunAsync(30, t => Looks.Well("nas", t).Disk(60));
        Assert.DoesNotContain(watch.Channel.Messages, m => m.Text.Contains("full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Looks_that_failed_yesterday_do_not_make_one_that_fails_today_an_outage()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        await watch.RunAsync(2, t => Looks.Down("nas", t));
        watch.Time.Advance(TimeSpan.FromHours(8));
        await watch.RunAsync(1, t => Looks.Down("nas", t));
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        Assert.DoesNotContain(watch.Channel.Messages, m => m.Text.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_that_ran_out_of_memory_and_was_started_again_at_once_is_told()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t) with { OomKills = 4 });
        await watch.RunAsync(10, t => (Looks.Well("nas", t) with { OomKills = 5 }).With("plex", c => c with { Restarts = 1 }));
        Assert.Contains("container plex was probably killed because it ran out of memory, and was started again", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);

        // A restart alone, and a program outside of all containers, are neither.
        watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t) with { OomKills = 4 });
        await watch.RunAsync(10, t => (Looks.Well("nas", t) with { OomKills = 4 }).With("plex", c => c with { Restarts = 1 }));
        await watch.RunAsync(10, t => (Looks.Well("nas", t) with { OomKills = 5 }).With("plex", c => c with { Restarts = 1 }));
        Assert.Empty(watch.Channel.Messages);
    }

    [Fact]
    public async Task A_full_disk_that_hangs_has_not_recovered()
    {
        FilesystemReading share = new("/share", "nas2:/share", "nfs", 1_000_000_000_000, 990_000_000_000, 10_000_000_000, null, null);
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t) is var look ? look with { Filesystems = [.. look.Filesystems, share] } : look);
        Assert.Contains("/share is 99 % full", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
        await watch.RunAsync(30, t => Looks.Well("nas", t) with { Missing = new Dictionary<string, string> { ["shares"] = "no answer from /share" } });
        Assert.DoesNotContain(watch.Channel.Messages, m => m.Text.StartsWith('✅'));
        Assert.Contains(watch.Book.Alarms.Values, a => a is { Rule: "disk", Thing: "/share", IsOpen: true });
    }
}
