using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class CatalogueTests
{
    [Fact]
    public void Checks_have_ids_of_their_own_and_speak_of_known_faults()
    {
        ICheck[] all = [.. HostChecks.All.Concat(CloudChecks.All).Distinct()];
        Assert.Equal(all.Length, all.Select(c => c.Info.Id).Distinct().Count());
        Assert.All(all.SelectMany(c => c.Info.SpeaksTo), f => Assert.NotNull(FaultCatalogue.Find(f)));
        Assert.All(LogSignatures.All, s => Assert.NotNull(FaultCatalogue.Find(s.Fault)));
    }

    [Fact]
    public void Every_fault_is_spoken_to_by_some_check()
    {
        var spoken = HostChecks.All.Concat(CloudChecks.All).SelectMany(c => c.Info.SpeaksTo).ToHashSet();
        Assert.All(FaultCatalogue.All.Concat(KubernetesFaults.All).Concat(CloudFaults.Own).Concat(DatabaseFaults.All), f => Assert.Contains(f.Id, spoken));
    }

    [Fact]
    public void Remedies_can_be_worded_for_any_entity() =>
        Assert.All(FaultCatalogue.All.Concat(DatabaseFaults.All).Concat(CloudFaults.Own).SelectMany(f => f.Remedies), r => Assert.DoesNotContain("{0}", string.Format(r.Command, "x"), StringComparison.Ordinal));

    [Theory]
    [InlineData("OSError: [Errno 98] Address already in use", "port.conflict")]
    [InlineData("Error: listen EADDRINUSE: address already in use 127.0.0.1:8080", "port.conflict")]
    [InlineData("write /srv/x: No space left on device", "disk.space_exhausted")]
    [InlineData("accept: Too many open files", "fd.exhausted")]
    [InlineData("sh: can't fork: Resource temporarily unavailable", "pids.exhausted")]
    [InlineData("BlockingIOError: [Errno 11] Resource temporarily unavailable: fork", "pids.exhausted")]
    [InlineData("connect ECONNREFUSED 127.0.0.1:5432", "dependency.unreachable")]
    [InlineData("upstream http://127.0.0.1:9300/ timed out", "dependency.unreachable")]
    [InlineData("getaddrinfo EAI_AGAIN db.internal", "dns.resolver_broken")]
    [InlineData("getaddrinfo ENOTFOUND db.internal", "dns.name_unknown")]
    [InlineData("certificate verify failed: certificate has expired", "tls.certificate_expired")]
    [InlineData("nginx: [emerg] unknown directive \"lisen\" in /etc/nginx/nginx.conf:3", "config.invalid")]
    [InlineData("json.decoder.JSONDecodeError: Expecting value: line 1 column 1", "config.invalid")]
    [InlineData("PermissionError: [Errno 13] Permission denied: '/etc/app/key.pem'", "config.permission")]
    [InlineData("OSError: [Errno 30] Read-only file system: '/srv/x'", "disk.read_only")]
    [InlineData("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "memory.exhausted")]
    [InlineData("Segmentation fault (core dumped)", "service.crash")]
    [InlineData("chpst: fatal: unable to run: ranker: exec format error", "service.crash")]
    [InlineData("cannot start: [Errno 21] Is a directory: '/var/lib/stock/store.aof'", "config.invalid")]
    public void The_words_of_the_field_are_known(string line, string fault) =>
        Assert.Equal(fault, LogSignatures.All.First(s => s.Pattern.IsMatch(line)).Fault);

    [Theory]
    [InlineData("INFO request served in 12 ms")]
    [InlineData("0 errors, 0 warnings")]
    [InlineData("configuration loaded")]
    [InlineData("listening on 0.0.0.0:8080")]
    public void Ordinary_lines_mean_nothing(string line) =>
        Assert.DoesNotContain(LogSignatures.All, s => s.Pattern.IsMatch(line));
}
