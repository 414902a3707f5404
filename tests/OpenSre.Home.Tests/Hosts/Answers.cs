using OpenSre.Core;

namespace OpenSre.Home.Tests.Hosts;

/// <summary>A host that answers with what a test says, after the time it says.</summary>
internal sealed class AnsweringRunner(Func<CommandRequest, CancellationToken, Task<CommandResult>> answer) : ICommandRunner
{
    private int _count;

    public int Count => _count;

    public static AnsweringRunner With(string output, string error = "", int code = 0) =>
        new((_, _) => Task.FromResult(new CommandResult(CommandStatus.Exited, code, output, error, 0)));

    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _count);
        return answer(request, cancellation);
    }
}

internal sealed class RunnerTable(IReadOnlyDictionary<string, ICommandRunner> runners) : IHostRunners
{
    public ICommandRunner For(string host) => runners[host];
}

/// <summary>What the probe prints, put together from sections.</summary>
internal static class Printed
{
    public static string All(params (string Name, string Text)[] sections) =>
        string.Concat(sections.Prepend(("begin", "1")).Append(("end", "")).Select(s => $"\u001e{s.Item1}\n{s.Item2}\n"));

    /// <summary>A home server with a little of everything.</summary>
    public static readonly (string, string)[] Server =
    [
        ("host", "sagan\n6.8.0-45-generic"),
        ("os", "\"Ubuntu 24.04.1 LTS\"\nid=ubuntu\nlike=debian"),
        ("clock", "1000.5"),
        ("up", "440000.12 800000.00\n0.41 0.38 0.30 1/500 1234\n4"),
        ("memory", "MemTotal: 16000000 kB\nMemFree: 500000 kB\nMemAvailable: 8000000 kB\nBuffers: 1 kB\nCached: 1 kB\nSwapTotal: 2000000 kB\nSwapFree: 1500000 kB"),
        ("pressure", "cpu avg10=1.00 avg60=2.50 avg300=3.00 total=9\nmemory avg10=0.00 avg60=0.10 avg300=0.00 total=9"),
        ("heat", "sensor\tcoretemp\tPackage id 0\t52000\t100000\nsensor\tcoretemp\tCore 0\t55000\t100000\nsensor\tnvme\tComposite\t41850\t84850\nsensor\tacpitz\ttemp1\t-128000\t\nzone\tthermal_zone0\tx86_pkg_temp\t52000\t"),
        ("addresses", "enp3s0 192.168.1.5 -\nenp3s0 fd00::5 -\nenp3s0 fd00::dead temporary\ndocker0 172.17.0.1 -\nbr-1a2b 172.18.0.1 -\nenp3s0 fe80::1 -"),
        ("units", "smbd.service failed failed\nssh.service active running\nsrv-media.mount failed failed"),
        ("arrays", "Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      1000 blocks super 1.2 [2/1] [U_]\n      [==>..]  recovery = 12.6% (1/2) finish=1min\nmd1 : active raid1 sdc1[1] sdd1[0]\n      1000 blocks [2/2] [UU]"),
        ("pools", "tank\tONLINE\ncold\tDEGRADED"),
        ("reboot", "yes"),
        ("containers", string.Join('\n',
            "engine docker",
            "status aaa\tUp 3 days (unhealthy)", "status bbb\tUp 3 days", "status ccc\tExited (137) 2 hours ago",
            "inspect aaa\t\"/ring-mqtt\"\t\"ring:latest\"\trunning\t0\tfalse\t2026-11-18T10:00:00Z\t0001-01-01T00:00:00Z\t2\tunless-stopped\t\"home\"\t\"ring\"\t\"mosquitto:service_healthy:false,db:service_started:true\"\t\"unhealthy\"\t3\t\"connection refused 1883\\n\"",
            "inspect bbb\t\"/plex\"\t\"plex:1\"\trunning\t0\tfalse\t2026-11-18T10:00:00Z\t0001-01-01T00:00:00Z\t0\talways\t\"\"\t\"\"\t\"\"\tnull\tnull\tnull",
            "inspect ccc\t\"/leaky\"\t\"leaky:1\"\texited\t137\ttrue\t2026-11-18T10:00:00Z\t2026-11-20T10:00:00Z\t4\talways\t\"\"\t\"\"\t\"\"\t\"unhealthy\"\t5\t\"x\"")),
        ("backups", "/srv/backup\t500\t2097152\n/srv/none\tabsent"),
        ("sample", string.Join('\n',
            "cpu1 cpu  100 0 100 800 0 0 0 0 0 0", "net1   eth0: 1000 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0", "net1     lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0",
            "cpu2 cpu  110 0 110 860 20 0 0 0 0 0", "net2   eth0: 3000 1 1 0 0 0 0 0 1500 1 2 0 0 0 0 0", "net2     lo: 19 1 0 0 0 0 0 0 19 1 0 0 0 0 0 0",
            "span 0.5", "process 10 55.0 1048576 plex media (x)", "process 11 1.0 9999999 java")),
        ("disks", "Filesystem Type 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 ext4 100000 44000 51000 47% /\ntmpfs tmpfs 1 0 1 0% /run\n/dev/sdb1 ext4 1000000 960000 40000 96% /srv/my media\n/dev/sda1 ext4 100000 44000 51000 47% /bind\noverlay overlay 100000 44000 51000 47% /var/lib/docker/overlay2/x/merged"),
        ("inodes", "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 1000 900 100 90% /\n/dev/sdb1 0 0 0 - /srv/my media"),
        ("shares", "!/mnt/dead nfs"),
    ];
}
