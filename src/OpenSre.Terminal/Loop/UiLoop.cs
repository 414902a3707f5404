namespace OpenSre.Terminal;

/// <summary>What a loop drives: keys and calls change it, frames show it.</summary>
internal interface IUiModel
{
    /// <summary>True when the loop may end.</summary>
    bool Ended { get; }

    void Handle(Key key);

    /// <summary>Draws a frame.</summary>
    void Draw();

    /// <summary>Something threw; says so and drops what may have caused it. The loop goes on.</summary>
    void Recover(Exception failure);

    /// <summary>When a frame is due though nothing comes (a spinner, a hint that goes away); null for never.</summary>
    TimeSpan? NextTick(long now);
}

/// <summary>
/// The one place that touches the screen. Keys, calls from other threads and the clock come in one after another; a key
/// is shown at once, everything else as <see cref="FramePace"/> has it; when nothing happens, nothing runs.
/// </summary>
internal sealed class UiLoop(ITerminal terminal, TimeProvider time) : IDisposable
{
    /// <summary>How long the rest of a key's sequence may take; a lone Escape is one after this.</summary>
    private const int SequenceTime = 30;

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private List<object> _inbox = [];
    private List<object> _taken = [];
    private bool _isInputOver;

    /// <summary>Runs a call on the loop's thread, after what came before it.</summary>
    public void Post(Action call) => Add(call);

    /// <summary>Runs until the model has ended or no input comes any more.</summary>
    public void Run(IUiModel model)
    {
        new Thread(ReadInput) { IsBackground = true, Name = "terminal input" }.Start();
        Safely(model, model.Draw);
        var pace = new FramePace(time);
        pace.Drawn();
        var isDirty = false;
        while (!model.Ended)
        {
            var hasKeys = false;
            foreach (var item in Take())
            {
                hasKeys |= item is Key;
                Safely(model, () => Take(model, item));
                isDirty = true;
            }

            _taken.Clear();
            if (model.Ended || _isInputOver)
            {
                break;
            }

            var now = time.GetTimestamp();
            var pause = pace.Wait();
            var tick = model.NextTick(now);
            if (hasKeys || (isDirty && pause <= TimeSpan.Zero) || tick <= TimeSpan.Zero)
            {
                // A frame that could not be drawn is not tried again before something has changed.
                Safely(model, model.Draw);
                pace.Drawn();
                isDirty = false;
                continue;
            }

            var wait = isDirty ? pause : tick ?? Timeout.InfiniteTimeSpan;
            if (isDirty && tick < wait)
            {
                wait = tick.Value;
            }

            _wake.WaitOne(wait < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Ceiling(wait.TotalMilliseconds));
        }
    }

    public void Dispose() => _wake.Dispose();

    private static void Take(IUiModel model, object item)
    {
        if (item is Action call)
        {
            call();
        }
        else
        {
            model.Handle((Key)item);
        }
    }

    private static void Safely(IUiModel model, Action act)
    {
        try
        {
            act();
        }
#pragma warning disable CA1031 // The session outlives whatever a key, a call or a frame meets; the model says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            model.Recover(e);
        }
    }

    private List<object> Take()
    {
        lock (_lock)
        {
            (_inbox, _taken) = (_taken, _inbox);
        }

        return _taken;
    }

    private void Add(object item)
    {
        lock (_lock)
        {
            _inbox.Add(item);
        }

        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // The session has ended; nobody is left to be told.
        }
    }

    private void ReadInput()
    {
        var decoder = new InputDecoder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var got = terminal.Read(buffer, decoder.IsWaiting ? SequenceTime : -1);
            if (got == 0)
            {
                Add((Action)(() => _isInputOver = true));
                return;
            }

            if (got < 0)
            {
                decoder.Flush(k => Add(k));
            }
            else
            {
                decoder.Decode(buffer.AsSpan(0, got), k => Add(k));
            }
        }
    }
}
