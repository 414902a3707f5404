using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>The commands of the session, typed by a person.</summary>
public sealed class SessionCommandTests : LiveHarness
{
    private static readonly Evidence Past = SampleRun.Full with { Id = "e2", Currency = Currency.Past, Claim = "a package was upgraded", Tool = "host.changes", OutputId = "o1", Interval = TimeWindow.At(SampleRun.Time.AddMinutes(-30)) };

    [Fact]
    public void A_session_that_was_left_goes_on_with_everything_but_trust()
    {
        _investigate = (_, publish, _, _) =>
        {
            foreach (var e in SampleRun.Events)
            {
                publish(e);
                if (e is ToolStarted { CallId: "t1" })
                {
                    publish(new ToolOutput("t1", $"Filesystem and more\n{SampleRun.Full.Quote}\n"));
                }
            }

            return Task.FromResult(Case());
        };
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("/context namespace=shop\r");
        See("namespace  shop  said by you");
        Type("/sessions name the checkout outage\r");
        See("is called the checkout outage now");
        Type("/trust on\r");
        See("trust ›");
        Type("/new\r");
        See("/resume s1 goes back.");
        Wait(() => Count("trust ›") == 0, "trust to end");
        Type("/status\r");
        See("0 investigations");
        Type("/last\r");
        See(LastCommand.Nothing);
        Type("/resume checkout\r");
        See("Going on with the checkout outage · session s1 · 1 investigation");
        See("trust is off");
        See("DiskFull → no answer (1 fact)");
        Type("/evidence e1\r");
        See("Filesystem and more");
        Type("/context\r");
        Wait(() => Count("namespace  shop  said by you") == 2, "the context to be shown again");
        Type("/trust\r");
        See("Trust is off");
        Type("/resume s1\r");
        See("This is the session you are in.");
        Type("/resume no such thing\r");
        See("No session has this id or these words");
    }

    [Fact]
    public void A_session_that_was_killed_while_it_looked_keeps_what_was_found()
    {
        _investigate = async (_, publish, _, cancellation) =>
        {
            publish(new InvestigationStarted("disk full", "built-in engine"));
            publish(new AlertExtracted(SampleRun.Incident, "disk full"));
            publish(new ToolStarted("t1", new ToolCall("host.disk"), "is it full?"));
            publish(new ToolOutput("t1", $"Filesystem\n{SampleRun.Full.Quote}\n"));
            publish(new ToolFinished("t1", "o1", ToolStatus.Ok, "", 40, TimeSpan.FromMilliseconds(3)));
            publish(new EvidenceFound(SampleRun.Full));
            await Task.Delay(Timeout.Infinite, cancellation);
            return Case();
        };
        Start();
        Type("disk full\r");
        See("e1  now");

        // What a killed process leaves: the file as it stands, its last line torn.
        var torn = Path.Combine(_folder, "sessions", "torn.jsonl");
        File.WriteAllText(torn, File.ReadAllText(Path.Combine(_folder, "sessions", "s1.jsonl")) + "{\"type\":\"evidence.fou");
        Type("\u0003");
        See("idle");
        Type("/resume torn\r");
        See("session torn · 1 investigation");
        Type("/evidence e1\r");
        See("> /dev/vdb1 10G 10G 0 100% /srv");
    }

