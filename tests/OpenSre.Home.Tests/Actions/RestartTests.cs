namespace OpenSre.Home.Tests.Actions;

/// <summary>The program ends, or the disk takes nothing, at every place of a plan's life: nothing is lost without a word, nothing runs twice.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-plan-restart").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Desk Again(Desk before) => new(_folder, time: before.Time, hosts: before.Hosts, channel: before.Channel);

    [Fact]
    public async Task A_thumb_counts_on_a_plan_whose_message_went_out_as_the_program_was_killed()
    {
        var desk = new Desk(_folder);
        desk.Channel.DieAfterSending = true;
        await Assert.ThrowsAsync<IOException>(() => LastWord.OfAsync(desk.Requests.TryAnswer(desk.Message("restart plex"))));
        desk.Channel.DieAfterSending = false;
        var again = Again(desk);
        again.Skill.Recall = again.Posts.Recall;
        var shown = Assert.Single(again.Channel.Messages);
        again.Time.Advance(TimeSpan.FromSeconds(5));
        await again.SayAsync(again.Message("", reaction: new ChatReaction("👍", shown.Timestamp, "bot", false)));
        Assert.Equal(["docker restart plex"], again.Hosts.Ran);
    }

    [Fact]
    public async Task A_plan_that_was_made_and_not_shown_as_the_program_was_killed_is_shown()
    {
        var desk = new Desk(_folder);
        desk.Channel.DieBeforeSending = true;
        await Assert.ThrowsAsync<IOException>(() => LastWord.OfAsync(desk.Requests.TryAnswer(desk.Message("restart plex"))));
        desk.Channel.DieBeforeSending = false;
        var again = Again(desk);
        await again.Posts.StartAsync(Stop);
        await again.Posts.TickAsync(Stop);
        await again.Posts.TickAsync(Stop);
        Assert.Contains("docker restart plex", Assert.Single(again.Channel.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_expired_while_nothing_ran_does_not_go_on_offering_itself()
    {
        var desk = new Desk(_folder);
        await desk.AskAsync("restart plex");
        desk.Time.Advance(TimeSpan.FromHours(2));
        var again = Again(desk);
        await again.Posts.StartAsync(Stop);
        await again.Posts.TickAsync(Stop);
        Assert.Contains("expired", again.Channel.Now(Assert.Single(again.Channel.Messages)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_a_plan_ended_is_told_after_the_start_if_it_was_not_before()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        Assert.NotNull(desk.Plans.Approve(plan, desk.Message($"approve {plan.Code}"), "code", confirmed: false, isOperator: true, p => p.Hash, desk.Options.Settings).Plan);
        await desk.Runner.RunAsync(plan, _ => { }, Stop);
        Assert.Equal(PlanState.Fixed, plan.State);
        for (var start = 0; start < 3; start++)
        {
            await Again(desk).Posts.StartAsync(Stop);
        }

        Assert.Equal($"Plan {plan.Code}: ✅ plex runs and is healthy.", Assert.Single(desk.Channel.Messages.Skip(1)).Text);
        Assert.Single(desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_plan_called_off_by_a_restart_is_told_also_if_the_next_start_is_killed_before_it_could()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        desk.Plans.Approve(plan, desk.Message($"approve {plan.Code}"), "code", confirmed: false, isOperator: true, p => p.Hash, desk.Options.Settings);
        desk.Channel.DieBeforeSending = true;
        await Assert.ThrowsAsync<IOException>(() => Again(desk).Posts.StartAsync(Stop));
        desk.Channel.DieBeforeSending = false;
        await Again(desk).Posts.StartAsync(Stop);
        Assert.Contains("nothing was run", Assert.Single(desk.Channel.Messages.Skip(1)).Text, StringComparison.Ordinal);
        Assert.Empty(desk.Hosts.Ran);
    }

    [Fact]
    public async Task What_is_approved_as_the_program_starts_is_not_taken_for_something_left_over()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        var again = Again(desk);
        var fresh = again.Plans.Find(plan.Code)!;
        Assert.NotNull(again.Plans.Approve(fresh, again.Message($"approve {plan.Code}"), "code", confirmed: false, isOperator: true, p => p.Hash, again.Options.Settings).Plan);
        await again.Posts.StartAsync(Stop);
        Assert.Equal(PlanState.Approved, fresh.State);
        await again.Runner.RunAsync(fresh, _ => { }, Stop);
        Assert.Equal(PlanState.Fixed, fresh.State);
        Assert.Single(again.Hosts.Ran);
    }

    [Fact]
    public async Task An_approval_that_was_heard_and_not_ruled_about_as_the_program_ended_counts_when_it_is_taken_up_again()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        var log = await File.ReadAllBytesAsync(desk.Audit.Path, Stop);
        File.Delete(desk.Audit.Path);
        Directory.CreateDirectory(desk.Audit.Path);
        var yes = desk.Message($"approve {plan.Code}");
        Assert.Contains("Nothing was run", await desk.SayAsync(yes), StringComparison.Ordinal);
        Directory.Delete(desk.Audit.Path);
        await File.WriteAllBytesAsync(desk.Audit.Path, log, Stop);
        var again = Again(desk);
        Assert.Contains("plex runs and is healthy", await again.SayAsync(yes), StringComparison.Ordinal);
        Assert.Equal("", await again.SayAsync(yes));
        Assert.Equal("", await Again(again).SayAsync(yes));
        Assert.Single(again.Hosts.Ran);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_done()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        Directory.CreateDirectory(Path.Combine(_folder, "plans.json.new"));
        Assert.Contains("Nothing was run", await desk.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        Assert.Empty(desk.Hosts.Ran);
        Assert.Equal(PlanState.Open, plan.State);
        Directory.Delete(Path.Combine(_folder, "plans.json.new"));
        await desk.SayAsync($"approve {plan.Code}");
        Assert.Single(desk.Hosts.Ran);
    }

    [Theory]
    [InlineData("plans.json.new")]
    [InlineData("audit.jsonl")]
    public async Task A_disk_that_takes_nothing_keeps_plans_from_being_offered_and_not_alerts(string blocked)
    {
        var desk = new Desk(_folder);
        desk.Hosts.Look = desk.Hosts.Look.With("plex", c => c with { Health = "unhealthy" });
        Directory.CreateDirectory(Path.Combine(_folder, blocked));
        var time = desk.Time.GetUtcNow();
        Assert.Null(desk.Maker.Offer([new AlarmSummary("nas/container.unhealthy/plex", "nas", "container.unhealthy", "plex", OpenSre.Core.Severity.Warning, "plex is unhealthy", "", time)], null, [Desk.Chat]));
        await desk.Posts.TickAsync(Stop);
    }

    [Fact]
    public async Task Plans_expire_also_while_nothing_can_be_audited()
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        File.Delete(desk.Audit.Path);
        Directory.CreateDirectory(desk.Audit.Path);
        desk.Time.Advance(TimeSpan.FromHours(1));
        await desk.Posts.TickAsync(Stop);
        Assert.Equal(PlanState.Expired, plan.State);
        Assert.Contains("expired", desk.Channel.Now(desk.Channel.Messages[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"plans\":[{}]}")]
    [InlineData("{\"plans\":null}")]
    [InlineData("{\"plans\":[null]}")]
    [InlineData("null")]
    public async Task Of_a_broken_plan_book_nothing_can_be_approved_and_it_is_kept(string content)
    {
        var desk = new Desk(_folder);
        var plan = await desk.AskAsync("restart plex");
        var path = Path.Combine(_folder, "plans.json");
        await File.WriteAllTextAsync(path, content, Stop);
        var again = Again(desk);
        Assert.True(again.Plans.WasLost);
        Assert.Equal(content, await File.ReadAllTextAsync(path + ".unreadable", Stop));
        Assert.Contains("There is no plan", await again.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        await again.SayAsync(again.Message("", reaction: new ChatReaction("👍", desk.Channel.Messages[0].Timestamp, "bot", false)));
        Assert.Empty(again.Hosts.Ran);
        await again.AskAsync("restart plex");
    }
}
