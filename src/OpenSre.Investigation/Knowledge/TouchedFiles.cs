using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Files below the working directory that a case speaks of: in the alert, in the arguments of calls, in what is quoted as
/// evidence, and in what git said. Only what is there counts, so that a word with a slash is no file.
/// </summary>
internal static partial class TouchedFiles
{
    private const int MostFiles = 200;
    private const int MostCandidates = 4_000;

    /// <summary>Relative to the working directory, with slashes; none without one.</summary>
    public static IReadOnlyList<string> Of(string? folder, Incident incident, EvidenceLedger? ledger)
    {
        var texts = incident.Alerts.SelectMany(a => a.Labels.Values.Concat(a.Annotations.Values).Append(a.Summary).Append(a.Name).Append(a.Question ?? ""));
        if (ledger is not null)
        {
            texts = texts.Concat(ledger.Outputs.SelectMany(Said)).Concat(ledger.Evidence.Select(e => e.Quote));
        }

        return Below(folder, texts);
    }

    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<string> In(string? folder, StoredOutput output) => Below(folder, Said(output).Append(output.Text));

    private static IEnumerable<string> Said(StoredOutput output) => output.Tool.StartsWith("git.", StringComparison.Ordinal) ? output.Arguments.Values.Append(output.Text) : output.Arguments.Values;

    private static List<string> Below(string? folder, IEnumerable<string> texts)
    {
        List<string> found = [];
        if (folder is null)
        {
            return found;
        }

        var root = Path.GetFullPath(folder);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(t => FileWord().Matches(t)).Select(m => m.Value))
        {
            if (found.Count == MostFiles || seen.Count == MostCandidates)
            {
                break;
            }

            // git writes a/ and b/ before the paths of a diff.
            foreach (var name in word.StartsWith("a/", StringComparison.Ordinal) || word.StartsWith("b/", StringComparison.Ordinal) ? [word, word[2..]] : new[] { word })
            {
                var path = Path.GetFullPath(name.TrimEnd('.', ':', '/'), root);
                if (seen.Add(path) && path.Length > root.Length + 1 && path.StartsWith(root, StringComparison.Ordinal) && (root == "/" || path[root.Length] == '/') && File.Exists(path))
                {
                    found.Add(Path.GetRelativePath(root, path).Replace('\\', '/'));
                }
            }
        }

        return found;
    }

    /// <summary>A path with a slash, or a name with an ending; a line number may follow it.</summary>
    [GeneratedRegex(@"(?<![\w/.-])(?:\.{0,2}/)?(?:[\w@+.-]+/)*[\w@+-][\w@+.-]*(?:(?<=/[\w@+.-]+)|(?<=\.[A-Za-z]\w{0,9}))")]
    private static partial Regex FileWord();
}
