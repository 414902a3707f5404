using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class HostCheckTests
{
    [Fact]
    public void Many_small_workers_of_one_service_are_one_hog()
    {
        var lab = Lab.Alert("CPU high", "CPU CRITICAL");
        lab.Saw("host.cpu", "cpu cores=2 busy_pct=100.0 user_pct=99.0\n" + string.Concat(Enumerable.Range(1, 6).Select(i => $"process pid={i} cpu_pct=30 service=ranker name=ranker\n")) + "process pid=9 cpu_pct=8 service=shop name=shop\npressure resource=cpu kind=some avg10=80.5 avg60=30\n");
        var top = lab.Assess().Top;
        Assert.Equal(("cpu.saturated", Entities.Service("ranker")), (top.Fault, top.Entity));
    }

    [Fact]
    public void Without_a_hog_the_machine_itself_is_named()
    {
        var lab = Lab.Alert("CPU high", "CPU CRITICAL");
        lab.Saw("host.cpu", "cpu cores=2 busy_pct=100.0 user_pct=99.0\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"process pid={i} cpu_pct=22 service=s{i} name=s{i}\n")) + "pressure resource=cpu kind=some avg10=80.5 avg60=30\n");
        Assert.Equal(("cpu.saturated", EntityKind.Host), (lab.Assess().Top.Fault, lab.Assess().Top.Entity.Kind));
    }

    [Theory]
    [InlineData(42, 45, true)]
    [InlineData(70, 4, true)]
    [InlineData(70, 45, false)]
    public void Waiting_beside_idle_cores_is_no_saturation(int busy, int pressure, bool healthy)
    {
        var lab = Lab.Alert("load", "load average: 38");
        lab.Saw("host.overview", "host name=slate cores=2\nload one=0.5 five=1.3 fifteen=3.4\n");
        lab.Saw("host.cpu", $"cpu cores=2 busy_pct={busy}.0\nload one=0.5 five=1.3 fifteen=3.4\npressure resource=cpu kind=some avg10={pressure}.8 avg60=44\n");
        Assert.Equal(healthy, lab.Assess().Top.Fault == FaultCatalogue.Healthy);
    }

    [Theory]
    [InlineData("container:7e5c", "config.invalid", "points")]
    [InlineData("host", "dependency.unreachable", "127.0.0.1:5423")]
    public void The_loopback_of_a_container_is_not_that_of_the_machine(string network, string fault, string entity)
    {
        var lab = Lab.Alert("PointsFailing", "points are not booked", ("container", "points"));
        string At(int seconds) => Lab.Now.AddSeconds(seconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var facts = $"container name=points id=aa77 state=running health=unhealthy restarts=0 started={At(-120)} restart_policy=no network={network} text=Up 2 minutes (unhealthy)\n";
        lab.Saw("docker.containers", facts + $"container name=ledger id=bb state=running restarts=0 started={At(-900)} restart_policy=no network=none text=Up 15 minutes\n");
        lab.Saw("docker.logs", string.Concat(Enumerable.Range(0, 100).Select(i => $"{At(i - 119)} ERROR cannot connect to 127.0.0.1:5423: Connection refused\n")), ("name", "points"));
        lab.Saw("docker.inspect", facts + $"image name=points id=1 created={At(-121)}\nenv name=DATABASE_PORT text=5423\nnetwork_mode mode={network}\n", ("name", "points"));
        if (network == "host")
        {
            lab.Saw("net.tcp", "tcp 127.0.0.1:5423 refused (ECONNREFUSED) after 10 ms\n", ("host", "127.0.0.1"), ("port", "5423"));
        }

        var best = lab.Assess().Candidates.First(c => c.Type is not null);
        Assert.Equal((fault, entity), (best.Fault, best.Entity.Name));
    }

    [Theory]
    [InlineData("label-printer: 5: Cannot do that", false)]
    [InlineData("printed label 5", true)]
    public void A_log_full_of_words_of_failure_forbids_healthy_whatever_they_mean(string words, bool healthy)
    {
        var log = string.Concat(Enumerable.Range(0, 9).Select(i => $"log text={Lab.Now.AddSeconds(-20 + i).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {words}\n"));
        var lab = Lab.Alert("LabelQueueGrowing", "label-printer prints no labels", ("service", "label-printer"))
            .Saw("service.inspect", "supervised name=label-printer state=run pid=7 since_s=900 wanted=up dir=/etc/sv/label-printer\nlog_file path=/var/log/label-printer/current size=9 modified_s_ago=0\n" + log, ("name", "label-printer"));
        Assert.Equal(healthy ? Verdict.Healthy : Verdict.Inconclusive, lab.Conclude().Verdict);
    }

    [Theory]
    [InlineData(137, "false", "INFO queue ready", 0.9)]
    [InlineData(137, "true", "INFO queue ready", Standing.PlaceOnly)]
    [InlineData(3, "false", "ERROR the ledger does not add up", Standing.Likely)]
    [InlineData(3, "false", "INFO queue ready", Standing.PlaceOnly)]
    public void A_container_that_ended_is_an_answer_as_far_as_it_is_known_why(int code, string oom, string last, double share)
    {
        string At(int seconds) => Lab.Now.AddSeconds(seconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var lab = Lab.Alert("QueueDown", "queue is down", ("container", "queue"))
            .Saw("docker.containers", $"container name=queue id=aa state=exited exit_code={code} oom_killed={oom} restarts=0 started={At(-900)} finished={At(-120)} restart_policy=no text=Exited\n")
            .Saw("docker.logs", $"{At(-121)} {last}\n", ("name", "queue"));
        var assessment = lab.Assess();
        var exited = assessment.Candidates.Single(c => c.Fault == "container.exited");
        Assert.Equal(share, exited.Type!.Standing!.Share(assessment.Context, exited));
    }

    [Theory]
    [InlineData("pool exhausted: 50 of 50 in use", Standing.Likely)]
    [InlineData("queue unreachable", Standing.PlaceOnly)]
    public void A_health_check_that_names_another_container_gives_no_reason_of_its_own(string words, double share)
    {
        var assessment = Lab.Alert("ContainerUnhealthy", "worker is unhealthy", ("container", "worker"))
            .Saw("docker.containers", $"container name=worker id=aa state=running health=unhealthy restarts=0 started=2026-05-04T09:00:00Z restart_policy=no text=Up\nhealth name=worker exit_code=1 failing_streak=9 text={words}\ncontainer name=queue id=bb state=running restarts=0 started=2026-05-04T09:00:00Z restart_policy=no text=Up\n").Assess();
        var unhealthy = assessment.Candidates.Single(c => c.Fault == "container.unhealthy");
        Assert.Equal(share, unhealthy.Share);
    }

    [Theory]
    [InlineData("queue unreachable: /run/q/alive: No such file or directory", false)]
    [InlineData("cannot start: /etc/queue/queue.conf: No such file or directory", true)]
    [InlineData("cannot start: [Errno 21] Is a directory: '/var/lib/queue/store'", true)]
    public void A_missing_file_that_programs_make_while_they_run_is_no_wrong_setting(string words, bool likely)
    {
        var lab = Lab.Alert("QueueDown", "queue is down", ("service", "queue"))
            .Saw("service.list", "service name=queue state=run pid=77 since_s=0 changed_in_2s=yes wanted=up supervisor=runit dir=/etc/sv/queue")
            .Saw("service.inspect", $"supervised name=queue state=run pid=77 since_s=0 wanted=up dir=/etc/sv/queue\nlog_file path=/var/log/queue/current size=9 modified_s_ago=0\nlog text={Lab.Now.AddSeconds(-2).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} ERROR {words}", ("name", "queue"));
        Assert.Equal(likely, lab.Assess().Candidates.SingleOrDefault(c => c.Fault == "config.invalid")?.Probability > 0.6);
    }

    [Fact]
    public void A_filesystem_mounted_twice_is_said_once_and_by_the_name_the_alert_uses()
    {
        IReadOnlyList<string> Said(string summary)
        {
            var lab = Lab.Alert("HostOutOfDiskSpace", summary);
            lab.Saw("host.disk", string.Concat(new[] { "/", "/srv/jail/data" }.Select(m => $"filesystem mount={m} use_pct=99 avail_kb=90000 size_kb=9000000 type=ext4 dev=/dev/vda\n")));
            lab.Assess();
            return [.. lab.Ledger.Evidence.Where(e => e.Family == "disk.space").Select(e => e.Entity.Name)];
        }

        Assert.Equal(["/"], Said("a disk is full"));
        Assert.Contains("/srv/jail/data", Said("/srv/jail/data is full"));
    }
}
