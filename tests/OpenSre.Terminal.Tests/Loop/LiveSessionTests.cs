using System.Diagnostics;
using System.Text;
using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>The session as a person sees it.</summary>
public sealed class LiveSessionTests : LiveHarness
{
    [Fact]
    public void The_session_opens_with_who_it_is_and_a_prompt_and_writes_nothing_while_idle()
    {
        Start();
        See("› \n  built-in engine · idle".Replace("› \n", "›\n", StringComparison.Ordinal));
        Assert.Equal(
            ["OpenSRE 1.2.3 · built-in engine · session s1", "sources  this machine", $"folder   {_folder}", "Say what is wrong, paste an alert, or name a file. /help lists the rest.", "", "›", "  built-in engine · idle"],
            _terminal.Look(s => s.All()));
        Assert.Equal((5, 2), _terminal.Look(s => (s.CursorRow, s.CursorColumn)));
        var writes = _terminal.Writes;
        Thread.Sleep(500);
        Assert.Equal(writes, _terminal.Writes);
    }

    [Fact]
    public void An_investigation_streams_its_steps_and_its_report_and_leaves_one_prompt()
    {
        Start();
        Type("disk full on web-1\r");
        See("Root cause (93 %): /srv is full [e1]");
        See("· idle · 1 fact");
        Golden("investigation");
        Assert.Equal(1, Count("›", exactly: true));
        Assert.Equal(1, Count("  built-in engine"));
    }

    [Fact]
    public async Task What_is_said_during_a_run_steers_it_at_once()
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _investigate = async (_, publish, steering, cancellation) =>
        {
            publish(new InvestigationStarted("disk full", "built-in engine"));
            publish(new EvidenceFound(SampleRun.Full));
            await steering.Said.WaitAsync(cancellation);
            Assert.True(steering.TryTake(out var text));
            heard.TrySetResult(text);
            publish(new SteeringReceived(text, "next: host.changes"));
            publish(new PlanMade([new(new ToolCall("host.changes"), "you asked for it")]));
            return await Finish(publish);
        };
        Start();
        Type("disk full\r");
        See("e1  now");
        Type("we just deployed\r");
        Assert.Equal("we just deployed", await heard.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
        See("↪ we just deployed");
        See("↪ next: host.changes");
        See("plan  host.changes");
        See("idle");
        Assert.Equal(["disk full"], _investigated);
    }

