namespace OpenSre.Core;

/// <summary>The kinds of thing an incident can be about.</summary>
public enum EntityKind
{
    Unknown,
    Host,
    Service,
    Process,
    Container,
    Image,
    Filesystem,
    Device,
    NetworkInterface,
    Endpoint,
    Certificate,
    Resolver,
    Repository,
    Namespace,
    Node,
    Pod,
    Workload,
    KubernetesService,
    Volume,
    Database,
    Query,
    Commit,
}

/// <summary>
/// A thing evidence and hypotheses speak of. <see cref="Scope"/> says inside what it is unique
/// (a host, a namespace); empty means the machine or cluster under investigation.
/// </summary>
public sealed record Entity(EntityKind Kind, string Name, string Scope = "")
{
    public override string ToString() =>
        $"{Kind.ToString().ToLowerInvariant()} {(Scope.Length == 0 ? Name : Scope + "/" + Name)}";
}
