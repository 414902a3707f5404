using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>A file of a folder or archive.</summary>
/// <param name="Path">With forward slashes, below the folder.</param>
internal readonly record struct SavedFile(string Path, string Text);

/// <summary>Reads the text files of a folder, or of a .tar or .tar.gz; an archive is never unpacked to disk.</summary>
internal static class SavedFiles
{
    private const int MostFiles = 20_000;
    private const long LargestFile = 32 << 20;
    private const long LargestSum = 512 << 20;

    public static bool IsArchive(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <param name="newest">When the newest of them was written.</param>
    /// <param name="left">How many files were too large or too many to be read.</param>
    /// <exception cref="InvalidDataException">It cannot be read; the message is one sentence.</exception>
    public static List<SavedFile> Read(string path, out DateTimeOffset newest, out int left)
    {
        try
        {
            return Directory.Exists(path) ? Folder(path, out newest, out left) : Archive(path, out newest, out left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{SafeText.Line(path, 120)} cannot be read: {SafeText.Line(e.Message, 200)}", e);
        }
    }

    private static List<SavedFile> Folder(string path, out DateTimeOffset newest, out int left)
    {
        List<SavedFile> files = [];
        (newest, left) = (DateTimeOffset.MinValue, 0);
        var sum = 0L;
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, MaxRecursionDepth = 12 };
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", options))
        {
            if (file.Length > LargestFile || (sum += file.Length) > LargestSum || files.Count >= MostFiles)
            {
                left++;
                continue;
            }

            var written = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
            newest = newest > written ? newest : written;
            Add(files, Path.GetRelativePath(path, file.FullName).Replace('\\', '/'), File.ReadAllBytes(file.FullName));
        }

        return files;
    }

    private static List<SavedFile> Archive(string path, out DateTimeOffset newest, out int left)
    {
        List<SavedFile> files = [];
        (newest, left) = (DateTimeOffset.MinValue, 0);
        var sum = 0L;
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? file : new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is not { } data)
            {
                continue;
            }

            if (entry.Length > LargestFile || (sum += entry.Length) > LargestSum || files.Count >= MostFiles)
            {
                left++;
                continue;
            }

            newest = newest > entry.ModificationTime ? newest : entry.ModificationTime;
            using var bytes = new MemoryStream();
            data.CopyTo(bytes);
            Add(files, entry.Name.TrimStart('.', '/'), bytes.ToArray());
        }

        return files;
    }

    private static void Add(List<SavedFile> files, string path, byte[] bytes)
    {
        if (bytes.Length > 0 && !bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).Contains((byte)0))
        {
            files.Add(new SavedFile(path, Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal)));
        }
    }
}
