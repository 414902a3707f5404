using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Keeps events in a file, one JSON object a line. Each event is handed to the operating system in one write before
/// <see cref="Append"/> returns, so that a killed process loses at most the line it was writing. The file and its
/// folder are made at the first event, readable by their owner alone. One process writes a file at a time.
/// </summary>
public sealed class JsonlEventLog(string path) : IEventLog, IDisposable
{
    private FileStream? _file;

    public string Path => path;

    /// <summary>Lines the last <see cref="Read"/> could not understand: what a killed process left, or damage.</summary>
    public int BrokenLines { get; private set; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Append(InvestigationEvent investigationEvent)
    {
        _file ??= Open();
        var json = JsonSerializer.SerializeToUtf8Bytes(investigationEvent, CoreJson.Default.InvestigationEvent);
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        _file.Write(json);
    }

    public IEnumerable<InvestigationEvent> Read(string investigationId)
    {
        foreach (var e in ReadAll())
        {
            if (e.InvestigationId == investigationId)
            {
                yield return e;
            }
        }
    }

    /// <summary>All events of the file, in the order they were written.</summary>
    public IEnumerable<InvestigationEvent> ReadAll()
    {
        BrokenLines = 0;
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is { } e)
            {
                yield return e;
            }
            else
            {
                BrokenLines++;
            }
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
            // The half line a killed process left must not swallow the first event written after it.
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

    private static InvestigationEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CoreJson.Default.InvestigationEvent);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Counted by the caller. NotSupported: a kind of event only a newer version knows.
            return null;
        }
    }
}
