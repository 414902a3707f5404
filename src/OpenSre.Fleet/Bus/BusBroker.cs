using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace OpenSre.Fleet;

/// <summary>What a broker has done so far.</summary>
/// <param name="Peers">Connections now.</param>
/// <param name="Frames">Frames taken in.</param>
/// <param name="Lost">Frames that some subscriber was too slow for, counted once for each such subscriber.</param>
/// <param name="TooLong">Frames longer than 64 KiB, which nobody got.</param>
public sealed record BusCounts(int Peers, long Frames, long Lost, long TooLong);

/// <summary>
/// Hands every frame of a connection to all the others, as it came. One thread, one shared log of the newest 4 MiB: a
/// subscriber that stops reading costs nobody anything, loses the oldest frames, and is told how many before the next
/// one it gets. Made by an election, see <see cref="BusElection"/>.
/// </summary>
public sealed class BusBroker : IDisposable
{
    private const int Backlog = 128;
    private const int ReadAtOnce = 65_536;

    /// <summary>How much is read in a round that comes although subscribers lag.</summary>
    private const int ReadWhileLagging = 4_096;

    /// <summary>The longest that publishers are kept waiting for subscribers that read, in milliseconds.</summary>
    private const int LongestWait = 4;

    private static readonly long OwnershipChecks = Stopwatch.Frequency;

