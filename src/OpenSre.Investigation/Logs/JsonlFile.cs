namespace OpenSre.Investigation;

/// <summary>
/// A file of JSON objects, one a line, that is only appended to. Each line is handed to the operating system in one write
/// before <see cref="Append"/> returns, so that a killed process loses at most the line it was writing. The file and its
/// folder are made at the first line, readable by their owner alone. One process writes a file at a time; its threads may
/// append side by side.
/// </summary>
public sealed class JsonlFile(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _file;

    public string Path => path;

    /// <summary>Adds one object; the line end is put after it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Append(byte[] json)
    {
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        lock (_lock)
        {
            _file ??= Open();
            _file.Write(json);
        }
    }

    /// <summary>The lines of a file in the order they were written; none when there is no file.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 64 * 1024);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    public void Dispose() => _file?.Dispose();

    private FileStream Open()
    {
        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            PrivateFiles.MakeFolder(folder);
        }

        var isTorn = IsTorn();
        var file = PrivateFiles.Append(path);
        if (isTorn)
        {
            // The half line a killed process left must not swallow the first line written after it.
            file.WriteByte((byte)'\n');
        }

        return file;
    }

    private bool IsTorn()
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length == 0)
        {
            return false;
        }

        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }
}
