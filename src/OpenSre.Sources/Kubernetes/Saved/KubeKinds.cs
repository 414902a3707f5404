namespace OpenSre.Sources;

/// <summary>The kinds of Kubernetes objects under one name each, however they are written.</summary>
internal static class KubeKinds
{
    private static readonly (string Kind, string[] Names)[] Table =
    [
        ("pods", ["pod", "po"]),
        ("deployments", ["deployment", "deploy", "deployments.apps", "deployment.apps"]),
        ("statefulsets", ["statefulset", "sts", "statefulsets.apps", "statefulset.apps"]),
        ("replicasets", ["replicaset", "rs", "replicasets.apps", "replicaset.apps"]),
        ("daemonsets", ["daemonset", "ds", "daemonset.apps"]),
        ("services", ["service", "svc"]),
        ("endpoints", ["endpoint", "ep"]),
        ("nodes", ["node", "no"]),
        ("events", ["event", "ev", "events.events.k8s.io"]),
        ("persistentvolumeclaims", ["persistentvolumeclaim", "pvc", "pvcs"]),
        ("persistentvolumes", ["persistentvolume", "pv", "pvs"]),
        ("resourcequota", ["resourcequotas", "quota", "quotas", "resource-quota", "resource-quotas"]),
        ("configmaps", ["configmap", "cm"]),
        ("namespaces", ["namespace", "ns"]),
    ];

    /// <summary>The usual name of a kind; null when it is none that is known.</summary>
    public static string? Of(string text)
    {
        var word = text.ToLowerInvariant();
        return Table.FirstOrDefault(t => t.Kind == word || t.Names.Contains(word)).Kind;
    }
}
