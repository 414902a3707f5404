using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>git.changes</c>: what changed in a repository lately, and when that reached this machine.</summary>
internal sealed class ChangesTool(ICommandRunner runner) : IEvidenceTool
{
    private const int UsualHours = 24;
    private const int MostCommits = 100;
    private const int MostFiles = 10;
    private const char Field = '\u001f';
    private const char Entry = '\u001e';

    public ToolDescription Description { get; } = new(
        "git.changes",
        "Shows what changed in a repository lately: commits with author, date and files, when HEAD moved on this machine (pull, checkout), the newest tags, and edits that were not committed.",
        [new ToolParameter("path", "Absolute path of the repository or a folder in it.", Required: true), new ToolParameter("hours", "How far back, 1 to 2160 hours; 24 if left out.")],
        TimeSpan.FromSeconds(15),
        60_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "path", ToolArguments.IsAbsolutePath, "an absolute path", out var path, out var wrong)
            || !ToolArguments.TryNumber(arguments, "hours", UsualHours, 1, 2160, out var hours, out wrong))
        {
            return wrong!;
        }

        var git = new GitCall(runner, Description, path);
        var head = await git.RunAsync(cancellation, "symbolic-ref", "--quiet", "--short", "HEAD");
        // Exit code 1 without a word: HEAD stands on no branch.
        if (head is not { Status: CommandStatus.Exited, ExitCode: 1, Error.Length: 0 } && git.Failure(head) is { } failure)
        {
            return failure;
        }

        var log = await git.RunAsync(cancellation, "log", $"--since={hours} hours ago", $"--max-count={MostCommits}", "--no-color", "--no-ext-diff", "--no-textconv", "--numstat", "--pretty=format:%x1e%H%x1f%aI%x1f%cI%x1f%an%x1f%s", "HEAD");
        var unborn = log.Status == CommandStatus.Exited && log.ExitCode == 128 && log.Error.Contains("HEAD", StringComparison.Ordinal);
        if (!unborn && git.Failure(log) is { } broken)
        {
            return broken;
        }

        var commits = unborn ? [] : Commits(log.Output).ToList();
        List<string> notes = [];
        List<string> lines =
        [
            new RecordLine("repository").Add("path", path).Add("branch", head.Output.Trim() is { Length: > 0 } branch ? branch : unborn ? null : "detached").Add("hours", hours).Add("commits", commits.Count).ToString(),
            .. commits.SelectMany(c => c.Lines()),
        ];
        if (commits.Count == MostCommits)
        {
            notes.Add($"Only the newest {MostCommits} commits are listed.");
        }

        await AddAsync(git, lines, notes, "when HEAD moved", Moves, cancellation, "log", "-g", "--max-count=10", "--date=iso-strict", "--pretty=format:%H%x1f%gd%x1f%gs", "HEAD");
        await AddAsync(git, lines, notes, "tags", Tags, cancellation, "for-each-ref", "--sort=-creatordate", "--count=10", "--format=%(refname:short)%1f%(creatordate:iso-strict)%1f%(objectname)%1f%(subject)", "refs/tags");
        await AddAsync(git, lines, notes, "uncommitted edits", Uncommitted, cancellation, "status", "--porcelain=v1", "--untracked-files=normal", "--ignore-submodules=all");
        return CommandTool.Ok(Description, string.Join('\n', lines) + "\n", string.Join(' ', notes));
    }

    private static async Task AddAsync(GitCall git, List<string> lines, List<string> notes, string what, Func<string, IEnumerable<string>> read, CancellationToken cancellation, params string[] arguments)
    {
        var result = await git.RunAsync(cancellation, arguments);
        if (result is { Status: CommandStatus.Exited, ExitCode: 0 })
        {
            lines.AddRange(read(result.Output));
        }
        else if (lines.Exists(l => l.StartsWith("commit ", StringComparison.Ordinal)))
        {
            // A repository without a commit has none of this, which needs no words.
            notes.Add($"git did not tell {what}: {git.Failure(result)?.Note}");
        }
    }

    private static IEnumerable<Commit> Commits(string output)
    {
        foreach (var entry in output.Split(Entry, StringSplitOptions.RemoveEmptyEntries))
        {
            var rows = entry.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (rows.Length > 0 && rows[0].Split(Field) is [var id, var authored, var committed, var author, var subject])
            {
                yield return new Commit(id, authored, committed, author, subject, [.. rows.Skip(1).Select(r => r.Split('\t')).Where(r => r.Length == 3).Select(r => new FileChange(r[2], Count(r[0]), Count(r[1])))]);
            }
        }

        // "-" stands for a binary file.
        static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    /// <summary>The reflog: what brought other code onto this machine, and when.</summary>
    private static IEnumerable<string> Moves(string output)
    {
        foreach (var row in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (row.Split(Field) is [var id, var selector, var what])
            {
                // HEAD@{2026-05-04T10:00:00+02:00}
                yield return new RecordLine("head_moved").Add("at", Utc(selector.Split('{', '}').ElementAtOrDefault(1))).Add("to", Short(id)).Text(what);
            }
        }
    }

    private static IEnumerable<string> Tags(string output)
    {
        foreach (var row in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (row.Split(Field) is [var name, var at, var id, var subject])
            {
                yield return new RecordLine("tag").Add("name", name).Add("at", Utc(at)).Add("object", Short(id)).Text(subject);
            }
        }
    }

    private static IEnumerable<string> Uncommitted(string output)
    {
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var row in rows.Where(r => r.Length > 3).Take(30))
        {
            yield return new RecordLine("uncommitted").Add("status", row[..2].Trim()).Text(row[3..], key: "path");
        }

        if (rows.Length > 30)
        {
            yield return new RecordLine("uncommitted_more").Add("count", rows.Length - 30).ToString();
        }
    }

    private static string Short(string id) => id.Length > 12 ? id[..12] : id;

    private static string? Utc(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Formats.Utc(time) : null;

    private sealed record FileChange(string Path, int? Added, int? Deleted);

    private sealed record Commit(string Id, string Authored, string Committed, string Author, string Subject, IReadOnlyList<FileChange> Files)
    {
        public IEnumerable<string> Lines()
        {
            yield return new RecordLine("commit").Add("id", Short(Id)).Add("at", Utc(Authored)).AddIf(Utc(Committed) != Utc(Authored), "committed", Utc(Committed)).Add("author", Author)
                .Add("files", Files.Count).Add("added", Files.Sum(f => f.Added ?? 0)).Add("deleted", Files.Sum(f => f.Deleted ?? 0)).Text(Subject);
            foreach (var file in Files.Take(MostFiles))
            {
                yield return new RecordLine("changed").Add("commit", Short(Id)).Add("added", file.Added).Add("deleted", file.Deleted).Text(file.Path, key: "path");
            }

            if (Files.Count > MostFiles)
            {
                yield return new RecordLine("changed_more").Add("commit", Short(Id)).Add("files", Files.Count - MostFiles).ToString();
            }
        }
    }
}
