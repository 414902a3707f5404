using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Sentry;

/// <summary>Reads hunks out of a unified diff, or out of either form in which the server gives hunks.</summary>
internal static partial class HunkReading
{
    /// <summary>The hunks of a patch; its diff is preferred, because it alone can say that a line end is missing.</summary>
    /// <exception cref="PatchRefusedException">What was received is no text patch of one file.</exception>
    public static List<Hunk> Of(FilePatch patch)
    {
        if (NotText().IsMatch(patch.Diff))
        {
            throw new PatchRefusedException(patch.Path, "it renames, copies or changes a binary file or a file mode, which is not done locally; open a pull request instead");
        }

        var hunks = FromDiff(patch.Diff, patch.Path);
        return hunks.Count > 0 ? hunks : FromHunks(patch.Hunks, patch.Path);
    }

    internal static List<Hunk> FromDiff(string diff, string path)
    {
        List<Hunk> hunks = [];
        Hunk? current = null;
        var (oldLeft, newLeft) = (0, 0);
        var lines = diff.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("@@ ", StringComparison.Ordinal) && HunkHeader().Match(line) is { Success: true } header)
            {
                current = new Hunk(Number(header.Groups[1], path), []);
                hunks.Add(current);
                oldLeft = header.Groups[2].Success ? Number(header.Groups[2], path) : 1;
                newLeft = header.Groups[4].Success ? Number(header.Groups[4], path) : 1;
                continue;
            }

            if (current is null)
            {
                continue;
            }

            switch (line.Length == 0 ? '\0' : line[0])
            {
                case '\0' when oldLeft > 0 && newLeft > 0:
                    // An empty context line whose space was trimmed on the way.
                    current.Lines.Add(new HunkLine(' ', ""));
                    (oldLeft, newLeft) = (oldLeft - 1, newLeft - 1);
                    break;
                case '\0' when string.Join("", lines[i..]).Length == 0:
                    // Only line ends follow.
                    break;
                case ' ':
                    current.Lines.Add(new HunkLine(' ', line[1..]));
                    (oldLeft, newLeft) = (oldLeft - 1, newLeft - 1);
                    break;
                case '-' when !(oldLeft <= 0 && newLeft <= 0 && line.StartsWith("--- ", StringComparison.Ordinal)):
                    current.Lines.Add(new HunkLine('-', line[1..]));
                    oldLeft--;
                    break;
                case '+':
                    current.Lines.Add(new HunkLine('+', line[1..]));
                    newLeft--;
                    break;
                case '\\':
                    MarkLast(current, path);
                    break;
                default:
                    throw new PatchRefusedException(path, "its diff has something after its hunks that is no hunk");
            }
        }

        return hunks;
    }

    internal static List<Hunk> FromHunks(IReadOnlyList<ReceivedHunk> received, string path)
    {
        // The prefixed form repeats the type before each value and gives the whole @@ line as the header.
        var prefixed = received.Count > 0 && received.All(h =>
            h.SectionHeader.StartsWith("@@", StringComparison.Ordinal) && h.Lines.All(l => l.Value.StartsWith(l.Type, StringComparison.Ordinal)));
        List<Hunk> hunks = [];
        foreach (var given in received)
        {
            var hunk = new Hunk(given.SourceStart, []);
            foreach (var line in given.Lines)
            {
                if (line.Type == "\\")
                {
                    MarkLast(hunk, path);
                    continue;
                }

                if (line.Type is not ("+" or "-" or " " or ""))
                {
                    throw new PatchRefusedException(path, "a hunk has a line of an unknown kind");
                }

                var text = prefixed && line.Type.Length > 0 ? line.Value[1..] : line.Value;
                text = text.EndsWith('\n') ? text[..^1] : text;
                if (text.Contains('\n'))
                {
                    throw new PatchRefusedException(path, "a line of a hunk holds several lines");
                }

                hunk.Lines.Add(new HunkLine(line.Type.Length == 0 ? ' ' : line.Type[0], text));
            }

            hunks.Add(hunk);
        }

        return hunks;
    }

    private static void MarkLast(Hunk hunk, string path)
    {
        if (hunk.Lines.Count == 0)
        {
            throw new PatchRefusedException(path, "a hunk begins with the mark of a missing line end");
        }

        hunk.Lines[^1] = hunk.Lines[^1] with { NoLineEnd = true };
    }

    private static int Number(Group group, string path) =>
        int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new PatchRefusedException(path, "a hunk has a line number that is out of range");

    [GeneratedRegex(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HunkHeader();

    [GeneratedRegex(@"^(?:rename (?:from|to) |copy (?:from|to) |GIT binary patch|Binary files .* differ|old mode |new mode )", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotText();
}
