using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Something a person may be about to type.</summary>
/// <param name="Text">What is put in.</param>
/// <param name="Note">What it is, in a few words.</param>
internal readonly record struct Candidate(string Text, string Note);

/// <summary>Candidates for the part of a text from <see cref="From"/> to the cursor.</summary>
internal sealed record Completions(int From, IReadOnlyList<Candidate> Candidates)
{
    public static Completions None { get; } = new(0, []);
}

/// <summary>Finds what may be meant: slash commands, files after @, names of hosts, containers, namespaces and incidents.</summary>
internal sealed class Completer(Func<IEnumerable<Candidate>> commands, Func<IEnumerable<Candidate>> names, string folder)
{
    private const int Most = 50;

    /// <param name="asked">The Tab key was pressed; names are offered only then.</param>
    public Completions For(string text, int cursor, bool asked)
    {
        var before = text.AsSpan(0, cursor);
        if (before.StartsWith("/") && !before.Contains(' ') && !before.Contains('\n') && !before[1..].Contains('/'))
        {
            var typed = before.ToString();
            return new(0, [.. commands().Where(c => c.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Select(c => c with { Text = c.Text + " " }).Take(Most)]);
        }

        var quoted = before.LastIndexOf("@\"");
        if (quoted >= 0 && (quoted == 0 || char.IsWhiteSpace(before[quoted - 1])) && !before[(quoted + 2)..].ContainsAny('"', '\n'))
        {
            return new(quoted, Files(before[(quoted + 2)..].ToString(), "@", isQuoted: true));
        }

        var start = before.LastIndexOfAny(' ', '\n') + 1;
        var word = before[start..];
        if (word.StartsWith("@"))
        {
            return new(start, Files(word[1..].ToString(), "@"));
        }

        if (!asked || word.IsEmpty)
        {
            return Completions.None;
        }

        var wanted = word.ToString();
        if (wanted.Contains('/') && Files(wanted, "") is { Count: > 0 } files)
        {
            // The path of a file can be said without @ as well.
            return new(start, files);
        }

        return new(start, [.. names().Where(c => c.Text.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).DistinctBy(c => c.Text).OrderBy(c => c.Text, StringComparer.Ordinal).Take(Most)]);
    }

    /// <summary>Files whose paths begin so. With a mark, a name with spaces is put in quotation marks; without, it is left out.</summary>
    private List<Candidate> Files(string typed, string mark, bool isQuoted = false)
    {
        var slash = typed.LastIndexOf('/');
        var (directory, name) = (typed[..(slash + 1)], typed[(slash + 1)..]);
        var place = directory.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), directory[2..])
            : Path.Combine(folder, directory);
        try
        {
            return
            [
                .. new DirectoryInfo(place).EnumerateFileSystemInfos()
                    .Where(f => f.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (name.Length > 0 || f.Name[0] != '.') && IsSayable(f.Name))
                    .Take(500)
                    .OrderBy(f => f is not DirectoryInfo).ThenBy(f => f.Name, StringComparer.Ordinal)
                    .Take(Most)
                    .Select(f => f is FileInfo file
                        ? new Candidate(Said(f.Name) + " ", Amounts.Size(file.Length))
                        : new Candidate(Said(f.Name + "/").TrimEnd('"'), "folder")),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }

        // What the input line would change on the way in would no longer name the file.
        bool IsSayable(string file) => !file.Contains('"') && SafeText.Clean(file, keepLines: false) == file && (mark.Length > 0 || !file.Any(char.IsWhiteSpace));

        string Said(string file) => isQuoted || (mark.Length > 0 && (directory + file).Any(char.IsWhiteSpace)) ? $"{mark}\"{directory}{file}\"" : $"{mark}{directory}{file}";
    }
}
