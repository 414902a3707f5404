using OpenSre.Core;
using OpenSre.Home.Tests.Hosts;
using OpenSre.Tests;

namespace OpenSre.Home.Tests.Quick;

/// <summary>Answers in words, out of readings.</summary>
public class QuickSkillTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1002);

    private static readonly HostSettings[] Hosts =
    [
        new("sagan", "sagan", [new BackupSettings("nightly", "/srv/backup", TimeSpan.FromHours(26)), new BackupSettings("photos", "/srv/none", TimeSpan.FromHours(26))], [], [], [], [], ["nas"]),
        new("atom", null),
    ];

    private readonly ManualTime _time = new(Now);
    private readonly Dictionary<string, Func<Task<string>>> _hosts = new()
    {
        ["sagan"] = () => Task.FromResult(Printed.All(Printed.Server)),
        ["atom"] = () => Task.FromResult(Printed.All(("memory", "MemTotal: 1000000 kB\nMemAvailable: 250000 kB"), ("containers", "!absent"))),
    };

    [Theory]
    [InlineData("cpu on sagan", "sagan: CPU 20% of 4 cores, 20% waiting for disks, load 0.41")]
    [InlineData("cpu temp of sagan", "sagan: CPU 52 °C")]
    [InlineData("cpu temp of sagan in fahrenheit", "sagan: CPU 126 °F")]
    [InlineData("temperature of the disks on the nas", "sagan: disk 42 °C")]
    [InlineData("memory on sagan", "sagan: memory 7.6 GiB used of 15.3 GiB (50%), swap 25% of 1.9 GiB")]
    [InlineData("free memory on sagan in gb", "sagan: memory 8.2 GB free of 16.4 GB (50%)")]
    [InlineData("memory in percent on atom", "atom: memory 75% used")]
    [InlineData("space left on /srv/my on sagan", "sagan: / 49.8 MiB free of 97.7 MiB (54%)")]
    [InlineData("disk on sagan", "sagan:\n  / 46% used, 49.8 MiB free of 97.7 MiB, 90% of its file entries used\n  /srv/my media 96% used, 39.1 MiB free of 977 MiB\n  no answer from /mnt/dead nfs")]
    [InlineData("what containers are unhealthy on sagan?", "sagan: 1 unhealthy container\n  ring-mqtt Up 3 days (unhealthy), restarted 2 times, 3 failed checks: “connection refused 1883”")]
    [InlineData("stopped containers", "sagan: 1 stopped container\n  leaky Exited (137) 2 hours ago, killed for lack of memory, restarted 4 times\natom: no Docker there")]
    [InlineData("is plex running", "sagan: container plex Up 3 days")]
    [InlineData("is smbd running on sagan", "sagan: service smbd failed (failed)")]
    [InlineData("uptime of sagan", "sagan: up 5 d 2 h")]
    [InlineData("ip of sagan", "sagan: 192.168.1.5, fd00::5")]
    [InlineData("failed services on sagan", "sagan: 2 failed units: smbd, srv-media.mount")]
    [InlineData("network on sagan", "sagan: eth0 ↓ 3.9 KiB/s ↑ 2 KiB/s (since boot ↓ 2.9 KiB ↑ 1.5 KiB, 3 errors)")]
    [InlineData("backups on sagan", "sagan:\n  nightly: last 8 min ago, 2 MiB\n  photos: nothing in /srv/none")]
    [InlineData("top 1 process on sagan", "sagan:\n  plex media (x) CPU 55%, 1 MiB (pid 10)")]
    [InlineData("raid on sagan", "sagan: md0 is degraded [U_], rebuilding 12.6%, pool cold is DEGRADED; whole: md1 (raid1) [UU], pool tank")]
    [InlineData("swap on sagan in mb", "sagan: swap 512 MB used of 2048 MB (25%)")]
    [InlineData("ipv4 of sagan", "sagan: 192.168.1.5")]
    [InlineData("uptime of sagan in hours", "sagan: up 122 hours")]
    [InlineData("network on sagan in kbit/s", "sagan: eth0 ↓ 32 kbit/s ↑ 16 kbit/s (since boot ↓ 2.9 KiB ↑ 1.5 KiB, 3 errors)")]
    [InlineData("top 1 process on sagan in mb", "sagan:\n  plex media (x) CPU 55%, 1 MB (pid 10)")]
    [InlineData("load on sagan", "sagan: load 0.41, 0.38, 0.3 (1, 5, 15 min) on 4 cores")]
    [InlineData("cpu and uptime of atom", "atom:\n  CPU n/a (not to be read there)\n  uptime n/a (not to be read there)")]
    [InlineData("status of atom", "atom: ok · CPU n/a · memory 75% of 977 MiB · disk n/a")]
    [InlineData("which hosts do you know", "I look after sagan, atom (this machine).")]
    [InlineData("cpu of voyager", "You ask for the CPU use of voyager, but I know no host of that name. I know: sagan, atom.")]
    public async Task Says(string sentence, string answer) => Assert.Equal(answer, (await AskAsync(await WarmAsync(), sentence))[^1]);

    [Fact]
    public async Task A_status_begins_with_what_is_wrong()
    {
        var said = (await AskAsync(await WarmAsync(), "status"))[^1].Split('\n');
        Assert.StartsWith("sagan: ⚠ /srv/my media 96% full, unhealthy: ring-mqtt, not running: leaky, failed: smbd, srv-media.mount, md0 is degraded [U_], rebuilding 12.6%, pool cold is DEGRADED, reboot needed · CPU 20% · memory 50% of 15.3 GiB", said[0], StringComparison.Ordinal);
        Assert.StartsWith("atom: ok", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_reading_is_answered_from_at_once_and_an_old_one_with_its_age_and_then_anew()
    {
        var skill = await WarmAsync();
        Assert.Single(await AskAsync(skill, "load of sagan"));
        _time.Advance(TimeSpan.FromMinutes(3));
        var looks = 0;
        _hosts["sagan"] = () =>
        {
            looks++;
            return Task.FromResult(Printed.All(("up", "1 1\n9 8 7 1/1 1\n4"), ("containers", "!absent")));
        };
        Assert.Equal(["sagan: load 0.41, 0.38, 0.3 (1, 5, 15 min) on 4 cores (as of 3 min ago)", "sagan: load 9, 8, 7 (1, 5, 15 min) on 4 cores"], await AskAsync(skill, "load of sagan"));
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task A_host_that_is_slow_does_not_hold_up_the_others()
    {
        var go = new TaskCompletionSource<string>();
        _hosts["sagan"] = () => go.Task;
        var answers = new List<string>();
        await foreach (var text in Skill(Reader()).TryAnswer(Message("memory"))!)
        {
            answers.Add(text);
            go.TrySetResult(Printed.All(Printed.Server));
        }

        Assert.Equal("sagan: looking…\natom: memory 732 MiB used of 977 MiB (75%)", answers[0]);
        Assert.Equal(2, answers.Count);
        Assert.StartsWith("sagan: memory 7.6 GiB", answers[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_says_so_and_when_it_last_did()
    {
        var skill = await WarmAsync();
        _time.Advance(TimeSpan.FromMinutes(20));
        _hosts["sagan"] = () => throw new InvalidOperationException("sagan: connection refused; nobody listens");
        Assert.Equal("sagan: connection refused; nobody listens; it last answered 20 min ago", (await AskAsync(skill, "cpu of sagan"))[^1]);
    }

    [Fact]
    public async Task A_host_alone_goes_on_with_the_last_question_of_the_same_person()
    {
        var skill = await WarmAsync();
        await AskAsync(skill, "memory on sagan");
        Assert.Equal("atom: memory 732 MiB used of 977 MiB (75%)", (await AskAsync(skill, "and atom?"))[^1]);
        Assert.Contains("What would you like to know", (await AskAsync(skill, "and atom?", sender: "another"))[^1], StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Contains("What would you like to know", (await AskAsync(skill, "and atom?"))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_each_asks_several_things_and_one_that_is_not_for_here_makes_all_of_it_one_for_others()
    {
        var skill = await WarmAsync();
        Assert.Equal("sagan: up 5 d 2 h\natom: memory 732 MiB used of 977 MiB (75%)", (await AskAsync(skill, "uptime of sagan\nmemory of atom"))[^1]);
        Assert.Null(skill.TryAnswer(Message("uptime of sagan\nreboot atom")));
    }

    [Fact]
    public async Task Below_an_answer_that_is_quoted_its_host_is_meant()
    {
        var skill = await WarmAsync();
        await AskAsync(skill, "uptime of atom");
        var message = Message("and load?") with { Quote = new ChatQuote(5, "self", "sagan: up 5 d 2 h") };
        await foreach (var text in skill.TryAnswer(message)!)
        {
            Assert.Equal("sagan: load 0.41, 0.38, 0.3 (1, 5, 15 min) on 4 cores", text);
        }
    }

    [Fact]
    public async Task Arrays_are_answered_at_once_and_what_disks_say_of_themselves_when_it_is_there()
    {
        var go = new TaskCompletionSource<string>();
        await using var reader = new HostReader(Hosts[..1], new RunnerTable(new Dictionary<string, ICommandRunner>
        {
            ["sagan"] = new AnsweringRunner(async (request, _) => new CommandResult(CommandStatus.Exited, 0, request.Operation == "home.slow" ? await go.Task : Printed.All(Printed.Server), "", 0)),
        }), TimeSpan.FromSeconds(8), _time);
        await reader.ReadAsync("sagan", TestContext.Current.CancellationToken);
        var skill = new QuickSkill(reader, Hosts[..1], TimeSpan.FromSeconds(20), _time);
        Assert.Single(await AskAsync(skill, "zfs on sagan"));
        List<string> said = [];
        await foreach (var text in skill.TryAnswer(Message("smart on sagan"))!)
        {
            said.Add(text);
            go.TrySetResult(Printed.All(("updates", "0"), ("smart", "/dev/sda 0")));
        }

        Assert.EndsWith("; SMART: looking…", said[0], StringComparison.Ordinal);
        Assert.EndsWith("; SMART: disks pass", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Orders_and_reactions_are_not_for_it()
    {
        var skill = Skill(Reader());
        Assert.Null(skill.TryAnswer(Message("restart plex")));
        Assert.Null(skill.TryAnswer(Message("") with { Reaction = new ChatReaction("👍", 1, "me", false) }));
    }

    [Fact]
    public async Task What_a_host_prints_cannot_reach_a_terminal_as_more_than_text()
    {
        _hosts["sagan"] = () => Task.FromResult(Printed.All(
            ("containers", "engine docker\nstatus a\tUp \u001b[31m3 days\ninspect a\t\"/x\\u001b]0;t\\u0007\"\t\"i\"\trunning\t0\tfalse\t-\t-\t0\tno\t\"\"\t\"\"\t\"\"\t\"unhealthy\"\t1\t\"\\u202eevil\\u001b[2J\""),
            ("units", "a\u001b[1m.service failed failed")));
        foreach (var sentence in (string[])["unhealthy containers on sagan", "services on sagan", "status of sagan"])
        {
            foreach (var text in await AskAsync(Skill(Reader()), sentence))
            {
                Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
                Assert.DoesNotContain('\u202e', text);
            }
        }
    }

    private async Task<QuickSkill> WarmAsync()
    {
        var reader = Reader();
        foreach (var host in Hosts)
        {
            await reader.ReadAsync(host.Name, TestContext.Current.CancellationToken);
        }

        return Skill(reader);
    }

    private QuickSkill Skill(HostReader reader) => new(reader, Hosts, TimeSpan.FromSeconds(20), _time);

    private HostReader Reader() => new(Hosts, new RunnerTable(Hosts.ToDictionary(h => h.Name, h => (ICommandRunner)new AnsweringRunner(async (_, _) =>
    {
        try
        {
            return new CommandResult(CommandStatus.Exited, 0, await _hosts[h.Name](), "", 0);
        }
        catch (InvalidOperationException e)
        {
            return new CommandResult(CommandStatus.Exited, 255, "", e.Message, 0);
        }
    }))), TimeSpan.FromSeconds(8), _time);

    private static async Task<List<string>> AskAsync(QuickSkill skill, string sentence, string sender = "somebody")
    {
        List<string> answers = [];
        await foreach (var text in skill.TryAnswer(Message(sentence) with { Sender = sender })!)
        {
            answers.Add(text);
        }

        return answers;
    }

    private static ChatMessage Message(string text) => new("chat", "somebody", 1, text);
}
