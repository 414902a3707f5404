using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>
/// Everything needed to take back what was applied: a folder in the git folder with a list, and the old contents under
/// their paths in a tar archive, which a person can open as well. It survives a crash in the middle of writing.
/// </summary>
public sealed class UndoRecord
{
    private const string ListName = "record.json";
    private const string ContentsName = "before.tar";
    private const string NoFile = "-";

    private UndoRecord(string folder, string root)
    {
        Folder = folder;
        Root = root;
    }

    /// <summary>The folder of the record.</summary>
    public string Folder { get; }

    /// <summary>The top folder of the working tree it belongs to.</summary>
    public string Root { get; }

    /// <summary>The name of the record.</summary>
    public string Name => Path.GetFileName(Folder);

    internal static UndoRecord Create(string root, string gitFolder, string name, IReadOnlyList<FileChange> changes, DateTimeOffset now)
    {
        var word = new string([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(60)]);
        var folder = Path.Combine(Place(gitFolder), $"{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}-{word}");
        Directory.CreateDirectory(folder);
        var files = new JsonArray();
        using (var file = File.Create(Path.Combine(folder, ContentsName)))
        {
            using var archive = new BufferedStream(file, 1 << 16);
            using var contents = new TarWriter(archive, TarEntryFormat.Gnu, leaveOpen: true);
            foreach (var change in changes)
            {
                if (change.Before is { } before)
                {
                    contents.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, change.Path) { DataStream = new MemoryStream(before, writable: false) });
                }

                files.Add(new JsonObject { ["path"] = change.Path, ["before"] = Mark(change.Before), ["after"] = Mark(change.After), ["executable"] = change.Executable });
            }

            contents.Dispose();
            archive.Flush();
            file.Flush(flushToDisk: true);
        }

        using (var list = File.Create(Path.Combine(folder, ListName)))
        {
            list.Write(Encoding.UTF8.GetBytes(new JsonObject { ["root"] = root, ["files"] = files }.ToJsonString()));
            list.Flush(flushToDisk: true);
        }

        return new UndoRecord(folder, root);
    }

    /// <summary>The latest record of a working tree, or null.</summary>
    public static UndoRecord? Latest(string root, string gitFolder)
    {
        var place = Place(gitFolder);
        var folder = Directory.Exists(place)
            ? Directory.EnumerateDirectories(place).Where(d => File.Exists(Path.Combine(d, ListName))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        return folder is null ? null : new UndoRecord(folder, root);
    }

    /// <summary>Puts every file back, if none was touched since; the record is gone afterwards.</summary>
    /// <returns>The paths that were put back.</returns>
    /// <exception cref="FixException">A file was touched since, or the record is damaged; nothing is changed then.</exception>
    public IReadOnlyList<string> Undo()
    {
        List<FileChange> changes = [];
        List<string> touched = [];
        try
        {
            var files = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, ListName)))!["files"]!.AsArray();
            var contents = Contents();
            for (var i = 0; i < files.Count; i++)
            {
                var path = (string)files[i]!["path"]!;
                var (before, after) = ((string)files[i]!["before"]!, (string)files[i]!["after"]!);
                if (PatchPath.Problem(path) is { } problem)
                {
                    throw new FixException(FixFailure.Failed, $"The undo record names a path that must not be: {problem}.");
                }

                var full = Path.Combine(Root, path);
                var now = File.Exists(full) ? File.ReadAllBytes(full) : null;
                var mark = Mark(now);
                if (mark == before)
                {
                    continue;
                }

                if (mark != after)
                {
                    touched.Add(path);
                    continue;
                }

                var old = before == NoFile ? null : contents.GetValueOrDefault(path);
                if (Mark(old) != before)
                {
                    throw new FixException(FixFailure.Failed, "The undo record is damaged; nothing was changed.");
                }

                changes.Add(new FileChange(path, now, old, (bool)files[i]!["executable"]!));
            }
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or IOException or InvalidOperationException or InvalidDataException or FormatException)
        {
            throw new FixException(FixFailure.Failed, $"The undo record {SafeText.Line(Folder, 300)} cannot be read; nothing was changed.", e);
        }

        if (touched.Count > 0)
        {
            throw new FixException(FixFailure.Failed, $"Changed since it was applied, so nothing was taken back: {SafeText.Line(string.Join(", ", touched), 1000)}. The old contents are in {SafeText.Line(Folder, 300)}.");
        }

        FileChanges.Write(Root, changes);
        Forget();
        return [.. changes.Select(c => c.Path)];
    }

    internal void Forget() => Directory.Delete(Folder, recursive: true);

    private Dictionary<string, byte[]> Contents()
    {
        Dictionary<string, byte[]> contents = new(StringComparer.Ordinal);
        using var archive = new BufferedStream(File.OpenRead(Path.Combine(Folder, ContentsName)), 1 << 16);
        using var reader = new TarReader(archive);
        while (reader.GetNextEntry() is { } entry)
        {
            var bytes = new byte[entry.Length];
            entry.DataStream?.ReadExactly(bytes);
            contents[entry.Name] = bytes;
        }

        return contents;
    }

    private static string Place(string gitFolder) => Path.Combine(gitFolder, "opensre", "fix");

    private static string Mark(byte[]? content) => content is null ? NoFile : Convert.ToHexStringLower(SHA256.HashData(content));
}
