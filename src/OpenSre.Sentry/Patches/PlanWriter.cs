namespace OpenSre.Sentry;

/// <summary>
/// Writes a plan into its working tree: all of it or nothing. A file that has changed since the plan was made stops it, and
/// what was written is taken back. An undo record with every old byte is on disk before the first file is touched.
/// </summary>
public static class PlanWriter
{
    /// <param name="name">A name for the undo record, such as the short id of the issue.</param>
    /// <param name="withConflicts">Write conflicted files too, with conflict marks.</param>
    /// <returns>The undo record; null when there was nothing to write.</returns>
    /// <exception cref="FixException">A file changed or could not be written; nothing is changed then.</exception>
    public static UndoRecord? Write(RepositoryPlan plan, string name, bool withConflicts, DateTimeOffset now)
    {
        if (!plan.CanApply && !(withConflicts && plan.HasOnlyConflicts))
        {
            throw new FixException(FixFailure.Failed, "The patches do not fit the working tree; nothing was changed.");
        }

        var files = plan.Files.Where(f => f.Outcome is FileOutcome.Ready or FileOutcome.Conflicted).ToList();
        if (files.Count == 0)
        {
            return null;
        }

        var changes = files.Select(f => new FileChange(f.Path, f.Before, f.After, f.Executable || IsExecutable(plan.Root, f))).ToList();
        var record = UndoRecord.Create(plan.Root, plan.GitFolder, name, changes, now);
        try
        {
            FileChanges.Write(plan.Root, changes);
        }
        catch
        {
            record.Forget();
            throw;
        }

        return record;
    }

    private static bool IsExecutable(string root, PlannedFile file) =>
        !OperatingSystem.IsWindows() && file.Before is not null && File.Exists(Path.Combine(root, file.Path))
        && File.GetUnixFileMode(Path.Combine(root, file.Path)).HasFlag(UnixFileMode.UserExecute);
}
