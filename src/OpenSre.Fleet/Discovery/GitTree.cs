namespace OpenSre.Fleet;

/// <summary>A git working tree, read from its files alone.</summary>
/// <param name="Root">The folder that holds <c>.git</c>.</param>
/// <param name="Branch">The branch checked out, or the first digits of a commit when there is none.</param>
/// <param name="Common">The git folder that all working trees of the repository share.</param>
/// <param name="Own">The git folder of this working tree alone, where its HEAD lies.</param>
public sealed record GitTree(string Root, string Branch, string Common, string Own)
{
    private const string Heads = "ref: refs/heads/";

    /// <summary>The working tree a folder lies in, or null.</summary>
    public static GitTree? Of(string folder)
    {
        try
        {
            for (var at = folder; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
            {
                var git = Path.Combine(at, ".git");
                if (Directory.Exists(git))
                {
                    return Read(at, git);
                }

                if (File.Exists(git) && File.ReadAllText(git).Trim() is var text && text.StartsWith("gitdir:", StringComparison.Ordinal))
                {
                    return Read(at, Path.GetFullPath(text[7..].Trim(), at));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not to be seen is the same as not there.
        }

        return null;
    }

    private static GitTree? Read(string root, string git)
    {
        var head = Path.Combine(git, "HEAD");
        if (!File.Exists(head))
        {
            return null;
        }

        var text = File.ReadAllText(head).Trim();
        var branch = text.StartsWith(Heads, StringComparison.Ordinal) ? text[Heads.Length..] : text[..Math.Min(text.Length, 10)];
        var common = Path.Combine(git, "commondir");
        return new GitTree(root, branch, File.Exists(common) ? Path.GetFullPath(File.ReadAllText(common).Trim(), git) : git, git);
    }
}
