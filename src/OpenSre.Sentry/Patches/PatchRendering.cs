using System.Globalization;
using System.Text;

namespace OpenSre.Sentry;

/// <summary>Writes a patch the way <c>git apply -p1</c> wants it, with counts and places computed anew.</summary>
internal static class PatchRendering
{
    /// <param name="path">The path, in Unicode.</param>
    /// <param name="hunks">Fitted hunks.</param>
    /// <returns>One file's patch as <see cref="ByteText"/>.</returns>
    public static string Render(string path, ChangeType type, bool executable, IReadOnlyList<Hunk> hunks)
    {
        var name = ByteText.OfUnicode(path);
        var (a, b) = (Quoted("a/" + name), Quoted("b/" + name));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"diff --git {a} {b}\n");
        text.Append(type switch
        {
            ChangeType.Added => executable ? "new file mode 100755\n" : "new file mode 100644\n",
            ChangeType.Deleted => executable ? "deleted file mode 100755\n" : "deleted file mode 100644\n",
            _ => "",
        });
        if (hunks.Count == 0)
        {
            return type == ChangeType.Added ? text.Append("index 0000000..e69de29\n").ToString()
                : type == ChangeType.Deleted ? text.Append("index e69de29..0000000\n").ToString()
                : text.ToString();
        }

        var tab = name.Contains(' ') ? "\t" : "";
        text.Append("--- ").Append(type == ChangeType.Added ? "/dev/null" : a + tab).Append('\n');
        text.Append("+++ ").Append(type == ChangeType.Deleted ? "/dev/null" : b + tab).Append('\n');
        var delta = 0;
        foreach (var hunk in hunks)
        {
            var (old, now) = (hunk.OldCount, hunk.NewCount);
            text.Append(CultureInfo.InvariantCulture, $"@@ -{hunk.Start},{old} +{HunkApplying.NewStart(hunk, delta)},{now} @@\n");
            delta += now - old;
            foreach (var line in hunk.Lines)
            {
                text.Append(line.Kind).Append(line.Text).Append('\n');
                if (line.NoLineEnd)
                {
                    text.Append("\\ No newline at end of file\n");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The patch of a change whose file is not at hand: as received, in git's form, in Unicode.</summary>
    public static string RenderUnfitted(FilePatch patch) =>
        ByteText.Unicode(Render(patch.Path, patch.Type, IsExecutable(patch), HunkFitting.Fit(HunkReading.Of(patch), null)));

    public static bool IsExecutable(FilePatch patch) => patch.Diff.Contains("\nnew file mode 100755\n", StringComparison.Ordinal);

    private static string Quoted(string name) => name.Contains('"') ? "\"" + name.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : name;
}
