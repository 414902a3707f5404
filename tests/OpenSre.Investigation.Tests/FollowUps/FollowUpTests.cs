using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class FollowUpTests
{
    [Theory]
    [InlineData("show the evidence", "**4 facts** from 5 tool calls")]
    [InlineData("What evidence do you have?", "**4 facts**")]
    [InlineData("list all facts please", "**4 facts**")]
    [InlineData("what did you find?", "**4 facts**")]
    [InlineData("Show me the proof.", "**4 facts**")]
    [InlineData("show e3", "**e3:** rotator was upgraded")]
    [InlineData("e1?", "> /dev/vdb1 10G 10G 0 100% /srv")]
    [InlineData("what is [e4]", "**e4:** half of the memory")]
    [InlineData("where does e2 come from?", "host.du path=/srv, 10:00:01 UTC")]
    [InlineData("show e1 and e2", "**e2:**")]
    [InlineData("show e77", "no fact e77 in this investigation; the facts are e1 to e4")]
    [InlineData("why", "This speaks for it")]
    [InlineData("Why?", "1. rotator 1.3 stopped deleting logs [e3]")]
    [InlineData("why do you think so?", "This speaks for it")]
    [InlineData("how do you know?", "This speaks for it")]
    [InlineData("how do you know that", "This speaks for it")]
    [InlineData("explain", "This speaks for it")]
    [InlineData("what makes you think that?", "This speaks for it")]
    [InlineData("how did you come to this conclusion", "This speaks for it")]
    [InlineData("what caused it?", "This speaks for it")]
    [InlineData("why is /srv full?", "This speaks for it")]
    [InlineData("how sure are you?", "**93 %:** The filesystem /srv has no space left.")]
    [InlineData("Are you sure?", "**93 %:**")]
    [InlineData("how confident are you in this?", "3 facts for it, 0 against it.")]
    [InlineData("what's the probability of that", "The next explanation has 4 %")]
    [InlineData("what changed?", "**1 change** found, newest first")]
    [InlineData("what changed recently", "2026-05-04 09:12:00 UTC — rotator was upgraded")]
    [InlineData("any deployments in the last hour?", "**1 change**")]
    [InlineData("was anything upgraded today", "**1 change**")]
    [InlineData("did something change on web-1?", "**1 change**")]
    [InlineData("what did you not look at?", "docker.containers — Permission denied")]
    [InlineData("what didn't you check", "docker.containers — Permission denied")]
    [InlineData("what could you not read?", "docker.containers — Permission denied")]
    [InlineData("what is missing?", "docker.containers — Permission denied")]
    [InlineData("any blind spots?", "docker.containers — Permission denied")]
    [InlineData("is there anything you haven't looked at", "docker.containers — Permission denied")]
    [InlineData("what should I do?", "du -xh /srv | sort -h | tail")]
    [InlineData("what now", "du -xh /srv")]
    [InlineData("next", "du -xh /srv")]
    [InlineData("next steps?", "du -xh /srv")]
    [InlineData("how do I fix it", "du -xh /srv")]
    [InlineData("how can we solve this?", "du -xh /srv")]
    [InlineData("what can I do about it?", "du -xh /srv")]
    [InlineData("what do you recommend", "du -xh /srv")]
    [InlineData("what to do", "nothing of it was run")]
    [InlineData("what did you run?", "**5 tool calls**, all of them reading only")]
    [InlineData("which commands did you use", "**5 tool calls**")]
    [InlineData("what did you look at?", "10:00:01 UTC host.du path=/srv (12 ms) — 1 fact")]
    [InlineData("what have you checked so far", "**5 tool calls**")]
    [InlineData("show the tool calls", "permission was refused: Permission denied on the Docker socket.")]
    [InlineData("timeline", "09:12:00 UTC — rotator was upgraded from 1.2 to 1.3 [e3]\n- 2026-05-04 09:40:00 UTC — the alert began")]
    [InlineData("show me a timeline", "2 more facts without a time")]
    [InlineData("when did it start?", "the alert began")]
    [InlineData("what happened first?", "the alert began")]
    [InlineData("why not memory?", "**4 %:** web-1 has no memory left.")]
    [InlineData("Why isn't it the RAM", "Against it:\n\n- half of the memory is available [e4]")]
    [InlineData("why not OOM", "**4 %:**")]
    [InlineData("could it be dns?", "**2 %:** Names cannot be resolved")]
    [InlineData("what about the network?", "Nothing that was looked at points to network")]
    [InlineData("is it the resolver?", "net.dns — no resolver is configured")]
    [InlineData("did you rule out dns", "No fact speaks for it or against it.")]
    [InlineData("are you sure it's not memory?", "**4 %:**")]
    [InlineData("why did you exclude memory", "**4 %:**")]
    [InlineData("have you considered the certificate?", "Nothing that was looked at points to certificate")]
    [InlineData("why is memory not the cause?", "**4 %:**")]
    [InlineData("why not gremlins?", "Gremlins is not among the explanations")]
    [InlineData("why not the disk?", "That is the answer that was given.")]
    [InlineData("i think it's docker", "docker.containers — Permission denied")]
    [InlineData("why not a false alarm?", "**1 %:** Nothing is wrong now.")]
    [InlineData("what else could it be?", "4 % web-1 has no memory left")]
    [InlineData("other hypotheses?", "What was considered")]
    [InlineData("any other possible causes", "What was considered")]
    [InlineData("what speaks against it?", "The alert says 95 %, the disk says 100 % [e1]")]
    [InlineData("did you notice anything else?", "Swap is not configured [e4]")]
    [InlineData("anything else odd?", "Swap is not configured [e4]")]
    [InlineData("show the report again", "**Root cause (93 %):**")]
    [InlineData("summarize", "**Root cause (93 %):**")]
    public void A_question_about_the_case_is_answered_from_its_evidence(string question, string expected)
    {
        var answer = FollowUp.Answer(SampleCase.Case(), question);
        Assert.NotNull(answer);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.EndsWith("\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk full on web-1")]
    [InlineData("disk full on web-2")]
    [InlineData("why is checkout slow?")]
    [InlineData("why is checkout slow since 10:05?")]
    [InlineData("why is nginx not running?")]
    [InlineData("what changed on web-2?")]
    [InlineData("what about db-3")]
    [InlineData("is it raining")]
    [InlineData("high latency in payments")]
    [InlineData("the deploy of checkout failed")]
    [InlineData("check nginx")]
    [InlineData("look at the docker containers on db-3")]
    [InlineData("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")]
    [InlineData("FATAL: could not write to file: No space left on device")]
    [InlineData("{\"status\":\"firing\"}")]
    [InlineData("/tmp/alert.json")]
    [InlineData("https://example.org answers 502")]
    [InlineData("CPU at 100 % on db-3")]
    [InlineData("what is wrong with postgres?")]
    [InlineData("payments returns errors, why?")]
    [InlineData("how many pods are failing in prod?")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("why\nnot")]
    public void Anything_else_begins_a_new_investigation(string text)
    {
        Assert.Null(FollowUp.Answer(SampleCase.Case(), text));
    }

    [Fact]
    public void Asking_the_alert_again_looks_again()
    {
        var alert = SampleCase.Alert with { Question = "Why is the disk full?" };
        var file = SampleCase.Case() with { Incident = SampleCase.Incident with { Alerts = [alert] } };
        Assert.Null(FollowUp.Answer(file, "why is the disk full"));
    }

    [Fact]
    public void Every_quote_in_an_answer_stands_in_an_output()
    {
        var file = SampleCase.Case();
        foreach (var question in new[] { "evidence", "why", "why not memory", "what changed", "timeline", "next", "what did you run", "gaps", "what speaks against it", "how sure are you", "show e1" })
        {
            Assert.Empty(ReportQuotes.Unbacked(FollowUp.Answer(file, question)!, file.Ledger));
        }
    }

    [Fact]
    public void A_stopped_investigation_still_shows_what_it_had()
    {
        var file = SampleCase.Case() with { Diagnosis = null, Report = "", Cancelled = true };
        Assert.Contains("**4 facts**", FollowUp.Answer(file, "show the evidence"), StringComparison.Ordinal);
        Assert.Contains("stopped before", FollowUp.Answer(file, "why?"), StringComparison.Ordinal);
        Assert.Contains("docker.containers", FollowUp.Answer(file, "what could you not look at?"), StringComparison.Ordinal);
        Assert.Contains("stopped before", FollowUp.Answer(file, "why not memory"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_any_fact_answers_in_sentences()
    {
        var empty = new CaseFile("i1", SampleCase.Incident, new EvidenceLedger(), new Diagnosis { Verdict = Verdict.Inconclusive, Summary = "Nothing." }, "", false, TimeSpan.Zero);
        foreach (var question in new[] { "evidence", "why", "why not memory", "what changed", "timeline", "next", "what did you run", "gaps", "against", "how sure are you", "show e1", "what else could it be", "report" })
        {
            Assert.False(string.IsNullOrWhiteSpace(FollowUp.Answer(empty, question)), question);
        }
    }
}
