using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Terminal;

/// <summary>The main views, as a person sees them, kept as text: OPENSRE_ACCEPT=1 writes them anew.</summary>
public sealed class MainViewTests : LiveHarness
{
    private static readonly Evidence Slow = SampleRun.Full with
    {
        Id = "e2",
        Claim = "requests of checkout take 41 times as long since 09:41",
        Quote = "series metric=latency_ms from=2026-05-04T09:00:00Z step_s=60 values=120,118,NaN,121,119,122,120,118,121,890,2400,4100,4900,4950 text=checkout",
    };

    [Fact]
    public void Help()
    {
        Start();
        Type("/help\r");
        See("Ctrl+D leaves.");
        See("idle");
        Golden("help");
    }

    [Fact]
    public void Help_on_a_narrow_screen()
    {
        _terminal.Resize(40, 24);
        Start();
        Type("/help investigate\r");
        See("for example");
        Type("/status\r");
        See("0 investigations");
        See("idle");
        Golden("narrow-help");
        Assert.All(_terminal.Look(s => s.All()), r => Assert.InRange(OpenSre.Terminal.TextWidth.Of(r), 0, 39));
    }

    [Fact]
    public void Evidence_with_a_series_is_drawn_in_the_stream_and_in_the_list()
    {
        _investigate = (_, publish, _, _) =>
        {
            publish(new InvestigationStarted("checkout is slow", "built-in engine"));
            publish(new EvidenceFound(SampleRun.Full));
            publish(new EvidenceFound(Slow));
            publish(new MessageDelta("Requests of checkout take longer [e2].\n"));
            publish(new InvestigationFinished(1, 2, TimeSpan.FromSeconds(1)));
            var ledger = new EvidenceLedger();
            ledger.Store(new StoredOutput("", "host.disk", SampleRun.Full.Arguments, ToolStatus.Ok, $"{SampleRun.Full.Quote}\n{Slow.Quote}\n", "", SampleRun.Time, TimeSpan.Zero));
            ledger.Replace([SampleRun.Full, Slow]);
            return Task.FromResult(new CaseFile("i1", SampleRun.Incident, ledger, null, "report", Cancelled: false, TimeSpan.Zero));
        };
        Start();
        Type("checkout is slow\r");
        See("idle · 2 facts");
        See("▁▁▁▁▁▁▁▁");
        See("118 to 4950, last 4950");
        Type("/evidence\r");
        Wait(() => Count("118 to 4950, last 4950") == 2, "the series in the list");
        See("idle · 2 facts");
        Golden("evidence");
    }

    [Fact]
    public void What_was_said_is_drawn_again_for_the_width_of_now()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        _terminal.Resize(40, 60);
        Type("/redraw\r");
        Wait(() => _terminal.Look(s => s.Visible()).Exists(r => r == "              to 10:00 UTC"), "the row to be broken anew");
        See("• /dev/vdb1 10G 10G 0 100% /srv");
        Wait(() => _terminal.Look(s => s.Visible()).Count(r => r.StartsWith('›')) >= 2, "the inputs to be drawn again");
        Assert.All(_terminal.Look(s => s.Visible()), r => Assert.InRange(OpenSre.Terminal.TextWidth.Of(r), 0, 39));
    }

    [Theory]
    [InlineData("dark", "1;2;4;7;31;32;33;34;36")]
    [InlineData("light", "1;2;4;7;31;32;34;35")]
    [InlineData("mono", "1;2;4;7")]
    public void Each_theme_uses_its_own_colours_and_what_is_shown_is_the_same(string theme, string codes)
    {
        _theme = theme;
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("/demo ask systemctl restart checkout\r");
        See("[Y/n]");

        // Keys pressed before a person can have read the question are no answer.
        Thread.Sleep(300);
        Type("n");
        See("declined, by you");
        See("idle · 1 fact");
        var written = System.Text.Encoding.UTF8.GetString(_terminal.Look(_ => _terminal.Log.ToArray()));
        var used = System.Text.RegularExpressions.Regex.Matches(written, @"\e\[([0-9;]+)m").SelectMany(m => m.Groups[1].Value.Split(';')).Distinct().ToList();
        Assert.Empty(used.Except(codes.Split(';')));
        Assert.Contains("1", used);
        Golden("declined");
    }
}
