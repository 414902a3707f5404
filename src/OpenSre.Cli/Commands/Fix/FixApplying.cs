using OpenSre.Core;
using OpenSre.Sentry;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>A fix somebody proposes.</summary>
/// <param name="Patches">Of any number of repositories.</param>
/// <param name="Pinned">The commit a repository's patches were made for, if known.</param>
/// <param name="Author">Who proposes it.</param>
/// <param name="CanOpenPullRequest">The author can open pull requests as well.</param>
internal sealed record ProposedFix(IReadOnlyList<FilePatch> Patches, Func<string, string?> Pinned, string Author, bool CanOpenPullRequest);

/// <summary>Shows what a patch would touch, asks once, and applies it: all of a repository's files or none.</summary>
internal sealed class FixApplying(FixOptions options, FixTerminal face, FixPlace place, SentryIssue issue)
{
    private readonly TextWriter _output = place.Output;
    private readonly Look _look = place.Look;

    /// <returns>The exit code, and whether pull requests are wanted.</returns>
    public async Task<(int Code, bool PullRequest)> RunAsync(ProposedFix proposed, List<RepositoryResult> results, CancellationToken cancellation)
    {
        foreach (var set in proposed.Patches.GroupBy(p => p.Repository, StringComparer.Ordinal))
        {
            results.Add(await PlanAsync(set.Key, [.. set], proposed.Pinned(set.Key), cancellation).ConfigureAwait(false));
        }

        if (!options.Json)
        {
            await ShowAsync(results, proposed).ConfigureAwait(false);
        }

        var here = results.Where(r => r.Plan is not null).ToList();
        var (apply, pullRequest) = (options.Apply == true, options.PullRequest && proposed.CanOpenPullRequest);
        if (options.DryRun)
        {
            return (here.Count == results.Count && here.TrueForAll(r => r.Plan!.CanApply) ? FixExit.Done : FixExit.NotApplied, false);
        }

        if (place.ApproveAsync is { } approve)
        {
            apply = await MayApplyAsync(here, proposed, approve, cancellation).ConfigureAwait(false);
            pullRequest = pullRequest && await approve("fix pull request", $"open pull requests for {issue.ShortId}", "you asked for them with --pr", "the repositories' remotes; Seer opens them, nothing is merged", cancellation).ConfigureAwait(false);
        }
        else if (options.Apply is null && face.CanAsk && !proposed.CanOpenPullRequest)
        {
            apply = here.Exists(r => r.Plan!.CanApply && !r.Plan.IsAlreadyApplied)
                && await face.AskAsync("Apply it here? [Y/n] ", cancellation).ConfigureAwait(false) is { } said && !said.StartsWith("n", StringComparison.OrdinalIgnoreCase);
        }
        else if (options.Apply is null && !options.PullRequest && face.CanAsk)
        {
            var choice = here.Exists(r => !r.Plan!.IsAlreadyApplied)
                ? await face.AskAsync("[a]pply here, open a [p]ull request, [b]oth or [n]either? ", cancellation).ConfigureAwait(false)
                : await face.AskAsync("Open a [p]ull request or [n]othing? ", cancellation).ConfigureAwait(false);
            var letter = choice is { Length: > 0 } ? char.ToLowerInvariant(choice[0]) : 'n';
            (apply, pullRequest) = (letter is 'a' or 'b', letter is 'p' or 'b');
        }

        if (!apply)
        {
            return (FixExit.Done, pullRequest);
        }

        var code = FixExit.Done;
        for (var i = 0; i < results.Count; i++)
        {
            results[i] = await ApplyAsync(results[i], proposed, cancellation).ConfigureAwait(false);
            if (!results[i].Written && results[i].Plan?.IsAlreadyApplied != true)
            {
                code = FixExit.NotApplied;
            }
            else if (results[i].Conflicts)
            {
                code = FixExit.NotApplied;
            }
        }

        return (code, pullRequest);
    }

    /// <summary>In a session the patch is one change, asked for once, whatever the options say.</summary>
    private async Task<bool> MayApplyAsync(List<RepositoryResult> here, ProposedFix proposed, Func<string, string, string, string, CancellationToken, Task<bool>> approve, CancellationToken cancellation)
    {
        var fresh = here.Where(r => !r.Plan!.IsAlreadyApplied).ToList();
        if (fresh.Count == 0 || options.Apply == false)
        {
            return false;
        }

        var files = fresh.SelectMany(r => r.Plan!.Files).Where(f => f.Outcome != FileOutcome.AlreadyApplied).Select(f => SafeText.Line(f.Path, 120)).ToList();
        return await approve(
            "fix",
            $"write {files.Count} {(files.Count == 1 ? "file" : "files")} in {string.Join(", ", fresh.Select(r => SafeText.Line(r.Plan!.Root, 200)))}: {string.Join(", ", files.Take(8))}{(files.Count > 8 ? " …" : "")}",
            $"the patch of {proposed.Author} for {issue.ShortId}",
            "these files of the working tree; nothing is staged, and /fix undo takes it back",
            cancellation).ConfigureAwait(false);
    }

