using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Tests.Investigation;

/// <summary>An investigation with a model behind the engine, over every wire format.</summary>
public sealed class ModelInvestigationTests
{
    public static TheoryData<int> Wires() => [.. Enum.GetValues<Wire>().Select(w => (int)w)];

    private static ModelReply Script(ModelRequest request) => request.Results.Count switch
    {
        0 => new ModelReply(new Say("I check the temperature."), new Call("host_temperature")),
        1 => new ModelReply(new Call("conclude", """{"verdict":"root_cause","fault_type":"disk.space_exhausted","entity":"/srv/data","statement":"The disk is full."}""")),
        _ => new ModelReply(new Say("The filesystem /srv/data is 100 % full. [e1] A comet hit the rack.")),
    };

    [Theory, MemberData(nameof(Wires))]
    public async Task A_model_looks_further_concludes_and_is_checked(int wire)
    {
        using var run = new ModelCase(Script) { Wire = (Wire)wire };
        var file = await run.RunAsync();
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.NotNull(file.Review);
        Assert.Empty(file.Review.Objections);
        Assert.Equal(3, file.Review.Cost.Steps);
        Assert.True(file.Review.Cost.Money > 0);
        Assert.Contains(file.Review.Claims, c => c is { Validated: true } && c.Text.Contains("100 % full", StringComparison.Ordinal));
        Assert.Contains(file.Review.Claims, c => c is { Validated: false } && c.Text.Contains("comet", StringComparison.Ordinal));
        Assert.Contains("A comet hit the rack. (not validated: it cites no evidence)", file.Report, StringComparison.Ordinal);
        Assert.Contains(file.Ledger.Outputs, o => o.Tool == "host.temperature");
        Assert.Contains(run.Events, e => e is MessageDelta { Author: "scripted" });
        Assert.Equal(file.Report.Trim(), string.Concat(run.Events.OfType<MessageDelta>().Where(d => d.Author is null).Select(d => d.Text)).Trim());
        Assert.Equal(Enumerable.Range(1, run.Events.Count).Select(i => (long)i), run.Events.Select(e => e.Seq));
        Assert.Equal(run.Events.OfType<ToolStarted>().Select(t => t.CallId).Order(), run.Events.OfType<ToolFinished>().Select(t => t.CallId).Order());
    }

    [Fact]
    public async Task The_model_gets_the_alert_the_ranking_the_facts_and_the_open_questions()
    {
        using var run = new ModelCase(_ => new ModelReply(new Say("Nothing to add.")));
        await run.RunAsync();
        var prompt = string.Concat(run.Requests[0].Said);
        Assert.Contains("name: DiskFull", prompt, StringComparison.Ordinal);
        Assert.Contains("disk.space_exhausted on filesystem /srv/data: for [e1]", prompt, StringComparison.Ordinal);
        Assert.Contains("[e1] ", prompt, StringComparison.Ordinal);
        Assert.Contains("host_temperature", run.Requests[0].Tools);
        Assert.Contains("conclude", run.Requests[0].Tools);
    }

