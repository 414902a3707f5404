using System.Globalization;
using System.Text;

namespace OpenSre.Sentry;

/// <summary>
/// Works out what a set of patches would make of a working tree. Contents are computed in memory, and git applies the
/// same patches to copies in a folder of its own; a file on which the two differ is refused. Neither the working tree nor
/// the index is touched.
/// </summary>
public static class RepositoryPlanner
{
    /// <param name="folder">Any folder of the working tree.</param>
    /// <param name="repository">The name Sentry gives the repository.</param>
    /// <param name="patches">Patches of that repository, one a path.</param>
    /// <param name="pinned">The commit they were made for, if known.</param>
    /// <exception cref="FixException">The folder is no working tree, or git is missing.</exception>
    public static async Task<RepositoryPlan> PlanAsync(string folder, string repository, IReadOnlyList<FilePatch> patches, string? pinned, CancellationToken cancellation)
    {
        var (root, gitFolder) = await WorkingTree.OfAsync(folder, cancellation).ConfigureAwait(false);
        var baseCommit = await KnownCommitAsync(root, pinned, cancellation).ConfigureAwait(false);
        var work = new List<Work>(patches.Count);
        Dictionary<string, string?> folders = [];
        HashSet<string> paths = [];
        foreach (var patch in patches)
        {
            var item = new Work(patch);
            work.Add(item);
            item.Refusal = PatchPath.Problem(patch.Path) ?? PatchPath.Problem(root, patch.Path, folders) ?? (paths.Add(patch.Path) ? null : "the set names it twice");
        }

        Parallel.ForEach(work.Where(w => w.Refusal is null), item => item.Read(root));
        if (work.Exists(w => w.Refusal is not null))
        {
            // A set with a path or a form that must not be is not taken apart: none of it is applied.
            return new RepositoryPlan(repository, root, gitFolder, baseCommit, [.. work.Select(w => w.Done(FileOutcome.Failed, w.Refusal ?? "another file of the set was refused"))]);
        }

        var dirty = await WorkingTree.DirtyAsync(root, cancellation).ConfigureAwait(false);
        if (baseCommit is not null)
        {
            await FindBasesAsync(root, baseCommit, work, dirty, cancellation).ConfigureAwait(false);
        }

        foreach (var item in work)
        {
            await DecideAsync(item, cancellation).ConfigureAwait(false);
        }

        await TryHeadAsync(root, work, cancellation).ConfigureAwait(false);
        await SecondOpinion.AskAsync(work, cancellation).ConfigureAwait(false);
        return new RepositoryPlan(repository, root, gitFolder, baseCommit, [.. work.Select(w => w.Result! with { Dirty = dirty.Contains(w.Patch.Path) })]);
    }

    private static async Task DecideAsync(Work item, CancellationToken cancellation)
    {
        var yours = item.Yours;
        switch (item.Patch.Type)
        {
            case ChangeType.Added:
                var added = HunkApplying.Apply("", item.Fit(""), exactly: true, out var whyNot);
                item.Settle(
                    added is null ? item.Done(FileOutcome.Failed, whyNot)
                    : yours is null ? item.Ready(added, "")
                    : yours == added || (ByteText.IsCrLf(yours) && yours.Replace("\r\n", "\n", StringComparison.Ordinal) == added) ? item.Done(FileOutcome.AlreadyApplied, null)
                    : item.Done(FileOutcome.Failed, "it is to be added, but it is here already with other contents"));
                return;
            case ChangeType.Deleted when yours is null:
                item.Settle(item.Done(FileOutcome.AlreadyApplied, null));
                return;
            case ChangeType.Deleted:
                Delete(item, yours);
                return;
            case ChangeType.Modified when item.Hunks.Count == 0:
                item.Settle(item.Done(FileOutcome.AlreadyApplied, null));
                return;
            case ChangeType.Modified when yours is null:
                item.Settle(item.Done(FileOutcome.Failed, "it is not here"));
                return;
        }

        var theBase = item.Base is null ? null : SameLineEnds(item.Base, yours!);
        if (theBase is not null && theBase != yours && await MergeAsync(item, theBase, yours!, cancellation).ConfigureAwait(false))
        {
            return;
        }

        var hunks = item.Fit(yours!);
        if (HunkApplying.Apply(yours!, hunks, exactly: false, out var reason) is { } after)
        {
            item.Settle(after == yours ? item.Done(FileOutcome.AlreadyApplied, null) : item.Ready(after, yours!));
            return;
        }

        var back = HunkApplying.Apply(yours!, HunkApplying.Reversed(HunkFitting.Fit(item.Hunks, null)), exactly: true, out _)
            ?? HunkApplying.Apply(yours!, HunkFitting.Fit(HunkApplying.Reversed(item.Hunks), yours), exactly: true, out _);
        item.Settle(back is not null ? item.Done(FileOutcome.AlreadyApplied, null) : item.Done(FileOutcome.Failed, reason));
    }

    private static void Delete(Work item, string yours)
    {
        if (item.Hunks.Count > 0 && HunkApplying.Apply(yours, item.Fit(yours), exactly: false, out _) is "")
        {
            item.Settle(item.Ready(null, yours));
            return;
        }

        if (yours.Length == 0 || (item.Base is not null && SameLineEnds(item.Base, yours) == yours))
        {
            // The whole file is known, so the patch can name what it takes away.
            item.Fitted = WholeFile(yours);
            item.Settle(item.Ready(null, yours));
            return;
        }

        item.Settle(item.Done(FileOutcome.Failed, "it is to be deleted, but it is not the file the patch was made for"));
    }

