namespace OpenSre.Diagnostics;

/// <summary>What the engine knows of one kind of system: its checks, its first leads, the faults it thinks possible, and how it weighs.</summary>
/// <param name="Leads">Where to look, given what was read so far.</param>
/// <param name="Weighing">Its fitted numbers; each profile says how they came to be.</param>
public sealed record EngineProfile(IReadOnlyList<ICheck> Checks, Func<CheckContext, IEnumerable<Lead>> Leads, IReadOnlyCollection<FaultType> Faults, WeighingOptions Weighing)
{
    /// <summary>A single machine and what runs on it.</summary>
    public static EngineProfile Host { get; } = new(HostChecks.All, SymptomLeads.For, FaultCatalogue.All, FittedWeighing.Host);

    /// <summary>A Kubernetes cluster.</summary>
    public static EngineProfile Kubernetes { get; } = new(KubernetesChecks.All, KubernetesLeads.For, KubernetesFaults.All, FittedWeighing.Kubernetes);

    /// <summary>A machine together with the monitoring of the services around it.</summary>
    public static EngineProfile HostWithTelemetry => Joined.Host;

    /// <summary>A cluster together with its monitoring.</summary>
    public static EngineProfile KubernetesWithTelemetry => Joined.Kubernetes;

    /// <summary>What fits the tools there are: with monitoring among them, its checks as well.</summary>
    public static EngineProfile HostFor(IEnumerable<string> tools) => tools.Any(t => t is TelemetryTools.Series or TelemetryTools.Logs) ? HostWithTelemetry : Host;

    /// <summary>One AI agent on this machine. Its weighing is not fitted: there are no labelled incidents of agents.</summary>
    public static EngineProfile Agents { get; } = new(AgentChecks.All, AgentLeads.For, AgentFaults.All, new WeighingOptions());

    /// <summary>The engine as if it did not know these faults: to see what it says of faults nobody has taught it.</summary>
    public EngineProfile Without(IReadOnlyCollection<string> faults) => faults.Count == 0 ? this : this with
    {
        Checks = [.. Checks.Select(c => new ForgetfulCheck(c, faults))],
        Faults = [.. Faults.Where(f => !faults.Contains(f.Id))],
    };

    /// <summary>A cloud account: its clusters, its databases, and what watches them.</summary>
    public static EngineProfile Cloud { get; } = new(CloudChecks.All, CloudLeads.For, CloudFaults.All, FittedWeighing.Cloud);

    /// <summary>The weighing stays that of the system looked at; what the monitoring adds stands before it, so that the last checks still see everything.</summary>
    private EngineProfile WithTelemetry() => this with
    {
        Checks = [.. TelemetryChecks.All.Concat(Checks).DistinctBy(c => c.Info.Id)],
        Leads = context => Leads(context).Concat(LiveTelemetry.Leads(context)),
        Faults = [.. Faults.Concat(TelemetryFaults.All).DistinctBy(f => f.Id)],
    };

    /// <summary>Made when one is first asked for.</summary>
    private static class Joined
    {
        public static readonly EngineProfile Host = EngineProfile.Host.WithTelemetry();
        public static readonly EngineProfile Kubernetes = EngineProfile.Kubernetes.WithTelemetry();
    }
}
