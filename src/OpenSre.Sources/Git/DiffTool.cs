using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>git.diff</c>: what one commit changed.</summary>
internal sealed class DiffTool(ICommandRunner runner) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "git.diff",
        "Shows one commit: message, files, and the changed lines; a merge is compared with the branch it went into.",
        [new ToolParameter("path", "Absolute path of the repository.", Required: true), new ToolParameter("commit", "Commit id, tag or branch, such as 1a2b3c4 or HEAD~1.", Required: true)],
        TimeSpan.FromSeconds(15),
        60_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "path", ToolArguments.IsAbsolutePath, "an absolute path", out var path, out var wrong)
            || !ToolArguments.TryText(arguments, "commit", ToolArguments.IsRevision, "a commit id, a tag or a branch", out var commit, out wrong))
        {
            return wrong;
        }

        var request = new CommandRequest(
            Description.Name,
            "git",
            GitCall.Arguments(path, "show", "--no-color", "--no-ext-diff", "--no-textconv", "--first-parent", "-m", "--stat", "--patch", "--date=iso-strict", "--format=commit %H%nauthor %an%nauthored %aI%ncommitted %cI%n%n%B", "--end-of-options", commit),
            null,
            Description.Timeout,
            Description.OutputLimit);
        var result = await runner.RunAsync(request, cancellation);
        var read = CommandTool.ToToolResult(result, Description, "git");
        return result.Error.Contains("unknown revision", StringComparison.Ordinal) || result.Error.Contains("bad object", StringComparison.Ordinal)
            ? new ToolResult(ToolStatus.Failed, "", $"There is no commit {commit} in {path}.")
            : GitCall.Failure(read, result, path) ?? read;
    }
}