    private static async Task<bool> MergeAsync(Work item, string theBase, string yours, CancellationToken cancellation)
    {
        var hunks = item.Fit(theBase);
        if (HunkApplying.Apply(theBase, hunks, exactly: true, out _) is not { } theirs)
        {
            return false;
        }

        if (theirs == yours)
        {
            item.Settle(item.Done(FileOutcome.AlreadyApplied, null));
            return true;
        }

        var (merged, conflicts) = await ThreeWay.MergeAsync(yours, theBase, theirs, cancellation).ConfigureAwait(false);
        item.Source = theBase;
        item.SourceResult = theirs;
        item.Settle(conflicts > 0
            ? item.Done(FileOutcome.Conflicted, $"{conflicts} {(conflicts == 1 ? "place was" : "places were")} changed here and by the patch") with { After = ByteText.Bytes(merged), Merged = true }
            : merged == yours
                ? item.Done(FileOutcome.AlreadyApplied, null)
                : item.Done(FileOutcome.Ready, null) with { After = ByteText.Bytes(merged), Merged = true });
        return true;
    }

    /// <summary>What fails against the file as it is may fit the file as it was committed, and merge from there.</summary>
    private static async Task TryHeadAsync(string root, List<Work> work, CancellationToken cancellation)
    {
        var failed = work.Where(w => w.Result is { Outcome: FileOutcome.Failed } && w.Patch.Type == ChangeType.Modified && w.Yours is not null && w.Base is null).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        await ReadBasesAsync(root, "HEAD", failed, cancellation).ConfigureAwait(false);
        foreach (var item in failed.Where(f => f.Base is not null))
        {
            var head = SameLineEnds(item.Base!, item.Yours!);
            if (head != item.Yours)
            {
                await MergeAsync(item, head, item.Yours!, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static List<Hunk> WholeFile(string text)
    {
        var lines = ByteText.Lines(text);
        return lines.Length == 0 ? [] : [new Hunk(1, [.. lines.Select((l, i) => new HunkLine('-', l, i == lines.Length - 1 && text[^1] != '\n'))])];
    }

    /// <summary>A committed text with the line ends its checked-out file has.</summary>
    private static string SameLineEnds(string committed, string yours) =>
        ByteText.IsCrLf(yours) && !committed.Contains('\r') ? committed.Replace("\n", "\r\n", StringComparison.Ordinal) : committed;

    private static async Task<string?> KnownCommitAsync(string root, string? pinned, CancellationToken cancellation)
    {
        if (pinned is null || pinned.Length is < 7 or > 64 || !pinned.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var answer = await GitProgram.RunAsync(root, cancellation, "rev-parse", "--verify", "--quiet", "--end-of-options", pinned + "^{commit}").ConfigureAwait(false);
        return answer.Code == 0 ? answer.Text : null;
    }

    /// <summary>A file that is as committed, and was not changed since the patch's commit, is its own base; the others are read.</summary>
    private static async Task FindBasesAsync(string root, string commit, List<Work> work, HashSet<string> dirty, CancellationToken cancellation)
    {
        var changed = await GitProgram.RunAsync(root, cancellation, "diff-tree", "-r", "-z", "--name-only", "--no-renames", commit, "HEAD").ConfigureAwait(false);
        if (changed.Code != 0)
        {
            await ReadBasesAsync(root, commit, work, cancellation).ConfigureAwait(false);
            return;
        }

        // What is to be deleted is compared in any case: git's status is silent about files it ignores.
        HashSet<string> others = [.. Encoding.UTF8.GetString(changed.Output).Split('\0'), .. dirty];
        bool IsItsOwn(Work item) => item.Patch.Type == ChangeType.Modified && item.Yours is not null && !others.Contains(item.Patch.Path);
        foreach (var item in work.Where(IsItsOwn))
        {
            item.Base = item.Yours;
        }

        await ReadBasesAsync(root, commit, [.. work.Where(w => !IsItsOwn(w))], cancellation).ConfigureAwait(false);
    }

    private static async Task ReadBasesAsync(string root, string commit, List<Work> work, CancellationToken cancellation)
    {
        var wanted = work.Where(w => w.Patch.Type != ChangeType.Added).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var question = string.Concat(wanted.Select(w => $"{commit}:{w.Patch.Path}\n"));
        var answer = await GitProgram.RunAsync(root, Encoding.UTF8.GetBytes(question), cancellation, "cat-file", "--batch").ConfigureAwait(false);
        var at = 0;
        foreach (var item in wanted)
        {
            var end = Array.IndexOf(answer.Output, (byte)'\n', at);
            if (end < 0)
            {
                return;
            }

            var head = Encoding.UTF8.GetString(answer.Output, at, end - at);
            at = end + 1;
            var words = head.Split(' ');
            if (words is [.., var kind, var size] && kind is "blob" or "tree" && int.TryParse(size, CultureInfo.InvariantCulture, out var length))
            {
                item.Base = kind == "blob" ? ByteText.Of(answer.Output.AsSpan(at, length)) : null;
                at += length + 1;
            }
        }
    }
}
