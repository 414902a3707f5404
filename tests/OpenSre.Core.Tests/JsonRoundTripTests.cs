using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;

namespace OpenSre.Tests.Core;

public sealed class JsonRoundTripTests
{
    private static readonly DateTimeOffset Time = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private static readonly Entity Disk = new(EntityKind.Filesystem, "/var", "h1");
    private static readonly Dictionary<string, string> Map = new() { ["path"] = "/var" };
    private static readonly ToolCall Call = new("host.disk", Map);
    private static readonly Alert SomeAlert = new() { Name = "DiskFull", Summary = "é", Severity = Severity.Critical, Labels = Map, StartsAt = Time, Links = [new("runbook", "https://r")], Fingerprint = "f" };
    private static readonly Evidence SomeEvidence = new() { Id = "e1", Check = "c", Tool = "host.disk", Arguments = Map, OutputId = "o1", Entity = Disk, Family = "disk", Interval = TimeWindow.At(Time), Currency = Currency.Now, Strength = 0.5, Claim = "full", Quote = "100%", Bearings = [new("disk.space_exhausted", Disk, 4), new("healthy", Disk, -4, true)] };
    private static readonly Hypothesis SomeHypothesis = new(HypothesisKind.Fault, "disk.space_exhausted", Disk, "full", 0.9, 4.2, ["e1"], []);
    private static readonly Diagnosis SomeDiagnosis = new() { Verdict = Verdict.RootCause, Summary = "s", Ranked = [SomeHypothesis], Chain = [new("a", ["e1"])], Contradictions = [new("c", ["e1"])], AlsoNoticed = [new("n", ["e1"])], Gaps = [new("g", "why")], NextQueries = [new(Call, "why", 0.2)], Remedies = [new("t", "df -h")] };
    private static readonly ApprovalRequest Request = new("a1", "restart", Map, "systemctl restart x", "why", "x", "hash", Time, Time);
    private static readonly ApprovalDecision Decision = new("a1", ApprovalOutcome.Approved, "me", "hash", Time);

    private static readonly InvestigationEvent[] Events =
    [
        new InvestigationStarted("t", "built-in engine"),
        new AlertExtracted(new Incident("i", [SomeAlert], new TimeWindow(Time, Time.AddHours(1))), "u"),
        new PlanMade([new(Call, "why")]),
        new ToolStarted("t1", Call, "why"),
        new ToolOutput("t1", "text"),
        new ToolFinished("t1", "o1", ToolStatus.Ok, "", 4, TimeSpan.FromSeconds(1)) { ExitCode = 2 },
        new EvidenceFound(SomeEvidence),
        new HypothesisChanged([SomeHypothesis]),
        new MessageDelta("d"),
        new ModelNotice("m", "it is busy"),
        new ModelThought("m", "hm"),
        new ModelSpent("m", new ModelCost(2, 1000, 400, 50, 0.01m)),
        new ModelReviewed(new ModelReview("m", null, [], [new ModelObjection("no", ["e1"], true)], new ModelCost(1, 2, 3, 4, null), "")),
        new ApprovalRequested(Request),
        new ApprovalResolved(Decision),
        new SteeringReceived("look at x", "planned"),
        new DiagnosisMade(SomeDiagnosis),
        new ReportWritten("# r"),
        new InvestigationCancelled(3),
        new InvestigationFailed("s"),
        new InvestigationFinished(1, 2, TimeSpan.FromSeconds(3)),
    ];

    [Fact]
    public void Every_kind_of_event_is_in_the_list_and_round_trips()
    {
        var declared = typeof(InvestigationEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>().Select(a => a.DerivedType).ToHashSet();
        var existing = typeof(InvestigationEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(InvestigationEvent))).ToHashSet();
        Assert.Equal(existing, declared);
        Assert.Equal(existing, Events.Select(e => e.GetType()).ToHashSet());

        foreach (var (number, e) in Events.Index())
        {
            RoundTrips(e with { Seq = number + 1, At = Time, InvestigationId = "i" }, CoreJson.Default.InvestigationEvent);
        }
    }

    [Fact]
    public void Every_other_type_that_leaves_the_process_round_trips()
    {
        RoundTrips(SomeAlert, CoreJson.Default.Alert);
        RoundTrips(SomeEvidence, CoreJson.Default.Evidence);
        RoundTrips(SomeDiagnosis, CoreJson.Default.Diagnosis);
        RoundTrips(new StoredOutput("o1", "t", Map, ToolStatus.Refused, "x", "n", Time, TimeSpan.FromMilliseconds(3)), CoreJson.Default.StoredOutput);
        RoundTrips(new SessionOpened("s", "/work", "1") { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new SessionNamed("the outage") { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new SessionInput("disk full") { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new SessionNote("namespace", "shop", "you") { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new SessionCase("i", ["e1", "e3"]) { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new SessionJudgement("i", "wrong", "it was the cache") { At = Time }, CoreJson.Default.SessionRecord);
        RoundTrips(new CommandRequest("op", "sh", ["-s"], "in", TimeSpan.FromSeconds(1), 10), CoreJson.Default.CommandRequest);
        RoundTrips(new CommandResult(CommandStatus.Exited, 1, "o", "e", 0), CoreJson.Default.CommandResult);
        RoundTrips(Request, CoreJson.Default.ApprovalRequest);
        RoundTrips(Decision, CoreJson.Default.ApprovalDecision);
    }

    [Fact]
    public void Fields_of_a_newer_version_are_ignored_and_the_type_may_stand_anywhere()
    {
        var e = JsonSerializer.Deserialize("""{"v":1,"seq":7,"novelty":{"a":1},"text":"hi","type":"message.delta"}""", CoreJson.Default.InvestigationEvent);
        Assert.Equal("hi", Assert.IsType<MessageDelta>(e).Text);
    }

    private static void RoundTrips<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.Serialize(value, type);
        Assert.DoesNotContain('\n', json);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, type)!, type));
    }
}