    private async Task<RepositoryResult> PlanAsync(string repository, IReadOnlyList<FilePatch> patches, string? pinned, CancellationToken cancellation)
    {
        RepositoryResult Skipped(string why)
        {
            face.Warn($"{repository}: {why}");
            return new RepositoryResult(repository, null, false, false, why, null);
        }

        if (patches.Any(p => !Enum.IsDefined(p.Type)))
        {
            return Skipped("a change is of a kind that is not known; nothing of the repository is applied");
        }

        if (!options.Folders.TryGetValue(repository, out var folder) && !options.Folders.TryGetValue("", out folder))
        {
            var match = await LocalRepositories.MatchAsync(repository, Environment.CurrentDirectory, cancellation).ConfigureAwait(false);
            if (match is null)
            {
                return Skipped($"no remote of this working tree is that repository; say where it is with --dir {SafeText.Line(repository, 100)}=DIR");
            }

            folder = match.Root;
            if (match.Note is { } note)
            {
                face.Warn($"{repository}: {note}");
            }
        }

        var plan = await RepositoryPlanner.PlanAsync(folder, repository, patches, pinned, cancellation).ConfigureAwait(false);
        foreach (var file in plan.Files.Where(f => f.Sensitive))
        {
            face.Warn($"{SafeText.Line(file.Path, 200)} runs or decides something by itself; read its change with care.");
        }

        return new RepositoryResult(repository, plan, false, false, null, null);
    }

    private async Task ShowAsync(IReadOnlyList<RepositoryResult> results, ProposedFix proposed)
    {
        foreach (var plan in results.Select(r => r.Plan).OfType<RepositoryPlan>())
        {
            await _output.WriteLineAsync($"\n{_look.Bold(SafeText.Line(plan.Repository, 100))} in {SafeText.Line(plan.Root, 200)}, {(plan.Base is { } b ? $"made for commit {b[..12]}" : proposed.CanOpenPullRequest ? "the commit it was made for is not here" : "made for the files as they are")}").ConfigureAwait(false);
            foreach (var file in plan.Files)
            {
                await _output.WriteAsync(FixDiff.Coloured(file.Diff, _look)).ConfigureAwait(false);
            }

            foreach (var file in plan.Files)
            {
                var state = file.Outcome switch
                {
                    FileOutcome.Ready => file.Merged ? _look.Good("fits, merged with what changed here since") : _look.Good("fits"),
                    FileOutcome.AlreadyApplied => _look.Dim("already applied"),
                    FileOutcome.Conflicted => _look.Warn("conflicts: " + file.Reason),
                    _ => _look.Bad("does not fit: " + SafeText.Line(file.Reason ?? "", 300)),
                };
                await _output.WriteLineAsync($"  {SafeText.Line(file.Path, 200)} {state}{(file.Dirty ? _look.Warn(" (has uncommitted changes; they are kept)") : "")}").ConfigureAwait(false);
            }
        }

        await _output.FlushAsync().ConfigureAwait(false);
    }

    private async Task<RepositoryResult> ApplyAsync(RepositoryResult result, ProposedFix proposed, CancellationToken cancellation)
    {
        if (result.Plan is not { } plan || plan.IsAlreadyApplied)
        {
            return result;
        }

        var markers = false;
        if (!plan.CanApply)
        {
            markers = plan.HasOnlyConflicts && await face.AskAsync("Write the files with conflict marks? [y/N] ", cancellation).ConfigureAwait(false) is { } said && said.StartsWith("y", StringComparison.OrdinalIgnoreCase);
            if (!markers)
            {
                var file = Path.Combine(plan.GitFolder, $"seer-{Word(issue.ShortId)}-{Word(plan.Repository)}.patch");
                await File.WriteAllTextAsync(file, plan.Patch, cancellation).ConfigureAwait(false);
                face.Warn($"{plan.Repository}: nothing was changed; the patch is in {file}.{(proposed.CanOpenPullRequest ? " Open a pull request instead with --pr." : "")}");
                return result with { SavedAs = file };
            }
        }

        var record = PlanWriter.Write(plan, issue.ShortId, markers, TimeProvider.System.GetUtcNow());
        face.Note($"{plan.Repository}: {plan.Files.Count(f => f.Outcome != FileOutcome.AlreadyApplied)} files written, nothing staged. opensre fix undo takes it back.");
        return result with { Written = record is not null, Conflicts = markers };
    }

    private static string Word(string text) => new([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(80)]);
}
