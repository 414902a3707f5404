using OpenSre.Core;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>Where to look first for a kind of complaint, before any evidence.</summary>
public static class SymptomLeads
{
    private static readonly (Symptom Symptoms, string Tool, double Weight, string Why, string[] SpeaksTo)[] Table =
    [
        (DiskSpace | Inodes | ReadOnly, "host.disk", 1, "space, inodes and mounts", ["disk.space_exhausted", "disk.inodes_exhausted", "disk.read_only"]),
        (Service, "host.disk", 0.5, "a full disk stops services", ["disk.space_exhausted", "disk.inodes_exhausted", "disk.read_only"]),
        (DiskIo | Load, "host.io", 1, "what the disks do, and limits on them", ["disk.io_saturated", "disk.io_throttled", "disk.io_errors"]),
        (Latency, "host.io", 0.5, "slow disks make slow answers", ["disk.io_saturated", "disk.io_throttled"]),
        (Cpu | Load, "host.cpu", 1, "CPU use, pressure and quotas", ["cpu.saturated", "cpu.throttled"]),
        (Latency | Temperature, "host.cpu", 0.6, "a busy CPU makes slow answers", ["cpu.saturated", "cpu.throttled"]),
        (Memory | OutOfMemory, "host.memory", 1, "memory, limits and OOM kills", ["memory.oom_killed", "memory.exhausted"]),
        (Restarts | Down | Latency | Container, "host.memory", 0.45, "memory, limits and OOM kills", ["memory.oom_killed", "memory.exhausted"]),
        (Memory | OutOfMemory, "host.kernel_log", 0.3, "what the kernel reported", ["memory.oom_killed"]),
        (DiskIo | ReadOnly, "host.kernel_log", 0.5, "what the kernel reported", ["disk.io_errors", "disk.read_only"]),
        (Restarts | Down, "host.kernel_log", 0.3, "what the kernel reported", ["memory.oom_killed", "service.crash"]),
        (OpenFiles, "host.files", 1, "open files against their limits", ["fd.exhausted"]),
        (Network | Errors, "host.files", 0.3, "open files against their limits", ["fd.exhausted"]),
        (Processes, "host.processes", 1, "process counts against their limits", ["pids.exhausted"]),
        (Service | Port | OutOfMemory | OpenFiles | Processes | DiskIo | Cpu, "service.list", 0.8, "the state of supervised services", ["service.crash_loop", "service.stopped", "service.failed"]),
        (Service | Port | OutOfMemory, "systemd.units", 0.8, "the state of systemd's services", ["service.crash_loop", "service.stopped", "service.failed"]),
        (Container, "docker.containers", 1, "the state of containers", ["container.unhealthy", "container.crash_loop", "container.exited", "container.paused", "memory.oom_killed"]),
        (Down | Restarts | Errors | Latency, "docker.containers", 0.6, "the state of containers", ["container.unhealthy", "container.crash_loop", "container.exited", "container.paused", "memory.oom_killed"]),
        (Memory | OutOfMemory, "docker.containers", 0.3, "the state of containers", ["container.unhealthy", "container.crash_loop", "container.exited", "container.paused", "memory.oom_killed"]),
        (Service | Port | Dns | Certificate | OpenFiles | Processes | DiskSpace | ReadOnly, "logs.overview", 0.6, "errors in recent logs", ["config.invalid", "config.permission", "port.conflict", "dependency.unreachable", "dns.resolver_broken", "tls.certificate_expired", "service.crash", "fd.exhausted"]),
        (Service, "journal.errors", 0.5, "errors in the journal", ["config.invalid", "port.conflict", "dependency.unreachable", "service.crash"]),
        (Network, "host.network", 1, "interfaces, drops and connection tracking", ["network.interface_errors", "network.interface_down", "network.conntrack_full", "network.accept_queue_overflow"]),
        (Clock | Certificate, "host.clock", 0.7, "the clock and its source", ["clock.skew"]),
        (Temperature, "host.temperature", 1, "temperatures against their limits", ["thermal.overheating"]),
        (Port | Down, "net.listeners", 0.5, "who listens where", ["port.conflict", "service.stopped"]),
        (Service, "host.changes", 0.25, "what changed before it began", ["config.invalid", "config.permission"]),
    ];

    /// <summary>The leads the alert itself gives: by what it complains of, and by what it names.</summary>
    public static IEnumerable<Lead> For(CheckContext context)
    {
        var reading = context.Reading;
        yield return new Lead(new ToolCall("host.overview"), "which machine this is, and its golden signals", [], 0.3);
        foreach (var (symptoms, tool, weight, why, speaksTo) in Table)
        {
            if ((symptoms & reading.Symptoms) != 0)
            {
                yield return new Lead(new ToolCall(tool), why, speaksTo, reading.Symptoms == Any ? weight * 0.5 : weight);
            }
        }

        foreach (var name in reading.ServiceNames.Take(3))
        {
            yield return new Lead(ToolCall.With("service.inspect", ("name", name)), $"everything about {name}", [], 0.9);
        }

        foreach (var url in reading.Urls.Where(u => reading.Has(Down | Errors | Latency | Certificate | Network)).Take(2))
        {
            yield return new Lead(ToolCall.With("net.http", ("url", url)), $"does {url} answer now", [], 0.8);
        }

        foreach (var endpoint in reading.Endpoints.Take(2))
        {
            var (host, port) = SplitEndpoint(endpoint);
            if (reading.Has(Certificate) || port == "443")
            {
                yield return new Lead(ToolCall.With("net.tls", ("host", host), ("port", port)), $"the certificate of {endpoint}", ["tls.certificate_expired", "tls.certificate_expiring", "tls.name_mismatch"], 1);
            }

            if (reading.Has(Down | Network | Errors | Latency))
            {
                yield return new Lead(ToolCall.With("net.tcp", ("host", host), ("port", port)), $"does {endpoint} accept connections now", ["dependency.unreachable", "service.stopped", "service.unreachable"], 0.5);
            }
        }
    }

    public static (string Host, string Port) SplitEndpoint(string endpoint)
    {
        var colon = endpoint.LastIndexOf(':');
        return colon < 0 ? (endpoint, "443") : (endpoint[..colon].Trim('[', ']'), endpoint[(colon + 1)..]);
    }
}
