using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>The evidence tools of a Linux machine: host, services, journal, logs, listening ports.</summary>
public static class LinuxTools
{
    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner, LinuxOptions? options = null)
    {
        options ??= new LinuxOptions();
        ProbeArgument name = new(new ToolParameter("name", "the name of the service, unit or program", Required: true), ProbeTool.NameShape);
        ProbeArgument path = new(new ToolParameter("path", "an absolute path", Required: true), ProbeTool.PathShape);
        ProbeArgument mount = new(new ToolParameter("path", "a mount point or directory", Required: true), ProbeTool.PathShape);
        ProbeArgument lines = new(new ToolParameter("lines", "how many lines, 100 if not given"), ProbeTool.NumberShape, "100");

        ProbeTool Probe(string tool, string summary, double cost, int seconds = 10, params ProbeArgument[] arguments) =>
            new(runner, options, new ToolDescription(tool, summary, [.. arguments.Select(a => a.Parameter)], TimeSpan.FromSeconds(seconds), 60_000, cost), arguments);

        ProbeArgument Number(string argument, string meaning, string fallback) => new(new ToolParameter(argument, meaning), ProbeTool.NumberShape, fallback);

        return
        [
            Probe("host.overview", "Host name, uptime, load, pressure and memory at a glance", 0.5),
            Probe("host.cpu", "CPU use, load, pressure, throttled cgroups and the busiest processes over one second", 1.2),
            Probe("host.memory", "Memory, swap, pressure, OOM kills, cgroup limits and the largest processes", 1),
            Probe("host.disk", "Space and inodes of every filesystem with growth, mount state, deleted files still open", 1.2),
            Probe("host.disk_usage", "What fills one filesystem: largest directories, largest files, fullest directories", 3, 30, mount),
            Probe("host.io", "Disk activity over one second, I/O pressure, cgroup I/O limits, blocked processes, RAID", 1.2),
            Probe("host.network", "Interfaces with errors and drops, TCP health, connection tracking, routes", 1.2),
            Probe("host.files", "Open files of the machine and of the processes nearest to their limit", 1.2),
            Probe("host.processes", "Process and thread counts, cgroup process limits, the youngest processes", 1.5),
            Probe("host.kernel_log", "Kernel messages about memory, disks, filesystems, hardware and network", 1),
            Probe("host.temperature", "Temperatures against their limits, and throttling", 1),
            Probe("host.clock", "The clock, and whether and how well it is synchronised", 1),
            Probe("host.changes", "Reboots, package changes and changed configuration files of the last days", 1.5, 15, Number("hours", "how far back, 72 if not given", "72")),
            Probe("systemd.units", "Failed, restarting and changed systemd services", 1.2),
            Probe("journal.errors", "Journal messages of priority error and worse", 1.5, 15, Number("minutes", "how far back, 60 if not given", "60")),
            Probe("service.list", "Services under runit or s6, watched for two seconds", 1.5),
            Probe("service.inspect", "Everything about one service: supervisor, processes, limits, ports, connections, configuration, last log lines", 1.5, 15, name),
            Probe("logs.overview", "Log files written lately, with their last lines that speak of trouble", 1.5, 15, Number("minutes", "how far back, 1440 if not given", "1440")),
            Probe("logs.tail", "The last lines of one log file", 1, 10, path, lines),
            Probe("net.listeners", "Listening sockets and the processes and services that own them", 1),
        ];
    }
}
