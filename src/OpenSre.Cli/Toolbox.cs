using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>Which evidence tools there are, over any runner.</summary>
internal static class Toolbox
{
    /// <summary>A runner of commands on this machine, with the places its configuration names.</summary>
    public static ICommandRunner LocalRunner() => CompositeRunner.Local(new ProbeOptions { DockerSocket = DockerSocket() });

    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner) =>
        [.. LinuxTools.All(runner, LinuxPlaces()), .. NetworkTools.All(runner)];

    private static string DockerSocket() =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { } host && host.StartsWith("unix://", StringComparison.Ordinal) ? host["unix://".Length..] : DockerOptions.UsualSocket;

    private static LinuxOptions LinuxPlaces()
    {
        var usual = new LinuxOptions();
        return new LinuxOptions(
            Environment.GetEnvironmentVariable("OPENSRE_PROC") ?? usual.Proc,
            Environment.GetEnvironmentVariable("OPENSRE_SYS") ?? usual.Sys,
            Environment.GetEnvironmentVariable("OPENSRE_CGROUPS") ?? usual.Cgroups,
            Environment.GetEnvironmentVariable("OPENSRE_LOGS") ?? usual.Logs);
    }
}
