using System.Runtime.InteropServices;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>What the machine itself tells: the system, /proc, pressure, cgroups, the kernel's log, systemd.</summary>
internal static class MachineFindings
{
    public static IEnumerable<Finding> All(LinuxOptions places)
    {
        yield return System();
        yield return Proc(places);
        yield return Pressure(places);
        yield return Cgroups(places);
        yield return KernelLog();
        yield return Journal(places);
        yield return Systemd();
        yield return Logs(places);
    }

    private static Finding System() => OperatingSystem.IsLinux()
        ? Finding.Ok("system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}, {Environment.MachineName}")
        : Finding.Missing("system", $"{RuntimeInformation.OSDescription.Trim()} is not Linux, so what is read from /proc cannot be read here.", "Start OpenSRE on the Linux machine, or replay a recording made there.");

    private static Finding Proc(LinuxOptions places) => Places.WhyNoContent(Path.Combine(places.Proc, "stat")) is { } why
        ? Finding.Missing("proc", $"{places.Proc}/stat cannot be read: {why}", "Mount it, or set OPENSRE_PROC to the folder where the machine's /proc is mounted.")
        : Finding.Ok("proc", places.Proc);

    private static Finding Pressure(LinuxOptions places) => Places.WhyNoContent(Path.Combine(places.Proc, "pressure", "cpu")) is null
        ? Finding.Ok("pressure", "CPU, memory and I/O pressure (PSI)")
        : Finding.Missing("pressure", "The kernel does not tell its pressure (PSI), so waiting is judged from load and CPU times.", "Boot with psi=1 to have it.");

    private static Finding Cgroups(LinuxOptions places)
    {
        if (File.Exists(Path.Combine(places.Cgroups, "cgroup.controllers")))
        {
            return Finding.Ok("cgroups", $"version 2 at {places.Cgroups}");
        }

        return Directory.Exists(Path.Combine(places.Cgroups, "memory"))
            ? Finding.Ok("cgroups", $"version 1 at {places.Cgroups}")
            : Finding.Missing("cgroups", $"None at {places.Cgroups}, so limits of services and containers are not seen.", "Set OPENSRE_CGROUPS to the folder where they are mounted.");
    }

    private static Finding KernelLog() => Places.WhyNotReadable("/dev/kmsg") switch
    {
        null => Finding.Ok("kernel log", "/dev/kmsg"),
        FindingState.Refused => Finding.Refused("kernel log", "/dev/kmsg may not be read, so out-of-memory kills and disk errors are not seen.", "Start as root, or allow it for all with: sysctl kernel.dmesg_restrict=0"),
        _ => Finding.Missing("kernel log", "There is no /dev/kmsg here; inside a container that is usual.", "Start OpenSRE on the machine itself to see it."),
    };

    private static Finding Journal(LinuxOptions places)
    {
        var folders = new[] { Path.Combine(places.Logs, "journal"), "/run/log/journal" };
        var folder = folders.FirstOrDefault(Directory.Exists);
        if (folder is null)
        {
            return Finding.Missing("journal", "systemd keeps no journal here; the files below the log folder are read instead.");
        }

        try
        {
            var file = Directory.EnumerateFiles(folder, "system*.journal", SearchOption.AllDirectories).FirstOrDefault();
            if (file is not null && Places.WhyNotReadable(file) is not null)
            {
                return Refused();
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return Refused();
        }

        return Places.Program("journalctl") is null
            ? Finding.Missing("journal", $"{folder} is there, but not journalctl to read it.", "Install systemd's journalctl.")
            : Finding.Ok("journal", folder);

        Finding Refused() => Finding.Refused("journal", $"{folder} may not be read in full.", $"Start as root, or join the group with: usermod -aG systemd-journal {Environment.UserName}");
    }

    private static Finding Systemd()
    {
        if (!Directory.Exists("/run/systemd/system"))
        {
            return Finding.Missing("systemd", "systemd does not run this machine; services are seen as processes.");
        }

        return Places.Program("systemctl") is { } program ? Finding.Ok("systemd", program) : Finding.Missing("systemd", "systemd runs here, but systemctl is not in the PATH.", "Add /usr/bin to the PATH.");
    }

    private static Finding Logs(LinuxOptions places)
    {
        try
        {
            var files = Directory.EnumerateFiles(places.Logs).Take(200).ToList();
            var refused = files.Count(f => Places.WhyNotReadable(f) == FindingState.Refused);
            return refused == 0
                ? Finding.Ok("log files", $"{places.Logs}, {files.Count} {(files.Count == 1 ? "file" : "files")}")
                : Finding.Refused("log files", $"{refused} of {files.Count} files in {places.Logs} may not be read.", $"Start as root, or join the group with: usermod -aG adm {Environment.UserName}");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return Finding.Missing("log files", $"{places.Logs} cannot be listed: {e.Message}", "Set OPENSRE_LOGS to the folder with the logs.");
        }
    }
}
