using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class InvestigatorTests
{
    private static readonly ManualTime Time = new();

    private static Incident SomeIncident => Incidents.From([new Alert { Name = "DiskFull", Summary = "disk full", Labels = new Dictionary<string, string> { ["mountpoint"] = "/srv/data" }, StartsAt = Time.GetUtcNow().AddMinutes(-5) }], Time.GetUtcNow());

    private const string FullDisk = "filesystem mount=/srv/data use_pct=100 avail_kb=0 size_kb=40000 inode_use_pct=2 inodes_free=900 inodes=1000 growth_kb_s=0 type=ext4 dev=/dev/loop0 opts=rw";

    private static async Task<(CaseFile File, List<InvestigationEvent> Events)> Run(IReadOnlyList<IEvidenceTool> tools, SteeringInbox? steering = null, InvestigationBudget? budget = null)
    {
        List<InvestigationEvent> events = [];
        var file = await new Investigator(tools, Time, budget).InvestigateAsync(SomeIncident, "t", events.Add, steering, TestContext.Current.CancellationToken);
        return (file, events);
    }

    [Fact]
    public async Task Events_are_numbered_without_holes_and_end_with_finished()
    {
        var (file, events) = await Run([new FakeTool("host.disk", FullDisk)]);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.IsType<InvestigationStarted>(events[0]);
        Assert.IsType<InvestigationFinished>(events[^1]);
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.Equal(file.Report, string.Concat(events.OfType<MessageDelta>().Select(d => d.Text)).TrimEnd('\n') + "\n", ignoreLineEndingDifferences: true, ignoreWhiteSpaceDifferences: true);
    }

    [Fact]
    public async Task Every_tool_that_starts_finishes_with_a_stored_output()
    {
        var (file, events) = await Run([new FakeTool("host.disk", FullDisk), new FakeTool("host.overview", "host name=h"), new FakeTool("logs.overview", "")]);
        Assert.Equal(events.OfType<ToolStarted>().Select(t => t.CallId).Order(), events.OfType<ToolFinished>().Select(t => t.CallId).Order());
        Assert.All(events.OfType<ToolFinished>(), t => Assert.NotNull(file.Ledger.FindOutput(t.OutputId)));
    }

    [Fact]
    public async Task A_tool_that_throws_is_a_gap_and_not_the_end()
    {
        var (file, events) = await Run([new FakeTool("host.disk", FullDisk), new FakeTool("host.overview", () => throw new InvalidOperationException("broken"))]);
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.Contains(file.Diagnosis.Gaps, g => g.What == "host.overview" && g.Why.Contains("broken", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e is InvestigationFailed);
    }

    [Fact]
    public async Task Cancelling_keeps_the_evidence()
    {
        using var stop = new CancellationTokenSource();
        List<InvestigationEvent> events = [];
        var file = await new Investigator([new FakeTool("host.disk", FullDisk), new FakeTool("host.overview", "host name=h")], Time).InvestigateAsync(
            SomeIncident,
            "t",
            e =>
            {
                events.Add(e);
                if (e is EvidenceFound)
                {
                    stop.Cancel();
                }
            },
            null,
            stop.Token);
        Assert.True(file.Cancelled);
        Assert.NotEmpty(file.Ledger.Evidence);
        Assert.Contains(events, e => e is InvestigationCancelled { EvidenceKept: > 0 });
        Assert.IsType<InvestigationFinished>(events[^1]);
    }

    [Fact]
    public async Task The_budget_is_kept_and_said()
    {
        var (file, events) = await Run([new FakeTool("host.disk", ""), new FakeTool("host.overview", "host name=h"), new FakeTool("logs.overview", ""), new FakeTool("host.files", "")], budget: new InvestigationBudget(1, 4, TimeSpan.FromMinutes(1)));
        Assert.Single(events.OfType<ToolStarted>());
        Assert.Contains(file.Diagnosis!.Gaps, g => g.Why.Contains("budget", StringComparison.Ordinal));
        Assert.NotEmpty(file.Diagnosis.NextQueries);
    }

    [Fact]
    public async Task What_a_person_says_is_looked_at_next()
    {
        var steering = new SteeringInbox();
        steering.Say("please look at the temperature too");
        var (_, events) = await Run([new FakeTool("host.disk", FullDisk), new FakeTool("host.temperature", "zone name=z")], steering);
        Assert.Contains(events, e => e is SteeringReceived);
        Assert.Equal("host.temperature", events.OfType<ToolStarted>().First().Call.Tool);
    }

    [Theory]
    [InlineData("we just deployed, look at api", "host.changes,service.inspect name=api")]
    [InlineData("please check on the service ledger-sync.", "service.inspect name=ledger-sync,service.list")]
    [InlineData("look at it again and check what is there", "")]
    [InlineData("look at the logs", "logs.overview")]
    [InlineData("ignore redis, look at cart", "service.inspect name=cart")]
    public async Task What_is_to_be_looked_at_is_looked_at_though_nobody_has_heard_of_it_yet(string said, string calls)
    {
        var steering = new SteeringInbox();
        steering.Say(said);
        var (_, events) = await Run([new FakeTool("host.disk", FullDisk), new FakeTool("host.changes", ""), new FakeTool("logs.overview", ""), new FakeTool("service.list", ""), new FakeTool("service.inspect", "")], steering);
        Assert.Equal(calls, string.Join(',', events.OfType<PlanMade>().SelectMany(p => p.Steps).Where(s => s.Why == "you asked for it").Select(s => s.Call.ToString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_look_that_was_stopped_for_what_was_said_is_made_later_and_is_no_gap()
    {
        var steering = new SteeringInbox();
        var looks = 0;
        var slow = new WaitingTool("host.overview", async stop =>
        {
            if (Interlocked.Increment(ref looks) == 1)
            {
                steering.Say("look at the temperature");
                await Task.Delay(Timeout.Infinite, stop);
            }

            return "host name=h";
        });
        List<InvestigationEvent> events = [];
        var file = await new Investigator([new FakeTool("host.disk", FullDisk), slow, new FakeTool("host.temperature", "zone name=z")], TimeProvider.System).InvestigateAsync(SomeIncident, "t", events.Add, steering, TestContext.Current.CancellationToken);
        Assert.Contains(events, e => e is ToolFinished { Status: ToolStatus.TimedOut, Note: "It was stopped to make room for what you said." });
        Assert.Equal(2, looks);
        Assert.DoesNotContain(file.Diagnosis!.Gaps, g => g.What == "host.overview");
    }

    [Fact]
    public async Task An_alert_of_another_host_is_shown_as_a_gap()
    {
        var incident = Incidents.From([new Alert { Name = "DiskFull", Labels = new Dictionary<string, string> { ["instance"] = "elsewhere:9100", ["mountpoint"] = "/srv/data" } }], Time.GetUtcNow());
        var file = await new Investigator([new FakeTool("host.disk", FullDisk), new FakeTool("host.overview", "host name=here")], Time).InvestigateAsync(incident, "t", _ => { }, null, TestContext.Current.CancellationToken);
        Assert.Contains(file.Diagnosis!.Gaps, g => g.What.Contains("elsewhere", StringComparison.Ordinal));
    }

    private sealed class WaitingTool(string name, Func<CancellationToken, Task<string>> text) : IEvidenceTool
    {
        public ToolDescription Description { get; } = new(name, "", [], TimeSpan.FromMinutes(10), 1000, 1);

        public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) => new(ToolStatus.Ok, await text(cancellation));
    }

    private sealed class FakeTool(string name, Func<string> text) : IEvidenceTool
    {
        public FakeTool(string name, string text) : this(name, () => text)
        {
        }

        public ToolDescription Description { get; } = new(name, "", [], TimeSpan.FromSeconds(1), 1000, 1);

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) => Task.FromResult(new ToolResult(ToolStatus.Ok, text()));
    }
}
