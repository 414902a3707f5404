using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class PlainRendererTests
{
    private static readonly Look Colours = new(Colour: true, Cursor: true, Width: 100);

    [Fact]
    public void A_pipe_gets_plain_lines_without_any_escape_sequence()
    {
        Assert.Equal("""
            ▸ DiskFull on web-1 · built-in engine
              understood  disk full on web-1, 09:00 to 10:00 UTC
              plan  host.disk, host.du path=/srv
              host.disk … 12 ms, 1.4 kB
              e1 now  filesystem /srv is 100 % full  "/dev/vdb1 10G 10G 0 100% /srv"
              → 93 % disk.space_exhausted on filesystem /srv · 5 % Something no check knows
              host.du path=/srv … 1.2 s, refused  Permission denied.

            **Root cause (93 %):** /srv is full [e1]

            - `/dev/vdb1 10G 10G 0 100% /srv`

            """, Print(Look.Plain, SampleRun.Events), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void With_colours_the_screen_shows_the_same_lines_without_the_marks_of_markdown()
    {
        var screen = Screen.Of(Print(Colours, SampleRun.Events));
        Assert.Contains("  host.disk … 12 ms, 1.4 kB", screen);
        Assert.Contains("Root cause (93 %): /srv is full [e1]", screen);
        Assert.Contains("- /dev/vdb1 10G 10G 0 100% /srv", screen);
        Assert.DoesNotContain(screen, line => line.EndsWith("… ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_event_is_out_when_render_returns()
    {
        var writer = new CountingWriter();
        var renderer = new PlainRenderer(writer, Look.Plain);
        foreach (var (number, e) in SampleRun.Events.Index())
        {
            renderer.Render(e);
            Assert.True(writer.Flushes > number, $"{e.GetType().Name} was not flushed.");
        }
    }

    [Fact]
    public void Tools_that_run_side_by_side_each_get_one_whole_line_on_a_terminal()
    {
        InvestigationEvent[] events =
        [
            new ToolStarted("t1", new ToolCall("slow.one"), ""),
            new ToolStarted("t2", new ToolCall("fast.one"), ""),
            new ToolFinished("t2", "o1", ToolStatus.Ok, "", 10, TimeSpan.FromMilliseconds(3)),
            new EvidenceFound(SampleRun.Full),
            new ToolFinished("t1", "o2", ToolStatus.Ok, "", 20, TimeSpan.FromMilliseconds(900)),
            new InvestigationFinished(2, 1, TimeSpan.FromSeconds(1)),
        ];
        Assert.Equal(
        [
            "  fast.one … 3 ms, 10 B",
            "  e1  now filesystem /srv is 100 % full",
            "          \"/dev/vdb1 10G 10G 0 100% /srv\"",
            "  slow.one … 900 ms, 20 B",
            "2 tool calls · 1 fact · 1.0 s",
        ], Screen.Of(Print(Colours, events)));
        Assert.Equal(1, Print(Look.Plain, events).Split("fast.one").Length - 1);
    }

    [Fact]
    public void Text_from_outside_cannot_reach_the_terminal_with_control_sequences()
    {
        const string evil = "\u001b]0;owned\u0007\u001b[2J\u009b31mx\u202e\r";
        InvestigationEvent[] events =
        [
            new InvestigationStarted(evil, evil),
            new AlertExtracted(SampleRun.Incident, evil),
            new PlanMade([new(ToolCall.With(evil, (evil, evil)), evil)]),
            new ToolStarted(evil, ToolCall.With(evil, (evil, evil)), evil),
            new ToolFinished(evil, "o1", ToolStatus.Failed, evil, 1, TimeSpan.Zero),
            new EvidenceFound(SampleRun.Full with { Claim = evil, Quote = evil }),
            new HypothesisChanged([new Hypothesis(HypothesisKind.Fault, evil, new Entity(EntityKind.Host, evil), evil, 1, 1, [], [])]),
            new SteeringReceived(evil, evil),
            new MessageDelta(evil),
            new ReportWritten(evil),
            new InvestigationFailed(evil),
        ];
        Assert.All(Print(Look.Plain, events), c => Assert.True(c == '\n' || (c >= ' ' && c is not (>= '\u007f' and <= '\u009f') and not '\u202e'), $"U+{(int)c:X4}"));
        Assert.DoesNotContain("owned", Print(Colours, events), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", Print(Colours, events), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_was_not_streamed_is_printed_whole()
    {
        Assert.Equal("\nReport.\n", Print(Look.Plain, [new ReportWritten("Report.\n")]));
    }

    [Fact]
    public void A_cancellation_says_what_is_kept_and_a_failure_what_to_do()
    {
        Assert.Equal("Stopped. The 3 facts found so far are kept.\n", Print(Look.Plain, [new InvestigationCancelled(3)]));
        Assert.Equal("Nothing could be read.\n", Print(Look.Plain, [new InvestigationFailed("Nothing could be read.")]));
    }

    [Fact]
    public void A_tool_that_was_stopped_is_not_shown_as_running_afterwards()
    {
        InvestigationEvent[] events =
        [
            new ToolStarted("t1", new ToolCall("slow.one"), ""),
            new ToolStarted("t2", new ToolCall("slow.two"), ""),
            new InvestigationCancelled(0),
            new InvestigationFinished(2, 0, TimeSpan.FromSeconds(1)),
        ];
        string[] expected = ["  slow.one … stopped", "Stopped. No evidence had been found yet.", "2 tool calls · 0 facts · 1.0 s"];
        Assert.Equal(expected, Screen.Of(Print(Colours, events)));
        Assert.Equal(string.Join('\n', expected) + "\n", Print(Look.Plain, events));
    }

    [Fact]
    public void A_long_quote_is_cut_outside_of_its_quotation_marks()
    {
        Assert.EndsWith("x\" …", FactLine.Quote(new string('x', 500), 120), StringComparison.Ordinal);
        Assert.Equal("\"some words\" …", FactLine.Quote("some words that do not fit", 14));
        Assert.Equal("\"fits\"", FactLine.Quote("fits", 4));
    }

    private static string Print(Look look, IReadOnlyList<InvestigationEvent> events)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new PlainRenderer(writer, look);
        foreach (var e in events)
        {
            renderer.Render(e);
        }

        return writer.ToString();
    }

    private sealed class CountingWriter : StringWriter
    {
        public int Flushes { get; private set; }

        public override void Flush() => Flushes++;
    }
}
