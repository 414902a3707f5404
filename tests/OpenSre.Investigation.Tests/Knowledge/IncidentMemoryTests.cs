using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Past incidents are found again by what they have in common with the present one.</summary>
public sealed class IncidentMemoryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("opensre-memory-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private IncidentMemory Memory => new(Path.Combine(_root, "home", "incidents.jsonl"));

    [Fact]
    public async Task Several_programs_may_remember_at_the_same_time()
    {
        var file = Case("x", "DiskFull", "disk.space_exhausted", "/srv");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(p => Task.Run(() =>
        {
            // Each as a program of its own would: with an object and a file of its own.
            var memory = Memory;
            for (var i = 0; i < 25; i++)
            {
                memory.Remember(file with { InvestigationId = $"{p}-{i}" }, Now);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(100, Memory.All().Count);
    }

    [Fact]
    public void The_same_trouble_is_found_with_its_date_and_what_fixed_it_and_other_trouble_is_not()
    {
        var memory = Memory;
        memory.Remember(Case("a", "DiskFull", "disk.space_exhausted", "/srv"), Now.AddDays(-20));
        memory.Remember(Case("b", "DiskFull", "disk.space_exhausted", "/srv"), Now.AddDays(-3));
        memory.Remember(Case("c", "DnsFails", "dns.resolver_broken", "10.0.0.2"), Now.AddDays(-2));
        memory.Remember(Case("d", "HighCpu", "cpu.saturated", "web-1"), Now.AddDays(-1));
        memory.Fixed("a", "old snapshots deleted", Now.AddDays(-19));
        var present = Case("now", "DiskFull", "disk.space_exhausted", "/srv");
        var found = Assert.Single(Memory.Like(present.Incident, present.Diagnosis!));
        Assert.Equal(("b", 2, "old snapshots deleted"), (found.Incident.Id, found.Times, found.Outcome));
        Assert.Equal("the same alert and the same thing and the same fault", found.Why);
        Assert.Contains("2026-02-26, 2 times until then: disk.space_exhausted on filesystem /srv", BackgroundWords.Before(found), StringComparison.Ordinal);
    }

    [Fact]
    public void One_thing_in_common_is_a_coincidence()
    {
        var memory = Memory;
        memory.Remember(Case("a", "DiskFull", "disk.space_exhausted", "/srv"), Now.AddDays(-3));
        var same = Case("now", "SomethingElse", "disk.space_exhausted", "/var");
        Assert.Empty(memory.Like(same.Incident, same.Diagnosis!));
    }

    [Fact]
    public void An_investigation_does_not_find_itself_and_what_is_forgotten_is_gone()
    {
        var memory = Memory;
        var present = Case("a", "DiskFull", "disk.space_exhausted", "/srv");
        memory.Remember(present, Now);
        Assert.Empty(memory.Like(present.Incident, present.Diagnosis!));
        var next = Case("b", "DiskFull", "disk.space_exhausted", "/srv");
        Assert.Single(memory.Like(next.Incident, next.Diagnosis!));
        memory.Forget("a", Now);
        Assert.Empty(memory.Like(next.Incident, next.Diagnosis!));
    }

    [Fact]
    public void A_torn_line_costs_itself_only_and_secrets_are_not_written()
    {
        var memory = Memory;
        memory.Remember(Case("a", "DiskFull", "disk.space_exhausted", "/srv") with { }, Now);
        File.AppendAllText(memory.Path, "{\"v\":1,\"kind\":\"incid");
        var secret = Case("b", "password=hunter2222", "disk.space_exhausted", "/srv");
        memory.Remember(secret, Now);
        Assert.Equal(["a", "b"], memory.All().Select(i => i.Incident.Id));
        Assert.DoesNotContain("hunter2222", File.ReadAllText(memory.Path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory.Path));
        }
    }

    [Fact]
    public void What_was_stopped_is_not_remembered() => Assert.Null(Memory.Remember(Case("a", "DiskFull", "disk.space_exhausted", "/srv") with { Cancelled = true }, Now));

    private static CaseFile Case(string id, string alert, string fault, string thing)
    {
        var entity = new Entity(EntityKind.Filesystem, thing);
        var incident = new Incident(id, [new Alert { Name = alert, Summary = alert, Labels = new Dictionary<string, string> { ["alertname"] = alert } }], new TimeWindow(Now.AddMinutes(-5), Now));
        var diagnosis = new Diagnosis { Verdict = Verdict.RootCause, Summary = $"{fault} on {thing}", Ranked = [new Hypothesis(HypothesisKind.Fault, fault, entity, "s", 0.95, 3, [], [])] };
        return new CaseFile(id, incident, new EvidenceLedger(), diagnosis, "r", false, TimeSpan.FromSeconds(1));
    }
}
