namespace OpenSre.Server;

/// <summary>
/// Says the frames of a log to all its readers: one loop, and what is new is put together once for all who stand at the same
/// place. A reader whose connection is full is passed over until it has room again, and cut off when that takes too long.
/// The loop runs while there are readers.
/// </summary>
internal sealed class Fanout(FrameLog log)
{
    private readonly Lock _lock = new();
    private readonly List<Reader> _readers = [];
    private Reader[] _all = [];
    private TaskCompletionSource _nudge = New();
    private bool _isTurning;
    private TimeSpan _tick = TimeSpan.FromSeconds(1);

    /// <summary>Follows the log.</summary>
    /// <param name="after">The last number the reader has.</param>
    /// <returns>The last number it has when it is let go: it is gone, or too far behind, or the log is complete.</returns>
    public async Task<long> JoinAsync(SseStream stream, long after)
    {
        var reader = new Reader(stream, after);
        using var gone = stream.Gone.UnsafeRegister(_ => Nudge(), null);
        lock (_lock)
        {
            _readers.Add(reader);
            // Often enough to keep heartbeats and to notice who takes nothing.
            _tick = TimeSpan.FromMilliseconds(Math.Clamp(Math.Min(stream.Heartbeat.TotalMilliseconds, stream.Patience.TotalMilliseconds) / 4, 5, 1000));
            _all = [.. _readers];
            log.Readers = _all.Length;
            if (!_isTurning)
            {
                _isTurning = true;
                _ = Task.Run(TurnAsync);
            }
        }

        Nudge();
        return await reader.Left.Task.ConfigureAwait(false);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Nudge() => Volatile.Read(ref _nudge).TrySetResult();

    private async Task TurnAsync()
    {
        while (true)
        {
            var nudge = New();
            Volatile.Write(ref _nudge, nudge);
            var more = log.More;
            Reader[] all;
            lock (_lock)
            {
                if (_readers.Count == 0)
                {
                    _isTurning = false;
                    return;
                }

                all = _all;
            }

            try
            {
                Turn(all);
            }
#pragma warning disable CA1031 // Whoever follows hears of it, and does not wait for a loop that has ended.
            catch (Exception e)
#pragma warning restore CA1031
            {
                lock (_lock)
                {
                    _readers.Clear();
                    (_all, _isTurning) = ([], false);
                }

                Array.ForEach(all, r => r.Left.TrySetException(e));
                return;
            }

            if (!more.IsCompleted && !nudge.Task.IsCompleted)
            {
                await Task.WhenAny(more, nudge.Task, Task.Delay(_tick)).ConfigureAwait(false);
            }
        }
    }

    private void Turn(Reader[] all)
    {
        Batch? batch = null;
        List<Reader>? left = null;
        foreach (var reader in all)
        {
            var now = Environment.TickCount64;
            if (reader.IsBusy)
            {
                if (now - reader.SaidAt > reader.Stream.Patience.TotalMilliseconds)
                {
                    reader.Stream.Cut();
                }

                continue;
            }

            if (batch is null || batch.After != reader.After)
            {
                batch = log.BatchAfter(reader.After);
            }

            if (reader.Stream.Gone.IsCancellationRequested || batch.Overrun || (batch.Bytes.Length == 0 && batch.Complete))
            {
                (left ??= []).Add(reader);
            }
            else if (batch.Bytes.Length > 0)
            {
                reader.Say(batch.Bytes, batch.Last, now, Nudge);
            }
            else if (now - reader.SaidAt >= reader.Stream.Heartbeat.TotalMilliseconds)
            {
                reader.Say(SseStream.Ping, reader.After, now, Nudge);
            }
        }

        if (left is null)
        {
            return;
        }

        lock (_lock)
        {
            left.ForEach(r => _readers.Remove(r));
            _all = [.. _readers];
            log.Readers = _all.Length;
        }

        left.ForEach(r => r.Left.TrySetResult(r.After));
    }

    private sealed class Reader(SseStream stream, long after)
    {
        private volatile bool _isBusy;

        public SseStream Stream { get; } = stream;

        public long After { get; private set; } = after;

        public TaskCompletionSource<long> Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long SaidAt { get; private set; } = Environment.TickCount64;

        public bool IsBusy => _isBusy;

        public void Say(byte[] bytes, long last, long now, Action nudge)
        {
            (After, SaidAt) = (last, now);
            Task flush;
            try
            {
                flush = Stream.Push(bytes);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                Stream.Leave(); // The connection ended under our hands.
                return;
            }

            if (flush.IsCompletedSuccessfully)
            {
                return;
            }

            _isBusy = true;
            _ = FinishAsync(flush, nudge);
        }

        private async Task FinishAsync(Task flush, Action nudge)
        {
            try
            {
                await flush.ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                Stream.Leave();
            }

            _isBusy = false;
            nudge();
        }
    }
}

/// <summary>What is new after a number, as one piece.</summary>
/// <param name="Last">The last number in it.</param>
/// <param name="Overrun">Whether some in between are not in memory any more.</param>
internal sealed record Batch(long After, long Last, byte[] Bytes, bool Overrun, bool Complete);
