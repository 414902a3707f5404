using System.Buffers.Binary;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>
/// Reads one table of an SQLite database from its file and its write-ahead log, by the file format
/// (https://www.sqlite.org/fileformat2.html). Nothing is locked and nothing written, so whoever owns the database is not
/// disturbed; a reader compares <see cref="Stamp"/> before and after, and drops what was written meanwhile.
/// </summary>
internal sealed class SqliteTable
{
    private const int DeepestTree = 20;
    private const int LargestPayload = 32 << 20;
    private readonly byte[] _log;
    private readonly FileStream _file;
    private readonly int _pageSize;
    private readonly int _usable;
    private readonly Dictionary<uint, int> _inLog = [];

    private SqliteTable(FileStream file, byte[] log)
    {
        (_file, _log) = (file, log);
        Span<byte> header = stackalloc byte[100];
        if (file.ReadAtLeast(header, 100, throwOnEndOfStream: false) < 100 || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw new InvalidDataException("It is no SQLite database.");
        }

        var size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        _pageSize = size == 1 ? 65_536 : size;
        _usable = _pageSize - header[20];
        if (_pageSize < 512 || _usable < 480 || BinaryPrimitives.ReadUInt32BigEndian(header[56..]) > 1)
        {
            throw new InvalidDataException("Its page size or encoding is not supported.");
        }

        ReadLog();
    }

    /// <summary>Changes whenever the database or its log does.</summary>
    public static (DateTime, long, DateTime, long) Stamp(string database)
    {
        var (file, log) = (new FileInfo(database), new FileInfo(database + "-wal"));
        return (file.Exists ? file.LastWriteTimeUtc : default, file.Exists ? file.Length : 0, log.Exists ? log.LastWriteTimeUtc : default, log.Exists ? log.Length : 0);
    }

