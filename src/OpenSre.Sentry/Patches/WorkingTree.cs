using System.Text;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>Questions about a working tree.</summary>
public static class WorkingTree
{
    /// <summary>The top folder and the git folder of the working tree a folder is in: a worktree's or a submodule's own.</summary>
    /// <exception cref="FixException">It is in none.</exception>
    public static async Task<(string Root, string GitFolder)> OfAsync(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            throw new FixException(FixFailure.Usage, $"There is no folder {SafeText.Line(folder, 200)}.");
        }

        var answer = await GitProgram.RunAsync(folder, cancellation, "rev-parse", "--show-toplevel", "--absolute-git-dir").ConfigureAwait(false);
        var lines = answer.Text.Split('\n');
        return answer.Code == 0 && lines is [{ Length: > 0 } root, { Length: > 0 } git]
            ? (root, git)
            : throw new FixException(FixFailure.Usage, $"{SafeText.Line(folder, 200)} is not in a git working tree: {SafeText.Line(answer.Errors, 200)}");
    }

    /// <summary>Paths with changes that are not committed, tracked or not.</summary>
    public static async Task<HashSet<string>> DirtyAsync(string root, CancellationToken cancellation)
    {
        var answer = await GitProgram.RunAsync(root, cancellation, "-c", "core.quotePath=false", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").ConfigureAwait(false);
        HashSet<string> paths = [];
        foreach (var entry in Encoding.UTF8.GetString(answer.Output).Split('\0'))
        {
            if (entry.Length > 3)
            {
                paths.Add(entry[3..]);
            }
        }

        return paths;
    }
}
