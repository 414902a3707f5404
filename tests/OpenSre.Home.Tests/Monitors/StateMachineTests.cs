using OpenSre.Core;

namespace OpenSre.Home.Tests.Monitors;

public class StateMachineTests
{
    [Fact]
    public async Task A_disk_rings_once_at_its_limit_and_clears_only_behind_it()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        await watch.RunAsync(10, t => Looks.Well("nas", t).Disk(86));
        Assert.Single(watch.Channel.Messages);
        Assert.Contains("[warning] nas · / is 86 % full", watch.Channel.Messages[0].Text, StringComparison.Ordinal);

        // Around the limit: below what fires, above what clears.
        for (var i = 0; i < 20; i++)
        {
            await watch.RunAsync(2, t => Looks.Well("nas", t).Disk(84));
            await watch.RunAsync(2, t => Looks.Well("nas", t).Disk(85.5));
        }

        Assert.Single(watch.Channel.Messages);
        await watch.RunAsync(10, t => Looks.Well("nas", t).Disk(70));
        Assert.Equal(2, watch.Channel.Messages.Count);
        Assert.Contains("✅ nas recovered", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("it lasted", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(watch.Channel.Messages[0].Timestamp, watch.Channel.Messages[1].Quote!.Timestamp);
        Assert.StartsWith("✅", watch.Channel.Now(watch.Channel.Messages[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_last_is_not_told()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        await watch.RunAsync(3, t => Looks.Well("nas", t).Disk(90));
        await watch.RunAsync(20, t => Looks.Well("nas", t));
        Assert.Empty(watch.Channel.Messages);
    }

    [Fact]
    public async Task It_says_again_when_it_becomes_critical()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t).Disk(88));
        await watch.RunAsync(10, t => Looks.Well("nas", t).Disk(97));
        Assert.Equal(2, watch.Channel.Messages.Count);
        Assert.Contains("[critical]", watch.Channel.Messages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_big_disk_at_96_percent_with_much_left_is_no_emergency()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t) with { Filesystems = [new FilesystemReading("/tank", "tank", "zfs", 20_000_000_000_000, 19_200_000_000_000, 800_000_000_000, null, null)] });
        Assert.Contains("[warning]", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_down_is_one_alert_and_hides_its_others()
    {
        var watch = new Watch();
        await watch.RunAsync(70, t => Looks.Well("nas", t));
        await watch.RunAsync(30, t => Looks.Down("nas", t));
        var down = Assert.Single(watch.Channel.Messages);
        Assert.Contains("[critical] nas · does not answer", down.Text, StringComparison.Ordinal);
        await watch.RunAsync(5, t => Looks.Well("nas", t));
        Assert.Equal(2, watch.Channel.Messages.Count);
    }

    [Fact]
    public async Task One_look_of_three_that_fails_is_nothing()
    {
        var watch = new Watch();
        for (var i = 0; i < 20; i++)
        {
            await watch.RunAsync(1, t => Looks.Down("nas", t));
            await watch.RunAsync(2, t => Looks.Well("nas", t));
        }

        Assert.Empty(watch.Channel.Messages);
    }

    [Fact]
    public async Task A_container_that_flaps_makes_few_messages_and_says_that_it_flaps()
    {
        var watch = new Watch();
        await watch.RunAsync(70, t => Looks.Well("nas", t));
        for (var i = 0; i < 40; i++)
        {
            var sick = i % 2 == 0;
            await watch.RunAsync(3, t => Looks.Well("nas", t).With("plex", c => sick ? c with { Health = "unhealthy" } : c));
        }

        Assert.InRange(watch.Channel.Messages.Count, 1, 2);
        Assert.Contains("comes and goes", watch.Channel.Now(watch.Channel.Messages[^1]), StringComparison.Ordinal);

        // It stays quiet until it has been steady for half an hour, and then says that it is over.
        await watch.RunAsync(25, t => Looks.Well("nas", t));
        Assert.DoesNotContain(watch.Channel.Messages, m => m.Text.StartsWith('✅'));
        await watch.RunAsync(15, t => Looks.Well("nas", t));
        Assert.Contains(watch.Channel.Messages, m => m.Text.StartsWith('✅'));
    }

    [Fact]
    public async Task A_state_that_changes_at_every_look_is_told_although_it_never_lasts()
    {
        var watch = new Watch();
        await watch.RunAsync(70, t => Looks.Well("nas", t));
        for (var i = 0; i < 20; i++)
        {
            var sick = i % 2 == 0;
            await watch.RunAsync(1, t => Looks.Well("nas", t).With("plex", c => sick ? c with { Health = "unhealthy" } : c));
        }

        Assert.Single(watch.Channel.Messages);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_missed_only_when_it_was_there_to_stay()
    {
        var watch = new Watch();
        await watch.RunAsync(70, t => Looks.Well("nas", t));
        await watch.RunAsync(2, t => Looks.Well("nas", t) with { Containers = [.. Looks.Well("nas", t).Containers, Looks.Container("job") with { RestartPolicy = "no" }] });
        await watch.RunAsync(8, t => Looks.Well("nas", t) with { Containers = [.. Looks.Well("nas", t).Containers.Where(c => c.Name != "plex")] });
        var missed = Assert.Single(watch.Channel.Messages);
        Assert.Contains("container plex is gone", missed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_stopped_here_is_no_fault_until_it_ran_again()
    {
        var watch = new Watch();
        await watch.RunAsync(5, t => Looks.Well("nas", t));
        watch.Engine.StoppedOnPurpose("nas", "plex");
        await watch.RunAsync(30, t => Looks.Well("nas", t).With("plex", c => c with { State = "exited", Health = null, ExitCode = 0 }));
        Assert.Empty(watch.Channel.Messages);
        await watch.RunAsync(2, t => Looks.Well("nas", t));
        await watch.RunAsync(5, t => Looks.Well("nas", t).With("plex", c => c with { State = "exited", Health = null, ExitCode = 1 }));
        Assert.Contains("plex does not run, it exited with 1", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_neither_a_fault_nor_a_recovery()
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t) with { FailedUnits = ["backup.service"] });
        Assert.Single(watch.Channel.Messages);
        await watch.RunAsync(10, t => Looks.Well("nas", t) with { FailedUnits = null });
        Assert.Single(watch.Channel.Messages);
    }

    [Theory]
    [InlineData("array", "critical")]
    [InlineData("smart", "critical")]
    [InlineData("clock", "warning")]
    [InlineData("backup", "warning")]
    [InlineData("backup-none", "critical")]
    [InlineData("temperature", "warning")]
    [InlineData("memory", "critical")]
    [InlineData("cpu", "critical")]
    [InlineData("oom", "warning")]
    [InlineData("inodes", "warning")]
    [InlineData("pressure", "warning")]
    [InlineData("load", "warning")]
    public async Task Every_kind_of_fault_is_told(string fault, string severity)
    {
        var watch = new Watch();
        await watch.RunAsync(10, t => Looks.Well("nas", t));
        await watch.RunAsync(25, t => fault switch
        {
            "array" => Looks.Well("nas", t) with { DegradedArrays = ["md0 [U_]"] },
            "smart" => Looks.Well("nas", t) with { FailingDisks = ["sdb"] },
            "clock" => Looks.Well("nas", t) with { ClockAhead = TimeSpan.FromSeconds(-9) },
            "backup" => Looks.Well("nas", t) with { Backups = [new BackupReading("photos", "/b", t.AddHours(-30), 5)] },
            "backup-none" => Looks.Well("nas", t) with { Backups = [new BackupReading("photos", "/b", null, null)] },
            "temperature" => Looks.Well("nas", t) with { Temperatures = [new TemperatureReading("coretemp", "Package id 0", 88, 100)] },
            "memory" => Looks.Well("nas", t) with { MemoryAvailable = 300_000_000 },
            "cpu" => Looks.Well("nas", t) with { CpuPercent = 99 },
            "oom" => Looks.Well("nas", t).With("plex", c => c with { OomKilled = true }),
            "inodes" => Looks.Well("nas", t) with { Filesystems = [new FilesystemReading("/", "sda", "ext4", 100, 10, 90, 1000, 900)] },
            "pressure" => Looks.Well("nas", t) with { Pressure = new Dictionary<string, double> { ["memory"] = 14 } },
            _ => Looks.Well("nas", t) with { Load = [9, 9, 9] },
        });
        Assert.StartsWith($"[{severity}] nas", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fills_steadily_is_foretold_hours_before_its_limit()
    {
        var watch = new Watch();
        var start = watch.Now;

        // From 60 % on, 1.5 % an hour: full in 27 hours at the start, in less than a day after two.
        await watch.RunAsync(6 * 60, t => Looks.Well("nas", t).Disk(60 + (1.5 * (t - start).TotalHours)));
        Assert.Contains("will be full in about", Assert.Single(watch.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_writes_for_half_an_hour_foretells_nothing()
    {
        var watch = new Watch();
        var start = watch.Now.AddHours(3);
        await watch.RunAsync(8 * 60, t => Looks.Well("nas", t).Disk(60 + Math.Clamp((t - start).TotalMinutes / 3, 0, 10)));
        Assert.Empty(watch.Channel.Messages);
    }

    [Fact]
    public async Task Surroundings_are_watched_too()
    {
        var watch = new Watch();
        for (var i = 0; i < 4; i++)
        {
            watch.Engine.Observe(new Surroundings(watch.Now) { Certificates = [new CertificateReading("example.org:443", watch.Now.AddDays(10), null)], HomeAssistantProblem = "connection refused", ChannelProblem = "" });
            await watch.RunAsync(1);
        }

        var said = Assert.Single(watch.Channel.Messages);
        Assert.Contains("expires in 10 days", said.Text, StringComparison.Ordinal);
        Assert.Contains("Home Assistant does not answer", watch.Channel.Now(said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_clears_behind_its_limit()
    {
        var limit = new Threshold(85, 95, 10);
        Assert.Equal(Severity.Unknown, limit.Level(84, Severity.Unknown));
        Assert.Equal(Severity.Warning, limit.Level(76, Severity.Warning));
        Assert.Equal(Severity.Critical, limit.Level(86, Severity.Critical));
        Assert.Equal(Severity.Warning, limit.Level(84, Severity.Critical));
        var low = new Threshold(10, 5, 5, Falling: true);
        Assert.Equal(Severity.Warning, low.Level(9, Severity.Unknown));
        Assert.Equal(Severity.Warning, low.Level(14, Severity.Warning));
        Assert.Equal(Severity.Unknown, low.Level(15, Severity.Warning));
    }
}
