namespace OpenSre.Sentry;

/// <summary>What a patch does to one file: A adds, M modifies, D deletes.</summary>
public enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One line of a hunk as it was received.</summary>
/// <param name="Type">"+", "-", " ", or "\" for the mark that the line before has no line end.</param>
/// <param name="Value">The text, with or without the type before it and a line end after it.</param>
public sealed record ReceivedLine(string Type, string Value);

/// <summary>A hunk as it was received.</summary>
/// <param name="SourceStart">Line in the old file, from 1; 0 before the first line.</param>
/// <param name="SectionHeader">Function text, or the whole <c>@@</c> line.</param>
public sealed record ReceivedHunk(int SourceStart, string SectionHeader, IReadOnlyList<ReceivedLine> Lines);

/// <summary>A patch of one file as it was received: in up to two forms, neither of which git need understand.</summary>
/// <param name="Repository">The name Sentry gives the repository, <c>owner/name</c>.</param>
/// <param name="Path">Path in the repository, with <c>/</c>; not yet validated.</param>
/// <param name="Diff">A unified diff, with or without prefixes and line end; may be empty.</param>
/// <param name="Hunks">The same as hunks; may be empty.</param>
public sealed record FilePatch(string Repository, string Path, ChangeType Type, int Added, int Removed, string Diff, IReadOnlyList<ReceivedHunk> Hunks);
