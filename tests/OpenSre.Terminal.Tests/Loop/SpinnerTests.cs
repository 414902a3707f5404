using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>When the spinner comes and goes, by a clock that is moved by hand.</summary>
public sealed class SpinnerTests : LiveHarness
{
    private readonly SteppedTime _clock = new();

    [Fact]
    public void It_comes_200_ms_after_the_last_word_turns_ten_times_a_second_and_goes_with_the_next_word()
    {
        _live = new LiveSession(Host(), _terminal, _loop, _clock, new LiveOptions(Theme.Named("dark", hyperlinks: false)!, IsStill: false));
        _live.Begin("/demo silence 600");
        Wait(() => _live.Session.IsBusy, "the silence to begin");
        _live.Draw();
        Assert.Equal((0, Milliseconds(200)), (Spinners(), Next()));
        Advance(199);
        Assert.Equal((0, Milliseconds(1)), (Spinners(), Next()));
        Advance(1);
        Assert.Equal((1, Milliseconds(100)), (Spinners(), Next()));
        var first = _terminal.Look(s => s.ToString());
        Advance(100);
        Assert.Equal(1, Spinners());
        Assert.NotEqual(first, _terminal.Look(s => s.ToString()));

        _live.Print(Row.Of("a word"));
        _live.Draw();
        Assert.Equal((0, 1, Milliseconds(200)), (Spinners(), Count("a word", exactly: true), Next()));
        Advance(200);
        Assert.Equal(1, Spinners());
        _live.Session.Interrupt();
        Wait(() => !_live.Session.IsBusy, "the silence to end");
        _live.Draw();
        Assert.Equal((0, null), (Spinners(), Next()));
    }

    private static TimeSpan? Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private int Spinners() => Count("Esc stops");

    private TimeSpan? Next() => _live!.NextTick(_clock.GetTimestamp());

    private void Advance(int milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _live!.Draw();
    }
}
