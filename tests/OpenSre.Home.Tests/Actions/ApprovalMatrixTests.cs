namespace OpenSre.Home.Tests.Actions;

/// <summary>Who may approve what, how, where and when. Whatever is not granted runs nothing.</summary>
public sealed class ApprovalMatrixTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-approval").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private long Shown(Desk desk) => desk.Channel.Messages[^1].Timestamp;

    private ChatReaction Thumb(Desk desk, string emoji = "👍", bool removed = false, string author = "bot") => new(emoji, Shown(desk), author, removed);

    private async Task<(Desk Desk, ActionPlan Plan)> Low()
    {
        var desk = new Desk(_folder);
        return (desk, await desk.AskAsync("restart plex"));
    }

    private async Task<(Desk Desk, ActionPlan Plan)> Medium()
    {
        var desk = new Desk(_folder);
        return (desk, await desk.AskAsync("stop plex"));
    }

    private async Task<(Desk Desk, ActionPlan Plan)> High()
    {
        var desk = new Desk(_folder);
        return (desk, await desk.AskAsync("reboot nas"));
    }

    private static void Ran(Desk desk, ActionPlan plan, string command)
    {
        Assert.Equal([command], desk.Hosts.Ran);
        Assert.Equal(PlanState.Fixed, plan.State);
    }

    private static void Nothing(Desk desk, ActionPlan plan)
    {
        Assert.Empty(desk.Hosts.Ran);
        Assert.NotEqual(PlanState.Fixed, plan.State);
    }

    [Fact]
    public async Task C01_the_code_approves()
    {
        var (desk, plan) = await Low();
        Assert.StartsWith($"Plan {plan.Code}: ✅ plex runs and is healthy", await desk.SayAsync($"Approve {plan.Code.ToLowerInvariant()}!"), StringComparison.Ordinal);
        Ran(desk, plan, "docker restart plex");
    }

    [Fact]
    public async Task C02_a_thumb_on_the_very_message_approves()
    {
        var (desk, plan) = await Low();
        await desk.SayAsync(desk.Message("", reaction: Thumb(desk)));
        Ran(desk, plan, "docker restart plex");
    }

    [Fact]
    public async Task C03_a_quoted_yes_approves()
    {
        var (desk, plan) = await Low();
        await desk.SayAsync(desk.Message("yes", quote: new ChatQuote(Shown(desk), "bot", "…")));
        Ran(desk, plan, "docker restart plex");
    }

    [Fact]
    public async Task C04_a_bare_approve_takes_the_only_fresh_plan_of_low_risk()
    {
        var (desk, plan) = await Low();
        await desk.SayAsync("approve");
        Ran(desk, plan, "docker restart plex");
    }

    [Fact]
    public async Task C05_a_bare_approve_with_two_open_plans_asks_which()
    {
        var (desk, plan) = await Low();
        await desk.AskAsync("restart mosquitto");
        Assert.Contains("2 plans are open", await desk.SayAsync("approve"), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C06_a_bare_approve_ten_minutes_later_is_no_answer()
    {
        var (desk, plan) = await Low();
        desk.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Contains("was shown", await desk.SayAsync("approve"), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C07_a_bare_approve_is_not_enough_for_medium_risk()
    {
        var (desk, plan) = await Medium();
        Assert.Contains("medium risk", await desk.SayAsync("approve"), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C08_medium_risk_takes_a_thumb()
    {
        var (desk, plan) = await Medium();
        await desk.SayAsync(desk.Message("", reaction: Thumb(desk, "👍🏽")));
        Ran(desk, plan, "docker stop plex");
    }

    [Fact]
    public async Task C09_high_risk_wants_code_and_confirm()
    {
        var (desk, plan) = await High();
        Assert.Contains("confirm", await desk.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        Nothing(desk, plan);
        await desk.SayAsync($"approve {plan.Code} confirm");
        Ran(desk, plan, "systemctl reboot");
    }

    [Fact]
    public async Task C10_high_risk_takes_no_thumb_and_no_quote()
    {
        var (desk, plan) = await High();
        await desk.SayAsync(desk.Message("", reaction: Thumb(desk)));
        await desk.SayAsync(desk.Message("yes confirm", quote: new ChatQuote(Shown(desk), "bot", "…")));
        Nothing(desk, plan);
        Assert.Equal(PlanState.Open, plan.State);
    }

    [Fact]
    public async Task C11_a_stranger_approves_nothing()
    {
        var (desk, plan) = await Low();
        await desk.SayAsync(desk.Message($"approve {plan.Code}", sender: "stranger"));
        await desk.SayAsync(desk.Message("", sender: "stranger", reaction: Thumb(desk)));
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C12_another_chat_approves_nothing()
    {
        var (desk, plan) = await Low();
        Assert.Contains("not shown in this chat", await desk.SayAsync(desk.Message($"approve {plan.Code}", chat: "group.x")), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C13_an_edited_message_approves_nothing()
    {
        var (desk, plan) = await Low();
        Assert.Contains("edited", await desk.SayAsync(desk.Message($"approve {plan.Code}", isEdit: true)), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C14_a_yes_that_arrives_late_approves_nothing()
    {
        var (desk, plan) = await Low();
        desk.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Contains("ago", await desk.SayAsync(desk.Message($"approve {plan.Code}", age: TimeSpan.FromMinutes(12))), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C15_a_yes_from_before_the_plan_approves_nothing()
    {
        var (desk, plan) = await Low();
        Assert.Contains("before plan", await desk.SayAsync(desk.Message($"approve {plan.Code}", age: TimeSpan.FromMinutes(5))), StringComparison.Ordinal);
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C16_an_expired_plan_is_over()
    {
        var (desk, plan) = await Low();
        desk.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Contains("expired", await desk.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        Nothing(desk, plan);
        Assert.Equal(PlanState.Expired, plan.State);
    }

    [Fact]
    public async Task C17_a_code_is_good_once()
    {
        var (desk, plan) = await Low();
        var message = desk.Message($"approve {plan.Code}");
        await desk.SayAsync(message);
        Assert.Equal("", await desk.SayAsync(message));
        Assert.Contains("✅", await desk.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        Ran(desk, plan, "docker restart plex");
    }

    [Fact]
    public async Task C18_no_is_no_with_its_reason_by_word_and_by_thumb()
    {
        var (desk, plan) = await Low();
        Assert.Contains("rejected: people are watching a film", await desk.SayAsync($"reject {plan.Code} people are watching a film"), StringComparison.Ordinal);
        await desk.SayAsync($"approve {plan.Code}");
        Nothing(desk, plan);
        var second = await desk.AskAsync("restart mosquitto");
        await desk.SayAsync(desk.Message("", reaction: Thumb(desk, "👎")));
        Assert.Equal(PlanState.Rejected, second.State);
    }

    [Fact]
    public async Task C19_a_yes_with_a_but_is_no_yes()
    {
        var (desk, plan) = await Low();
        Assert.Contains("only as it stands", await desk.SayAsync($"approve {plan.Code} but not now before ten"), StringComparison.Ordinal);
        Assert.Null(await desk.SayAsync($"don't approve {plan.Code}"));
        Assert.Null(await desk.SayAsync($"> approve {plan.Code}"));
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C20_a_thumb_on_another_message_or_by_another_author_is_nothing()
    {
        var (desk, plan) = await Low();
        Assert.Null(await desk.SayAsync(desk.Message("", reaction: new ChatReaction("👍", Shown(desk) + 1, "bot", false))));
        Assert.Null(await desk.SayAsync(desk.Message("", reaction: Thumb(desk, author: "friend"))));
        Assert.Null(await desk.SayAsync(desk.Message("yes", quote: new ChatQuote(Shown(desk), "friend", "…"))));
        Nothing(desk, plan);
    }

    [Fact]
    public async Task C21_a_thumb_taken_back_in_time_stops_it()
    {
        var stalled = new TaskCompletionSource();
        var desk = new Desk(_folder, Desk.Usual with { Grace = TimeSpan.FromSeconds(3) });
        var plan = await desk.AskAsync("restart plex");
        desk.Hosts.OnRead = () => stalled.Task.Wait(TimeSpan.FromSeconds(10));
        var answer = desk.Skill.TryAnswer(desk.Message("", reaction: Thumb(desk)));
        Assert.NotNull(answer);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await foreach (var _ in desk.Skill.TryAnswer(desk.Message("", reaction: Thumb(desk, removed: true)))!)
        {
        }

        stalled.SetResult();
        await desk.Skill.Running;
        Nothing(desk, plan);
        Assert.Equal(PlanState.Cancelled, plan.State);
    }

    [Fact]
    public async Task C22_words_to_others_are_left_to_others()
    {
        var (desk, plan) = await Low();
        foreach (var text in new[] { "yes", "ok", "no", "no thanks", "yes please turn on the light", "approval", "status", "cancel the timer" })
        {
            Assert.Null(await desk.SayAsync(text));
        }

        Nothing(desk, plan);
    }
}
