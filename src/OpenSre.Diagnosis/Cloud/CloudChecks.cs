namespace OpenSre.Diagnostics;

/// <summary>All checks of a cluster and of databases in a cloud account.</summary>
public static class CloudChecks
{
    private static readonly ICheck[] Signs = [new NodeConditionCheck(), new ProbeFailureCheck(), new ServiceLogCheck()];

    private static readonly ICheck[] Rechecks = [new ClusterRecheck()];

    /// <summary>Those that are not checks of a cluster or of a database.</summary>
    public static IReadOnlyList<ICheck> Own { get; } = [.. Signs, .. Rechecks];

    public static IReadOnlyList<ICheck> All { get; } = [.. Signs, .. KubernetesChecks.All, .. DatabaseChecks.All, .. Rechecks];
}
