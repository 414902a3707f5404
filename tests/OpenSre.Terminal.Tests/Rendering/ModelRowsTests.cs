using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>What a model says on a live screen: marked as its own, before anything of it was checked.</summary>
public sealed class ModelRowsTests
{
    [Fact]
    public void Its_words_are_named_as_its_own_its_notices_are_shown_and_the_report_is_not_taken_for_said()
    {
        using var terminal = new FakeTerminal(100, 30);
        var screen = new TerminalScreen(terminal, Theme.Named("dark", hyperlinks: false)!);
        var transcript = new Transcript(screen);
        transcript.Add(new InvestigationStarted("disk full", "built-in engine with m1"));
        transcript.Add(new ModelNotice("m1", "Anthropic is overloaded; trying again in 2 s (1 of 4)"));
        transcript.Add(new MessageDelta("A comet did it.\n") { Author = "m1" });
        transcript.Add(new ModelReviewed(new ModelReview("m1", null, [], [], new ModelCost(2, 1_000, 900, 50, 0.0123m), "")));
        transcript.Add(new ReportWritten("**Root cause:** the disk is full.\n"));
        transcript.Add(new InvestigationFinished(1, 1, TimeSpan.FromSeconds(1)));
        screen.Close();
        var all = string.Join('\n', terminal.Look(s => s.All()).Select(r => r.TrimEnd()));
        Assert.Contains("  model  Anthropic is overloaded; trying again in 2 s (1 of 4)\n\n  m1 says (checked in the report):\nA comet did it.\n\n  m1: 2 steps, 1,000 tokens read", all, StringComparison.Ordinal);
        Assert.Contains("Root cause: the disk is full.", all, StringComparison.Ordinal);
    }
}
