using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>
/// The tracked files of a working tree as text, for somebody who looks for a defect. What git does not track is not there:
/// it may hold secrets.
/// </summary>
public sealed class Checkout
{
    private const int MostLines = 400;
    private const int MostHits = 60;
    private const int LongestLine = 400;
    private const long LargestFile = 4 << 20;
    private readonly HashSet<string> _paths;

    private Checkout(string root, HashSet<string> paths) => (Root, _paths) = (root, paths);

    /// <summary>The top folder.</summary>
    public string Root { get; }

    /// <exception cref="FixException">The folder is in no working tree.</exception>
    public static async Task<Checkout> OfAsync(string folder, CancellationToken cancellation)
    {
        var (root, _) = await WorkingTree.OfAsync(folder, cancellation).ConfigureAwait(false);
        var listed = await GitProgram.RunAsync(root, cancellation, "-c", "core.quotePath=false", "ls-files", "-z").ConfigureAwait(false);
        return new Checkout(root, [.. Encoding.UTF8.GetString(listed.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries)]);
    }

    /// <summary>Lines of a file with their numbers; a sentence when it cannot be read.</summary>
    /// <param name="from">The first line, from 1.</param>
    public (string Text, bool Failed) Read(string path, int from, int count)
    {
        if (!_paths.Contains(path) || PatchPath.Problem(path) is not null || PatchPath.Problem(Root, path, []) is not null)
        {
            return ($"There is no tracked file {SafeText.Line(path, 200)}.", true);
        }

        var file = new FileInfo(Path.Combine(Root, path));
        if (!file.Exists || file.Length > LargestFile)
        {
            return (file.Exists ? "The file is too large to be read." : "The file is not checked out.", true);
        }

        var text = new StringBuilder();
        var (number, first, last) = (0, Math.Max(1, from), Math.Max(1, from) + Math.Clamp(count, 1, MostLines) - 1);
        foreach (var line in File.ReadLines(file.FullName))
        {
            if (++number >= first && number <= last)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}\t{Cut(line)}\n");
            }
        }

        return ($"{text}({path} has {number} lines)", false);
    }

    /// <summary>Lines of tracked files that contain a text.</summary>
    public async Task<(string Text, bool Failed)> SearchAsync(string text, CancellationToken cancellation)
    {
        if (text.Length is 0 or > 500 || text.Contains('\n', StringComparison.Ordinal))
        {
            return ("A search takes one line of text.", true);
        }

        var answer = await GitProgram.RunAsync(Root, cancellation, "-c", "core.quotePath=false", "grep", "-n", "-I", "-F", "--no-color", "-e", text).ConfigureAwait(false);
        if (answer.Code > 1)
        {
            return (SafeText.Line(answer.Errors, 200), true);
        }

        var hits = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (hits.Length == 0 ? "No line has it." : string.Join('\n', hits.Take(MostHits).Select(Cut)) + (hits.Length > MostHits ? $"\n… {hits.Length - MostHits} more" : ""), false);
    }

    private static string Cut(string line) => line.Length > LongestLine ? line[..LongestLine] + "…" : line;
}
