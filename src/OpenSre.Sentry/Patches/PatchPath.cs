using System.Text.RegularExpressions;

namespace OpenSre.Sentry;

/// <summary>Which paths a patch may name, and which of them deserve a second look.</summary>
internal static partial class PatchPath
{
    /// <summary>Why the path may not be touched, or null. Looks at the text alone.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
        {
            return "its path is empty";
        }

        if (path.Length > 4096 || path.AsSpan().ContainsAnyInRange('\0', '\x1f') || path.AsSpan().ContainsAny('\\', '\x7f', '\ufffd'))
        {
            return "its path has a backslash, a control character or is too long";
        }

        if (path[0] == '/' || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])))
        {
            return "its path is absolute";
        }

        foreach (var segment in path.Split('/'))
        {
            if (segment is "" or "." or "..")
            {
                return "its path has an empty, \".\" or \"..\" part";
            }

            if (GitFolder().IsMatch(segment.Replace("\u200c", "", StringComparison.Ordinal)))
            {
                return "its path leads into a .git folder";
            }
        }

        return null;
    }

    /// <summary>Why the path may not be touched in this working tree: a link or a foreign repository lies on the way.</summary>
    public static string? Problem(string root, string path, Dictionary<string, string?> seen)
    {
        var parent = Path.GetDirectoryName(path) ?? "";
        if (parent.Length > 0)
        {
            if (!seen.TryGetValue(parent, out var problem))
            {
                problem = FolderProblem(root, parent, seen);
                seen[parent] = problem;
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        var file = new FileInfo(Path.Combine(root, path));
        return file.LinkTarget is not null ? "it is a symbolic link" : null;
    }

    /// <summary>True for files that run or decide by themselves: workflows, hooks, lock files, build configuration.</summary>
    public static bool IsSensitive(string path) => Sensitive().IsMatch(path);

    private static string? FolderProblem(string root, string folder, Dictionary<string, string?> seen)
    {
        var above = Path.GetDirectoryName(folder) ?? "";
        if (above.Length > 0)
        {
            if (!seen.TryGetValue(above, out var problem))
            {
                problem = FolderProblem(root, above, seen);
                seen[above] = problem;
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        var full = new DirectoryInfo(Path.Combine(root, folder));
        if (full.LinkTarget is not null)
        {
            return "a folder on its path is a symbolic link";
        }

        return Path.Exists(Path.Combine(full.FullName, ".git")) ? "a folder on its path is a repository of its own (submodule or nested)" : null;
    }

    [GeneratedRegex(@"^(?:\.git|git~\d+)[ .]*$|^\.git[ .]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GitFolder();

    [GeneratedRegex(@"(?:^|/)(?:\.github/workflows/|\.githooks/|\.husky/|\.gitattributes$|\.gitmodules$|\.gitlab-ci\.yml$|Jenkinsfile$|Makefile$|Dockerfile$|\.envrc$|\.npmrc$|\.vscode/|conftest\.py$|setup\.py$|package\.json$|[^/]*\.lock$|[^/]*-lock\.(?:json|yaml)$|go\.sum$|[^/]*\.(?:sh|ps1|bat|cmd)$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Sensitive();
}
