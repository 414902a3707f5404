using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>A few frames at once after a pause, and thirty a second in the long run.</summary>
public class FramePaceTests
{
    private readonly SteppedTime _clock = new();

    [Fact]
    public void After_a_pause_a_frame_that_follows_another_need_not_wait()
    {
        var pace = new FramePace(_clock);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        pace.Drawn();
        Assert.Equal(TimeSpan.Zero, pace.Wait());
        pace.Drawn();
        Assert.Equal(TimeSpan.Zero, pace.Wait());
        pace.Drawn();
        Assert.Equal(33, pace.Wait().TotalMilliseconds, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(13, pace.Wait().TotalMilliseconds, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(13.5));
        Assert.Equal(TimeSpan.Zero, pace.Wait());
    }

    [Fact]
    public void A_flood_is_drawn_thirty_times_a_second()
    {
        var pace = new FramePace(_clock);
        var drawn = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (pace.Wait() <= TimeSpan.Zero)
            {
                pace.Drawn();
                drawn++;
            }

            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(drawn, 300, 306);
    }
}
