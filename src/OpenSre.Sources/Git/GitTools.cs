using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Evidence about what was changed in a repository: commits, deployments, edits that were never committed.</summary>
public static class GitTools
{
    public static IEnumerable<IEvidenceTool> All(ICommandRunner runner) => [new ChangesTool(runner), new DiffTool(runner)];
}
