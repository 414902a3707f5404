namespace OpenSre.Sentry;

/// <summary>What would become of one file.</summary>
public enum FileOutcome
{
    /// <summary>It can be written.</summary>
    Ready,

    /// <summary>It is already as the patch wants it.</summary>
    AlreadyApplied,

    /// <summary>It and the patch changed the same lines.</summary>
    Conflicted,

    /// <summary>The patch does not fit.</summary>
    Failed,
}

/// <summary>One file of a plan.</summary>
/// <param name="Path">Path below the root.</param>
/// <param name="Reason">Why it is conflicted or failed; else null.</param>
/// <param name="Before">The bytes the file has now; null when there is none.</param>
/// <param name="After">The bytes it shall have, with conflict marks if conflicted; null when it shall not exist.</param>
/// <param name="Merged">A three-way merge was needed: the file is not the one the patch was made for.</param>
/// <param name="Executable">A new file is to be executable.</param>
/// <param name="Diff">Its patch in git's form.</param>
public sealed record PlannedFile(string Path, ChangeType Type, FileOutcome Outcome, string? Reason, byte[]? Before, byte[]? After, bool Merged, bool Executable, string Diff)
{
    /// <summary>It has changes that are not committed.</summary>
    public bool Dirty { get; init; }

    /// <summary>It runs or decides something by itself: a workflow, a hook, a lock file.</summary>
    public bool Sensitive => PatchPath.IsSensitive(Path);
}

/// <summary>What would become of a working tree. Making a plan changes nothing.</summary>
/// <param name="Repository">The name Sentry gives the repository.</param>
/// <param name="Root">The top folder of the working tree.</param>
/// <param name="GitFolder">Its git folder, where undo records are kept.</param>
/// <param name="Base">The commit the patch was made for, if it is here.</param>
public sealed record RepositoryPlan(string Repository, string Root, string GitFolder, string? Base, IReadOnlyList<PlannedFile> Files)
{
    /// <summary>Every file can be written or needs nothing.</summary>
    public bool CanApply => Files.All(f => f.Outcome is FileOutcome.Ready or FileOutcome.AlreadyApplied);

    public bool IsAlreadyApplied => Files.Count > 0 && Files.All(f => f.Outcome == FileOutcome.AlreadyApplied);

    /// <summary>Nothing failed, and some files would get conflict marks.</summary>
    public bool HasOnlyConflicts => !CanApply && Files.All(f => f.Outcome != FileOutcome.Failed);

    /// <summary>All patches in git's form, applicable with <c>git apply</c>.</summary>
    public string Patch => string.Concat(Files.Select(f => f.Diff));
}
