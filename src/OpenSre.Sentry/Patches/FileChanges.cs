using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>A file's bytes before and after; null where there is no file.</summary>
internal sealed record FileChange(string Path, byte[]? Before, byte[]? After, bool Executable = false)
{
    public FileChange Reversed() => new(Path, After, Before, Executable);
}

/// <summary>Writes changes of several files, all or none.</summary>
internal static class FileChanges
{
    /// <exception cref="FixException">A file is not as expected or cannot be written. All are as before, unless the message says otherwise.</exception>
    public static void Write(string root, IReadOnlyList<FileChange> changes)
    {
        Dictionary<string, string?> folders = [];
        foreach (var change in changes)
        {
            if ((PatchPath.Problem(change.Path) ?? PatchPath.Problem(root, change.Path, folders)) is { } problem)
            {
                throw new FixException(FixFailure.Failed, $"{SafeText.Line(change.Path, 200)}: {problem}; nothing was changed.");
            }
        }

        var expected = new bool[changes.Count];
        Parallel.For(0, changes.Count, i => expected[i] = IsAsExpected(root, changes[i]));
        if (Array.IndexOf(expected, false) is >= 0 and var other)
        {
            throw Changed(changes[other]);
        }

        // What goes makes room for what comes: a file may become a folder. Files of a folder are written together.
        changes = [.. changes.OrderBy(c => c.After is not null).ThenBy(c => c.Path, StringComparer.Ordinal)];

        // All new contents are there, under other names, before the first file is touched.
        var prepared = Prepare(root, changes);
        var done = new List<FileChange>(changes.Count);
        HashSet<string> made = [];
        string? safe = null;
        try
        {
            for (var i = 0; i < changes.Count; i++)
            {
                var change = changes[i];
                safe = ExpectFolder(root, change, safe);
                if (change.Before is not null && prepared[i] is { } temporary && FileSwap.Try(temporary, Path.Combine(root, change.Path)))
                {
                    // Looked at afterwards, so nobody can have written it between the look and the writing.
                    if (!Holds(temporary, change.Before))
                    {
                        if (!FileSwap.Try(temporary, Path.Combine(root, change.Path)))
                        {
                            File.Move(temporary, Path.Combine(root, change.Path), overwrite: true);
                            prepared[i] = null;
                        }

                        throw Changed(change);
                    }

                    done.Add(change);
                    continue;
                }

                // Looked at once more, as late as can be.
                Expect(root, change);
                done.Add(change);
                Put(root, change, prepared[i], made);
                prepared[i] = null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FixException)
        {
            var lost = TakeBack(root, done);
            foreach (var folder in made.OrderByDescending(f => f.Length))
            {
                RemoveIfEmpty(folder);
            }

            throw new FixException(
                FixFailure.Failed,
                SafeText.Line(e.Message, 300) + (lost.Count == 0 ? " Nothing was changed." : $" These could not be put back; their old contents are in the undo record: {SafeText.Line(string.Join(", ", lost), 1000)}."),
                e);
        }
        finally
        {
            Forget(prepared);
        }
    }

    /// <summary>Looks whether the way to a file is still without links, once for the files of a folder that follow each other.</summary>
    /// <param name="safe">The folder that was looked at for the file before.</param>
    /// <returns>The folder of the file.</returns>
    private static string ExpectFolder(string root, FileChange change, string? safe)
    {
        var folder = Path.GetDirectoryName(change.Path) ?? "";
        if (folder != safe && PatchPath.Problem(root, change.Path, []) is { } problem)
        {
            throw new FixException(FixFailure.Failed, $"{SafeText.Line(change.Path, 200)}: {problem}.");
        }

        return folder;
    }

    private static void Expect(string root, FileChange change)
    {
        if (PatchPath.Problem(root, change.Path, []) is { } problem)
        {
            throw new FixException(FixFailure.Failed, $"{SafeText.Line(change.Path, 200)}: {problem}.");
        }

        if (!IsAsExpected(root, change))
        {
            throw Changed(change);
        }
    }

    /// <summary>Whether it is a file, not a link to one, of these bytes.</summary>
    private static bool Holds(string full, byte[] bytes)
    {
        var file = new FileInfo(full);
        return file.LinkTarget is null && file.Exists && file.Length == bytes.Length && File.ReadAllBytes(full).AsSpan().SequenceEqual(bytes);
    }

    private static bool IsAsExpected(string root, FileChange change)
    {
        var full = Path.Combine(root, change.Path);
        return change.Before is null ? !Path.Exists(full) || Directory.Exists(full) : File.Exists(full) && File.ReadAllBytes(full).AsSpan().SequenceEqual(change.Before);
    }

    private static FixException Changed(FileChange change) => new(FixFailure.Failed, $"{SafeText.Line(change.Path, 200)} has changed meanwhile.");

    /// <summary>Writes every new content to a temporary file from which it can be renamed into place.</summary>
    /// <returns>One name a change; null where a file goes.</returns>
    private static string?[] Prepare(string root, IReadOnlyList<FileChange> changes)
    {
        var prepared = new string?[changes.Count];
        try
        {
            Parallel.For(0, changes.Count, i => prepared[i] = changes[i].After is null ? null : Prepare(root, changes[i]));
            return prepared;
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is IOException or UnauthorizedAccessException))
        {
            Forget(prepared);
            throw new FixException(FixFailure.Failed, SafeText.Line(e.InnerExceptions[0].Message, 300) + " Nothing was changed.", e);
        }
    }