    private readonly BusPlace _place;
    private readonly Socket _listener;
    private readonly FrameLog _log = new();
    private readonly List<BrokerPeer> _peers = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReadAtOnce, pinned: true);
    private readonly int[] _wake = new int[2];
    private readonly Thread _thread;
    private readonly TimeProvider _time;
    private readonly FrameTaker _take;
    private readonly Func<long, byte[]> _notice;
    private BrokerPeer? _reading;
    private PollEntry[] _entries = new PollEntry[16];
    private int _nextId;
    private long _slowest;
    private long _lost;
    private long _tooLong;
    private long _frames;
    private int _peerCount;
    private volatile bool _stopping;

    private BusBroker(BusPlace place, Socket listener, TimeProvider time)
    {
        _place = place;
        _listener = listener;
        _time = time;
        (_take, _notice) = (Take, Notice);
        if (Posix.Pipe(_wake) != 0)
        {
            throw new IOException($"No pipe could be made: {Posix.Message(Posix.Error)}");
        }

        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "agents bus" };
    }

    /// <summary>False once the broker has ended, for whatever reason.</summary>
    public bool IsRunning => !_stopping && _thread.IsAlive;

    public BusCounts Counts => new(Volatile.Read(ref _peerCount), Interlocked.Read(ref _frames), Interlocked.Read(ref _lost), Interlocked.Read(ref _tooLong));

    /// <summary>
    /// Takes the socket and publishes our process id; the caller holds the lock of the election and has found nobody
    /// alive. The socket is bound under another name and moved into place, so that it is never there with wider rights
    /// or before it listens.
    /// </summary>
    /// <exception cref="IOException">The files cannot be written; then nothing is left behind.</exception>
    internal static BusBroker Start(BusPlace place, TimeProvider time)
    {
        var temporary = $"{place.Socket}.new.{Environment.ProcessId}";
        File.Delete(temporary);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(temporary));
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
            listener.Blocking = false;
            File.Move(temporary, place.Socket, overwrite: true);
            WritePid(place);
            var broker = new BusBroker(place, listener, time);
            broker._thread.Start();
            return broker;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            File.Delete(temporary);
            File.Delete(place.Socket);
            throw new IOException($"The bus could not be opened at {place.Socket}: {e.Message}", e);
        }
    }

    /// <summary>Ends every connection, and removes the files if they are still ours.</summary>
    public void Dispose()
    {
        if (!_stopping)
        {
            _stopping = true;
            Posix.Write(_wake[1], "x"u8, 1);
        }

        if (Environment.CurrentManagedThreadId != _thread.ManagedThreadId)
        {
            _thread.Join();
        }
    }

    private static void WritePid(BusPlace place)
    {
        var temporary = place.PidFile + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }

        File.Move(temporary, place.PidFile, overwrite: true);
    }

    private void Run()
    {
        try
        {
            var lastCheck = Stopwatch.GetTimestamp();
            var waitingSince = 0L;
            while (!_stopping)
            {
                var lagging = MostLag();
                Wait(lagging);
                if (_stopping)
                {
                    break;
                }

                var now = Stopwatch.GetTimestamp();
                var take = ReadAtOnce;
                if (lagging)
                {
                    waitingSince = waitingSince == 0 ? now : waitingSince;
                    take = now - waitingSince >= LongestWait * Stopwatch.Frequency / 1000 ? ReadWhileLagging : 0;
                }

                if (take > 0)
                {
                    waitingSince = 0;
                    ReadAll(take);
                }

                Flush(now);
                Accept();
                if (now - lastCheck > OwnershipChecks)
                {
                    lastCheck = now;
                    if (!IsOurs() || !File.Exists(_place.Socket))
                    {
                        // Others have elected another broker, or nobody finds this one any more: ours go on to the next.
                        break;
                    }
                }
            }
        }
        finally
        {
            _stopping = true;
            End();
        }
    }

    private void Wait(bool lagging)
    {
        if (_entries.Length < _peers.Count + 2)
        {
            _entries = new PollEntry[Math.Max(_peers.Count + 2, _entries.Length * 2)];
        }

        _entries[0] = new PollEntry { Descriptor = _wake[0], Wanted = Posix.Readable };
        _entries[1] = new PollEntry { Descriptor = (int)_listener.Handle, Wanted = Posix.Readable };
        for (var i = 0; i < _peers.Count; i++)
        {
            var peer = _peers[i];
            var wanted = (short)((lagging ? 0 : Posix.Readable) | (peer.HasPending ? Posix.Writable : 0));
            _entries[i + 2] = new PollEntry { Descriptor = wanted == 0 ? -1 : peer.Descriptor, Wanted = wanted };
        }

        if (Posix.Poll(_entries, (nuint)(_peers.Count + 2), lagging ? 1 : 1000) < 0)
        {
            foreach (ref var entry in _entries.AsSpan(0, _peers.Count + 2))
            {
                entry.Got = 0;
            }
        }
    }

    private void ReadAll(int atMost)
    {
        for (var i = _peers.Count - 1; i >= 0; i--)
        {
            var got = i + 2 < _entries.Length ? _entries[i + 2].Got : (short)0;
            if (atMost < ReadAtOnce || (got & (Posix.Readable | Posix.Ended)) != 0)
            {
                Read(_peers[i], i, atMost);
            }
        }
    }

    private void Read(BrokerPeer peer, int index, int atMost)
    {
        var read = Posix.Receive(peer.Descriptor, _buffer.AsSpan(0, atMost));
        if (read > 0)
        {
            var tooLong = peer.Input.TooLong;
            _reading = peer;
            peer.Input.Add(_buffer.AsSpan(0, (int)read), _take);
            Interlocked.Add(ref _tooLong, peer.Input.TooLong - tooLong);
            if (!peer.Input.IsFlooded)
            {
                return;
            }
        }
        else if (read < 0 && Posix.Error is var error && (error == Posix.TryAgain || error == Posix.Interrupted))
        {
            return;
        }

        _peers.RemoveAt(index);
        Volatile.Write(ref _peerCount, _peers.Count);
        Close(peer);
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        var from = _reading!;
        var first = _log.FirstAfter(frame.Length);
        if (first > _slowest)
        {
            Overtake(first);
        }

        _log.Append(frame, from.Id);
        from.Sent(_log.Next - 1);
        Interlocked.Increment(ref _frames);
    }

    private void Overtake(long newFirst)
    {
        _slowest = long.MaxValue;
        foreach (var peer in _peers)
        {
            if (peer.Overtaken(newFirst) is > 0 and var lost)
            {
                Interlocked.Add(ref _lost, lost);
            }

            if (!peer.IsDeaf)
            {
                _slowest = Math.Min(_slowest, peer.Frame);
            }
        }
    }

    private void Flush(long now)
    {
        foreach (var peer in _peers)
        {
            if (!peer.HasPending || peer.Flush(_notice))
            {
                peer.LastProgress = now;
            }
        }
    }

    /// <summary>
    /// True while half of the subscribers or more are reading, but far behind: then publishers wait a little. One slow
    /// subscriber among several never makes anybody wait, nor does one that has stopped.
    /// </summary>
    private bool MostLag()
    {
        var now = Stopwatch.GetTimestamp();
        int behind = 0, subscribers = 0;
        foreach (var peer in _peers)
        {
            if (now - peer.LastProgress > Stopwatch.Frequency / 50 && peer.HasPending || peer.Own >= 0 && peer.Behind == 0)
            {
                continue;
            }

            subscribers++;
            if (peer.Behind > _log.Capacity / 2 || _log.Next - peer.Frame > 32_768)
            {
                behind++;
            }
        }

        return behind > 0 && behind * 2 >= subscribers;
    }

    private byte[] Notice(long lost)
    {
        using var data = System.Text.Json.JsonDocument.Parse($$"""{"dropped":{{lost}}}""");
        var message = BusMessage.Create(
            $"opensre:{Environment.ProcessId}",
            lost == 1 ? "1 message was lost here: this subscriber reads too slowly" : $"{lost} messages were lost here: this subscriber reads too slowly",
            _time.GetUtcNow(),
            topic: DroppedTopic,
            data: data.RootElement.Clone());
        return message.ToFrame();
    }

    /// <summary>The topic of the message that tells a subscriber how many it has lost.</summary>
    internal const string DroppedTopic = "bus.dropped";

    private void Accept()
    {
        if (_entries[1].Got == 0)
        {
            return;
        }

        while (true)
        {
            try
            {
                var socket = _listener.Accept();
                var peer = new BrokerPeer(socket, ++_nextId, _log);
                _peers.Add(peer);
                Volatile.Write(ref _peerCount, _peers.Count);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.Interrupted)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // The newcomer waits in the queue until somebody leaves.
                Thread.Sleep(1);
                return;
            }
        }
    }

    private void Close(BrokerPeer peer)
    {
        try
        {
            // Said before closing, so that nobody waits on a dead connection.
            peer.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side was faster.
        }

        peer.Socket.Dispose();
    }

    private bool IsOurs() => BusElection.ReadPid(_place) == Environment.ProcessId;

    private void End()
    {
        foreach (var peer in _peers.ToArray())
        {
            Close(peer);
        }

        _peers.Clear();
        Volatile.Write(ref _peerCount, 0);
        using (BusElection.Lock(_place))
        {
            // This process may have a younger broker already, with the same process id.
            if (IsOurs() && BusElection.IsLatest(_place, this))
            {
                File.Delete(_place.Socket);
                File.Delete(_place.PidFile);
            }
        }

        _listener.Dispose();
        Posix.Close(_wake[0]);
        Posix.Close(_wake[1]);
    }
}
