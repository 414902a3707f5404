using System.Collections.Frozen;
using static OpenSre.Diagnostics.FaultDepth;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>Every fault type, by id.</summary>
public static class FaultCatalogue
{
    /// <summary>The id under which evidence speaks for "nothing is wrong now".</summary>
    public const string Healthy = "healthy";

    /// <summary>The id of the hypothesis that none of the known faults is the answer.</summary>
    public const string Unknown = "unknown";

    private static readonly FaultType[] Host =
    [
        new("disk.space_exhausted", "The filesystem {0} has no space left", Resource, DiskSpace | Service | ReadOnly)
        {
            Remedies = [new("See what fills it", "du -xh {0} | sort -h | tail"), new("See deleted files that are still open", "lsof +L1 {0}")],
        },
        new("disk.inodes_exhausted", "The filesystem {0} has no inodes left", Resource, Inodes | DiskSpace | Service)
        {
            Remedies = [new("See which directory holds the most entries", "find {0} -xdev -printf '%h\\n' | sort | uniq -c | sort -n | tail")],
        },
        new("disk.read_only", "The filesystem {0} is mounted read-only", Resource, ReadOnly | DiskIo | Service | DiskSpace)
        {
            Remedies = [new("See why the kernel or somebody remounted it", "dmesg | grep -iE 'remount|I/O error'"), new("Make it writable again, once the disk is known to be sound", "mount -o remount,rw {0}")],
        },
        new("disk.io_errors", "The disk {0} returns I/O errors", Resource, DiskIo | ReadOnly | Service)
        {
            Remedies = [new("Read the disk's own account", "smartctl -a /dev/{0}"), new("Back up what is on it before anything else", "")],
        },
        new("disk.io_saturated", "The disk {0} is saturated", Resource, DiskIo | Latency | Load | Errors)
        {
            Remedies = [new("See who reads and writes", "iotop -oPa")],
        },
        new("disk.io_throttled", "{0} is held back by an I/O limit of its cgroup", Resource, DiskIo | Latency | Load | Errors | Down)
        {
            Remedies = [new("Look at the limit", "grep . /sys/fs/cgroup/*/io.max /sys/fs/cgroup/blkio/*/blkio.throttle.*_device")],
        },
        new("memory.oom_killed", "{0} is killed because it runs out of memory", Resource, OutOfMemory | Memory | Service)
        {
            Remedies = [new("See what the kernel killed", "dmesg | grep -i 'killed process'"), new("Raise the memory limit, or find the leak", "")],
        },
        new("memory.exhausted", "{0} is out of memory", Resource, Memory | OutOfMemory | Latency | Errors | Down | Load)
        {
            Remedies = [new("See who uses it", "ps aux --sort=-rss | head")],
        },
        new("cpu.saturated", "The CPUs are saturated by {0}", Resource, Cpu | Load | Latency | Temperature | Errors)
        {
            HostTitle = "The CPUs of {0} are saturated",
            Remedies = [new("See the process", "top -o %CPU"), new("Lower its priority while you decide", "renice 19 -p PID")],
        },
        new("cpu.throttled", "{0} is throttled by the CPU quota of its cgroup", Resource, Cpu | Latency | Load | Errors | Down)
        {
            Remedies = [new("Look at the quota", "cat /sys/fs/cgroup/*/cpu.max /sys/fs/cgroup/cpu/*/cpu.cfs_quota_us")],
        },
        new("fd.exhausted", "{0} has no file descriptors left", Resource, OpenFiles | Service | Network | Connections)
        {
            Remedies = [new("See what it holds open", "ls -l /proc/$(pgrep -o {0})/fd | awk '{{print $NF}}' | sort | uniq -c | sort -n | tail"), new("Raise the limit (LimitNOFILE=, ulimit -n) if the use is legitimate", "")],
        },
        new("pids.exhausted", "{0} cannot start more processes: its limit is reached", Resource, Processes | Service | Cpu)
        {
            Remedies = [new("Look at the limit and the count", "cat /sys/fs/cgroup/pids/*/pids.max /sys/fs/cgroup/*/pids.max"), new("See what it started", "ps -eLf | grep {0}")],
        },
        new("service.crash_loop", "{0} starts and dies again and again", State, Service | Port, -4.5)
        {
            Standing = new(Standing.PlaceOnly),
            Remedies = [new("Read its last words", "journalctl -u {0} -n 50 || tail -n 50 /var/log/{0}/current")],
        },
        new("service.stopped", "{0} is not running", State, Down | Errors | Latency | Port, -4.5)
        {
            Standing = new(Standing.Likely) { Told = Told(("service.told", 1)) },
            Remedies = [new("Start it", "systemctl start {0} || sv up {0}")],
        },
        new("service.failed", "{0} has failed", State, Service, -4.5)
        {
            Standing = new(Standing.PlaceOnly) { Told = Told(("service.last_word", Standing.Likely)) },
            Remedies = [new("Read its last words", "journalctl -u {0} -n 50"), new("Start it again", "systemctl restart {0} || sv restart {0}")],
        },
        new("service.hung", "{0} runs but does not answer", State, Service | Network)
        {
            Standing = new(Standing.Likely) { Told = Told(("service.process", 1)), Beneath = ["host.memory", "host.io", "host.cpu"] },
            Remedies = [new("See what it waits for", "cat /proc/$(pgrep -o {0})/wchan; kill -CONT $(pgrep -o {0})"), new("Restart it", "systemctl restart {0} || sv restart {0}")],
        },
        new("service.crash", "{0} dies of a fault in its own code", Reason, Restarts | Down | Errors | Container, -4)
        {
            Remedies = [new("Read the trace and go back to the last version that ran", "")],
        },
        new("service.unreachable", "{0} does not answer", Sign, Down | Errors | Latency | Network | Port, -5)
        {
            Standing = new(Standing.PlaceOnly) { OnlyHere = true },
        },
        new("service.ailing", "Something is wrong with {0}", Sign, Any, -4.5)
        {
            IsOpen = true,
            GivesWay = true,
            Remedies = [new("Read its log", "journalctl -u {0} -n 50 || tail -n 50 /var/log/{0}/current")],
        },
        new("config.invalid", "{0} has a configuration it cannot use", Reason, Service | Port, -4)
        {
            Remedies = [new("See what changed in the file the error names", "ls -l --time-sort /etc | head"), new("Take back the last change and start it again", "")],
        },
        new("config.permission", "{0} may not read or write a file it needs", Reason, Service, -4)
        {
            Remedies = [new("Compare the owner and mode of the file with the user of the service", "namei -l FILE; ps -o user= -C {0}")],
        },
        new("port.conflict", "{0} cannot listen: another process holds its port", Reason, Service | Port, -4)
        {
            Remedies = [new("See who holds the port", "ss -ltnp")],
        },
        new("dependency.unreachable", "{0}, which others need, does not answer", Reason, Service | Network | Connections, -4)
        {
            Standing = new(Standing.PlaceOnly) { OnlyHere = true },
            Remedies = [new("Try it by hand", "nc -vz HOST PORT"), new("Start what should listen there", "")],
        },
        new("tls.certificate_expired", "The certificate of {0} has expired", Resource, Certificate | Service)
        {
            Remedies = [new("Look at the dates", "openssl s_client -connect {0} </dev/null | openssl x509 -noout -dates"), new("Renew it and reload the service", "certbot renew")],
        },
        new("tls.certificate_expiring", "The certificate of {0} is about to expire", Resource, Certificate, -4.5)
        {
            Remedies = [new("Renew it", "certbot renew")],
        },
        new("tls.name_mismatch", "The certificate of {0} is for another name", Resource, Certificate | Errors | Down, -4)
        {
            Remedies = [new("Compare the names", "openssl s_client -connect {0} </dev/null | openssl x509 -noout -ext subjectAltName")],
        },
        new("tls.not_yet_valid", "The certificate of {0} is not valid yet", Resource, Certificate | Service)
        {
            Remedies = [new("Compare the dates with the clock", "date -u; openssl s_client -connect {0} </dev/null | openssl x509 -noout -dates")],
        },
        new("tls.untrusted", "The certificate of {0} is not from an authority this machine trusts", Resource, Certificate | Service, -4.2)
        {
            Remedies = [new("See who issued it", "openssl s_client -connect {0} -showcerts </dev/null"), new("Install the authority, or a certificate of a trusted one", "update-ca-certificates")],
        },
        new("dns.resolver_broken", "Names cannot be resolved: {0} does not answer", Reason, Dns | Network | Service)
        {
            Remedies = [new("Ask it by hand", "dig @{0} example.org"), new("Correct the nameserver lines", "cat /etc/resolv.conf")],
        },
        new("dns.name_unknown", "The name {0} does not exist in DNS", Resource, Dns | Service)
        {
            Remedies = [new("Ask for it by hand", "dig {0}"), new("Compare with the name in the configuration", "")],
        },
        new("network.interface_errors", "The interface {0} has errors or drops", Resource, Network | Latency | Errors, -4.5),
        new("network.interface_down", "The interface {0} is down", Resource, Network | Down | Errors | Dns, -4.5),
        new("network.conntrack_full", "The connection tracking table of {0} is full", Resource, Network | Errors | Latency | Down, -4.5),
        new("network.accept_queue_overflow", "{0} does not accept connections fast enough", Reason, Network | Latency | Errors | Down | Connections, -4.5),
        new("clock.skew", "The clock of {0} is wrong", Resource, Clock | Certificate | Errors, -4.5)
        {
            Remedies = [new("Look at the time source", "timedatectl; chronyc tracking")],
        },
        new("thermal.overheating", "{0} is too hot", Resource, Temperature | Cpu | Load | Latency, -4.5),
        new("container.unhealthy", "The container {0} fails its health check", State, Container | Service, -4.5)
        {
            Standing = new(Standing.PlaceOnly) { Told = Told(("container.health_word", Standing.Likely)) },
            Remedies = [new("See what its health check said", "docker inspect --format '{{{{json .State.Health}}}}' {0}"), new("Restart it", "docker restart {0}")],
        },
        new("container.crash_loop", "The container {0} starts and dies again and again", State, Container | Service, -4.5)
        {
            Standing = new(Standing.PlaceOnly),
            Remedies = [new("Read its last words", "docker logs --tail 50 {0}")],
        },
        new("container.exited", "The container {0} has exited with an error", State, Container | Service, -4.5)
        {
            Standing = new(Standing.PlaceOnly) { Told = Told(("container.last_word", Standing.Likely), ("container.ended", 0.9)) },
            Remedies = [new("Read its last words", "docker logs --tail 50 {0}"), new("Start it again", "docker start {0}")],
        },
        new("container.paused", "The container {0} is paused", Reason, Container | Service)
        {
            Remedies = [new("Let it go on", "docker unpause {0}")],
        },
    ];

    private static FrozenDictionary<string, double> Told(params (string Family, double Share)[] told) => told.ToFrozenDictionary(t => t.Family, t => t.Share, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FaultType> ById = Host.Concat(KubernetesFaults.All).Concat(DatabaseFaults.All).Concat(CloudFaults.Own).Concat(TelemetryFaults.Own).Concat(AgentFaults.All).ToFrozenDictionary(f => f.Id, StringComparer.Ordinal);

    /// <summary>The faults of a single machine; those of a cluster are in <see cref="KubernetesFaults"/>, those of a database in <see cref="DatabaseFaults"/>.</summary>
    public static IReadOnlyCollection<FaultType> All => Host;

    public static FaultType? Find(string id) => ById.GetValueOrDefault(id);

    /// <exception cref="ArgumentException">A check speaks of a fault type that is not in the catalogue.</exception>
    public static FaultType Get(string id) => Find(id) ?? throw new ArgumentException($"There is no fault type {id}.", nameof(id));
}
