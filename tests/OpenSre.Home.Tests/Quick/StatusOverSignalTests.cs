using OpenSre.Sources;
using OpenSre.Tests;
using OpenSre.Tests.Ssh;

namespace OpenSre.Home.Tests.Quick;

/// <summary>"status" as a phone has it: over Signal's stand-in, from readings of real hosts over ssh. bench/home-quick measures the same way.</summary>
public sealed class StatusOverSignalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_fresh_is_answered_in_one_message_and_what_is_old_is_shown_with_its_age_and_looked_at_anew()
    {
        using var servers = new SshServers();
        servers.Need();
        servers.Start("sagan");
        servers.Start("kepler");
        await using var bed = await HomeBed.MakeAsync();
        var backup = Directory.CreateDirectory(Path.Combine(bed.Folder, "backup")).FullName;
        await File.WriteAllTextAsync(Path.Combine(backup, "dump.sql"), "12345", Stop);
        HostSettings[] hosts = [new("sagan", "sagan", [new BackupSettings("nightly", backup, TimeSpan.FromDays(1))], [], [], [], [], []), new("kepler", "kepler")];
        using var runners = new HostRunners(hosts, new SshOptions { ConfigFile = servers.Config, ControlFolder = servers.Control, KeepOpen = TimeSpan.FromSeconds(30) });
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(90), time);
        await bed.StartAsync(bed.Config(TimeSpan.FromSeconds(90)) with { Hosts = hosts }, new QuickSkill(reader, hosts, TimeSpan.FromSeconds(20), time));

        // Nothing is known yet, so the hosts are looked at.
        await AskAsync("status");
        await Until(t => IsWhole(t) && Lines(t).Length == 2 && Lines(t)[0].StartsWith("sagan: ", StringComparison.Ordinal) && Lines(t)[1].StartsWith("kepler: ", StringComparison.Ordinal));
        var (sagan, kepler) = (reader.Latest("sagan"), reader.Latest("kepler"));
        Assert.Equal((null, null), (sagan!.Problem, kepler!.Problem));

        // What is fresh is one message, and nobody is looked at.
        var before = bed.Signal.Sent.Count;
        await AskAsync("status");
        await Until(_ => bed.Signal.Sent.Count > before);
        Assert.True(IsWhole(bed.Signal.Sent[before].Text), bed.Signal.Sent[before].Text);
        await AskAsync("backups on sagan");
        await Until(t => t.Contains("5 B", StringComparison.Ordinal));
        Assert.Equal(before + 2, bed.Signal.Sent.Count);
        Assert.Same(sagan, reader.Latest("sagan"));
        Assert.Same(kepler, reader.Latest("kepler"));

        // What is old is shown with its age, in a message that a new look replaces.
        time.Advance(TimeSpan.FromMinutes(3));
        await File.WriteAllTextAsync(Path.Combine(backup, "dump.sql"), "1234567", Stop);
        before = bed.Signal.Sent.Count;
        await AskAsync("status");
        await Until(t => bed.Signal.Sent.Count > before && IsWhole(t));
        Assert.NotSame(sagan, reader.Latest("sagan"));
        Assert.NotSame(kepler, reader.Latest("kepler"));
        var shown = bed.Signal.Sent.Skip(before).ToList();
        Assert.All(shown.SkipLast(1), d => Assert.False(IsWhole(d.Text), d.Text));
        Assert.All(shown.Skip(1), d => Assert.Equal(shown[0].Timestamp, d.Edits));
        await AskAsync("backups on sagan");
        await Until(t => t.Contains("7 B", StringComparison.Ordinal));

        Task AskAsync(string text) => bed.Signal.SayAsync(SignalStandIn.Anna, text);

        Task Until(Func<string, bool> last) => HomeBed.Until(() => bed.Signal.Sent is [.., var newest] && last(newest.Text), 120);
    }

    private static string[] Lines(string text) => text.Split('\n');

    /// <summary>It says of no host that it is old or waited for.</summary>
    private static bool IsWhole(string text) => text.Contains("CPU", StringComparison.Ordinal) && !text.Contains("(as of", StringComparison.Ordinal) && !text.Contains("looking…", StringComparison.Ordinal);
}
