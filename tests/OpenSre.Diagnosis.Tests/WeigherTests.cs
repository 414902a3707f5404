using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class WeigherTests
{
    private const string FullDisk = "filesystem mount=/srv/data use_pct=100 avail_kb=0 size_kb=40000 inode_use_pct=2 inodes_free=900 inodes=1000 growth_kb_s=0 type=ext4 dev=/dev/loop0 opts=rw";
    private const string FreeDisk = "filesystem mount=/srv/data use_pct=31 avail_kb=30000 size_kb=40000 inode_use_pct=2 inodes_free=900 inodes=1000 growth_kb_s=0 type=ext4 dev=/dev/loop0 opts=rw";

    [Fact]
    public void Probabilities_add_up_to_one_and_healthy_and_unknown_always_compete()
    {
        var candidates = Lab.Alert("DiskFull", "", ("mountpoint", "/srv/data")).Saw("host.disk", FullDisk).Assess().Candidates;
        Assert.Equal(1, candidates.Sum(c => c.Probability), 9);
        Assert.Contains(candidates, c => c.Fault == FaultCatalogue.Healthy);
        Assert.Contains(candidates, c => c.Fault == FaultCatalogue.Unknown);
    }

    [Fact]
    public void With_no_evidence_the_answer_is_inconclusive() =>
        Assert.Equal(Verdict.Inconclusive, Lab.Alert("DiskFull").Assess().Verdict(new WeighingOptions()));

    [Fact]
    public void Present_state_decides()
    {
        var full = Lab.Alert("DiskFull", "", ("mountpoint", "/srv/data")).Saw("host.disk", FullDisk).Conclude();
        Assert.Equal(Verdict.RootCause, full.Verdict);
        Assert.Equal("disk.space_exhausted", full.Top!.FaultType);

        var free = Lab.Alert("DiskFull", "", ("mountpoint", "/srv/data")).Saw("host.disk", FreeDisk).Conclude();
        Assert.Equal(Verdict.Healthy, free.Verdict);
    }

    [Fact]
    public void Past_evidence_fades_when_the_present_refutes_it()
    {
        const string log = "log_file path=/var/log/app.log size=10 modified_s_ago=3000\nlog text=2026-05-04T09:10:00Z write /srv/data/x: No space left on device";
        var candidate = Lab.Alert("DiskFull", "", ("mountpoint", "/srv/data")).Saw("host.disk", FreeDisk).Saw("logs.overview", log).Assess()
            .Candidates.Single(c => c.Fault == "disk.space_exhausted");
        Assert.True(candidate.Contradicted);
        Assert.True(candidate.For[0].Weight < 0.2);
        Assert.True(candidate.Probability < 0.05);
    }

    [Fact]
    public void Two_hundred_copies_of_a_line_are_not_two_hundred_facts()
    {
        string Log(int copies) => "log_file path=/var/log/app.log size=10 modified_s_ago=3\n" + string.Join('\n', Enumerable.Range(0, copies).Select(i => $"log text=2026-05-04T09:59:{i % 60:00}Z request {i}: Too many open files"));
        double Score(int copies) => Lab.Alert("AppErrors", "errors", ("service", "app")).Saw("logs.overview", Log(copies)).Assess().Candidates.Single(c => c.Fault == "fd.exhausted").EvidenceScore;
        Assert.True(Score(50) - Score(1) < 2);
    }

    [Fact]
    public void A_full_disk_elsewhere_does_not_answer_an_alert_about_another()
    {
        const string other = "filesystem mount=/backup use_pct=100 avail_kb=0 size_kb=40000 inode_use_pct=2 inodes_free=900 inodes=1000 growth_kb_s=0 type=ext4 dev=/dev/loop1 opts=rw";
        var diagnosis = Lab.Alert("DiskFull", "", ("mountpoint", "/srv/data")).Saw("host.disk", FreeDisk + "\n" + other).Conclude();
        Assert.NotEqual(Verdict.RootCause, diagnosis.Verdict);
        Assert.Contains(diagnosis.AlsoNoticed, n => n.Statement.Contains("/backup", StringComparison.Ordinal));
    }

    [Fact]
    public void The_deeper_fault_explains_the_shallower()
    {
        var diagnosis = Lab.Alert("ServiceRestarting", "store restarts", ("service", "store"))
            .Saw("service.list", "service name=store state=run pid=77 since_s=0 changed_in_2s=yes wanted=up supervisor=runit dir=/etc/sv/store")
            .Saw("service.inspect", "supervised name=store state=run pid=77 since_s=0 wanted=up dir=/etc/sv/store\nlog_file path=/var/log/store/current size=9 modified_s_ago=0\nlog text=2026-05-04T09:59:59Z open /srv/data/db: No space left on device", ("name", "store"))
            .Saw("host.disk", FullDisk).Conclude();
        Assert.Equal("disk.space_exhausted", diagnosis.Top!.FaultType);
        Assert.Equal("/srv/data", diagnosis.Top.Entity.Name);
        Assert.Contains(diagnosis.Chain, s => s.Statement.Contains("store starts and dies", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_that_nobody_contests_is_not_reported() =>
        Assert.DoesNotContain(Lab.Alert("CpuHigh").Saw("host.disk", FreeDisk).Assess().Context.Evidence, e => e.Claim.Contains("only", StringComparison.Ordinal));
}