    private static string Prepare(string root, FileChange change)
    {
        var full = Path.Combine(root, change.Path);
        var folder = Path.GetDirectoryName(full)!;
        while (folder.Length > root.Length && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var temporary = Path.Combine(folder, $".opensre-{Guid.NewGuid():N}");
        try
        {
            NewFile.Write(temporary, change.After!);
            if (!OperatingSystem.IsWindows())
            {
                if (change.Before is not null && File.Exists(full))
                {
                    File.SetUnixFileMode(temporary, File.GetUnixFileMode(full));
                }
                else if (change.Executable)
                {
                    File.SetUnixFileMode(temporary, File.GetUnixFileMode(temporary) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
                }
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    private static void Forget(string?[] prepared)
    {
        foreach (var temporary in prepared)
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
    }

    private static void Put(string root, FileChange change, string? prepared, HashSet<string> made)
    {
        var full = Path.Combine(root, change.Path);
        if (prepared is null)
        {
            File.Delete(full);
            for (var above = Path.GetDirectoryName(full); above is not null && above.Length > root.Length; above = Path.GetDirectoryName(above))
            {
                if (!RemoveIfEmpty(above))
                {
                    break;
                }
            }

            return;
        }

        var folder = Path.GetDirectoryName(full)!;
        for (var above = folder; above.Length > root.Length && !Directory.Exists(above); above = Path.GetDirectoryName(above)!)
        {
            made.Add(above);
        }

        Directory.CreateDirectory(folder);
        File.Move(prepared, full, overwrite: change.Before is not null);
    }

    private static List<string> TakeBack(string root, List<FileChange> done)
    {
        List<string> lost = [];
        foreach (var change in Enumerable.Reverse(done))
        {
            var full = Path.Combine(root, change.Path);
            try
            {
                var now = File.Exists(full) ? File.ReadAllBytes(full) : null;
                if (Same(now, change.After))
                {
                    var back = change.Reversed();
                    Put(root, back, back.After is null ? null : Prepare(root, back), []);
                }
                else if (!Same(now, change.Before))
                {
                    // Somebody else wrote it; theirs stays.
                    lost.Add(change.Path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lost.Add(change.Path);
            }
        }

        return lost;
    }

    private static bool Same(byte[]? a, byte[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);

    private static bool RemoveIfEmpty(string folder)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return false;
        }

        Directory.Delete(folder);
        return true;
    }
}
