using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>What is looked at: this machine, another one over SSH, a cluster, or what was saved of one.</summary>
internal sealed class Target
{
    private readonly Func<string?, IReadOnlyList<IEvidenceTool>> _tools;
    private readonly string? _namespace;
    private readonly Func<EngineProfile> _profile;

    private Target(Func<string?, IReadOnlyList<IEvidenceTool>> tools, TimeProvider time, Func<EngineProfile> profile, string? space, string? question)
    {
        (_tools, Time, _profile, _namespace, Question) = (tools, time, profile, space, question);
    }

    public TimeProvider Time { get; }

    /// <summary>Made when it is first asked for: a prompt does not wait for the checks.</summary>
    public EngineProfile Profile => _profile();

    /// <summary>What is asked when nothing else is; null when something must be.</summary>
    public string? Question { get; }

    /// <exception cref="InvalidDataException">What was saved cannot be read, or holds nothing of a cluster; or a machine cannot be reached.</exception>
    public static Target From(CommandLine line)
    {
        if (line.Saved is { } path)
        {
            var cluster = SavedCluster.Load(path);
            if (cluster.IsEmpty)
            {
                throw new InvalidDataException($"{SafeText.Line(path, 120)} holds nothing that kubectl prints and no support bundle; to investigate an alert, name its file");
            }

            var space = line.Namespace ?? (cluster.Namespaces is [var first, ..] ? first : null);
            return new Target(named => KubernetesTools.All(new SavedClusterRunner(cluster), new KubernetesOptions(null, named ?? space)), new ReplayTime(cluster.At), () => EngineProfile.Kubernetes, space, Ask(space)) { IsCluster = true };
        }

        if (line.Host is { } host)
        {
            // The monitoring is asked from here, whichever machine is looked at.
            IReadOnlyList<IEvidenceTool> tools = [.. RemoteHost.Tools(RemoteHost.Reach(host)), .. Toolbox.Monitoring(Toolbox.LocalRunner())];
            return new Target(_ => tools, TimeProvider.System, () => MonitoringSetup.IsAny ? EngineProfile.HostWithTelemetry : EngineProfile.Host, null, null);
        }

        if (line.Context is null && line.Namespace is null)
        {
            return new Target(_ => Toolbox.Live(Toolbox.LocalRunner()), TimeProvider.System, () => MonitoringSetup.IsAny ? EngineProfile.HostWithTelemetry : EngineProfile.Host, null, null);
        }

        return new Target(Cluster, TimeProvider.System, () => MonitoringSetup.IsAny ? EngineProfile.KubernetesWithTelemetry : EngineProfile.Kubernetes, line.Namespace, Ask(line.Namespace)) { IsCluster = true };

        IReadOnlyList<IEvidenceTool> Cluster(string? named)
        {
            var runner = Toolbox.LocalRunner();
            return [.. KubernetesTools.All(runner, new KubernetesOptions(line.Context, named ?? line.Namespace)), .. Toolbox.Monitoring(runner)];
        }
    }

    /// <summary>Whether a cluster is looked at, of which a namespace may be meant.</summary>
    public bool IsCluster { get; private init; }

    /// <summary>The tools for these alerts, and the alerts with the namespace that is looked at.</summary>
    public (IReadOnlyList<IEvidenceTool> Tools, IReadOnlyList<Alert> Alerts) For(IReadOnlyList<Alert> alerts)
    {
        if (!IsCluster)
        {
            return (_tools(null), alerts);
        }

        var space = _namespace ?? alerts.Select(a => a.Find("namespace", "kubernetes_namespace", "exported_namespace")).FirstOrDefault(n => n is not null);
        return (_tools(space), space is null ? alerts : [.. alerts.Select(a => a with { Labels = new Dictionary<string, string>(a.Labels, StringComparer.Ordinal) { ["namespace"] = space } })]);
    }

    private static string Ask(string? space) => space is null ? "What is wrong in this cluster?" : $"What is wrong in the namespace {space}?";
}
