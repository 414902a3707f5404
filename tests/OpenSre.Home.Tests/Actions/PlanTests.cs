using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Home.Tests.Actions;

public sealed class PlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-plans").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_plan_shows_exactly_what_runs_what_it_touches_and_how_to_answer()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("please restart the mosquitto container on storage");
        Assert.Equal(ActionRisk.High, plan.Risk);
        var text = desk.Channel.Messages[^1].Text;
        Assert.Contains("1) docker restart mosquitto", text, StringComparison.Ordinal);
        Assert.Contains("ring-mqtt", text, StringComparison.Ordinal);
        Assert.Contains("mosquitto is protected", text, StringComparison.Ordinal);
        Assert.Contains($"approve {plan.Code} confirm", text, StringComparison.Ordinal);
        Assert.Contains("until 10:30", text, StringComparison.Ordinal);
        await desk.SayAsync($"approve {plan.Code} confirm");
        Assert.Equal(["docker restart mosquitto"], desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_dependency_that_is_down_is_started_first_and_each_step_proves_itself()
    {
        var desk = new Desk(_folder, Desk.Usual with { Protected = [] });
        desk.Hosts.Look = desk.Hosts.Look.With("mosquitto", c => c with { State = "exited", Health = null, RestartPolicy = "no" });
        var plan = await desk.AlarmAsync("ring-mqtt");
        Assert.Equal(["docker start mosquitto", "docker restart ring-mqtt"], plan.AllSteps.Select(s => s.Shown));
        var said = await desk.SayAsync($"approve {plan.Code}");
        Assert.Contains("mosquitto runs and is healthy; ring-mqtt runs and is healthy", said, StringComparison.Ordinal);
        Assert.Equal(PlanState.Fixed, plan.State);
    }

    [Fact]
    public async Task The_first_failure_stops_the_rest_and_what_was_done_is_taken_back()
    {
        var desk = new Desk(_folder, Desk.Usual with { Protected = [] });
        desk.Hosts.Look = desk.Hosts.Look.With("mosquitto", c => c with { State = "exited", Health = null, RestartPolicy = "no" });
        var plan = await desk.AlarmAsync("ring-mqtt");
        desk.Hosts.Instead = r => r.Arguments[0] == "restart" ? FakeHosts.Done(1, "Error response from daemon: Cannot restart container") : null;
        var said = await desk.SayAsync($"approve {plan.Code}");
        Assert.Equal(PlanState.Failed, plan.State);
        Assert.Equal(["docker start mosquitto", "docker restart ring-mqtt", "docker stop mosquitto"], desk.Hosts.Ran);
        Assert.Contains("Cannot restart container", said, StringComparison.Ordinal);
        Assert.Contains("docker stop mosquitto took it back", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_troubles_the_one_that_resolved_itself_is_left_alone()
    {
        var desk = new Desk(_folder, Desk.Usual with { Protected = [] });
        desk.Hosts.Look = desk.Hosts.Look.With("plex", c => c with { Health = "unhealthy" }).With("mosquitto", c => c with { Health = "unhealthy" });
        for (var look = 0; look < 3; look++)
        {
            desk.Engine.Observe(desk.Hosts.Look with { At = desk.Time.GetUtcNow() });
            desk.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var code = desk.Maker.Offer([.. desk.Engine.Book.Alarms.Values.Where(a => a.IsOpen).Select(NoticeDesk.Summary)], null, [Desk.Chat])!;
        Assert.Equal(2, desk.Plans.Find(code)!.Actions.Count);
        desk.Time.Advance(TimeSpan.FromSeconds(5));
        desk.Hosts.Look = desk.Hosts.Look.With("plex", c => c with { Health = "healthy" });
        Assert.Contains("plex resolved itself and was left alone; mosquitto runs and is healthy", await desk.SayAsync($"approve {code}"), StringComparison.Ordinal);
        Assert.Equal(["docker restart mosquitto"], desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_command_that_succeeds_and_helps_nothing_is_called_not_fixed()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AlarmAsync();
        desk.Hosts.Instead = _ => FakeHosts.Done();
        var said = await desk.SayAsync($"approve {plan.Code}");
        Assert.Contains("Not fixed", said, StringComparison.Ordinal);
        Assert.Equal(PlanState.NotFixed, plan.State);
        Assert.Single(desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_start_that_does_not_prove_itself_is_taken_back()
    {
        var desk = new Desk(_folder);
        desk.Hosts.Look = desk.Hosts.Look.With("plex", c => c with { State = "exited", Health = null });
        var plan = await desk.AskAsync("start plex");
        desk.Hosts.Instead = r =>
        {
            desk.Hosts.Look = desk.Hosts.Look.With("plex", c => c with { State = r.Arguments[0] == "stop" ? "exited" : "restarting" });
            return FakeHosts.Done();
        };
        await desk.SayAsync($"approve {plan.Code}");
        Assert.Equal(["docker start plex", "docker stop plex"], desk.Hosts.Ran);
        Assert.Equal(PlanState.Undone, plan.State);
    }

    [Fact]
    public async Task Freeing_space_is_proven_by_space_and_by_the_alarm_being_over()
    {
        var desk = new Desk(_folder);
        desk.Hosts.Look = desk.Hosts.Look.Disk(97);
        for (var i = 0; i < 6; i++)
        {
            desk.Engine.Observe(desk.Hosts.Look with { At = desk.Time.GetUtcNow() });
            desk.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var alarm = desk.Engine.Book.Alarms.Values.Single(a => a.IsOpen);
        var code = desk.Maker.Offer([NoticeDesk.Summary(alarm)], null, [Desk.Chat])!;
        var said = await desk.SayAsync($"approve {code}");
        Assert.Contains("more are free", said, StringComparison.Ordinal);
        Assert.Equal(PlanState.Fixed, desk.Plans.Find(code)!.State);
        Assert.Contains("docker image prune --force", desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_reboot_is_over_when_the_host_is_back_and_makes_no_alert_meanwhile()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("reboot nas");
        desk.Hosts.Instead = _ => new CommandResult(CommandStatus.Exited, 255, "", "Connection to nas closed", 0);
        var looks = 0;
        desk.Hosts.OnRead = () =>
        {
            if (desk.Hosts.Ran.Count > 0)
            {
                desk.Hosts.Look = looks++ < 6 ? Looks.Down("nas", desk.Time.GetUtcNow()) : Looks.Well("nas", desk.Time.GetUtcNow()) with { Uptime = TimeSpan.FromSeconds(15) };
                desk.Engine.Observe(desk.Hosts.Look with { At = desk.Time.GetUtcNow() });
            }
        };
        Assert.Contains("nas is back", await desk.SayAsync($"approve {plan.Code} confirm"), StringComparison.Ordinal);
        Assert.DoesNotContain(desk.Engine.Book.Alarms.Values, a => a.IsOpen);
    }

    [Fact]
    public async Task A_reboot_waits_for_backups_and_arrays()
    {
        var desk = new Desk(_folder);
        desk.Hosts.Look = desk.Hosts.Look with { TopProcesses = [new ProcessReading(1, "restic", 90, 1)] };
        Assert.Equal("Not now: restic runs.", desk.Maker.Make("nas", [new TypedAction("host.reboot", "nas", "")], "", [], [Desk.Chat]).Refusal);
        desk.Hosts.Look = Looks.Well("nas", default) with { DegradedArrays = ["md0 [U_]"] };
        Assert.Contains("array", desk.Maker.Make("nas", [new TypedAction("host.reboot", "nas", "")], "", [], [Desk.Chat]).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_that_works_of_several_is_dear()
    {
        var look = Looks.Well("nas", default);
        ContainerReading Replica(string name, string state) => Looks.Container(name) with { Project = "web", Service = "app", State = state };
        look = look with { Containers = [Replica("web-app-1", "running"), Replica("web-app-2", "exited"), Replica("web-app-3", "exited")] };
        Assert.Equal(ActionRisk.High, BlastRadius.Of(new TypedAction("container.restart", "nas", "web-app-1"), new ActionSight(look, Desk.Usual)).Risk);
        look = look with { Containers = [.. look.Containers.Select(c => c with { State = "running" })] };
        Assert.Equal(ActionRisk.Low, BlastRadius.Of(new TypedAction("container.restart", "nas", "web-app-1"), new ActionSight(look, Desk.Usual)).Risk);
    }

    [Fact]
    public void Databases_and_the_bot_itself_are_never_stopped()
    {
        var look = Looks.Well("nas", default) with { Containers = [Looks.Container("immich_postgres"), Looks.Container("signal-cli-rest-api")] };
        foreach (var name in new[] { "immich_postgres", "signal-cli-rest-api" })
        {
            Assert.Contains("protected", ActionCatalogue.Render(new TypedAction("container.stop", "nas", name), new ActionSight(look, Desk.Usual)).Refusal, StringComparison.Ordinal);
            Assert.Equal(ActionRisk.High, BlastRadius.Of(new TypedAction("container.restart", "nas", name), new ActionSight(look, Desk.Usual)).Risk);
        }
    }

    [Theory]
    [InlineData("turn on the light")]
    [InlineData("stop the music")]
    [InlineData("start the vacuum")]
    [InlineData("restart")]
    [InlineData("free")]
    [InlineData("run")]
    [InlineData("what runs on nas?")]
    [InlineData("stop the script")]
    public void What_names_nothing_here_is_left_to_others(string text)
    {
        var desk = new Desk(_folder);
        Assert.Null(desk.Requests.TryAnswer(desk.Message(text)));
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_said_not_to_be_there()
    {
        var desk = new Desk(_folder);
        await foreach (var text in desk.Requests.TryAnswer(desk.Message("restart the equipment container"))!)
        {
            Assert.Equal("There is no container equipment.", text);
        }
    }

    [Theory]
    [InlineData("restart ring mqtt", "docker restart ring-mqtt")]
    [InlineData("Stop Plex please", "docker stop plex")]
    [InlineData("restart service nginx on nas", "systemctl restart -- nginx.service")]
    [InlineData("free up space on nas", "docker image prune --force")]
    [InlineData("prune images", "docker image prune --force")]
    [InlineData("vacuum journal on storage", "journalctl --vacuum-size=500M")]
    [InlineData("rotate /var/log/app/a.log", "test '!' -L /var/log/app/a.log")]
    [InlineData("renew certificate nas.example.org", "certbot renew --cert-name nas.example.org --non-interactive --no-random-sleep-on-renew")]
    [InlineData("run rebalance", "zpool scrub tank")]
    public async Task What_is_asked_for_becomes_commands(string text, string command)
    {
        var desk = new Desk(_folder);
        Assert.Equal(command, (await desk.AskAsync(text)).AllSteps.First().Shown);
    }

    [Theory]
    [InlineData(PlanState.Approved)]
    [InlineData(PlanState.Running)]
    public async Task A_crash_repeats_nothing_and_says_what_is_known(PlanState at)
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        if (at == PlanState.Approved)
        {
            desk.Hosts.OnRead = () => throw new Killed();
        }
        else
        {
            desk.Hosts.Instead = _ => throw new Killed();
        }

        // What is on disk at that moment is what the next start finds.
        var copy = Path.Combine(_folder, "after");
        Directory.CreateDirectory(copy);
        var answer = desk.Skill.TryAnswer(desk.Message($"approve {plan.Code}"));
        Assert.NotNull(answer);
        if (at == PlanState.Approved)
        {
            File.Copy(Path.Combine(_folder, "plans.json"), Path.Combine(copy, "plans.json"));
        }

        await desk.Skill.Running;
        if (at == PlanState.Running)
        {
            var text = (await File.ReadAllTextAsync(Path.Combine(_folder, "plans.json"), TestContext.Current.CancellationToken)).Replace("\"Interrupted\"", "\"Running\"", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(copy, "plans.json"), text, TestContext.Current.CancellationToken);
        }

        var hosts = new FakeHosts(desk.Time);
        var again = new Desk(copy, time: desk.Time, hosts: hosts, channel: desk.Channel);
        await again.Posts.StartAsync(CancellationToken.None);
        Assert.Empty(hosts.Ran);
        var said = desk.Channel.Messages[^1].Text;
        Assert.Contains(at == PlanState.Approved ? "nothing was run" : "may or may not have run", said, StringComparison.Ordinal);
        Assert.Equal(at == PlanState.Approved ? PlanState.Cancelled : PlanState.Interrupted, again.Plans.Find(plan.Code)!.State);

        // And a second start says nothing more; the old code is good for nothing.
        var count = desk.Channel.Messages.Count;
        await new Desk(copy, time: desk.Time, hosts: hosts, channel: desk.Channel).Posts.StartAsync(CancellationToken.None);
        Assert.Equal(count, desk.Channel.Messages.Count);
        await again.SayAsync($"approve {plan.Code}");
        Assert.Empty(hosts.Ran);
    }

    [Fact]
    public async Task Plans_on_one_host_run_one_after_the_other()
    {
        var desk = new Desk(_folder);
        var first = await desk.AskAsync("restart plex");
        var second = await desk.AskAsync("restart ring-mqtt");
        var running = 0;
        var most = 0;
        desk.Hosts.Instead = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.Sleep(50);
            Interlocked.Decrement(ref running);
            return null;
        };
        desk.Skill.TryAnswer(desk.Message($"approve {first.Code}"));
        var one = desk.Skill.Running;
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        desk.Skill.TryAnswer(desk.Message($"approve {second.Code}"));
        await Task.WhenAll(one, desk.Skill.Running);
        Assert.Equal(2, desk.Hosts.Ran.Count);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Home_Assistant_acts_through_the_same_workflow()
    {
        var home = new FakeHome();
        var desk = new Desk(_folder, home: home);
        var action = new TypedAction("ha.act", "home", "lock.front", new Dictionary<string, string> { ["verb"] = "unlock" });
        var (plan, refusal) = desk.Maker.Make("home", [action], "asked for", [], [Desk.Chat]);
        Assert.True(plan is not null, refusal);
        await desk.Posts.ShowAsync(plan, Desk.Chat, CancellationToken.None);
        desk.Time.Advance(TimeSpan.FromSeconds(2));
        await desk.SayAsync($"approve {plan.Code}");
        Assert.Empty(home.Done);
        Assert.Contains("front door is unlocked", await desk.SayAsync($"approve {plan.Code} confirm"), StringComparison.Ordinal);
        Assert.Equal(["lock.unlock lock.front"], home.Done);
    }

    [Fact]
    public async Task A_step_really_runs_as_it_is_shown()
    {
        // A real program on this machine, through the runner that everything else uses.
        var file = Path.Combine(_folder, "made here; $(id)");
        var options = Desk.Usual with { Runbook = [new RunbookStep("touch", "nas", ["touch", file], ["test", "-e", file], ["rm", "--", file], TimeSpan.FromSeconds(20), false)] };
        var desk = new Desk(_folder, options);
        var runner = new PlanRunner(desk.Plans, options, desk.Hosts, new Local(), desk.Time);
        var skill = new ApprovalSkill(desk.Plans, runner, desk.Hosts.Latest, _ => true, "bot", desk.Time);
        var plan = await desk.AskAsync("run touch");
        Assert.NotNull(skill.TryAnswer(desk.Message($"approve {plan.Code}")));
        await skill.Running;
        Assert.Equal(PlanState.Fixed, plan.State);
        Assert.True(File.Exists(file));
    }

    private sealed class Local : IHostRunners
    {
        public ICommandRunner For(string host) => new LocalCommandRunner();
    }

    private sealed class Killed : Exception;

    private sealed class FakeHome : IHomeActions
    {
        public List<string> Done { get; } = [];

        public HomeActionOffer Describe(TypedAction action) => new(["lock.unlock", action.Thing], ["lock.lock", action.Thing], ActionRisk.High, null);

        public Task<HomeActionOutcome> ActAsync(TypedAction action, CancellationToken cancellation)
        {
            Done.Add($"lock.unlock {action.Thing}");
            return Task.FromResult(new HomeActionOutcome(true, "front door is unlocked"));
        }

        public Task<HomeActionOutcome> UndoAsync(TypedAction action, CancellationToken cancellation) => Task.FromResult(new HomeActionOutcome(true, "locked again"));

        public string State(TypedAction action) => $"{action.Thing} {(Done.Count == 0 ? "locked" : "unlocked")}";
    }
}
