using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// A renderer for a terminal: the lines of <see cref="PlainRenderer"/>, and while nothing new comes for 200 ms a
/// spinner with the elapsed time behind the last of them. The spinner leaves no trace.
/// </summary>
internal sealed class LiveRenderer : IInvestigationRenderer, IDisposable
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly LineWriter _lines;
    private readonly PlainRenderer _inner;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private readonly long _startedAt;
    private long _lastEvent;
    private int _frame;
    private bool _ended;

    public LiveRenderer(LineWriter lines, TimeProvider time)
    {
        _lines = lines;
        _time = time;
        _inner = new PlainRenderer(lines);
        _startedAt = _lastEvent = time.GetTimestamp();
        _timer = lines.Look.Cursor ? time.CreateTimer(_ => Spin(), null, Silence, FrameTime) : null;
    }

    public void Render(InvestigationEvent investigationEvent)
    {
        lock (_lock)
        {
            _lines.HideTail();
            _inner.Render(investigationEvent);
            _lastEvent = _time.GetTimestamp();
        }
    }

    /// <summary>Takes the spinner away and ends the last line; nothing is drawn any more.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _ended = true;
            _lines.HideTail();
            _lines.EndLine();
            _lines.Flush();
        }
    }

    private void Spin()
    {
        lock (_lock)
        {
            if (_ended || _time.GetElapsedTime(_lastEvent) < Silence || (_lines.IsOpen && !_inner.IsToolLineOpen))
            {
                return;
            }

            _frame = (_frame + 1) % Frames.Length;
            var running = _inner.Running.Count;
            var what = _inner.IsToolLineOpen ? "" : "  ";
            var more = running > 1 ? $"  and {running - 1} more" : "";
            _lines.ShowTail($"{what}{_lines.Look.Accent(Frames[_frame].ToString())} {_lines.Look.Dim($"{_time.GetElapsedTime(_startedAt).TotalSeconds:0.0} s{more}")}");
        }
    }
}
