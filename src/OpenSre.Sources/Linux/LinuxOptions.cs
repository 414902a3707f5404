namespace OpenSre.Sources;

/// <summary>Where a Linux machine keeps what the probes read; other roots serve containers and tests.</summary>
public sealed record LinuxOptions(string Proc = "/proc", string Sys = "/sys", string Cgroups = "/sys/fs/cgroup", string Logs = "/var/log");
