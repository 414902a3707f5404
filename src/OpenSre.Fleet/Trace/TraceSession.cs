namespace OpenSre.Fleet;

/// <summary>What a trace tells.</summary>
public abstract record TraceEvent;

/// <summary>New output.</summary>
public sealed record TraceOutput(byte[] Bytes) : TraceEvent;

/// <summary>Output that came faster than it could be taken; it is in the file, not here.</summary>
public sealed record TraceSkipped(long Bytes) : TraceEvent;

/// <summary>The file was cut off and is read from its beginning.</summary>
public sealed record TraceTruncated : TraceEvent;

/// <summary>The process writes to another file now, which is read from its beginning.</summary>
public sealed record TraceMoved(string Path) : TraceEvent;

/// <summary>The process has ended and all it wrote has been told.</summary>
public sealed record TraceExited : TraceEvent;

/// <summary>
/// Follows an output of a process from now on, in memory that does not grow: a burst that is larger than what is held
/// is skipped in the file and said. The process is reached through the file itself; it never notices.
/// </summary>
public sealed class TraceSession : IDisposable
{
    private const int Chunk = 4096;
    private const int ReadAtOnce = 65_536;
    private const int MostWaiting = 128 * Chunk;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly int _pid;
    private readonly int _stream;
    private readonly bool _allowDeleted;
    private readonly IProcessTable _table;
    private readonly ProcessIdentity _identity;
    private readonly Queue<TraceEvent> _waiting = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Lock _ringLock = new();
    private readonly TraceRing _ring = new();
    private FileStream _file;
    private string _path;
    private long _waitingBytes;
    private long _skipped;

    private TraceSession(int pid, int stream, bool allowDeleted, FileStream file, string path, IProcessTable table, ProcessIdentity identity)
    {
        (_pid, _stream, _allowDeleted, _file, _path, _table, _identity) = (pid, stream, allowDeleted, file, path, table, identity);
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "agents trace" };
    }

    /// <summary>Attaches to the end of the output, or so many lines before it.</summary>
    /// <returns>The session, or why there is none.</returns>
    public static (TraceSession? Session, string? Refusal) Attach(IProcessTable table, int pid, int stream = 1, int backlogLines = 0, bool allowDeleted = false)
    {
        var target = TraceTarget.Resolve(pid, stream, allowDeleted);
        if (target.Refusal is not null)
        {
            return (null, target.Refusal);
        }

        if (table.Get(pid) is not { } process)
        {
            return (null, $"no such pid {pid}");
        }

        try
        {
            var file = Open(pid, stream, target.Path);
            file.Position = StartOfBacklog(file, backlogLines);
            var session = new TraceSession(pid, stream, allowDeleted, file, target.Path, table, process.Identity);
            session._thread.Start();
            return (session, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot open {target.Path}: {e.Message}");
        }
    }

    /// <summary>The newest output held, at most 4 MiB.</summary>
    public byte[] Tail(int atMost = int.MaxValue)
    {
        lock (_ringLock)
        {
            return _ring.Tail(atMost);
        }
    }

    /// <summary>What happens, in order, until the process has ended. To be read by one reader.</summary>
    public async IAsyncEnumerable<TraceEvent> EventsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await _filled.WaitAsync(cancellation).ConfigureAwait(false);
            TraceEvent? next;
            long skipped;
            lock (_waiting)
            {
                skipped = _skipped;
                _skipped = 0;
                if (_waiting.TryDequeue(out next) && next is TraceOutput output)
                {
                    _waitingBytes -= output.Bytes.Length;
                }
            }

            if (skipped > 0)
            {
                yield return new TraceSkipped(skipped);
            }

            if (next is not null)
            {
                yield return next;
            }

            if (next is TraceExited)
            {
                yield break;
            }
        }
    }

    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _thread.Join();
            _file.Dispose();
            _stop.Dispose();
            _filled.Dispose();
        }
    }

    private static FileStream Open(int pid, int stream, string path) =>
        new(OperatingSystem.IsLinux() ? $"/proc/{pid}/fd/{stream}" : path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private static long StartOfBacklog(FileStream file, int lines)
    {
        var end = file.Length;
        if (lines == 0)
        {
            return end;
        }

        var from = Math.Max(0, end - TraceRing.Usual);
        file.Position = from;
        var bytes = new byte[end - from];
        bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        var at = bytes.Length > 0 && bytes[^1] == '\n' ? bytes.Length - 1 : bytes.Length;
        for (var i = 0; i < lines && at >= 0; i++)
        {
            at = at == 0 ? -1 : bytes.AsSpan(0, at).LastIndexOf((byte)'\n');
        }

        return from + at + 1;
    }

    private void Run()
    {
        var buffer = new byte[ReadAtOnce];
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var alive = _table.Get(_pid) is { State: not 'Z' and not 'X' } process && process.Identity == _identity;
                ReadNew(buffer);
                if (!alive)
                {
                    Add(new TraceExited());
                    return;
                }

                if (IsMoved(out var path))
                {
                    ReadNew(buffer);
                    Reopen(path);
                    continue;
                }

                _stop.Token.WaitHandle.WaitOne(Pause);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(new TraceExited());
        }
    }

    private void ReadNew(byte[] buffer)
    {
        var length = RandomAccess.GetLength(_file.SafeFileHandle);
        if (length < _file.Position)
        {
            _file.Position = 0;
            Add(new TraceTruncated());
        }

        while (!_stop.IsCancellationRequested)
        {
            var ahead = RandomAccess.GetLength(_file.SafeFileHandle) - _file.Position;
            if (ahead > 2L * TraceRing.Usual)
            {
                // What the ring could not hold need not be read.
                var skip = ahead - TraceRing.Usual;
                _file.Position += skip;
                Skip(skip);
            }

            var read = _file.Read(buffer);
            if (read == 0)
            {
                return;
            }

            for (var at = 0; at < read; at += Chunk)
            {
                var chunk = buffer[at..Math.Min(read, at + Chunk)];
                lock (_ringLock)
                {
                    _ring.Add(chunk);
                }

                Add(new TraceOutput(chunk));
            }
        }
    }

    /// <summary>True when the process has opened another file for this output.</summary>
    private bool IsMoved(out string path)
    {
        path = _path;
        var target = TraceTarget.Resolve(_pid, _stream, allowDeleted: true);
        if (!OperatingSystem.IsLinux() || target.Refusal is not null || target.Path == _path || target.IsDeleted && !_allowDeleted)
        {
            return false;
        }

        path = target.Path;
        return FileFacts.TryGet($"/proc/{_pid}/fd/{_stream}", out var now, out _)
            && FileFacts.TryGet($"/proc/self/fd/{(int)_file.SafeFileHandle.DangerousGetHandle()}", out var ours, out _)
            && (now.Device, now.Inode) != (ours.Device, ours.Inode);
    }

    private void Reopen(string path)
    {
        var file = Open(_pid, _stream, path);
        _file.Dispose();
        (_file, _path) = (file, path);
        Add(new TraceMoved(path));
    }

    private void Skip(long bytes)
    {
        lock (_waiting)
        {
            _skipped += bytes;
        }
    }

    private void Add(TraceEvent happening)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(happening);
            _waitingBytes += happening is TraceOutput { Bytes.Length: var length } ? length : 0;
            var gone = 0;
            while (_waitingBytes > MostWaiting && _waiting.Peek() is TraceOutput oldest)
            {
                _waiting.Dequeue();
                _waitingBytes -= oldest.Bytes.Length;
                _skipped += oldest.Bytes.Length;
                gone++;
            }

            if (gone == 0)
            {
                _filled.Release();
            }
        }
    }
}
