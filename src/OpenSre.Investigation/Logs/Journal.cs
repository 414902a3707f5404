using System.Threading.Channels;

namespace OpenSre.Investigation;

/// <summary>
/// An append-only file of lines. A line counts as written when <see cref="AppendAsync(ReadOnlyMemory{byte}, CancellationToken)"/> returns: it is on the disk
/// then, and survives kill -9 and a loss of power. Lines that arrive together are written and synced together.
/// One process writes a journal at a time; a second one is refused.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    private const int MostInBatch = 4096;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(65_536) { SingleReader = true });
    private readonly FileStream _file;
    private readonly FileStream _lock;
    private readonly Task _writer;

    /// <exception cref="IOException">The file cannot be opened, or another process writes it.</exception>
    public Journal(string path)
    {
        Path = path;
        PrivateFiles.MakeFolder(System.IO.Path.GetDirectoryName(path)!);
        _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        CutTornLine(path);
        _file = PrivateFiles.Append(path);
        _writer = Task.Run(WriteAsync);
    }

    public string Path { get; }

    /// <summary>Syncs so far; shows how many lines share one.</summary>
    public long Syncs { get; private set; }

    /// <summary>Writes a line. Returns once it is on the disk.</summary>
    /// <exception cref="IOException">It could not be written; nothing of it counts.</exception>
    public Task AppendAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation = default) => AppendAsync(line, null, cancellation);

    /// <summary>Writes lines that belong together, with line ends between them.</summary>
    /// <param name="written">
    /// Called once they are on the disk, in the order of the file and one call at a time, so that what is kept in memory is what
    /// a later reading of the file gives. It must be quick: the next lines wait for it. It is given the length of the file up
    /// to their end.
    /// </param>
    /// <exception cref="IOException">They could not be written; nothing of them counts.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> lines, Action<long>? written, CancellationToken cancellation)
    {
        var entry = new Entry(lines, written, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _entries.Writer.WriteAsync(entry, cancellation).ConfigureAwait(false);
        await entry.Done.Task.ConfigureAwait(false);
    }

    /// <summary>All lines of a journal, oldest first; a torn last line is left out.</summary>
    public static IEnumerable<string> Read(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = Open(path);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    /// <summary>What the lines of a journal say, in their order; they are read while those before them are used, by all processors.</summary>
    /// <param name="from">Where to begin: the end of a line.</param>
    /// <param name="read">Reads a line; called by several threads.</param>
    public static IEnumerable<T> Read<T>(string path, long from, Func<ReadOnlyMemory<byte>, T> read)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = Open(path);
        stream.Seek(from, SeekOrigin.Begin);
        var next = Task.Run(Batch);
        while (next.GetAwaiter().GetResult() is { Length: > 0 } batch)
        {
            next = Task.Run(Batch);
            foreach (var entry in batch)
            {
                yield return entry;
            }
        }

        T[] Batch()
        {
            var lines = Lines(stream);
            var entries = new T[lines.Count];
            Parallel.For(0, entries.Length, i => entries[i] = read(lines[i]));
            return entries;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    /// <summary>The next lines of about a mebibyte; the stream is left at the end of a line.</summary>
    private static List<ReadOnlyMemory<byte>> Lines(FileStream stream)
    {
        const int AtOnce = 1 << 20;
        var begin = stream.Position;
        var buffer = new byte[AtOnce];
        for (var filled = 0; ;)
        {
            var got = stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            filled += got;
            var whole = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (whole == 0 && filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
                continue;
            }

            List<ReadOnlyMemory<byte>> lines = [];
            for (var at = 0; at < whole;)
            {
                var end = at + buffer.AsSpan(at, whole - at).IndexOf((byte)'\n');
                if (end > at)
                {
                    lines.Add(buffer.AsMemory(at, end - at));
                }

                at = end + 1;
            }

            if (lines.Count > 0 || whole == 0)
            {
                stream.Seek(begin + whole, SeekOrigin.Begin);
                return lines;
            }

            (begin, filled) = (begin + whole, 0);
            stream.Seek(begin, SeekOrigin.Begin);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        List<Entry> batch = [];
        using var bytes = new MemoryStream();
        while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            bytes.SetLength(0);
            while (batch.Count < MostInBatch && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
                bytes.Write(entry.Line.Span);
                bytes.WriteByte((byte)'\n');
            }

            var start = _file.Length;
            try
            {
                _file.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
                _file.Flush(flushToDisk: true);
                Syncs++;
                var end = start;
                foreach (var entry in batch)
                {
                    end += entry.Line.Length + 1;
                    Tell(entry, end);
                }
            }
            catch (IOException e)
            {
                // What half of a batch left behind must not become the beginning of the next line.
                Undo(start);
                batch.ForEach(b => b.Done.SetException(new IOException($"{Path} cannot be written: {e.Message}", e)));
            }
        }
    }

    private static void Tell(Entry entry, long end)
    {
        try
        {
            entry.Written?.Invoke(end);
            entry.Done.SetResult();
        }
#pragma warning disable CA1031 // It is told to the one who wrote; the journal goes on for all others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            entry.Done.SetException(e);
        }
    }

    private void Undo(long length)
    {
        try
        {
            _file.SetLength(length);
        }
        catch (IOException)
        {
            // The disk refuses even that; the next start cuts the torn line.
        }
    }

    private static void CutTornLine(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var end = file.Length;
        var buffer = new byte[4096];
        while (end > 0)
        {
            var from = Math.Max(0, end - buffer.Length);
            file.Seek(from, SeekOrigin.Begin);
            file.ReadExactly(buffer, 0, (int)(end - from));
            var newline = buffer.AsSpan(0, (int)(end - from)).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                end = from + newline + 1;
                break;
            }

            end = from;
        }

        if (end < file.Length)
        {
            file.SetLength(end);
        }
    }

    private sealed record Entry(ReadOnlyMemory<byte> Line, Action<long>? Written, TaskCompletionSource Done);
}
