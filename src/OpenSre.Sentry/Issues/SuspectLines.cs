using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>A suspect line as the working tree has it.</summary>
/// <param name="Path">Below the root.</param>
/// <param name="Changed">The commit that changed the line last, as <c>id date subject</c>; null when it is not committed.</param>
public sealed record SuspectLine(string Path, int Line, string Text, string? Function, string? Changed);

/// <summary>Finds the lines of a stack in a working tree.</summary>
public static class SuspectLines
{
    /// <summary>Lines of tracked files whose path is the frame's, or ends in it, when one file alone does.</summary>
    /// <param name="folder">Any folder of the working tree; outside one nothing is found.</param>
    public static async Task<IReadOnlyList<SuspectLine>> FindAsync(string folder, IReadOnlyList<SuspectFrame> frames, CancellationToken cancellation)
    {
        var top = await GitProgram.RunAsync(folder, cancellation, "rev-parse", "--show-toplevel").ConfigureAwait(false);
        if (top.Code != 0)
        {
            return [];
        }

        var root = top.Text;
        var listed = await GitProgram.RunAsync(root, cancellation, "-c", "core.quotePath=false", "ls-files", "-z").ConfigureAwait(false);
        var paths = System.Text.Encoding.UTF8.GetString(listed.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        List<SuspectLine> found = [];
        Dictionary<string, string?> folders = [];
        foreach (var frame in frames)
        {
            var name = frame.File.TrimStart('.', '/');
            var hits = paths.Where(p => p == name).ToList();
            hits = hits.Count > 0 ? hits : [.. paths.Where(p => p.EndsWith("/" + name, StringComparison.Ordinal) || name.EndsWith("/" + p, StringComparison.Ordinal)).Take(2)];
            if (hits is not [var path] || PatchPath.Problem(root, path, folders) is not null || !File.Exists(Path.Combine(root, path)))
            {
                continue;
            }

            if (File.ReadLines(Path.Combine(root, path)).Skip(frame.Line - 1).FirstOrDefault() is { } text)
            {
                found.Add(new SuspectLine(path, frame.Line, SafeText.Line(text, 160), frame.Function, await ChangedAsync(root, path, frame.Line, cancellation).ConfigureAwait(false)));
            }
        }

        return found;
    }

    private static async Task<string?> ChangedAsync(string root, string path, int line, CancellationToken cancellation)
    {
        var place = line.ToString(CultureInfo.InvariantCulture);
        var blame = await GitProgram.RunAsync(root, cancellation, "blame", "--porcelain", "-L", $"{place},{place}", "--", path).ConfigureAwait(false);
        var lines = blame.Text.Split('\n');
        var commit = lines[0].Split(' ')[0];
        if (blame.Code != 0 || commit.Length < 12 || commit.All(c => c == '0'))
        {
            return null;
        }

        string Field(string name) => lines.FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
        var date = long.TryParse(Field("committer-time"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
        return SafeText.Line($"{commit[..12]} {date} {Field("summary")}", 160);
    }
}
