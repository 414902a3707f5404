using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class TerminalSessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-session-").FullName;
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly List<string> _investigated = [];
    private Func<Action<InvestigationEvent>, CancellationToken, Task<CaseFile>> _investigate = Finish;

    public void Dispose()
    {
        _output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_banner_says_who_speaks_and_the_session_ends_when_the_person_leaves()
    {
        var text = await SayAsync();
        Assert.StartsWith("OpenSRE 1.2.3 · built-in engine · session s1\nsources  this machine\nfolder   /work/here\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_starts_an_investigation_and_questions_after_it_are_answered_from_its_evidence()
    {
        var text = await SayAsync("disk full on web-1", "why?", "show e1", "cpu high on db-3");
        Assert.Contains("host.disk … 12 ms, 1.4 kB", text, StringComparison.Ordinal);
        Assert.Contains("This speaks for it", text, StringComparison.Ordinal);
        Assert.Contains("> /dev/vdb1 10G 10G 0 100% /srv", text, StringComparison.Ordinal);
        Assert.Equal(["disk full on web-1", "cpu high on db-3"], _investigated);
    }

    [Fact]
    public async Task A_file_with_an_alert_is_read()
    {
        var file = Path.Combine(_folder, "alert.txt");
        await File.WriteAllTextAsync(file, "memory low on web-9", TestContext.Current.CancellationToken);
        await SayAsync(file, "missing.json");
        Assert.Equal(["memory low on web-9"], _investigated);
        Assert.Contains("There is no file missing.json.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_answer_and_an_unknown_one_names_the_nearest()
    {
        var text = await SayAsync("/help", "/last", "/staus", "disk full", "/last", "/evidence", "/evidence e1", "/why", "/why not memory", "/status", "/exit", "never read");
        Assert.Contains("/evidence [e3|o2]", text, StringComparison.Ordinal);
        Assert.Contains("Nothing has been investigated in this session yet.", text, StringComparison.Ordinal);
        Assert.Contains("did you mean /status?", text, StringComparison.Ordinal);
        Assert.Contains("**1 fact**", text, StringComparison.Ordinal);
        Assert.Contains("1 investigation\n", text, StringComparison.Ordinal);
        Assert.Equal(["disk full"], _investigated);
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_one_sentence_and_the_session_goes_on()
    {
        _investigate = (_, _) => throw new InvalidOperationException("The moon is in the way.");
        var text = await SayAsync("disk full", "{\"broken\": ", "hello", "/status");
        Assert.Contains("That did not work: The moon is in the way. The session goes on.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.Contains("0 investigations", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_twice_at_the_prompt_leaves_and_once_does_not()
    {
        var text = await RunAsync([Interrupt, Typed("/status"), Interrupt, Interrupt, Typed("/help")]);
        Assert.Contains("Ctrl+C again leaves.", text, StringComparison.Ordinal);
        Assert.Contains("engine", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/evidence [e3|o2]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupting_stops_the_run_keeps_its_evidence_and_comes_back_to_the_prompt()
    {
        TerminalSession? session = null;
        _investigate = async (publish, cancellation) =>
        {
            publish(new EvidenceFound(SampleRun.Full));
            Assert.True(session!.Interrupt());
            await Task.Delay(TimeSpan.FromSeconds(30), cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            publish(new InvestigationCancelled(1));
            return Case() with { Cancelled = true, Report = "", Diagnosis = null };
        };
        var text = await RunAsync([Typed("disk full"), Typed("show the evidence")], s => session = s);
        Assert.Contains("Stopped. The one fact found so far is kept.", text, StringComparison.Ordinal);
        Assert.Contains("**1 fact**", text, StringComparison.Ordinal);
        Assert.False(session!.Interrupt());
    }

    [Fact]
    public async Task Events_are_kept_in_the_session_file()
    {
        await SayAsync("disk full");
        using var log = new JsonlEventLog(LogPath);
        Assert.Equal(SampleRun.Events.Count, log.ReadAll().Count());
    }

    [Fact]
    public async Task A_session_that_cannot_be_kept_says_so_once_and_goes_on()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "sessions"), "in the way", TestContext.Current.CancellationToken);
        var text = await SayAsync("disk full", "why");
        Assert.Equal(2, text.Split("cannot be kept").Length);
        Assert.Contains("This speaks for it", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_input_of_the_command_line_comes_first()
    {
        await RunAsync([], first: "disk full");
        Assert.Equal(["disk full"], _investigated);
    }

    [Fact]
    public async Task A_question_about_a_change_is_asked_on_lines_of_its_own_and_the_next_line_answers_it()
    {
        var text = await RunAsync([Typed("/demo ask systemctl restart checkout"), Typed(""), Typed("/demo ask systemctl restart cart"), Typed("n"), Typed("/demo ask systemctl restart web"), Typed("disk full on web-1")], canAsk: true);
        Assert.Contains("    systemctl restart checkout\n    it may break: nothing: it is not run\n[Y/n] ", text, StringComparison.Ordinal);
        Assert.Contains("approved, by you, at the terminal", text, StringComparison.Ordinal);
        Assert.Contains("declined, by you, at the terminal", text, StringComparison.Ordinal);
        Assert.Contains("declined, by you, who said instead: disk full on web-1", text, StringComparison.Ordinal);
        Assert.Equal(["disk full on web-1"], _investigated);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_a_change_is_declined_with_a_sentence()
    {
        var text = await SayAsync("/demo ask systemctl restart checkout");
        Assert.Contains("Not done, because nobody can be asked here: systemctl restart checkout", text, StringComparison.Ordinal);
    }

    private static LineRead Interrupt => new(LineEnd.Interrupt);

    private string LogPath => Path.Combine(_folder, "sessions", "s1.jsonl");

    private static LineRead Typed(string text) => new(LineEnd.Text, text);

    private static Task<CaseFile> Finish(Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        foreach (var e in SampleRun.Events)
        {
            publish(e);
        }

        return Task.FromResult(Case());
    }

    private static CaseFile Case()
    {
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "host.disk", SampleRun.Full.Arguments, ToolStatus.Ok, $"Filesystem\n{SampleRun.Full.Quote}\n", "", SampleRun.Time, TimeSpan.Zero));
        ledger.Replace([SampleRun.Full]);
        var diagnosis = new Diagnosis
        {
            Verdict = Verdict.RootCause,
            Summary = "/srv is full.",
            Ranked = [new(HypothesisKind.Fault, "disk.space_exhausted", SampleRun.Disk, "/srv is full", 0.93, 4, ["e1"], [])],
        };
        return new CaseFile("i1", SampleRun.Incident, ledger, diagnosis, ReportWriter.Write(SampleRun.Incident, diagnosis, ledger, TimeSpan.Zero, 1), Cancelled: false, TimeSpan.Zero);
    }

    [Fact]
    public async Task The_prompt_says_that_changes_are_made_without_a_question()
    {
        var output = await SayAsync("/trust on", "/status", "/trust off", "/status");
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(output, "(?m)^trust "));
    }

    private Task<string> SayAsync(params string[] lines) => RunAsync([.. lines.Select(Typed)]);

    private async Task<string> RunAsync(LineRead[] reads, Action<TerminalSession>? started = null, string? first = null, bool canAsk = false)
    {
        var host = new SessionHost
        {
            Version = "1.2.3",
            Engine = "built-in engine",
            Sources = () => "this machine",
            WorkingDirectory = "/work/here",
            SessionId = "s1",
            LogPath = LogPath,
            AuditPath = Path.Combine(_folder, "audit.jsonl"),
            Intake = text => AlertIntake.Read(text, SampleRun.Time),
            Investigate = (request, cancellation) =>
            {
                _investigated.Add(request.Alerts[0].Name);
                return _investigate(request.Publish, cancellation);
            },
        };
        using var session = new TerminalSession(host, new Script(reads, isPerson: canAsk), _output, Look.Plain, TimeProvider.System, canAsk);
        started?.Invoke(session);
        await session.RunAsync(first, TestContext.Current.CancellationToken);
        return _output.ToString();
    }

    /// <param name="isPerson">Reads what is asked before answering.</param>
    private sealed class Script(LineRead[] reads, bool isPerson) : ILineInput
    {
        private int _next;

        public LineRead Read()
        {
            if (isPerson)
            {
                Thread.Sleep(250);
            }

            return _next < reads.Length ? reads[_next++] : new LineRead(LineEnd.EndOfInput);
        }

        public void Pause()
        {
        }
    }
}
