using FsCheck;
using FsCheck.Fluent;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class ReportWriterTests
{
    [Fact]
    public void The_answer_stands_first_then_why_and_what_to_do()
    {
        Assert.Equal("""
            **Root cause (93 %):** The filesystem /srv has no space left. Logs fill it. [e1] [e2]

            ## Why

            - filesystem /srv is 100 % full [e1] — `/dev/vdb1 10G 10G 0 100% /srv`
            - /srv/logs holds 9.1 GB of it [e2] — `9.1G	/srv/logs`
            - rotator was upgraded from 1.2 to 1.3 [e3] (past) — `upgrade rotator:amd64 1.2 1.3`

            ## How it came about

            1. rotator 1.3 stopped deleting logs [e3]
            2. /srv is full [e1]

            ## What speaks against it

            - Nothing that was looked at.

            ## Other explanations

            - 4 % web-1 has no memory left — against: [e4]
            - 2 % Names cannot be resolved: 10.0.0.2 does not answer
            - 1 % Nothing is wrong now — against: [e1]

            ## Contradictions

            - The alert says 95 %, the disk says 100 % [e1]

            ## Also noticed

            - Swap is not configured [e4]

            ## Not looked at

            - docker.containers — Permission denied on the Docker socket.
            - net.dns — no resolver is configured

            ## What would tell more

            - host.files path=/srv/logs — which file grows

            ## What to do (nothing of this was run)

            - Take back the upgrade of rotator

            ```sh
            # See what fills it
            du -xh /srv | sort -h | tail
            ```

            ## Evidence

            - host.disk at 10:00:00 UTC: [e1]
            - host.du path=/srv at 10:00:01 UTC: [e2]
            - host.changes at 10:00:02 UTC: [e3] of 2026-05-04 09:12:00 UTC
            - host.memory at 10:00:03 UTC: [e4]

            5 tool calls, 4 facts, 2.1 s.

            """, SampleCase.Case().Report, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Every_quote_stands_in_a_stored_output()
    {
        var file = SampleCase.Case();
        Assert.Equal(["/dev/vdb1 10G 10G 0 100% /srv", "9.1G\t/srv/logs", "upgrade rotator:amd64 1.2 1.3"], ReportQuotes.Extract(file.Report));
        Assert.Empty(ReportQuotes.Unbacked(file.Report, file.Ledger));
    }

    [Fact]
    public void Healthy_and_inconclusive_are_answers_too()
    {
        var healthy = SampleCase.Case(new Diagnosis { Verdict = Verdict.Healthy, Summary = "It does not hold now.", Ranked = [new(HypothesisKind.Healthy, "healthy", SampleCase.Disk, "Nothing is wrong now", 0.97, 3, ["e4"], [])] });
        Assert.StartsWith("**Healthy:** It does not hold now. [e4]\n\n## Why\n\n- half of the memory", healthy.Report, StringComparison.Ordinal);

        var open = SampleCase.Case(SampleCase.Diagnosis with { Verdict = Verdict.Inconclusive, Summary = "Nothing explains it.", Remedies = [] });
        Assert.StartsWith("**Inconclusive:** Nothing explains it.\n\n", open.Report, StringComparison.Ordinal);
        Assert.Contains("## Possible explanations\n\n- 93 % The filesystem /srv has no space left — for: [e1] [e2] [e3]", open.Report, StringComparison.Ordinal);
        Assert.DoesNotContain("## Why", open.Report, StringComparison.Ordinal);
        Assert.DoesNotContain("What to do", open.Report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_without_evidence_says_that_it_is_not_validated()
    {
        var file = SampleCase.Case(SampleCase.Diagnosis with { AlsoNoticed = [new("Mercury is in retrograde", ["e99"])] });
        Assert.Contains("- Mercury is in retrograde (not validated)\n", file.Report, StringComparison.Ordinal);
        Assert.DoesNotContain("e99", file.Report, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_from_outside_can_become_a_quote_or_a_control_sequence()
    {
        var file = SampleCase.Case(SampleCase.Diagnosis with
        {
            Summary = "`rm -rf /` \\` \u001b[2J",
            Gaps = [new("``x``", "a `b")],
            Remedies = [new("evil\n```\ntitle", "echo '```'\u0007")],
        });
        Assert.Equal(3, ReportQuotes.Extract(file.Report).Count);
        Assert.DoesNotContain(file.Report, c => char.IsControl(c) && c is not ('\n' or '\t'));
    }

    [Fact]
    public void Whatever_an_output_says_its_quotes_stay_literal()
    {
        var alphabet = Gen.Elements('a', 'b', ' ', '`', '\\', '\n', '\r', '\t', '\u001b', '[', 'm', '*', '#', '<', '\u0000', '\u009b', 'é', '\u202e', '-', '3', '~');
        var text = from length in Gen.Choose(1, 400) from characters in Gen.ArrayOf(alphabet, length) select new string(characters);
        Prop.ForAll(text.ToArbitrary(), quote =>
        {
            var ledger = new EvidenceLedger();
            ledger.Store(new StoredOutput("", "host.disk", new Dictionary<string, string>(), ToolStatus.Ok, "before " + quote + " after", "", SampleCase.Time, TimeSpan.Zero));
            ledger.Replace([SampleCase.Fact("c", "o1", SampleCase.Disk, "f", quote, quote, Currency.Now, null)]);
            var report = ReportWriter.Write(SampleCase.Incident, SampleCase.Diagnosis with { Summary = quote, Gaps = [new(quote, quote)] }, ledger, TimeSpan.Zero, 1);
            var quotes = ReportQuotes.Extract(report);
            return quotes.All(q => quote.Contains(q, StringComparison.Ordinal))
                && (quotes.Count > 0 || SafeText.Clean(quote).Trim().Length < 4)
                && report.All(c => c is '\n' or '\t' || !char.IsControl(c));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_long_quote_is_cut_between_two_quotes()
    {
        var long1 = "start" + new string('x', 400) + "end";
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "host.disk", new Dictionary<string, string>(), ToolStatus.Ok, long1, "", SampleCase.Time, TimeSpan.Zero));
        ledger.Replace([SampleCase.Fact("c", "o1", SampleCase.Disk, "f", "long", long1, Currency.Now, null)]);
        var report = ReportWriter.Write(SampleCase.Incident, SampleCase.Diagnosis, ledger, TimeSpan.Zero, 1);
        Assert.Contains("x` … `x", report, StringComparison.Ordinal);
        Assert.Equal(2, ReportQuotes.Extract(report).Count);
        Assert.Empty(ReportQuotes.Unbacked(report, ledger));
    }
}
