using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Every decision about a change, one JSON object a line; only appended to, readable by its owner alone. Each line names
/// the hash of the one before it, and a file beside it the hash of the last, so that a change shows.
/// </summary>
public sealed class AuditLog(string path)
{
    private readonly Lock _lock = new();

    public string Path => path;

    private string HeadPath => path + ".head";

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

            // Several programs may write to one log; the chain must not fork.
            using var alone = FileLock.Take(path);
            var (last, ended) = LastLine();
            var line = JsonSerializer.SerializeToUtf8Bytes(record with { Prev = last is null ? "" : Hash(last) }, CoreJson.Default.AuditRecord);
            using (var file = PrivateFiles.Append(path))
            {
                file.Write(ended ? [.. line, (byte)'\n'] : [(byte)'\n', .. line, (byte)'\n']);
                file.Flush(flushToDisk: true);
            }

            using var head = PrivateFiles.Create(HeadPath);
            head.Write(Encoding.ASCII.GetBytes(Hash(line)));
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

    /// <summary>What is wrong with the chain, in a sentence; null when every line follows from the one before.</summary>
    /// <remarks>
    /// It shows changed, inserted and removed lines, and a removed end as long as the file beside it was not changed as
    /// well. Lines of before there were chains are covered from the first chained line on.
    /// </remarks>
    public string? Verify()
    {
        if (!File.Exists(path))
        {
            return File.Exists(HeadPath) ? "The audit log is gone." : null;
        }

        string? before = null;
        string? beforeThat = null;
        var number = 0;
        var chained = false;
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0))
        {
            number++;
            var record = Parse(line);
            if (record?.Prev is { } prev)
            {
                chained = true;
                if (prev != (before is null ? "" : Hash(Encoding.UTF8.GetBytes(before))))
                {
                    return $"Line {number} of the audit log does not follow from the one before it: something was changed, put in or taken out.";
                }
            }
            else if (chained && record is not null)
            {
                return $"Line {number} of the audit log is outside the chain.";
            }

            beforeThat = before;
            before = line;
        }

        if (!File.Exists(HeadPath) || before is null)
        {
            return chained ? "The file that names the end of the audit log is gone." : null;
        }

        // A program killed between the two writes leaves the head one line behind, and perhaps half a line after it.
        var head = File.ReadAllText(HeadPath).Trim();
        return head == Hash(Encoding.UTF8.GetBytes(before)) || head.Length == 0 || (beforeThat is not null && head == Hash(Encoding.UTF8.GetBytes(beforeThat)))
            ? null
            : "The end of the audit log is missing.";
    }

    /// <summary>The bytes of the last line, null when there is none, and whether it was ended.</summary>
    private (byte[]? Line, bool Ended) LastLine()
    {
        if (!File.Exists(path))
        {
            return (null, true);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var window = 16_384L; ; window *= 4)
        {
            var length = (int)Math.Min(window, file.Length);
            var tail = new byte[length];
            file.Seek(-length, SeekOrigin.End);
            file.ReadExactly(tail);
            var ended = length == 0 || tail[^1] == (byte)'\n';
            var text = tail.AsSpan().TrimEnd((byte)'\n');
            var start = text.LastIndexOf((byte)'\n');
            if (start >= 0 || length == file.Length)
            {
                return (text.Length == 0 ? null : text[(start + 1)..].ToArray(), ended);
            }
        }
    }

    private static string Hash(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

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