    [Fact]
    public void Reports_are_saved_as_markdown_and_as_json_and_nothing_is_written_over_without_a_question()
    {
        Start();
        Type("/save report.md\r");
        See(LastCommand.Nothing);
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("/save report.md\r");
        See("Written to ");
        Assert.Equal("report", File.ReadAllText(Path.Combine(_folder, "report.md")));
        Type("/save report.md\r");
        See("write over it? [y/N]");
        See("waiting for your answer");
        Type("\r");
        See("Nothing was written.");
        Type("/save case.json\r");
        Wait(() => Count("Written to ") == 2, "the file to be written");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "case.json")));
        Assert.Equal("e1", json.RootElement.GetProperty("evidence")[0].GetProperty("id").GetString());
        Assert.Contains("Filesystem", json.RootElement.GetProperty("outputs")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hypotheses_are_bars_with_what_speaks_for_and_against_and_the_timeline_is_one_axis()
    {
        _investigate = (_, publish, _, _) =>
        {
            _ = Finish(publish);
            return Task.FromResult(Diagnosed());
        };
        Start();
        Type("/hypotheses\r");
        See(LastCommand.Nothing);
        Type("disk full on web-1\r");
        See("idle · 2 facts");
        Type("/clear\r");
        Wait(() => !_terminal.Look(s => s.ToString()).Contains("Root cause", StringComparison.Ordinal) && _terminal.Look(s => s.Visible()).Exists(r => r.Contains("idle · 2 facts", StringComparison.Ordinal)), "the screen to be cleared");
        Type("/hypotheses\r");
        See("███████████████████░  93 % /srv is full");
        See("for     e1 filesystem /srv is 100 % full");
        See("against e2 a package was upgraded");
        Type("/timeline\r");
        See("09:30 e2 a package was upgraded");
        See("●");
        See("1 fact more without a time");
        Golden("hypotheses-and-timeline");
    }

    [Fact]
    public void What_is_remembered_is_told_to_later_investigations_and_can_be_forgotten()
    {
        var heard = new List<string>();
        _investigate = async (_, publish, steering, cancellation) =>
        {
            while (steering.TryTake(out var text))
            {
                heard.Add(text);
                publish(new SteeringReceived(text, "leaving out redis"));
            }

            return await Finish(publish);
        };
        Start();
        Type("/context namespace=shop ignore\r");
        See("Say NAME=VALUE");
        Type("/context namespace=shop\r");
        See("1  namespace  shop  said by you");
        Type("/context ignore redis\r");
        See("2  correction  ignore redis");
        Type("cpu high on db-3\r");
        See("↪ leaving out redis");
        See("idle · 1 fact");
        Assert.Equal("shop", _requests[0].Alerts[0].Find("namespace"));
        Type("/context forget 3\r");
        See("Forgotten: ignore redis.");
        Type("/context forget namespace\r");
        See("Forgotten: namespace.");
        Type("memory low on db-3\r");
        Wait(() => _requests.Count == 2, "the second investigation");
        Assert.Null(_requests[1].Alerts[0].Find("namespace"));
        See("idle · 1 fact");
        Assert.Equal(["ignore redis"], heard);
    }

    [Fact]
    public void Costs_of_a_model_are_in_the_status_line_and_under_cost()
    {
        _investigate = (_, publish, _, _) =>
        {
            publish(new ModelSpent("a model", new ModelCost(3, 12_000, 4_000, 345, 0.0512m)));
            return Finish(publish);
        };
        Start();
        Type("/cost\r");
        See("No model has been asked in this session");
        Type("disk full on web-1\r");
        See("12.3k tokens, $0.0512");
        Type("/cost\r");
        See("3 requests, 12.0k tokens read (4.0k cached), 345 written, $0.0512");

        // Another investigation of the same name is one of its own.
        _investigate = async (_, publish, _, _) =>
        {
            publish(new ModelSpent("a model", new ModelCost(1, 1_000, 0, 0, 0.01m)));
            return await Finish(publish) with { InvestigationId = "i2" };
        };
        Type("/investigate disk full on web-1\r");
        See("13.3k tokens, $0.0612");
        Type("/cost\r");
        See("Together 13.3k tokens, $0.0612.");
    }

    [Fact]
    public void Feedback_stands_beside_the_case_in_the_session_file()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("/feedback maybe\r");
        See("right, partly, wrong");
        Type("/feedback wrong it was the cache\r");
        See("Noted for ");
        Assert.Contains("\"grade\":\"wrong\",\"words\":\"it was the cache\"", File.ReadAllText(Path.Combine(_folder, "sessions", "s1.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_shows_the_output_of_tools_and_compact_drops_that_of_earlier_cases()
    {
        _investigate = (_, publish, _, _) =>
        {
            publish(new ToolStarted("t9", new ToolCall("host.cpu"), "why"));
            publish(new ToolOutput("t9", "load 9.5\n"));
            return Finish(publish);
        };
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Assert.Equal(0, Count("load 9.5"));
        Type("/verbose on\r");
        See("Outputs of tools are shown");
        Type("cpu high on db-3\r");
        See("      load 9.5");
        See("idle · 1 fact");
        Type("/compact\r");
        See("12 B of outputs dropped from memory.");
    }

    [Fact]
    public void A_recording_is_made_and_replayed_through_the_session()
    {
        _with = host => host with
        {
            Replay = (path, request, _) =>
            {
                _investigated.Add("replay of " + Path.GetFileName(path));
                return Finish(request.Publish);
            },
        };
        _investigate = (_, publish, _, _) =>
        {
            File.WriteAllText(_requests[^1].RecordTo!, "recorded");
            return Finish(publish);
        };
        Start();
        Type("/record disk full on web-1\r");
        See("Recorded in ");
        var file = Path.GetFileName(Directory.GetFiles(_folder, "incident-*.bundle").Single());
        Type("/replay missing.bundle\r");
        See("There is no file missing.bundle.");
        Type($"/replay {file}\r");
        Wait(() => _investigated.Contains("replay of " + file), "the replay");
    }

    [Fact]
    public void Commands_of_the_program_speak_through_the_session_and_ask_through_its_gate()
    {
        var answers = new List<string>();
        _with = host => host with
        {
            Programs =
            [
                new SessionProgram("/kiosk", "/kiosk WORDS", "a test", "/kiosk a", async (words, face, cancellation) =>
                {
                    face.Output.Write($"words: {string.Join('|', words)}\n\u001b[32mgreen\u001b[0m \u001b]0;evil\u0007end\n");
                    answers.Add(await face.AskAsync("Which one?", cancellation) ?? "nobody");
                    answers.Add((await face.ApproveAsync("kiosk", "sell 3 apples", "you asked", "the stock", cancellation)).ToString());
                    face.UseEngine("another engine");
                    throw new InvalidDataException("It is closed now.");
                }),
            ],
        };
        Start();
        Type("/kiosk one \"two three\"\r");
        See("words: one|two three");
        See("? Which one?");
        Type("the red one\r");
        See("[Y/n]");
        See("sell 3 apples");
        Thread.Sleep(300);
        Type("y");
        See("It is closed now.");
        See("  another engine · idle");
        Assert.Equal(["the red one", "True"], answers);
        Assert.Null(_terminal.Look(s => s.Title));
        Assert.Contains("sell 3 apples", File.ReadAllText(Path.Combine(_folder, "audit.jsonl")), StringComparison.Ordinal);
        Type("/kio");
        See("▸ /kiosk");
    }

    private static CaseFile Diagnosed()
    {
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "host.disk", SampleRun.Full.Arguments, ToolStatus.Ok, $"Filesystem\n{SampleRun.Full.Quote}\n", "", SampleRun.Time, TimeSpan.Zero));
        ledger.Replace([SampleRun.Full, Past]);
        var diagnosis = new Diagnosis
        {
            Verdict = Verdict.RootCause,
            Summary = "/srv is full.",
            Ranked = [new(HypothesisKind.Fault, "disk.space_exhausted", SampleRun.Disk, "/srv is full", 0.934, 4, ["e1"], ["e2"])],
        };
        var incident = SampleRun.Incident with { Alerts = [SampleRun.Alert with { StartsAt = SampleRun.Time.AddMinutes(-10) }] };
        return new CaseFile("i1", incident, ledger, diagnosis, "report", Cancelled: false, TimeSpan.Zero);
    }
}
