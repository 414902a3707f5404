namespace OpenSre.Sources;

/// <summary>Which cluster is looked at, and how.</summary>
/// <param name="Context">A context of the kubeconfig; null for the current one.</param>
/// <param name="Namespace">The namespace where a call names none; null for that of the context.</param>
/// <param name="Program">The kubectl to run.</param>
public sealed record KubernetesOptions(string? Context = null, string? Namespace = null, string Program = "kubectl");
