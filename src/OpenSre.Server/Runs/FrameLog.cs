namespace OpenSre.Server;

/// <summary>One thing said on a stream, encoded once for all its readers.</summary>
/// <param name="Bytes">The whole server-sent event, with its empty line.</param>
public sealed record Frame(long Seq, byte[] Bytes);

/// <summary>
/// The frames of one run in memory. Readers keep their own place and are woken together, at most once every few
/// milliseconds, so that a thousand of them cost little more than one. The oldest frames are dropped past a limit;
/// a reader that was further back is told so.
/// </summary>
public sealed class FrameLog(int most = 10_000)
{
    private const int ShortestRest = 15;
    private const int LongestRest = 55;
    private const int ReadersPerMillisecond = 20;
    private readonly Lock _lock = new();
    private readonly List<Frame> _frames = [];
    private TaskCompletionSource _pulse = New();
    private long _pulsedAt;
    private bool _pulsePlanned;

    private int _readers;

    /// <summary>Between two wakings: a thousand readers are woken less often, with more to read, or waking them is all there is time for.</summary>
    private TimeSpan Rest => TimeSpan.FromMilliseconds(Math.Clamp(_readers / ReadersPerMillisecond, ShortestRest, LongestRest));

    /// <summary>Counts a reader until it is disposed of.</summary>
    public IDisposable Reading()
    {
        Interlocked.Increment(ref _readers);
        return new Leave(this);
    }

    /// <summary>Nothing more will come.</summary>
    public bool IsComplete { get; private set; }

    public long LastSeq { get; private set; }

    public void Append(Frame frame)
    {
        lock (_lock)
        {
            _frames.Add(frame);
            LastSeq = frame.Seq;
            if (_frames.Count > most)
            {
                _frames.RemoveRange(0, most / 10);
            }
        }

        Pulse();
    }

    public void Complete()
    {
        lock (_lock)
        {
            IsComplete = true;
        }

        Pulse();
    }

    /// <summary>Lets go of the frames; they can be read again from the file of the run.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _frames.Clear();
        }
    }

    /// <summary>Frames after <paramref name="seq"/>, and what to wait for when there are none.</summary>
    /// <param name="overrun">Whether some in between are not in memory any more.</param>
    public Frame[] After(long seq, out bool overrun, out bool complete, out Task more)
    {
        lock (_lock)
        {
            complete = IsComplete;
            more = _pulse.Task;
            overrun = LastSeq > seq && (_frames.Count == 0 || _frames[0].Seq > seq + 1);
            if (LastSeq <= seq)
            {
                return [];
            }

            var from = _frames.Count;
            while (from > 0 && _frames[from - 1].Seq > seq)
            {
                from--;
            }

            return [.. _frames[from..]];
        }
    }

    private void Pulse()
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            var since = TimeSpan.FromMilliseconds(Environment.TickCount64 - _pulsedAt);
            if (since < Rest && !IsComplete)
            {
                if (!_pulsePlanned)
                {
                    _pulsePlanned = true;
                    _ = LaterAsync(Rest - since);
                }

                return;
            }

            woken = Renew();
        }

        woken.TrySetResult();
    }

    private async Task LaterAsync(TimeSpan wait)
    {
        await Task.Delay(wait).ConfigureAwait(false);
        TaskCompletionSource woken;
        lock (_lock)
        {
            _pulsePlanned = false;
            woken = Renew();
        }

        woken.TrySetResult();
    }

    private TaskCompletionSource Renew()
    {
        _pulsedAt = Environment.TickCount64;
        var woken = _pulse;
        _pulse = New();
        return woken;
    }

    private sealed class Leave(FrameLog log) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref log._readers);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
