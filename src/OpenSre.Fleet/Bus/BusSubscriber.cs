using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// Attends a bus until it is told to stop. A thread reads the socket at all times, so that no broker ever finds it slow;
/// what its owner has not taken waits in a queue of at most 8 MiB, the oldest leave first and are counted. When the
/// broker ends, the subscriber attaches again, becoming the broker where nobody else does.
/// </summary>
public sealed class BusSubscriber : IDisposable
{
    private const int MostBytes = 8 * 1024 * 1024;
    private const int CostOfEvent = 64;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly BusPlace _place;
    private readonly TimeProvider _time;
    private readonly Queue<(BusEvent? Event, byte[] Frame)> _queue = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private Socket? _socket;
    private long _bytes;
    private long _lost;

    /// <summary>Begins to attend at once.</summary>
    public BusSubscriber(BusPlace place, TimeProvider time)
    {
        _place = place;
        _time = time;
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "agents bus subscriber" };
        _thread.Start();
    }

    /// <summary>Ends when attached for the first time: what is published from then on is seen.</summary>
    public Task Ready => _ready.Task;

    /// <summary>What happens on the bus, in order. To be read by one reader.</summary>
    public async IAsyncEnumerable<BusEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await _filled.WaitAsync(cancellation).ConfigureAwait(false);
            BusEvent? lost = null;
            BusEvent? next = null;
            lock (_queue)
            {
                if (_lost > 0)
                {
                    lost = new BusLost(_lost);
                    _lost = 0;
                }

                if (_queue.TryDequeue(out var item))
                {
                    _bytes -= item.Frame.Length + CostOfEvent;
                    next = item.Event ?? Read(item.Frame);
                }
            }

            if (lost is not null)
            {
                yield return lost;
            }

            if (next is not null)
            {
                yield return next;
            }
        }
    }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        lock (_stop)
        {
            End(_socket);
        }

        _thread.Join();
        _stop.Dispose();
        _filled.Dispose();
    }

    private static BusEvent Read(byte[] frame)
    {
        var bytes = frame.AsMemory(0, frame.Length - 1);
        return BusMessage.Read(bytes) switch
        {
            null => new BusGarbled(bytes.Length),
            { Topic: BusBroker.DroppedTopic, Data: var data } when data.TryGetProperty("dropped", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var lost) => new BusLost(lost),
            { } message => new BusReceived(message, bytes),
        };
    }

    private void Run()
    {
        var buffer = new byte[65_536];
        var pause = FirstPause;
        var again = false;
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = BusElection.Connect(_place, _time);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Add(new BusFailed(e.Message));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                _stop.Token.WaitHandle.WaitOne(pause);
                continue;
            }

            lock (_stop)
            {
                _socket = socket;
                if (_stop.IsCancellationRequested)
                {
                    End(socket);
                    return;
                }
            }

            pause = FirstPause;
            Add(new BusAttached(BusElection.OwnBroker(_place) is not null, again));
            again = true;
            _ready.TrySetResult();
            ReadToEnd(socket, buffer);
            if (!_stop.IsCancellationRequested)
            {
                Add(new BusDetached());
                _stop.Token.WaitHandle.WaitOne(FirstPause);
            }
        }
    }

    private void ReadToEnd(Socket socket, byte[] buffer)
    {
        var frames = new FrameSplitter();
        try
        {
            while (socket.Receive(buffer) is > 0 and var read)
            {
                frames.Add(buffer.AsSpan(0, read), frame => Add(null, frame.ToArray()));
                if (frames.IsFlooded)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The same as an end.
        }

        End(socket);
    }

    private void Add(BusEvent? happening, byte[]? frame = null)
    {
        frame ??= [];
        var gone = 0;
        lock (_queue)
        {
            _queue.Enqueue((happening, frame));
            _bytes += frame.Length + CostOfEvent;
            while (_bytes > MostBytes && _queue.TryDequeue(out var old))
            {
                _bytes -= old.Frame.Length + CostOfEvent;
                _lost += old.Event is null ? 1 : 0;
                gone++;
            }
        }

        if (gone == 0)
        {
            _filled.Release();
        }
    }

    private static void End(Socket? socket)
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was over already.
        }

        socket?.Dispose();
    }
}
