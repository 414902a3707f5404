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

    private const string Looping = "service name=store state=run pid=77 since_s=0 changed_in_2s=yes wanted=up supervisor=runit dir=/etc/sv/store";

    private static Lab StoreRestarts() => Lab.Alert("ServiceRestarting", "store restarts", ("service", "store"))
        .Saw("service.list", Looping)
        .Saw("service.inspect", "supervised name=store state=run pid=77 since_s=0 wanted=up dir=/etc/sv/store\nlog_file path=/var/log/store/current size=9 modified_s_ago=0\nlog text=2026-05-04T09:59:59Z FATAL the tide is out", ("name", "store"));

    [Fact]
    public void A_state_that_nothing_explains_is_a_place_and_no_root_cause()
    {
        var diagnosis = StoreRestarts().Conclude();
        Assert.Equal(Verdict.Inconclusive, diagnosis.Verdict);
        Assert.Equal((HypothesisKind.Unknown, "store"), (diagnosis.Top!.Kind, diagnosis.Top.Entity.Name));
        Assert.NotEmpty(diagnosis.Top.Supporting);
        Assert.Contains(diagnosis.Remedies, r => r.Command.Contains("store", StringComparison.Ordinal));
        Assert.StartsWith("store starts and dies again and again; what brings it about was not found", diagnosis.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_state_may_not_keep_goes_to_the_unknown_and_its_scores_say_the_same()
    {
        var options = new WeighingOptions { Temperature = 0.7 };
        var candidates = StoreRestarts().Assess(options).Candidates;
        var state = candidates.Single(c => c.Fault == "service.crash_loop");
        Assert.Equal(1, candidates.Sum(c => c.Probability), 9);
        Assert.Equal(Standing.PlaceOnly, state.Probability / state.Place, 9);
        Assert.True(state.Place > 0.9);
        var total = candidates.Sum(c => Math.Exp(c.Score / options.Temperature));
        Assert.All(candidates, c => Assert.Equal(c.Probability, Math.Exp(c.Score / options.Temperature) / total, 9));
        Assert.Equal(candidates.OrderByDescending(c => c.Probability), candidates);
    }

    [Theory]
    [InlineData("INFO store 2.0 listening", 300, Verdict.RootCause, "service.stopped")]
    [InlineData("ERROR the tide is out", 4, Verdict.RootCause, "service.failed")]
    public void What_says_how_a_state_came_about_makes_it_an_answer(string lastLine, int beforeItsEnd, Verdict verdict, string fault)
    {
        var said = Lab.Now.AddSeconds(-120 - beforeItsEnd).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var diagnosis = Lab.Alert("ServiceDown", "store is down", ("service", "store"))
            .Saw("service.list", "service name=store state=down pid=0 since_s=120 changed_in_2s=no wanted=up supervisor=runit dir=/etc/sv/store")
            .Saw("service.inspect", $"supervised name=store state=down pid=0 since_s=120 wanted=up dir=/etc/sv/store\nlog_file path=/var/log/store/current size=9 modified_s_ago=120\nlog text={said} {lastLine}", ("name", "store")).Conclude();
        Assert.Equal((verdict, fault), (diagnosis.Verdict, diagnosis.Top!.FaultType));
        Assert.Equal(fault == "service.stopped", diagnosis.Top.Probability > 0.8);
    }

    [Theory]
    [InlineData("127.0.0.1", Verdict.Inconclusive)]
    [InlineData("10.1.2.3", Verdict.RootCause)]
    public void An_endpoint_of_this_machine_that_refuses_is_a_sign_and_one_of_another_is_as_far_as_can_be_seen(string host, Verdict verdict)
    {
        var diagnosis = Lab.Alert("ShopErrors", "shop fails", ("service", "shop"))
            .Saw("service.inspect", $"supervised name=shop state=run pid=7 since_s=900 wanted=up dir=/etc/sv/shop\nlog_file path=/var/log/shop/current size=9 modified_s_ago=0\nlog text=2026-05-04T09:59:59Z ERROR {host}:5432: Connection refused", ("name", "shop"))
            .Saw("net.tcp", $"tcp {host}:5432 refused (ECONNREFUSED) after 1 ms\n", ("host", host), ("port", "5432")).Conclude();
        Assert.Equal((verdict, true), (diagnosis.Verdict, diagnosis.Ranked.Take(2).Any(h => h.FaultType == "dependency.unreachable")));
    }

    [Fact]
    public void The_service_behind_a_port_that_refuses_is_the_place()
    {
        var diagnosis = Lab.Alert("ShopErrors", "shop fails", ("service", "shop"))
            .Saw("service.list", "service name=shop state=run pid=7 since_s=900 changed_in_2s=no wanted=up\nservice name=store state=run pid=8 since_s=900 changed_in_2s=no wanted=up")
            .Saw("service.inspect", "supervised name=shop state=run pid=7 since_s=900 wanted=up\nlog_file path=/var/log/shop/current size=9 modified_s_ago=0\nlog text=2026-05-04T09:59:59Z ERROR 127.0.0.1:5432: Connection refused", ("name", "shop"))
            .Saw("service.inspect", "supervised name=store state=run pid=8 since_s=900 wanted=up\nsetting file=/etc/store.conf text=server.port = 5432", ("name", "store"))
            .Saw("net.tcp", "tcp 127.0.0.1:5432 refused (ECONNREFUSED) after 1 ms\n", ("host", "127.0.0.1"), ("port", "5432")).Conclude();
        Assert.Equal(Verdict.Inconclusive, diagnosis.Verdict);
        Assert.Equal((HypothesisKind.Unknown, "store"), (diagnosis.Top!.Kind, diagnosis.Top.Entity.Name));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void What_could_not_be_read_does_not_count_as_looked_at(bool readable, bool sure)
    {
        var lab = Lab.Alert("ShopDown", "shop does not answer", ("service", "shop"))
            .Saw("service.inspect", "supervised name=shop state=run pid=7 since_s=900 wanted=up dir=/etc/sv/shop\nlistens proto=tcp address=127.0.0.1:80", ("name", "shop"))
            .Saw("net.http", "http GET http://127.0.0.1:80/: timed out (no reply)\n", ("url", "http://127.0.0.1:80/"));
        var share = (readable ? lab.Saw("host.memory", "memory memtotal_kb=100 memavailable_kb=60") : lab.AskedInVain("host.memory")).Assess().Candidates.Single(c => c.Fault == "service.hung").Share;
        Assert.Equal(sure ? Standing.Likely : Standing.PlaceOnly, share);
    }

    [Fact]
    public void Evidence_that_nobody_contests_is_not_reported() =>
        Assert.DoesNotContain(Lab.Alert("CpuHigh").Saw("host.disk", FreeDisk).Assess().Context.Evidence, e => e.Claim.Contains("only", StringComparison.Ordinal));
}