    [Fact]
    public void Tab_lines_up_what_comes_after_and_up_takes_it_back()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _investigate = async (_, publish, _, cancellation) =>
        {
            await go.Task.WaitAsync(cancellation);
            return await Finish(publish);
        };
        Start();
        Type("disk full\r");
        See("looking");
        Type("cpu high on db-3\t");
        See("  next  cpu high on db-3");
        See("1 lined up");
        Type("memory low\t");
        See("2 lined up");
        Type("\u001b[A");
        See("1 lined up");
        See("› memory low");
        go.SetResult();
        See("› cpu high on db-3");
        Wait(() => _investigated.Count == 2, "the second investigation");
        See("› memory low");
    }

    [Theory]
    [InlineData("\u0003")]
    [InlineData("\u001b")]
    public void Stopping_keeps_what_was_found_and_the_session(string key)
    {
        _investigate = async (_, publish, _, cancellation) =>
        {
            publish(new InvestigationStarted("disk full", "built-in engine"));
            publish(new EvidenceFound(SampleRun.Full));
            publish(new ToolStarted("t1", new ToolCall("host.slow"), "why not"));
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            publish(new InvestigationCancelled(1));
            return Case() with { Cancelled = true, Report = "", Diagnosis = null };
        };
        Start();
        Type("disk full\r");
        See("host.slow");
        Type(key);
        See("■ stopped · kept e1");
        See("· idle · 1 fact");
        Type("/status\r");
        See("stopped, 1 fact kept");
        Assert.False(_live!.Ended);
    }

    [Fact]
    public void The_spinner_comes_after_silence_and_leaves_no_trace()
    {
        Start();
        Type("/demo silence 1\r");
        See("Esc stops");
        See("idle");
        Assert.Equal(0, Count("Esc stops"));
        Assert.Equal(0, Count("⠋"));
    }

    [Fact]
    public void Ctrl_c_clears_then_warns_then_leaves_and_ctrl_d_leaves()
    {
        Start();
        Type("half a thought");
        See("› half a thought");
        Type("\u0003");
        Wait(() => Count("half a thought") == 0, "the line to be cleared");
        Type("\u0003");
        See("Ctrl+C again leaves");
        Type("x\u007f");
        Wait(() => Count("Ctrl+C again leaves") == 0, "the hint to go");
        Assert.False(_live!.Ended);
        Type("\u0003\u0003");
        Assert.True(_thread!.Join(Patience));
    }

    [Fact]
    public void Ctrl_d_leaves_on_an_empty_line_only()
    {
        Start();
        Type("ab\u0001\u0004");
        See("› b");
        Type("\u0005\u007f\u0004");
        Assert.True(_thread!.Join(Patience));
    }

    [Fact]
    public void A_question_is_answered_with_one_key_and_other_words_decline_and_are_heard()
    {
        Start();
        Type("/demo ask systemctl restart checkout\r");
        See("[Y/n]");
        Thread.Sleep(300);
        Assert.Equal(1, Count("waiting for your answer"));
        Golden("question");
        Type("\r");
        See("approved, by you, at the terminal");
        Type("/demo ask systemctl restart checkout\r");
        See("[Y/n]");
        Thread.Sleep(300);
        Type("n");
        See("declined, by you");
        Type("/demo ask systemctl restart cart\r");
        See("[Y/n]");
        Thread.Sleep(300);
        Type("look at the logs first\r");
        See("declined, by you, who said instead: look at the logs first");
        Wait(() => _investigated.Contains("look at the logs first"), "the words to be heard");
        Type("/audit\r");
        See("approved systemctl restart checkout");
    }

    [Theory]
    [InlineData("y", ApprovalOutcome.Approved)]
    [InlineData("\u001b[27u", ApprovalOutcome.Declined)]
    public async Task A_draft_stays_while_a_question_is_up_and_is_not_taken_for_an_answer(string key, ApprovalOutcome outcome)
    {
        Start();
        Type("y");
        See("› y\n");
        var gate = _live!.Session.Approvals;
        var asked = gate.DecideAsync(gate.Request("test", new Dictionary<string, string>(StringComparer.Ordinal), "systemctl restart checkout", "a test", "checkout"), CancellationToken.None);
        See("[Y/n] › y\n");
        Thread.Sleep(300);
        Type("y");
        See("[Y/n] › yy\n");
        Assert.False(asked.IsCompleted);
        Type("\u0015");
        See("[Y/n] ›\n");
        Type(key);
        Assert.Equal(outcome, (await asked.WaitAsync(Patience, TestContext.Current.CancellationToken)).Outcome);
        Wait(() => Count("[Y/n]") == 0, "the question to go");
    }

    [Fact]
    public void A_question_can_be_answered_150_ms_after_it_was_on_the_screen()
    {
        var clock = new SteppedTime();
        var question = new ApprovalPrompt(new ApprovalRequest("1", "test", new Dictionary<string, string>(StringComparer.Ordinal), "rm x", "", "", "hash", SampleRun.Time, SampleRun.Time), clock);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(question.IsReadable);
        question.Shown();
        clock.Advance(TimeSpan.FromMilliseconds(149));
        question.Shown();
        Assert.False(question.IsReadable);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(question.IsReadable);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public void Of_a_long_command_nothing_is_hidden_from_whom_is_asked(int columns)
    {
        _terminal.Resize(columns, 30);
        Start();
        var command = "systemctl restart " + string.Join(' ', Enumerable.Range(1, 90).Select(i => $"checkout-{i}@web")) + " last-of-all";
        Type($"/demo ask {command}\r");
        See("rows more: the whole");
        var shown = string.Concat(_terminal.Look(s => s.All()).SkipWhile(r => r != "  asked for").Skip(1).TakeWhile(r => !r.StartsWith('?')).Select(r => r[3..]));
        Assert.Equal(command, shown.Trim());
        Type("\u001b[27u");
    }

    [Fact]
    public void Made_small_and_large_again_with_wide_letters_typed_over_several_rows_nothing_is_lost()
    {
        Start();
        Type("/demo stream 1500 3\r");
        See("Findings");
        const string Typed = "磁盘已满日誌は空漢字が長い行で三十桁の端末では折り返されるまだ続く";
        Type(Typed);
        See("› " + Typed);
        foreach (var (columns, rows) in new[] { (30, 12), (33, 9), (100, 30), (30, 12), (100, 30) })
        {
            _terminal.Resize(columns, rows);
            _loop.Post(() => { });
            Wait(() => _terminal.Look(s => s.Visible().Exists(r => r.StartsWith("› 磁盘", StringComparison.Ordinal))), "the input in the new size");
        }

        See("idle");
        See("› " + Typed);
        var all = _terminal.Look(s => s.Logical());
        Assert.Single(all, r => r.StartsWith("› ", StringComparison.Ordinal) && !r.Contains("/demo", StringComparison.Ordinal));
        Assert.Single(all, r => r.StartsWith("  built-in engine", StringComparison.Ordinal));
        var blocks = all.Count(r => r == "Findings");
        Assert.InRange(all.Count(r => r == "  $ df -h /srv"), blocks - 1, blocks);
        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    [Fact]
    public void Trust_skips_the_question_but_not_the_policy_and_shows()
    {
        Start();
        Type("/trust for 10m\r");
        See("trust ›");
        See("trust on for 10 min");
        Type("/demo ask systemctl restart checkout\r");
        See("approved, by trust");
        Type("/demo ask rm -rf /srv\r");
        See("declined, by policy: ");
        Type("/trust off\r");
        Wait(() => Count("trust ›") == 0, "trust to end");
    }

    [Fact]
    public void Whatever_goes_wrong_is_one_sentence_without_a_sequence_and_the_session_goes_on()
    {
        _investigate = (_, _, _, _) => throw new InvalidOperationException("The moon is in the way.\n   at Moon.Rise()");
        Start();
        Type("/demo fail\r");
        See("That did not work: A tool threw on purpose and tried to colour it.");
        Type("disk full\r");
        See("That did not work: The moon is in the way.");
        Type("/status\r");
        See("running   nothing");
        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    [Fact]
    public void A_pasted_megabyte_is_one_placeholder_and_is_not_sent_by_itself()
    {
        Start();
        var paste = string.Concat(Enumerable.Repeat("disk full on web-1 and more of it\n", 32_000));
        Type($"\u001b[200~{paste}\u001b[201~");
        See("› [pasted 32000 lines #1]");
        Assert.Empty(_investigated);
        Type("\u007f");
        Wait(() => Count("pasted") == 0, "the paste to go");
        Type("\u001f");
        See("[pasted 32000 lines #1]");
    }

    [Fact]
    public void Many_lines_are_typed_with_any_of_the_keys_for_it()
    {
        Start();
        Type("one\nand\u001b\rtwo\u001b[13;2uthree\\\rfour");
        See("› one\n  and\n  two\n  three\n  four");
    }

    [Fact]
    public void Completion_fills_in_and_leaves_no_trace()
    {
        Start();
        Type("/in");
        See("▸ /investigate");
        Type("\t");
        See("› /investigate\n  built-in engine");
        Assert.Equal(0, Count("▸"));
        Type("\u0015/staus\r");
        See("did you mean /status?");
    }

    [Fact]
    public void Ctrl_r_finds_what_was_typed()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("\u0012full");
        See("find › full   disk full on web-1");
        Type("\u0005");
        See("› disk full on web-1\n  built-in");
    }

    [Fact]
    public void A_shell_command_is_shown_and_can_be_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are for a Unix shell.");
        Start();
        Type("!printf 'a\\033[2Jb\\n'; echo oops >&2; exit 3\r");
        See("  ab");
        See("  oops");
        See("exit code 3");
        Type("!sleep 60\r");
        See("Esc stops");
        var began = Stopwatch.GetTimestamp();
        Type("\u0003");
        See("Stopped.");
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 10);
    }

    [Fact]
    public void Resizing_while_it_streams_and_while_one_types_loses_and_doubles_nothing()
    {
        Start();
        Type("/demo stream 1500 2\r");
        See("Findings");
        var random = new Random(5);
        var typed = "";
        for (var i = 0; i < 60; i++)
        {
            _terminal.Resize(random.Next(60, 120), random.Next(20, 40));
            _loop.Post(() => { });
            var next = "ab漢 "[random.Next(4)].ToString();
            typed += next;
            Type(next);
            Thread.Sleep(20);
        }

        See("idle");
        _terminal.Resize(100, 30);
        _loop.Post(() => { });
        See("› " + typed.TrimEnd());
        var rows = _terminal.Look(s => s.Logical());
        Assert.Single(rows, r => r.StartsWith("› ", StringComparison.Ordinal) && !r.Contains("/demo", StringComparison.Ordinal));
        Assert.Single(rows, r => r.StartsWith("  built-in engine", StringComparison.Ordinal));
        var blocks = rows.Count(r => r == "Findings");
        Assert.True(blocks > 3, $"{blocks} blocks");
        foreach (var row in new[] { "• nothing else changed in this window", "  $ df -h /srv", "  /dev/vdb1  10G  10G  0  100% /srv", "See https://example.org/runbooks/disk for what to do next." })
        {
            Assert.InRange(rows.Count(r => r == row), blocks - 1, blocks);
        }

        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    [Fact]
    public void A_narrow_screen_shows_everything_in_its_width()
    {
        _terminal.Resize(40, 20);
        Start();
        Type("disk full on web-1\r");
        See("· 1 fact");
        Golden("narrow");
        Assert.All(_terminal.Look(s => s.All()), r => Assert.InRange(TextWidth.Of(r), 0, 39));
    }

    [Fact]
    public void Nothing_from_outside_reaches_the_terminal_as_a_sequence()
    {
        const string Evil = "\u001b]0;owned\u0007\u001b[2J\u001b]52;c;aGk=\u0007\u001b[6n\u009b31m\u202e";
        _investigate = (_, publish, _, _) =>
        {
            publish(new InvestigationStarted(Evil + "title", "built-in engine"));
            publish(new ToolStarted("t1", ToolCall.With("host" + Evil, ("path", Evil)), Evil));
            publish(new ToolFinished("t1", "o1", ToolStatus.Failed, Evil, 1, TimeSpan.Zero));
            publish(new EvidenceFound(SampleRun.Full with { Claim = Evil, Quote = Evil + "quote" }));
            foreach (var c in $"report {Evil} end [x](https://example.org/{Evil})\n")
            {
                publish(new MessageDelta(c.ToString()));
            }

            publish(new InvestigationFailed(Evil));
            return Finish(publish);
        };
        Start();
        Type("disk full\r");
        See("report  end");
        See("idle");
        Assert.Empty(_terminal.Look(s => s.Refused));
        Assert.Null(_terminal.Look(s => s.Title));
        Assert.DoesNotContain("\u202e", Encoding.UTF8.GetString(_terminal.Log.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_cannot_be_drawn_is_one_sentence_and_the_session_goes_on()
    {
        Start();
        Type("half a thought /demo\u0015/demo break\r");
        See("\nSomething inside went wrong (ArgumentNullException); the session goes on.");
        Type("/status\r");
        See("running   nothing");
        Assert.Contains("ArgumentNullException", File.ReadAllText(Path.Combine(_folder, "sessions", "crash.log")), StringComparison.Ordinal);
        Assert.DoesNotContain(_terminal.Look(s => s.All()), r => r.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public void Stopping_a_shell_gives_the_prompt_back_before_its_children_are_gone_and_they_go()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are for a Unix shell.");
        var file = Path.Combine(_folder, "pid");
        Start();
        Type($"!sh -c 'echo $$ > {file}; sleep 300; true'; true\r");
        Wait(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the child's pid");
        Type("\u0003");
        See("Stopped.");
        var pid = File.ReadAllText(file).Trim();
        Wait(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), "the child to end");
    }

    [Fact]
    public void Output_of_tools_is_one_key_away_and_leaves_no_trace()
    {
        _investigate = (_, publish, _, _) =>
        {
            publish(new InvestigationStarted("disk full", "built-in engine"));
            publish(new ToolStarted("t1", new ToolCall("host.disk"), "why"));
            publish(new ToolOutput("t1", string.Concat(Enumerable.Range(1, 200).Select(i => $"row {i}\u001b[2J of the output\n"))));
            return Finish(publish);
        };
        Start();
        Type("\u000f");
        See("No tool has answered yet");
        Type("disk full\r");
        See("idle · 1 fact");
        Type("\u000f");
        See("▸ host.disk");
        See("row 1 of the output");
        See("1–");
        Type("/row 150\r");
        See("row 150 of the output");
        Wait(() => Count("row 1 of the output") == 0, "the first row to go");
        Type("q");
        Wait(() => Count("of the output") == 0, "the page to go");
        See("›\n  built-in engine");
        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    [Fact]
    public void In_a_locale_that_is_not_utf8_only_ascii_is_written()
    {
        _ascii = true;
        Start();
        Type("disk full on web-1\r");
        See("fact");
        See("Root cause (93 %)");
        Type("漢字");
        See("> ????");
        Assert.All(_terminal.Log.ToArray(), b => Assert.InRange(b, (byte)0, (byte)0x7e));
    }
}
