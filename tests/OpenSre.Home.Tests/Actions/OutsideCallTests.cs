using OpenSre.Core;

namespace OpenSre.Home.Tests.Actions;

/// <summary>Calls of tools outside that may change something: a model wants them, a person with the code decides.</summary>
public sealed class OutsideCallTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-calls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_made_after_code_and_confirm_exactly_as_it_was_shown_and_its_end_is_kept()
    {
        var desk = new Desk(_folder);
        var approver = desk.Calls.For(desk.Posts, "nas", [Desk.Chat])!;
        var request = Request(desk);
        var asked = approver.AskAsync(request, CancellationToken.None);
        var plan = Assert.Single(desk.Plans.All);
        var shown = Assert.Single(desk.Channel.Messages).Text;
        Assert.Contains("""mcp call good restart '{"service":"db"}'""", shown, StringComparison.Ordinal);
        Assert.Contains("suggested by a model that read untrusted text", shown, StringComparison.Ordinal);
        Assert.Contains("Risk high", shown, StringComparison.Ordinal);

        // Less than the code and "confirm" is nothing; nobody else's word counts.
        desk.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("of high risk", await desk.SayAsync($"approve {plan.Code}"), StringComparison.Ordinal);
        var thumb = new ChatReaction("👍", plan.Posts[Desk.Chat], desk.Channel.Self, false);
        Assert.Contains("of high risk", await desk.SayAsync(desk.Message("", reaction: thumb)), StringComparison.Ordinal);
        Assert.Contains("Only operators", await desk.SayAsync(desk.Message($"approve {plan.Code} confirm", sender: "somebody")), StringComparison.Ordinal);
        Assert.Contains("not shown in this chat", await desk.SayAsync(desk.Message($"approve {plan.Code} confirm", chat: "elsewhere")), StringComparison.Ordinal);
        Assert.False(asked.IsCompleted);

        var answer = desk.SayAsync($"approve {plan.Code} confirm");
        var decision = await asked;
        Assert.Equal((ApprovalOutcome.Approved, request.Id, request.ActionHash), (decision.Outcome, decision.RequestId, decision.ActionHash));
        Assert.Equal(PlanState.Running, plan.State);
        approver.Told(request, new ToolResult(ToolStatus.Ok, "restarted"));
        Assert.Contains("has answered", await answer, StringComparison.Ordinal);
        Assert.Equal(PlanState.Fixed, plan.State);
        Assert.Null(desk.Audit.Verify());
        Assert.Equal(["offered", "approved", "started", "step", "finished"], desk.Audit.Newest(9).Select(r => r.Trail!.Stage));

        // The code is used up.
        Assert.DoesNotContain("…", await desk.SayAsync($"approve {plan.Code} confirm"), StringComparison.Ordinal);
        Assert.Empty(desk.Hosts.Ran);
    }

    [Fact]
    public async Task A_no_an_expiry_a_stop_and_a_restart_end_it_and_nothing_is_called()
    {
        var desk = new Desk(_folder);
        var approver = desk.Calls.For(desk.Posts, "nas", [Desk.Chat])!;
        var rejected = approver.AskAsync(Request(desk), CancellationToken.None);
        Assert.Contains("Nothing was run", await desk.SayAsync($"reject {desk.Plans.All[^1].Code}"), StringComparison.Ordinal);
        Assert.Equal(ApprovalOutcome.Declined, (await rejected).Outcome);

        var expired = approver.AskAsync(Request(desk), CancellationToken.None);
        var late = desk.Plans.All[^1];
        desk.Time.Advance(approver.Wait + TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("…", await desk.SayAsync($"approve {late.Code} confirm"), StringComparison.Ordinal);
        Assert.Equal(ApprovalOutcome.Expired, (await expired).Outcome);

        using var stop = new CancellationTokenSource();
        var stopped = approver.AskAsync(Request(desk), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        Assert.Equal(PlanState.Cancelled, desk.Plans.All[^1].State);
        Assert.Contains("was stopped", await desk.SayAsync($"approve {desk.Plans.All[^1].Code} confirm"), StringComparison.Ordinal);

        var left = approver.AskAsync(Request(desk), CancellationToken.None);
        var code = desk.Plans.All[^1].Code;
        var next = new Desk(_folder, time: desk.Time, channel: desk.Channel);
        await next.Posts.StartAsync(CancellationToken.None);
        Assert.Equal(PlanState.Cancelled, next.Plans.Find(code)!.State);
        Assert.Contains("I was restarted", desk.Channel.Messages[^1].Text, StringComparison.Ordinal);
        Assert.Contains("I was restarted", await next.SayAsync($"approve {code} confirm"), StringComparison.Ordinal);
        Assert.False(left.IsCompleted);
    }

    [Theory]
    [InlineData("see https://example.org/x")]
    [InlineData("with\u202eunseen")]
    [InlineData("password=hunter2222")]
    public async Task What_cannot_be_shown_as_it_is_is_not_asked_about(string text)
    {
        var desk = new Desk(_folder);
        var decision = await desk.Calls.For(desk.Posts, "nas", [Desk.Chat])!.AskAsync(Request(desk, text), CancellationToken.None);
        Assert.Equal(ApprovalOutcome.Declined, decision.Outcome);
        Assert.Contains("cannot be shown", decision.By, StringComparison.Ordinal);
        Assert.Empty(desk.Plans.All);
        Assert.Empty(desk.Channel.Messages);
    }

    [Fact]
    public async Task Nobody_is_asked_all_the_time_or_without_need()
    {
        var desk = new Desk(_folder);
        var approver = desk.Calls.For(desk.Posts, "nas", [Desk.Chat])!;
        Assert.Contains("too long", (await approver.AskAsync(Request(desk, new string('x', 2000)), CancellationToken.None)).By, StringComparison.Ordinal);
        for (var i = 0; i < 6; i++)
        {
            var asked = approver.AskAsync(Request(desk), CancellationToken.None);
            await desk.SayAsync($"reject {desk.Plans.All[^1].Code}");
            await asked;
        }

        Assert.Contains("no more for now", (await approver.AskAsync(Request(desk), CancellationToken.None)).By, StringComparison.Ordinal);
        Assert.Null(desk.Calls.For(desk.Posts, "nas", []));
        Assert.Null(new Desk(_folder, Desk.Usual with { Settings = new ActionSettings(Enabled: false) }).Calls.For(desk.Posts, "nas", [Desk.Chat]));
    }

    [Fact]
    public async Task An_account_in_doubt_freezes_it_like_every_plan()
    {
        var desk = new Desk(_folder);
        var approver = desk.Calls.For(desk.Posts, "nas", [Desk.Chat])!;
        var asked = approver.AskAsync(Request(desk), CancellationToken.None);
        desk.Distrust.Add(Desk.Owner);
        Assert.Contains("Nothing is approved", await desk.SayAsync($"approve {desk.Plans.All[^1].Code} confirm"), StringComparison.Ordinal);
        Assert.False(asked.IsCompleted);
        Assert.Contains("nothing is approved", (await approver.AskAsync(Request(desk), CancellationToken.None)).By, StringComparison.Ordinal);
    }

    private static ApprovalRequest Request(Desk desk, string service = "db")
    {
        var now = desk.Time.GetUtcNow();
        var arguments = $"{{\"service\":\"{service}\"}}";
        return new ApprovalRequest($"mcp-{Guid.NewGuid():N}", "mcp call", new Dictionary<string, string> { ["server"] = "good", ["tool"] = "restart", ["arguments"] = arguments }, $"good: restart {arguments}", "a model wants to", "Not known.", "hash-of-it", now, now + TimeSpan.FromMinutes(10));
    }
}
