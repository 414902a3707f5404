using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>
/// Lets git apply the patches to copies of the files, in an empty folder outside any repository, and refuses every file for
/// which git gives other bytes than were computed, or none.
/// </summary>
internal static class SecondOpinion
{
    public static async Task AskAsync(IReadOnlyList<Work> work, CancellationToken cancellation)
    {
        var asked = work.Where(w => w.Result!.Outcome is FileOutcome.Ready or FileOutcome.Conflicted && w.Source is not null).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var folder = ScratchFolder.Create("opensre-apply-", asked.Sum(a => (long)(a.Source?.Length ?? 0) + (a.SourceResult?.Length ?? 0)));
        try
        {
            var copied = asked.Where(a => a.Patch.Type != ChangeType.Added).ToList();
            foreach (var below in copied.Select(c => Path.GetDirectoryName(c.Patch.Path) ?? "").Distinct(StringComparer.Ordinal))
            {
                Directory.CreateDirectory(Path.Combine(folder.FullName, below));
            }

            Parallel.ForEach(copied, item => NewFile.Write(Path.Combine(folder.FullName, item.Patch.Path), ByteText.Bytes(item.Source!)));
            var patch = ByteText.Bytes(string.Concat(asked.Select(Rendered)));
            var answer = await ApplyAsync(folder.FullName, patch, cancellation).ConfigureAwait(false);
            if (answer.Code != 0)
            {
                await BlameAsync(folder.FullName, asked, answer, cancellation).ConfigureAwait(false);
                return;
            }

            Parallel.ForEach(asked, item =>
            {
                var full = Path.Combine(folder.FullName, item.Patch.Path);
                var deleted = item.Patch.Type == ChangeType.Deleted;
                if (File.Exists(full) ? deleted || ByteText.Of(File.ReadAllBytes(full)) != item.SourceResult : !deleted)
                {
                    item.Settle(item.Done(FileOutcome.Failed, "git would apply it in another way than the line numbers say"));
                }
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task BlameAsync(string folder, List<Work> asked, GitAnswer all, CancellationToken cancellation)
    {
        var found = false;
        foreach (var item in asked)
        {
            var alone = await ApplyAsync(folder, ByteText.Bytes(Rendered(item)), cancellation, "--check").ConfigureAwait(false);
            if (alone.Code != 0)
            {
                found = true;
                item.Settle(item.Done(FileOutcome.Failed, "git refuses it: " + SafeText.Line(alone.Errors, 200)));
            }
        }

        if (!found)
        {
            asked[0].Settle(asked[0].Done(FileOutcome.Failed, "git refuses the set: " + SafeText.Line(all.Errors, 200)));
        }
    }

    private static string Rendered(Work item) =>
        PatchRendering.Render(item.Patch.Path, item.Patch.Type, PatchRendering.IsExecutable(item.Patch), item.Fitted ?? HunkFitting.Fit(item.Hunks, item.Source));

    private static Task<GitAnswer> ApplyAsync(string folder, byte[] patch, CancellationToken cancellation, params string[] more) =>
        GitProgram.RunAsync(
            folder,
            patch,
            cancellation,
            ["--git-dir=/dev/null/none", "-c", "core.autocrlf=false", "-c", "apply.ignoreWhitespace=no", "apply", "--whitespace=nowarn", "-p1", .. more, "-"]);
}
