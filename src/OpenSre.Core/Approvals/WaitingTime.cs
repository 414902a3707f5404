namespace OpenSre.Core;

/// <summary>Time in which a task stood still because a person was asked something; it counts for no budget. For several threads.</summary>
public sealed class WaitingTime(TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _asked;
    private long _since;
    private TimeSpan _before;

    /// <summary>All of it so far, the present question included. Questions that are open at the same time count once.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_gate)
            {
                return _asked > 0 ? _before + time.GetElapsedTime(_since) : _before;
            }
        }
    }

    /// <summary>A person is asked until the result is disposed of.</summary>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            if (_asked++ == 0)
            {
                _since = time.GetTimestamp();
            }
        }

        return new Question(this);
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_asked == 0)
            {
                _before += time.GetElapsedTime(_since);
            }
        }
    }

    private sealed class Question(WaitingTime waiting) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                waiting.End();
            }
        }
    }
}
