using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Every decision about a change, one JSON object a line; only appended to, readable by its owner alone.</summary>
public sealed class AuditLog(string path)
{
    private readonly Lock _lock = new();

    public string Path => path;

    /// <exception cref="IOException">It cannot be written; then the change must not be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Append(AuditRecord record)
    {
        lock (_lock)
        {
            if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                PrivateFiles.MakeFolder(folder);
            }

            using var file = PrivateFiles.Append(path);
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, CoreJson.Default.AuditRecord), (byte)'\n']);
        }
    }

    /// <summary>The newest records, oldest of them first; lines that cannot be read are left out.</summary>
    public IReadOnlyList<AuditRecord> Newest(int most)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        Queue<AuditRecord> newest = new();
        foreach (var line in File.ReadLines(path))
        {
            if (Parse(line) is { } record)
            {
                newest.Enqueue(record);
                if (newest.Count > most)
                {
                    newest.Dequeue();
                }
            }
        }

        return [.. newest];
    }

    private static AuditRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CoreJson.Default.AuditRecord);
        }
        catch (JsonException)
        {
            // What a killed process left of its last line.
            return null;
        }
    }
}
