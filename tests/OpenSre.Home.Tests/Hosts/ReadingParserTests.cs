namespace OpenSre.Home.Tests.Hosts;

public class ReadingParserTests
{
    private static readonly HostSettings Sagan = new("sagan", "sagan", [new BackupSettings("nightly", "/srv/backup", TimeSpan.FromHours(26)), new BackupSettings("photos", "/srv/none", TimeSpan.FromHours(26)), new BackupSettings("new", "/srv/later", TimeSpan.FromHours(26))], [], [], [], [], []);

    [Fact]
    public void Everything_a_host_says_is_in_the_reading()
    {
        var r = Parse(Printed.All(Printed.Server));
        Assert.Null(r.Problem);
        Assert.Equal("sagan", r.HostName);
        Assert.Equal("Ubuntu 24.04.1 LTS, kernel 6.8.0-45-generic", r.System);
        Assert.Equal(440000.12, r.Uptime!.Value.TotalSeconds, 3);
        Assert.Equal(4, r.Processors);
        Assert.Equal([0.41, 0.38, 0.30], r.Load);
        Assert.Equal((16000000L * 1024, 8000000L * 1024, 2000000L * 1024, 1500000L * 1024), (r.MemoryTotal, r.MemoryAvailable, r.SwapTotal, r.SwapFree));
        Assert.Equal(2.5, r.Pressure["cpu"]);
        Assert.Equal((20.0, 20.0), (r.CpuPercent, r.IoWaitPercent));
        Assert.Equal(["coretemp/Package id 0/52/100", "coretemp/Core 0/55/100", "nvme/Composite/41.85/84.85"], r.Temperatures.Select(t => FormattableString.Invariant($"{t.Chip}/{t.Label}/{t.Celsius}/{t.Critical}")));
        Assert.Equal(["192.168.1.5", "fd00::5"], r.Addresses);
        Assert.Equal(["smbd.service", "srv-media.mount"], r.FailedUnits);
        Assert.Equal(["md0 is degraded [U_], rebuilding 12.6%", "pool cold is DEGRADED"], r.DegradedArrays);
        Assert.True(r.RebootRequired);
        Assert.Equal(["plex media (x)", "java"], r.TopProcesses.Select(p => p.Name));
        var net = Assert.Single(r.Networks);
        Assert.Equal(("eth0", 4000.0, 2000.0, 3L), (net.Name, net.ReceivedPerSecond, net.SentPerSecond, net.Errors));
        Assert.Equal(["/", "/srv/my media"], r.Filesystems.Select(f => f.MountPoint));
        Assert.Equal((1000L, 900L), (r.Filesystems[0].Inodes, r.Filesystems[0].InodesUsed));
        Assert.Null(r.Filesystems[1].Inodes);
        Assert.Equal("no answer from /mnt/dead nfs", r.Missing["shares"]);
        Assert.Equal(["nightly", "photos"], r.Backups.Select(b => b.Name));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(500), r.Backups[0].Newest);
        Assert.Null(r.Backups[1].Newest);
        Assert.Equal("not looked at", r.Missing["backup new"]);
        Assert.Equal(TimeSpan.Zero, r.ClockAhead);
    }

    [Fact]
    public void Containers_are_read_with_what_they_say_of_themselves()
    {
        var r = Parse(Printed.All(Printed.Server));
        Assert.True(r.HasDocker);
        Assert.Equal(["leaky", "plex", "ring-mqtt"], r.Containers.Select(c => c.Name));
        var (leaky, plex, ring) = (r.Containers[0], r.Containers[1], r.Containers[2]);
        // A stopped container keeps the health it last had, which says nothing now.
        Assert.Equal(("exited", null, 137, true, 4), (leaky.State, leaky.Health, leaky.ExitCode, leaky.OomKilled, leaky.Restarts));
        Assert.Equal((null, "always", null), (plex.Health, plex.RestartPolicy, plex.Project));
        Assert.Equal(("unhealthy", "connection refused 1883", "home", "ring", 3), (ring.Health, ring.HealthOutput?.Trim(), ring.Project, ring.Service, ring.FailingStreak));
        Assert.Equal(["mosquitto", "db"], ring.DependsOn);
    }

    [Fact]
    public void What_is_not_there_is_missing_and_not_zero()
    {
        var r = Parse(Printed.All(("containers", "!1 permission denied while trying to connect to the Docker daemon socket"), ("units", "!System has not been booted with systemd")));
        Assert.Null(r.Problem);
        Assert.Null(r.CpuPercent);
        Assert.Null(r.MemoryTotal);
        Assert.Null(r.MemoryAvailable);
        Assert.Null(r.Uptime);
        Assert.Null(r.FailedUnits);
        Assert.Null(r.DegradedArrays);
        Assert.Null(r.RebootRequired);
        Assert.False(r.HasDocker);
        Assert.Empty(r.Load);
        Assert.Superset(new HashSet<string> { "cpu", "memory", "uptime", "load", "disk", "network", "processes", "temperature" }, r.Missing.Keys.ToHashSet());
        Assert.Contains("docker group", r.Missing["containers"], StringComparison.Ordinal);
        Assert.Contains("not been booted with systemd", r.Missing["services"], StringComparison.Ordinal);
    }

    [Fact]
    public void No_docker_is_no_fault()
    {
        var r = Parse(Printed.All(("containers", "!absent")));
        Assert.Null(r.HasDocker);
        Assert.False(r.Missing.ContainsKey("containers"));
    }

    [Fact]
    public void An_answer_cut_anywhere_gives_only_what_was_whole_and_never_fails()
    {
        var whole = Printed.All(Printed.Server);
        for (var length = "\u001ebegin\n1\n\u001e".Length; length < whole.Length - 5; length += 3)
        {
            var r = Parse(whole[..length]);
            Assert.Contains("broke off", r.Missing["probe"], StringComparison.Ordinal);
            Assert.True(r.MemoryTotal is null or 16000000L * 1024);
            Assert.True(r.Filesystems.Count is 0 or 2);
            Assert.True(r.Containers.Count is 0 or 3);
        }
    }

    [Fact]
    public void Any_line_may_be_nonsense()
    {
        var random = new Random(7);
        var whole = Printed.All(Printed.Server).ToCharArray();
        for (var i = 0; i < 2000; i++)
        {
            var text = (char[])whole.Clone();
            for (var n = 0; n < 8; n++)
            {
                text[random.Next(20, text.Length)] = (char)random.Next(1, 200);
            }

            var r = Parse(new string(text));
            Assert.True(r.CpuPercent is null or (>= 0 and <= 100));
        }
    }

    [Theory]
    [InlineData("1000.5", 0)]
    [InlineData("1060.25", 58.25)]
    [InlineData("900", -99)]
    [InlineData("1000.N", 0)]
    public void A_clock_counts_as_wrong_only_as_far_as_the_time_of_the_look_does_not_explain_it(string said, double ahead) =>
        Assert.Equal(ahead, Parse(Printed.All(("clock", said))).ClockAhead!.Value.TotalSeconds, 3);

    [Fact]
    public void A_mac_is_read_by_its_own_words()
    {
        var r = Parse(Printed.All(
            ("host", "blackest.local\n24.6.0"),
            ("os", "macOS 15.6\nid=macos"),
            ("clock", "1001"),
            ("darwin.up", "{ sec = 401, usec = 5 } Sat Nov 21 10:00:00 2026\n{ 1.52 1.61 1.70 }\n8"),
            ("darwin.memory", "17179869184\ntotal = 2048.00M  used = 1024.00M  free = 1024.00M  (encrypted)\nMach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:                               10000.\nPages active:                            300000.\nPages inactive:                           20000.\nPages speculative:                         1000.\nPages purgeable:                            500."),
            ("containers", "!absent"),
            ("darwin.cpu", "CPU usage: 50.0% user, 10.0% sys, 40.0% idle\nCPU usage: 5.26% user, 4.74% sys, 90.0% idle"),
            ("darwin.processes", "  321  12.5 204800 WindowServer\n  400   1.0  10240 Home Assistant"),
            ("disks", "Filesystem Type 1024-blocks Used Available Capacity Mounted on\n/dev/disk3s1s1 - 239362496 10000000 100000000 10% /\ndevfs - 200 200 0 100% /dev\n/dev/disk3s6 - 239362496 1 100000000 1% /System/Volumes/VM\n/dev/disk3s5 - 239362496 120000000 100000000 55% /System/Volumes/Data\nmap auto_home - 0 0 0 100% /System/Volumes/Data/home")));
        Assert.Equal((8, 10.0, 17179869184L), (r.Processors, Math.Round(r.CpuPercent!.Value, 3), r.MemoryTotal));
        Assert.Equal(31500L * 16384, r.MemoryAvailable);
        Assert.Equal((2048L << 20, 1024L << 20), (r.SwapTotal, r.SwapFree));
        Assert.Equal([1.52, 1.61, 1.70], r.Load);
        Assert.Equal(601, r.Uptime!.Value.TotalSeconds, 0);
        Assert.Equal(["/", "/System/Volumes/Data"], r.Filesystems.Select(f => f.MountPoint));
        Assert.Equal(["WindowServer", "Home Assistant"], r.TopProcesses.Select(p => p.Name));
        Assert.Equal("macOS 15.6, kernel 24.6.0", r.System);
    }

    private static HostReading Parse(string output) =>
        ReadingParser.Parse(Sagan, new ProbeSections(output), DateTimeOffset.FromUnixTimeSeconds(1000), DateTimeOffset.FromUnixTimeSeconds(1002));
}
