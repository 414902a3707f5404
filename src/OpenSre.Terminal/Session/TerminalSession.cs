using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// The conversation: reads an input, decides whether it is a command, a question about the last investigation or
/// something new to look into, answers, and comes back to the prompt. Nothing but the person ends it.
/// </summary>
internal sealed class TerminalSession(SessionHost host, ILineInput input, TextWriter output, Look look, TimeProvider time) : IDisposable
{
    private readonly LineWriter _lines = new(output, look);
    private readonly JsonlEventLog _log = new(host.LogPath);
    private readonly Lock _running = new();
    private CancellationTokenSource? _run;
    private CaseFile? _last;
    private bool _logFailed;
    private int _investigations;

    /// <summary>Speaks until the person leaves or <paramref name="end"/> is cancelled.</summary>
    /// <param name="first">An input to begin with, as if it had been typed.</param>
    public async Task RunAsync(string? first, CancellationToken end)
    {
        _lines.Write(Banner.Of(host, look));
        _lines.Write("\n");
        _lines.Flush();
        if (first is not null)
        {
            _lines.Line(look.Accent("› ") + SafeText.Line(first, look.Width > 4 ? look.Width - 3 : 200));
        }

        if (first is null && host.WarmUp is { } warmUp)
        {
            _ = Task.Run(warmUp, CancellationToken.None);
        }

        var interrupted = false;
        for (var next = first is null ? input.Read() : new LineRead(LineEnd.Text, first); ; next = input.Read())
        {
            if (next.End == LineEnd.EndOfInput || (next.End == LineEnd.Interrupt && interrupted && next.Text.Length == 0))
            {
                break;
            }

            interrupted = next is { End: LineEnd.Interrupt, Text.Length: 0 };
            if (interrupted)
            {
                Say(look.Dim("Ctrl+C again leaves."));
            }

            if (next.End == LineEnd.Text && next.Text.Trim().Length > 0 && (!await AnswerSafelyAsync(next.Text.Trim(), end).ConfigureAwait(false) || end.IsCancellationRequested))
            {
                break;
            }
        }

        if (_investigations > 0 && !_logFailed)
        {
            Say(look.Dim($"Kept in {SafeText.Line(host.LogPath, 400)}"));
        }
    }

    /// <summary>Stops the investigation that runs; false when none does.</summary>
    public bool Interrupt()
    {
        lock (_running)
        {
            if (_run is null)
            {
                return false;
            }

            _run.Cancel();
            return true;
        }
    }

    public void Dispose() => _log.Dispose();

    private async Task<bool> AnswerSafelyAsync(string text, CancellationToken end)
    {
        try
        {
            _lines.Line("");
            var stays = await AnswerAsync(text, end).ConfigureAwait(false);
            if (stays)
            {
                _lines.Line("");
            }

            return stays;
        }
#pragma warning disable CA1031 // The session outlives whatever an answer runs into; the sentence says what it was.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Say(look.Bad($"That did not work: {SafeText.Line(e.Message, 300)} The session goes on.") + "\n");
            return true;
        }
    }

    /// <summary>False when the person wants to leave.</summary>
    private async Task<bool> AnswerAsync(string text, CancellationToken end)
    {
        if (!File.Exists(text) && SlashCommand.Read(text) is { } command)
        {
            return Obey(command.Name, command.Argument, command.Nearest);
        }

        if (_last is not null && FollowUp.Answer(_last, text) is { } answer)
        {
            Print(answer);
            return true;
        }

        var given = InputText.Of(text);
        if (given.Error is not null)
        {
            Say(given.Error);
            return true;
        }

        var intake = host.Intake(given.Text);
        if (intake.Kind is IntakeKind.Unusable or IntakeKind.Noise or IntakeKind.Resolved)
        {
            Say(SafeText.Clean(intake.Message, keepLines: false));
            return true;
        }

        await InvestigateAsync(intake.Alerts, end).ConfigureAwait(false);
        return true;
    }

    private async Task InvestigateAsync(IReadOnlyList<Alert> alerts, CancellationToken end)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(end);
        lock (_running)
        {
            _run = run;
        }

        input.Pause();
        try
        {
            using var renderer = new LiveRenderer(_lines, time);
            _last = await host.Investigate(alerts, Publish, new SteeringInbox(), run.Token).ConfigureAwait(false);
            _investigations++;

            void Publish(InvestigationEvent e)
            {
                Keep(e);
                renderer.Render(e);
            }
        }
        finally
        {
            lock (_running)
            {
                _run = null;
            }
        }

        if (_last is { Cancelled: true, Ledger.Evidence.Count: > 0 })
        {
            Say(look.Dim("Ask \"why\" or \"show the evidence\", or say what to look at instead."));
        }
    }

    private void Keep(InvestigationEvent e)
    {
        if (_logFailed)
        {
            return;
        }

        try
        {
            _log.Append(e);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logFailed = true;
            Say(look.Warn($"This session cannot be kept in {SafeText.Line(host.LogPath, 200)}: {SafeText.Line(error.Message, 200)} OPENSRE_HOME can name another folder."));
        }
    }

    private bool Obey(string name, string argument, string nearest)
    {
        switch (name)
        {
            case "/exit":
                return false;
            case "/help":
                Help();
                break;
            case "/status":
                Status();
                break;
            case "/last" when _last is { Report.Length: > 0 }:
                Print(_last.Report);
                break;
            case "/last" or "/evidence" or "/why" when _last is null:
                Say("Nothing has been investigated in this session yet.");
                break;
            case "/last":
                Print("The last investigation came to no report. /evidence shows what it found.\n");
                break;
            case "/evidence" or "/why":
                var question = name == "/why" ? $"why {argument}" : argument.Length == 0 ? "show the evidence" : $"show {argument}";
                Print(FollowUp.Answer(_last!, question) ?? (name == "/why" ? "Say /why, or /why not with a cause, such as /why not memory.\n" : "Say /evidence, or /evidence with the id of a fact, such as /evidence e1.\n"));
                break;
            default:
                Say($"There is no such command; did you mean {nearest}?");
                break;
        }

        return true;
    }

    private void Help()
    {
        foreach (var command in SlashCommand.All)
        {
            _lines.Line($"  {look.Accent(command.Usage.PadRight(16))} {command.Summary}");
        }

        _lines.Line("");
        _lines.Line("Anything else is looked into: words (disk full on /srv), a pasted alert of any vendor, the path of a");
        _lines.Line("file. After that you can ask: why, why not memory, how sure are you, what changed, show e3, timeline,");
        _lines.Line("what did you not look at, what should I do.");
        _lines.Flush();
    }

    private void Status()
    {
        Row("engine", host.Engine);
        Row("sources", host.Sources());
        Row("folder", host.WorkingDirectory);
        Row("session", $"{host.SessionId}, {Amounts.Count(_investigations, "investigation", "investigations")}");
        Row("kept in", _logFailed ? "nowhere: the file could not be written" : _investigations == 0 ? "nothing yet" : host.LogPath);
        if (_last?.Diagnosis is { } diagnosis)
        {
            Row("last", diagnosis.Summary);
        }

        _lines.Flush();

        void Row(string name, string value) => _lines.Line($"  {look.Dim(name.PadRight(9))} {SafeText.Line(value, look.Width > 0 ? Math.Max(20, look.Width - 14) : 400)}");
    }

    private void Print(string markdown)
    {
        var printer = new MarkdownPrinter(_lines);
        printer.Write(SafeText.Clean(markdown));
        printer.End();
        _lines.Flush();
    }

    private void Say(string sentence)
    {
        _lines.Line(sentence);
        _lines.Flush();
    }
}
