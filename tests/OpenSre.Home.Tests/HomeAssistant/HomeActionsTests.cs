using OpenSre.Home.Tests.Actions;
using OpenSre.Investigation;

namespace OpenSre.Home.Tests;

/// <summary>Services of Home Assistant as steps of plans, and what is written down about what was asked about.</summary>
public sealed class HomeActionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-acts").FullName;

    private AuditLog Audit => new(Path.Combine(_folder, "audit.jsonl"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_declared_step_of_the_house_is_a_plan_that_shows_the_service_and_is_proved_by_the_state()
    {
        await using var house = await TestHouse.StartAsync();
        var desk = DeskOf(house, HomeActions.Action("switch.pump", "turn_on"));
        var plan = await desk.AskAsync("run step");
        Assert.Contains("switch.turn_on switch.pump", plan.Show(TimeZoneInfo.Utc), StringComparison.Ordinal);
        Assert.Contains("Undo: switch.turn_off switch.pump", plan.Show(TimeZoneInfo.Utc), StringComparison.Ordinal);
        Assert.Equal(ActionRisk.Low, plan.Risk);
        Assert.Empty(house.Home.Calls);
        Assert.Equal($"Plan {plan.Code}: ✅ Pump is on.", await desk.SayAsync($"approve {plan.Code}"));
        Assert.Equal("switch.turn_on", Assert.Single(house.Home.Calls).Service);
        var last = Audit.Newest(1)[0].Trail!;
        Assert.Equal(("finished", "switch.pump off", "switch.pump on"), (last.Stage, last.Before, last.After));
        Assert.Null(Audit.Verify());
    }

    [Fact]
    public async Task What_lets_somebody_in_needs_its_code_and_the_word_and_a_state_that_follows()
    {
        await using var house = await TestHouse.StartAsync(h => h.Stuck.Add("lock.front"));
        var desk = DeskOf(house, HomeActions.Action("lock.front", "unlock"));
        var plan = await desk.AskAsync("run step");
        Assert.Equal(ActionRisk.High, plan.Risk);
        await desk.SayAsync($"approve {plan.Code}");
        Assert.Empty(house.Home.Calls);
        Assert.Contains("❌", await desk.SayAsync($"approve {plan.Code} confirm"), StringComparison.Ordinal);
        Assert.Equal(PlanState.Failed, plan.State);
    }

    [Fact]
    public async Task A_state_that_changed_since_it_was_shown_is_not_acted_on()
    {
        await using var house = await TestHouse.StartAsync();
        var desk = DeskOf(house, HomeActions.Action("switch.pump", "turn_on"));
        var plan = await desk.AskAsync("run step");
        await house.Home.SetAsync("switch.pump", "on");
        await HomeBed.Until(() => house.Actions.State(plan.Actions[0].Action) == "switch.pump on");
        await desk.SayAsync($"approve {plan.Code}");
        Assert.Equal(PlanState.Refused, plan.State);
        Assert.Empty(house.Home.Calls);
    }

    [Theory]
    [InlineData("lock.front", "turn_on", null)]
    [InlineData("lock.front", "turn_off", null)]
    [InlineData("cover.garage", "turn_on", null)]
    [InlineData("light.nowhere", "turn_on", null)]
    [InlineData("light.desk", "explode", null)]
    [InlineData("light.desk", "set_level", null)]
    [InlineData("light.desk", "set_level", "140")]
    [InlineData("light.desk", "set_level", "ten; unlock")]
    [InlineData("light.desk", "turn_on", "5")]
    [InlineData("climate.study", "set_temperature", "90")]
    [InlineData("switch.hidden", "turn_on", null)]
    public async Task What_does_not_fit_what_is_there_becomes_no_call(string entity, string verb, string? value)
    {
        await using var house = await TestHouse.StartAsync(h =>
        {
            h.Add("switch.hidden", "Hidden", "off");
            h.Hidden.Add("switch.hidden");
        });
        var (action, refusal) = ActionCatalogue.Render(HomeActions.Action(entity, verb, value), new ActionSight(null, new ActionOptions(), house.Actions));
        Assert.Null(action);
        Assert.False(string.IsNullOrWhiteSpace(refusal));
    }

    [Fact]
    public async Task An_unlocking_stands_in_the_audit_log_from_the_question_to_the_state()
    {
        await using var house = await TestHouse.StartAsync(null, Audit, null);
        await house.SayAsync("unlock the front door");
        Assert.Equal("Front Door is unlocked.", await house.SayAsync("K7Q1"));
        await house.SayAsync("open the garage door");
        await house.SayAsync("no");
        await house.SayAsync("turn on the desk lamp");
        var log = Audit.Newest(20);
        Assert.Equal(["offered K7Q1", "approved K7Q1", "finished K7Q1", "offered K7Q2", "rejected K7Q2"], log.Select(r => $"{r.Trail!.Stage} {r.Trail.Code}"));
        Assert.Equal(("lock.front locked", "lock.front unlocked", "code"), (log[2].Trail!.Before, log[2].Trail!.After, log[1].Trail!.How));
        Assert.Contains("lock.unlock lock.front", log[1].Command, StringComparison.Ordinal);
        Assert.DoesNotContain(TestHouse.Owner, await File.ReadAllTextAsync(Audit.Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(Audit.Verify());
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var house = await TestHouse.StartAsync(null, new AuditLog(Path.Combine(file, "audit.jsonl")), null);
        Assert.Contains("audit log cannot be written", await house.SayAsync("unlock the front door"), StringComparison.Ordinal);
        await house.SayAsync("K7Q1");
        Assert.Empty(house.Home.Calls);
    }

    [Fact]
    public async Task While_an_identity_is_in_doubt_nothing_that_is_asked_about_is_done()
    {
        string? frozen = null;
        await using var house = await TestHouse.StartAsync(null, Audit, () => frozen);
        await house.SayAsync("unlock the front door");
        frozen = "the safety number of Anna changed";
        Assert.Equal("Nothing was done: the safety number of Anna changed.", await house.SayAsync("K7Q1"));
        Assert.Equal("Nothing was done: the safety number of Anna changed.", await house.SayAsync("open the garage door"));
        Assert.Empty(house.Home.Calls);
        Assert.Equal("Desk Lamp is on.", await house.SayAsync("turn on the desk lamp"));
    }

    private Desk DeskOf(TestHouse house, TypedAction action) => new(
        _folder,
        Desk.Usual with { Runbook = [new RunbookStep("step", HomeActions.Place, [], [], [], TimeSpan.FromMinutes(1), false) { Home = action }] },
        home: house.Actions);
}
