using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Every evidence tool there is, over one runner.</summary>
public static class EvidenceTools
{
    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner, LinuxOptions? linux = null, DockerOptions? docker = null) =>
        [.. LinuxTools.All(runner, linux), .. NetworkTools.All(runner), .. DockerTools.All(runner, docker ?? new DockerOptions()), .. GitTools.All(runner)];
}
