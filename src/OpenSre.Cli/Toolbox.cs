using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>Which evidence tools there are, over any runner.</summary>
internal static class Toolbox
{
    /// <summary>A runner of commands on this machine, with the places its configuration names.</summary>
    public static ICommandRunner LocalRunner()
    {
        var usual = new ProbeOptions();
        return CompositeRunner.Local(usual with { DockerSocket = Docker().Socket ?? usual.DockerSocket, Prometheus = MonitoringSetup.Prometheus(), Loki = MonitoringSetup.Loki() });
    }

    /// <summary>What this machine is looked at with, and its monitoring where it is configured.</summary>
    public static IReadOnlyList<IEvidenceTool> Live(ICommandRunner runner) => [.. All(runner), .. Monitoring(runner)];

    /// <summary>The tools of the monitoring that is configured; none where there is none.</summary>
    public static IReadOnlyList<IEvidenceTool> Monitoring(ICommandRunner runner) => [.. MonitoringSetup.Prometheus() is null ? [] : PrometheusTools.All(runner), .. MonitoringSetup.Loki() is null ? [] : LokiTools.All(runner)];

    /// <summary>What a recording was made with.</summary>
    public static IReadOnlyList<IEvidenceTool> Of(Bundle bundle)
    {
        var runner = new ReplayRunner(bundle);
        return [.. All(runner), .. PrometheusTools.AreIn(bundle) ? PrometheusTools.All(runner) : [], .. LokiTools.AreIn(bundle) ? LokiTools.All(runner, new ReplayTime(bundle.Header.RecordedAt)) : []];
    }

    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner) => EvidenceTools.All(runner, LinuxPlaces(), Docker());

    /// <summary>Where the Docker engine is, as DOCKER_HOST says.</summary>
    public static DockerOptions Docker() => new(Environment.GetEnvironmentVariable("DOCKER_HOST"));

    /// <summary>Where this machine keeps what the probes read.</summary>
    public static LinuxOptions LinuxPlaces()
    {
        var usual = new LinuxOptions();
        return new LinuxOptions(
            Environment.GetEnvironmentVariable("OPENSRE_PROC") ?? usual.Proc,
            Environment.GetEnvironmentVariable("OPENSRE_SYS") ?? usual.Sys,
            Environment.GetEnvironmentVariable("OPENSRE_CGROUPS") ?? usual.Cgroups,
            Environment.GetEnvironmentVariable("OPENSRE_LOGS") ?? usual.Logs);
    }
}
