namespace OpenSre.Terminal;

/// <summary>
/// When a frame may be drawn: one every 33 ms in the long run, and after a pause three at once, so that the first word of an
/// answer does not wait because a spinner has just turned.
/// </summary>
internal sealed class FramePace(TimeProvider time)
{
    private const double AtOnce = 3;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(33);

    private double _saved = AtOnce;
    private long _at = time.GetTimestamp();

    /// <summary>How long to wait for the next frame; zero: it may be drawn now.</summary>
    public TimeSpan Wait()
    {
        Save();
        return _saved >= 1 ? TimeSpan.Zero : Frame * (1 - _saved);
    }

    /// <summary>A frame was drawn, whether or not it was its turn.</summary>
    public void Drawn()
    {
        Save();
        _saved = Math.Max(0, _saved - 1);
    }

    private void Save()
    {
        var now = time.GetTimestamp();
        _saved = Math.Min(AtOnce, _saved + (time.GetElapsedTime(_at, now) / Frame));
        _at = now;
    }
}
