using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>One thing said on a stream, encoded once for all its readers.</summary>
/// <param name="Bytes">The whole server-sent event, with its empty line.</param>
/// <param name="Event">What it says, for readers that speak another protocol; null for what is no event of a run.</param>
public sealed record Frame(long Seq, byte[] Bytes, InvestigationEvent? Event = null);

/// <summary>
/// The frames of one run in memory. Readers keep their own place and are woken together, at most once every few
/// milliseconds, so that a thousand of them cost little more than one. The oldest frames are dropped past a limit;
/// a reader that was further back is told so.
/// </summary>
public sealed class FrameLog(int most = 10_000)
{
    private const int ShortestRest = 10;
    private const int LongestRest = 40;
    private const int ReadersPerMillisecond = 25;
    private readonly Lock _lock = new();
    private readonly List<Frame> _frames = [];
    private TaskCompletionSource _pulse = New();
    private long _pulsedAt;
    private bool _pulsePlanned;
    private Fanout? _following;

    /// <summary>How many read along: many are woken less often, with more to read, or waking them is all there is time for.</summary>
    internal int Readers { get; set; }

    private TimeSpan Rest => TimeSpan.FromMilliseconds(Math.Clamp(Readers / ReadersPerMillisecond, ShortestRest, LongestRest));

    /// <summary>Nothing more will come.</summary>
    public bool IsComplete { get; private set; }

    public long LastSeq { get; private set; }

    /// <summary>Says what comes to all who follow it.</summary>
    internal Fanout Following
    {
        get
        {
            lock (_lock)
            {
                return _following ??= new Fanout(this);
            }
        }
    }

    /// <summary>Completes when there is more to read.</summary>
    internal Task More
    {
        get
        {
            lock (_lock)
            {
                return _pulse.Task;
            }
        }
    }

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
            _frames.TrimExcess();
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
            return Since(seq, out overrun);
        }
    }

    /// <summary>The frames after <paramref name="seq"/> in one piece.</summary>
    internal Batch BatchAfter(long seq)
    {
        Frame[] frames;
        bool overrun, complete;
        lock (_lock)
        {
            complete = IsComplete;
            frames = Since(seq, out overrun);
        }

        var bytes = new byte[frames.Sum(f => f.Bytes.Length)];
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Bytes.CopyTo(bytes, at);
            at += frame.Bytes.Length;
        }

        return new Batch(seq, frames.Length > 0 ? frames[^1].Seq : seq, bytes, overrun, complete);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Frame[] Since(long seq, out bool overrun)
    {
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
}
