using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Runs git so that it only reads: no lock is taken, and nothing a repository configures (hooks, file monitors, external
/// diff programs, text converters) is started.
/// </summary>
internal sealed class GitCall(ICommandRunner runner, ToolDescription description, string path)
{
    private const int Limit = 2_000_000;

    public static IReadOnlyList<string> Arguments(string path, params IEnumerable<string> arguments) =>
        ["-C", path, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "--no-optional-locks", "--no-pager", .. arguments];

    public Task<CommandResult> RunAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        runner.RunAsync(new CommandRequest(description.Name, "git", Arguments(path, arguments), null, description.Timeout, Limit), cancellation);

    /// <summary>The result a tool ends with when git failed; null if it did not.</summary>
    public ToolResult? Failure(CommandResult result) => Failure(CommandTool.ToToolResult(result, description, "git"), result, path);

    public static ToolResult? Failure(ToolResult result, CommandResult command, string path) => result.Status switch
    {
        ToolStatus.Ok => null,
        _ when command.Error.Contains("not a git repository", StringComparison.OrdinalIgnoreCase) => new ToolResult(ToolStatus.Missing, "", $"{path} is not in a git repository."),
        _ when command.Error.Contains("cannot change to", StringComparison.OrdinalIgnoreCase) && command.Error.Contains("No such file", StringComparison.Ordinal) =>
            new ToolResult(ToolStatus.Missing, "", $"{path} does not exist."),
        _ when command.Error.Contains("dubious ownership", StringComparison.OrdinalIgnoreCase) =>
            new ToolResult(ToolStatus.Refused, "", $"git reads no repository of another user; to allow it: git config --global --add safe.directory {path}"),
        _ => result,
    };
}