    /// <summary>The rows of a table, the one inserted last first, as long as they are wanted.</summary>
    /// <param name="key">A column of text.</param>
    /// <param name="value">A column of text or bytes.</param>
    /// <returns>Null when it cannot be read, or has no such table or columns.</returns>
    public static IReadOnlyList<(string Key, ReadOnlyMemory<byte> Data)>? Newest(string database, string table, string key, string value, Func<(string Key, ReadOnlyMemory<byte> Data), bool> wanted)
    {
        try
        {
            using var file = new FileStream(database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var reader = new SqliteTable(file, Log(database + "-wal"));
            if (reader.Find(table) is not { } found || !found.Columns.Contains(key) || !found.Columns.Contains(value))
            {
                return null;
            }

            var (k, v) = (found.Columns.IndexOf(key), found.Columns.IndexOf(value));
            List<(string, ReadOnlyMemory<byte>)> rows = [];
            foreach (var row in reader.Rows(found.Root, 0))
            {
                var next = (Encoding.UTF8.GetString(row.ElementAtOrDefault(k).Span), row.ElementAtOrDefault(v));
                if (!wanted(next))
                {
                    break;
                }

                rows.Add(next);
            }

            return rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // Being written, or of another kind: nothing is known of it now.
            return null;
        }
    }

    private static byte[] Log(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[log.Length];
        return bytes[..log.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Which pages the log holds newer than the file: frames up to the last commit whose checksums are right.</summary>
    private void ReadLog()
    {
        if (_log.Length < 32 || (BinaryPrimitives.ReadUInt32BigEndian(_log) & ~1u) != 0x377f0682 || BinaryPrimitives.ReadUInt32BigEndian(_log.AsSpan(8)) != _pageSize)
        {
            return;
        }

        var isBig = (_log[3] & 1) == 1;
        var (a, b) = Sum(_log.AsSpan(0, 24), isBig, 0, 0);
        Dictionary<uint, int> open = [];
        for (var at = 32; at + 24 + _pageSize <= _log.Length; at += 24 + _pageSize)
        {
            var frame = _log.AsSpan(at, 24);
            (a, b) = Sum(frame[..8], isBig, a, b);
            (a, b) = Sum(_log.AsSpan(at + 24, _pageSize), isBig, a, b);
            if (!frame.Slice(8, 8).SequenceEqual(_log.AsSpan(16, 8)) || BinaryPrimitives.ReadUInt32BigEndian(frame[16..]) != a || BinaryPrimitives.ReadUInt32BigEndian(frame[20..]) != b)
            {
                return;
            }

            open[BinaryPrimitives.ReadUInt32BigEndian(frame)] = at + 24;
            if (BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0)
            {
                foreach (var (page, place) in open)
                {
                    _inLog[page] = place;
                }

                open.Clear();
            }
        }
    }

    private static (uint A, uint B) Sum(ReadOnlySpan<byte> bytes, bool isBig, uint a, uint b)
    {
        for (var i = 0; i + 8 <= bytes.Length; i += 8)
        {
            a += (isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..])) + b;
            b += (isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(i + 4)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i + 4)..])) + a;
        }

        return (a, b);
    }

    private ReadOnlyMemory<byte> Page(uint number)
    {
        if (number == 0)
        {
            throw new InvalidDataException("It names a page that cannot be.");
        }

        if (_inLog.TryGetValue(number, out var place))
        {
            return _log.AsMemory(place, _pageSize);
        }

        var page = new byte[_pageSize];
        _file.Position = (long)(number - 1) * _pageSize;
        return _file.ReadAtLeast(page, _pageSize, throwOnEndOfStream: false) == _pageSize ? page : throw new InvalidDataException("It ends before a page it names.");
    }

    /// <summary>Where a table begins, and its columns.</summary>
    private (uint Root, List<string> Columns)? Find(string table)
    {
        foreach (var row in Rows(1, 0))
        {
            if (row.Count >= 5 && row[0].Span.SequenceEqual("table"u8) && Encoding.UTF8.GetString(row[1].Span) == table)
            {
                uint root = 0;
                foreach (var b in row[3].Span)
                {
                    root = (root << 8) | b;
                }

                return (root, Columns(Encoding.UTF8.GetString(row[4].Span)));
            }
        }

        return null;
    }

    /// <summary>The names of the columns in a CREATE TABLE statement.</summary>
    private static List<string> Columns(string sql)
    {
        List<string> columns = [];
        var (depth, start) = (0, 0);
        for (var i = 0; i < sql.Length; i++)
        {
            depth += sql[i] == '(' ? 1 : sql[i] == ')' ? -1 : 0;
            if (sql[i] == '(' && depth == 1)
            {
                start = i + 1;
            }
            else if ((sql[i] == ',' && depth == 1) || (sql[i] == ')' && depth == 0))
            {
                var name = sql[start..i].Trim().Split(' ', '\t', '\n', '\r')[0];
                if (name.ToUpperInvariant() is not ("CONSTRAINT" or "PRIMARY" or "UNIQUE" or "FOREIGN" or "CHECK"))
                {
                    columns.Add(name.Trim('"', '`', '[', ']', '\''));
                }

                start = i + 1;
            }
        }

        return columns;
    }

    /// <summary>The rows below a page, from the last to the first; each as the bytes of its columns.</summary>
    private IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Rows(uint number, int depth)
    {
        if (depth > DeepestTree)
        {
            throw new InvalidDataException("Its tree is too deep.");
        }

        var page = Page(number);
        var head = number == 1 ? 100 : 0;
        var kind = page.Span[head];
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page.Span[(head + 3)..]);
        if (kind == 0x05)
        {
            foreach (var row in Rows(BinaryPrimitives.ReadUInt32BigEndian(page.Span[(head + 8)..]), depth + 1))
            {
                yield return row;
            }
        }
        else if (kind != 0x0d)
        {
            throw new InvalidDataException("It is no table.");
        }

        for (var i = cells - 1; i >= 0; i--)
        {
            var at = BinaryPrimitives.ReadUInt16BigEndian(page.Span[(head + (kind == 0x05 ? 12 : 8) + 2 * i)..]);
            if (kind == 0x05)
            {
                foreach (var row in Rows(BinaryPrimitives.ReadUInt32BigEndian(page.Span[at..]), depth + 1))
                {
                    yield return row;
                }
            }
            else
            {
                yield return Record(Payload(page, at));
            }
        }
    }

    private ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> page, int at)
    {
        var length = Number(page.Span, ref at);
        _ = Number(page.Span, ref at);
        if (length is < 0 or > LargestPayload)
        {
            throw new InvalidDataException("It has a row that is too large.");
        }

        var most = _usable - 35;
        if (length <= most)
        {
            return page.Slice(at, (int)length);
        }

        var least = (_usable - 12) * 32 / 255 - 23;
        var local = least + (int)((length - least) % (_usable - 4));
        local = local <= most ? local : least;
        var whole = new byte[length];
        page.Span.Slice(at, local).CopyTo(whole);
        var (filled, next) = (local, BinaryPrimitives.ReadUInt32BigEndian(page.Span[(at + local)..]));
        while (filled < whole.Length)
        {
            var more = Page(next).Span;
            var take = Math.Min(_usable - 4, whole.Length - filled);
            more.Slice(4, take).CopyTo(whole.AsSpan(filled));
            filled += take;
            next = BinaryPrimitives.ReadUInt32BigEndian(more);
        }

        return whole;
    }

    private static List<ReadOnlyMemory<byte>> Record(ReadOnlyMemory<byte> payload)
    {
        var at = 0;
        var end = (int)Number(payload.Span, ref at);
        var body = end;
        List<ReadOnlyMemory<byte>> columns = [];
        while (at < end)
        {
            var type = Number(payload.Span, ref at);
            var length = type switch { >= 12 => (int)((type - 12) / 2), 0 or 8 or 9 => 0, 5 => 6, 6 or 7 => 8, _ => (int)type };
            columns.Add(payload.Slice(body, length));
            body += length;
        }

        return columns;
    }

    /// <summary>An integer of one to nine bytes.</summary>
    private static long Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        long value = 0;
        for (var i = 0; i < 8; i++)
        {
            var b = bytes[at++];
            value = (value << 7) | (uint)(b & 0x7f);
            if (b < 0x80)
            {
                return value;
            }
        }

        return (value << 8) | bytes[at++];
    }
}
