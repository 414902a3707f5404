using OpenSre.Core;

namespace OpenSre.Tests.Terminal;

/// <summary>The events of one small investigation, made by hand.</summary>
internal static class SampleRun
{
    public static readonly DateTimeOffset Time = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly Entity Disk = new(EntityKind.Filesystem, "/srv");
    public static readonly Alert Alert = new() { Name = "DiskFull", Summary = "disk full on web-1", Severity = Severity.Critical };
    public static readonly Incident Incident = new("i1", [Alert], new TimeWindow(Time.AddHours(-1), Time));

    public static readonly Evidence Full = new()
    {
        Id = "e1",
        Check = "disk.space",
        Tool = "host.disk",
        Arguments = new Dictionary<string, string>(),
        OutputId = "o1",
        Entity = Disk,
        Family = "disk.space",
        Currency = Currency.Now,
        Claim = "filesystem /srv is 100 % full",
        Quote = "/dev/vdb1 10G 10G 0 100% /srv",
    };

    public static readonly IReadOnlyList<InvestigationEvent> Events =
    [
        new InvestigationStarted("DiskFull on web-1", "built-in engine"),
        new AlertExtracted(Incident, "disk full on web-1, 09:00 to 10:00 UTC"),
        new PlanMade([new(new ToolCall("host.disk"), "is it full?"), new(ToolCall.With("host.du", ("path", "/srv")), "what fills it?")]),
        new ToolStarted("t1", new ToolCall("host.disk"), "is it full?"),
        new ToolFinished("t1", "o1", ToolStatus.Ok, "", 1400, TimeSpan.FromMilliseconds(12)),
        new EvidenceFound(Full),
        new HypothesisChanged([
            new Hypothesis(HypothesisKind.Fault, "disk.space_exhausted", Disk, "", 0.934, 4, ["e1"], []),
            new Hypothesis(HypothesisKind.Unknown, "unknown", Disk, "", 0.05, 0, [], []),
        ]),
        new ToolStarted("t2", ToolCall.With("host.du", ("path", "/srv")), "what fills it?"),
        new ToolFinished("t2", "o2", ToolStatus.Refused, "Permission denied.", 0, TimeSpan.FromMilliseconds(1234)),
        new MessageDelta("**Root cause (93 %):** /srv is "),
        new MessageDelta("full [e1]\n\n- `/dev/vdb1 10G 10G 0 100% /srv`\n"),
        new ReportWritten("**Root cause (93 %):** /srv is full [e1]\n\n- `/dev/vdb1 10G 10G 0 100% /srv`\n"),
        new InvestigationFinished(2, 1, TimeSpan.FromSeconds(2.14)),
    ];
}
