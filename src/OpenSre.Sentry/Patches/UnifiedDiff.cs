namespace OpenSre.Sentry;

/// <summary>Takes a unified diff of any number of files apart, as a model or a person writes it.</summary>
public static class UnifiedDiff
{
    /// <summary>One patch a file, in the order they stand; none when there is no file header (<c>---</c> and <c>+++</c>) in it.</summary>
    /// <param name="repository">The name the patches get.</param>
    public static IReadOnlyList<FilePatch> Split(string repository, string diff)
    {
        // Fences of Markdown are no part of a diff.
        var lines = diff.ReplaceLineEndings("\n").Split('\n').Where(l => !l.StartsWith("```", StringComparison.Ordinal)).ToList();
        var headers = Enumerable.Range(0, Math.Max(0, lines.Count - 1))
            .Where(i => lines[i].StartsWith("--- ", StringComparison.Ordinal) && lines[i + 1].StartsWith("+++ ", StringComparison.Ordinal)
                && (i + 2 >= lines.Count || lines[i + 2].StartsWith("@@", StringComparison.Ordinal) || lines[i + 2].Length == 0))
            .ToList();
        List<FilePatch> patches = [];
        for (var i = 0; i < headers.Count; i++)
        {
            var end = i + 1 < headers.Count ? headers[i + 1] : lines.Count;
            // What git writes before the next file belongs to that.
            for (var at = end - 1; at > headers[i] + 1 && IsPreamble(lines[at]); at--)
            {
                end = at;
            }

            var (before, after) = (Name(lines[headers[i]]), Name(lines[headers[i] + 1]));
            var body = lines[(headers[i] + 2)..end];
            var type = before == "/dev/null" ? ChangeType.Added : after == "/dev/null" ? ChangeType.Deleted : ChangeType.Modified;
            var path = type == ChangeType.Deleted ? Without(before, "a/") : type == ChangeType.Added || before.StartsWith("a/", StringComparison.Ordinal) ? Without(after, "b/") : after;
            patches.Add(new FilePatch(
                repository,
                path,
                type,
                body.Count(l => l.StartsWith('+')),
                body.Count(l => l.StartsWith('-')),
                string.Join('\n', lines[headers[i]..end]).TrimEnd('\n') + "\n",
                []));
        }

        return patches;
    }

    private static bool IsPreamble(string line) =>
        line.Length == 0 || line.StartsWith("diff --git ", StringComparison.Ordinal) || line.StartsWith("index ", StringComparison.Ordinal)
        || line.StartsWith("new file mode ", StringComparison.Ordinal) || line.StartsWith("deleted file mode ", StringComparison.Ordinal);

    private static string Name(string header) => header[4..].Split('\t')[0].Trim();

    private static string Without(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
