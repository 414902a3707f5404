using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>A finished investigation of a full disk, made by hand.</summary>
internal static class SampleCase
{
    public static readonly DateTimeOffset Time = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly Entity Disk = new(EntityKind.Filesystem, "/srv");
    private static readonly Entity Host = new(EntityKind.Host, "web-1");
    private static readonly Entity Resolver = new(EntityKind.Resolver, "10.0.0.2");

    public static readonly Alert Alert = new()
    {
        Name = "DiskFull",
        Summary = "disk full on web-1",
        Severity = Severity.Critical,
        StartsAt = Time.AddMinutes(-20),
        Labels = new Dictionary<string, string> { ["instance"] = "web-1", ["mountpoint"] = "/srv" },
    };

    public static readonly Incident Incident = new("i1", [Alert], new TimeWindow(Time.AddHours(-1), Time));

    public static EvidenceLedger Ledger()
    {
        var ledger = new EvidenceLedger();
        Store(ledger, "host.disk", [], ToolStatus.Ok, "Filesystem Size Used Avail Use% Mounted on\n/dev/vda1 40G 12G 28G 30% /\n/dev/vdb1 10G 10G 0 100% /srv\n");
        Store(ledger, "host.du", new() { ["path"] = "/srv" }, ToolStatus.Ok, "9.1G\t/srv/logs\n0.4G\t/srv/data\n");
        Store(ledger, "host.changes", [], ToolStatus.Ok, "2026-05-04 09:12:03 upgrade rotator:amd64 1.2 1.3\n");
        Store(ledger, "host.memory", [], ToolStatus.Ok, "MemAvailable: 3900 MB of 8000 MB\n");
        Store(ledger, "docker.containers", [], ToolStatus.Refused, "", "Permission denied on the Docker socket.");
        ledger.Replace(
        [
            Fact("disk.space", "o1", Disk, "disk.space", "filesystem /srv is 100 % full", "/dev/vdb1 10G 10G 0 100% /srv", Currency.Now, null, new Bearing("disk.space_exhausted", Disk, 4)),
            Fact("disk.usage", "o2", Disk, "disk.usage", "/srv/logs holds 9.1 GB of it", "9.1G\t/srv/logs", Currency.Now, null, new Bearing("disk.space_exhausted", Disk, 1)),
            Fact("change.packages", "o3", Host, "change.packages", "rotator was upgraded from 1.2 to 1.3", "upgrade rotator:amd64 1.2 1.3", Currency.Past, TimeWindow.At(Time.AddMinutes(-48)), new Bearing("disk.space_exhausted", Disk, 0.5)),
            Fact("memory.available", "o4", Host, "memory.available", "half of the memory is available", "MemAvailable: 3900 MB of 8000 MB", Currency.Now, TimeWindow.At(Time), new Bearing("memory.exhausted", Host, -3)),
        ]);
        return ledger;
    }

    public static Diagnosis Diagnosis { get; } = new()
    {
        Verdict = Verdict.RootCause,
        Summary = "The filesystem /srv has no space left. Logs fill it.",
        Ranked =
        [
            new(HypothesisKind.Fault, "disk.space_exhausted", Disk, "The filesystem /srv has no space left", 0.93, 4.1, ["e1", "e2", "e3"], []),
            new(HypothesisKind.Fault, "memory.exhausted", Host, "web-1 has no memory left", 0.04, 0.3, [], ["e4"]),
            new(HypothesisKind.Fault, "dns.resolver_broken", Resolver, "Names cannot be resolved: 10.0.0.2 does not answer", 0.02, 0.1, [], []),
            new(HypothesisKind.Healthy, "healthy", Host, "Nothing is wrong now", 0.01, -1, [], ["e1"]),
        ],
        Chain = [new("rotator 1.3 stopped deleting logs", ["e3"]), new("/srv is full", ["e1"])],
        Contradictions = [new("The alert says 95 %, the disk says 100 %", ["e1"])],
        AlsoNoticed = [new("Swap is not configured", ["e4"])],
        Gaps = [new("docker.containers", "Permission denied on the Docker socket."), new("net.dns", "no resolver is configured")],
        NextQueries = [new(ToolCall.With("host.files", ("path", "/srv/logs")), "which file grows", 0.4)],
        Remedies = [new("See what fills it", "du -xh /srv | sort -h | tail"), new("Take back the upgrade of rotator", "")],
    };

    public static CaseFile Case(Diagnosis? diagnosis = null, EvidenceLedger? ledger = null)
    {
        ledger ??= Ledger();
        diagnosis ??= Diagnosis;
        return new CaseFile("i1", Incident, ledger, diagnosis, ReportWriter.Write(Incident, diagnosis, ledger, TimeSpan.FromSeconds(2.14), 5), Cancelled: false, TimeSpan.FromSeconds(2.14));
    }

    public static Evidence Fact(string check, string output, Entity entity, string family, string claim, string quote, Currency currency, TimeWindow? interval, params Bearing[] bearings) => new()
    {
        Id = "",
        Check = check,
        Tool = output switch { "o1" => "host.disk", "o2" => "host.du", "o3" => "host.changes", _ => "host.memory" },
        Arguments = output == "o2" ? new Dictionary<string, string> { ["path"] = "/srv" } : new Dictionary<string, string>(),
        OutputId = output,
        Entity = entity,
        Family = family,
        Claim = claim,
        Quote = quote,
        Currency = currency,
        Interval = interval,
        Bearings = bearings,
    };

    private static void Store(EvidenceLedger ledger, string tool, Dictionary<string, string> arguments, ToolStatus status, string text, string note = "") =>
        ledger.Store(new StoredOutput("", tool, arguments, status, text, note, Time.AddSeconds(ledger.Outputs.Count), TimeSpan.FromMilliseconds(12)));
}