    [Fact]
    public async Task A_call_the_engine_made_already_is_answered_from_the_ledger()
    {
        using var run = new ModelCase(r => r.Results.Count == 0 ? new ModelReply(new Call("host_disk"), new Call("host_disk")) : new ModelReply(new Say("done")));
        await run.RunAsync();
        Assert.Single(run.Looked, c => c.Tool == "host.disk");
        Assert.All(run.Requests[^1].Results, r => Assert.Contains("answered from the ledger", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"verdict":"root_cause","fault_type":"clock.skew","entity":"h","statement":"The clock."}""")]
    [InlineData("""{"verdict":"healthy","statement":"All is well."}""")]
    public async Task A_conclusion_against_decisive_evidence_is_flagged_and_changes_nothing(string conclusion)
    {
        using var run = new ModelCase(r => r.Results.Count == 0 ? new ModelReply(new Call("conclude", conclusion)) : new ModelReply(new Say("So it is.")));
        var file = await run.RunAsync();
        Assert.Contains(file.Review!.Objections, o => o.Decisive && o.EvidenceIds.Count > 0);
        Assert.Contains("Contradicts decisive evidence", file.Report, StringComparison.Ordinal);
        Assert.Equal("disk.space_exhausted", file.Diagnosis!.Top!.FaultType);
        Assert.Contains("does not fit", run.Requests[^1].Results[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "check the key")]
    [InlineData(500, "500")]
    public async Task A_model_that_fails_leaves_the_built_in_result(int status, string said)
    {
        using var run = new ModelCase(_ => ModelReply.Fails(status, "some_error", "no"));
        var file = await run.RunAsync();
        Assert.Equal(Verdict.RootCause, file.Diagnosis!.Verdict);
        Assert.Contains(run.Events, e => e is ModelNotice n && n.Sentence.Contains("built-in engine's result stands", StringComparison.Ordinal) && n.Sentence.Contains(said, StringComparison.Ordinal));
        Assert.DoesNotContain(run.Events, e => e is InvestigationFailed);
        Assert.NotEmpty(file.Report);
    }

    [Fact]
    public async Task A_budget_ends_it_with_what_was_found()
    {
        using var run = new ModelCase(_ => new ModelReply(new Say("Looking."), new Call("standing"))) { Budget = new AgentBudget(Steps: 2) };
        var file = await run.RunAsync();
        Assert.Contains("2 steps", file.Review!.Ended, StringComparison.Ordinal);
        Assert.Equal(2, file.Review.Cost.Steps);
        Assert.Contains("It did not finish", file.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_while_the_model_speaks_keeps_the_engines_result()
    {
        using var stop = new CancellationTokenSource();
        using var run = new ModelCase(_ => new ModelReply(new Say("Let me "), new Silence(TimeSpan.FromMinutes(2))));
        var file = await run.RunAsync(seen: e =>
        {
            if (e is MessageDelta { Author: not null })
            {
                stop.Cancel();
            }
        }, cancellation: stop.Token);
        Assert.True(file.Cancelled);
        Assert.Equal("disk.space_exhausted", file.Diagnosis!.Top!.FaultType);
        Assert.IsType<InvestigationFinished>(run.Events[^1]);
    }

    [Fact]
    public async Task What_a_person_says_reaches_the_model_while_it_speaks()
    {
        var steering = new SteeringInbox();
        using var run = new ModelCase(r => r.Said.Any(s => s.Contains("what about heat", StringComparison.Ordinal)) ? new ModelReply(new Say("Heat was considered.")) : new ModelReply(new Say("Disk, "), new Silence(TimeSpan.FromMinutes(2))));
        var file = await run.RunAsync(steering, e =>
        {
            if (e is MessageDelta { Author: not null, Text: "Disk, " })
            {
                steering.Say("what about heat");
            }
        });
        Assert.Contains(run.Events, e => e is SteeringReceived { Text: "what about heat" });
        Assert.Contains(file.Review!.Claims, c => c.Text == "Heat was considered.");
    }

    [Fact]
    public async Task A_large_output_is_trimmed_for_the_model_and_kept_whole()
    {
        var log = string.Join('\n', Enumerable.Range(0, 5_000).Select(i => $"line {i} of the log"));
        using var run = new ModelCase(r => r.Results.Count switch
        {
            0 => new ModelReply(new Call("app_log")),
            1 => new ModelReply(new Call("read_output", $$"""{"id":"{{System.Text.RegularExpressions.Regex.Match(r.Results[0], @"^o\d+").Value}}","find":"line 2500 "}""")),
            _ => new ModelReply(new Say("done")),
        })
        {
            Outputs = new() { ["host.disk"] = ModelCase.FullDisk, ["host.overview"] = "host name=h", ["app.log"] = log },
        };
        var file = await run.RunAsync();
        Assert.Equal(log, file.Ledger.Outputs.Single(o => o.Tool == "app.log").Text);
        Assert.True(run.Requests[1].Results[0].Length < 12_000);
        Assert.Contains("characters left out", run.Requests[1].Results[0], StringComparison.Ordinal);
        Assert.Contains("line 2500 of the log", run.Requests[2].Results[1], StringComparison.Ordinal);
    }
}
