using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// A session on a terminal: the input line is live at all times, whatever runs. Everything but the members of
/// <see cref="ISessionView"/> belongs to the loop's thread.
/// </summary>
internal sealed class LiveSession : IUiModel, ISessionView
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private const int MostEchoRows = 12;
    private const int MostInputRows = 8;
    private const int MostFailures = 3;

    /// <summary>Characters one frame takes up: some hundred rows, a few milliseconds.</summary>
    private const int FrameCharacters = 8 * 1024;

    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StillTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FailureTime = TimeSpan.FromSeconds(5);

    private readonly ITerminal _terminal;
    private readonly UiLoop _loop;
    private readonly TimeProvider _time;
    private readonly LiveOptions _options;
    private readonly TerminalScreen _screen;
    private readonly Transcript _transcript;
    private readonly OutputFeed _feed;
    private readonly Backlog _backlog = new();
    private readonly Completer _completer;
    private readonly LineEditor _editor = new();
    private readonly List<ApprovalPrompt> _questions = [];
    private readonly List<LineQuestion> _asked = [];
    private readonly List<string> _queue = [];
    private CompletionPopup? _popup;
    private HistorySearch? _search;
    private IPanel? _panel;
    private long _lastOutput;
    private long _busySince;
    private long _drawnAt;
    private bool _isSpinnerShown;
    private bool _wasTrusted;
    private bool _wasBusy;
    private long? _leaveHintAt;
    private long _failedAt;
    private int _failures;
    private bool _isOnScreen;
    private bool _ended;

    public LiveSession(SessionHost host, ITerminal terminal, UiLoop loop, TimeProvider time, LiveOptions options)
    {
        _terminal = terminal;
        _loop = loop;
        _time = time;
        _options = options;
        _screen = new TerminalScreen(terminal, options.Theme);
        _transcript = new Transcript(_screen);
        // Taken up by the next frame: many pieces are one waking of the loop.
        _feed = new OutputFeed(() => loop.Post(() => { }));
        Session = new Session(host, this, time) { Changed = () => loop.Post(OnChanged) };
        _completer = new Completer(
            () => Session.Commands.Shown.Select(i => new Candidate(i.Name, i.Summary)),
            () => host.KnownNames().Concat(SeenNames()).Select(n => new Candidate(SafeText.Line(n.Name, 200), n.Kind)),
            host.WorkingDirectory);
        _lastOutput = time.GetTimestamp();
    }

    public Session Session { get; }

    public bool Ended => _ended || Session.IsLeaving;

    int ISessionView.Columns => Math.Max(8, _screen.Size.Columns - 1);

    private int Columns => Math.Max(8, _screen.Size.Columns - 1);

    private bool IsSpinning => Session.IsBusy && !IsWaiting && _time.GetElapsedTime(_lastOutput) >= Silence;

    /// <summary>Shows the banner and takes the input of the command line as if it had been typed.</summary>
    public void Begin(string? first)
    {
        foreach (var row in Banner.Of(Session.Host, Columns))
        {
            _transcript.Add(row);
        }

        if (Session.Host.Resume is { } shelved)
        {
            ResumeCommand.Resume(Session, shelved);
        }

        if (first is not null)
        {
            Submit(first);
        }
    }

    /// <summary>Takes the live region away and says where the session is kept.</summary>
    public void End()
    {
        Drain(int.MaxValue);
        _ = _transcript.Tail(0);
        if (Session.CaseCount > 0 && Session.IsKept)
        {
            _transcript.Blank();
            _transcript.Rows(Row.Of("Kept in ", Ink.Dim).Add(Session.Keeper.Path, Ink.Dim).Wrap(Columns));
            _transcript.Rows(Row.Of($"opensre --resume {Session.Keeper.Id} goes on with it.", Ink.Dim).Wrap(Columns));
        }

        _screen.Close();
    }

    public void Print(Row row) => _feed.Add(row);

    public void Markdown(string markdown) => _feed.Add(markdown);

    public void Show(InvestigationEvent investigationEvent) => _feed.Add(investigationEvent);

    public void Page(string title, IReadOnlyList<Row> rows) => _loop.Post(() => _panel = new Pager([new PagerText(title, rows)], 0));

    public void Clear() => _loop.Post(_screen.ClearVisible);

    public void Redraw() => _loop.Post(() =>
    {
        _screen.ClearVisible();
        _transcript.Redraw();
    });

    public bool UseTheme(string name)
    {
        if (Theme.Named(name, _options.Theme.Hyperlinks)?.With(_options.Theme.IsAscii) is not { } theme || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            return false;
        }

        _loop.Post(() => _screen.Theme = theme);
        return true;
    }

    public async Task<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        var question = new ApprovalPrompt(request, _time);
        await using var stop = cancellation.Register(() => question.Cancel(cancellation));
        if (question.IsLong)
        {
            _feed.Add(Row.Of("  asked for", Ink.Dim));
            question.Command(Columns).ForEach(_feed.Add);
        }

        _loop.Post(() => _questions.Add(question));
        try
        {
            return await question.Answer.ConfigureAwait(false);
        }
        finally
        {
            _loop.Post(() => _questions.Remove(question));
        }
    }

    public async Task<string?> AskLineAsync(string question, CancellationToken cancellation)
    {
        var asked = new LineQuestion(question);
        await using var stop = cancellation.Register(() => asked.Cancel(cancellation));
        _loop.Post(() => _asked.Add(asked));
        try
        {
            return await asked.Answer.ConfigureAwait(false);
        }
        finally
        {
            _loop.Post(() => _asked.Remove(asked));
        }
    }

    public bool CanWatch => true;

    public async Task<BoardChoice?> WatchAsync(Board board, CancellationToken cancellation)
    {
        var panel = new BoardPanel(board);
        _loop.Post(() => _panel = panel);
        try
        {
            while (!panel.Ended.IsCompleted)
            {
                var request = await panel.NextAsync(board.Beat, _time, cancellation).ConfigureAwait(false);
                if (request.Columns > 0 && !panel.Ended.IsCompleted)
                {
                    var frame = board.Look(request);
                    _loop.Post(() => panel.Show(frame));
                }
            }

            return await panel.Ended.ConfigureAwait(false);
        }
        finally
        {
            _loop.Post(() => _panel = _panel == panel ? null : _panel);
        }
    }

    public void Recover(Exception failure)
    {
        // Whatever is half done may be what failed; finished rows and the text being typed stay.
        _panel?.Close();
        (_popup, _search, _panel) = (null, null, null);
        if (_isOnScreen)
        {
            // What stands on the screen is no longer known.
            _screen.Forget();
            _isOnScreen = false;
        }

        _failures = _time.GetElapsedTime(_failedAt) > FailureTime ? 1 : _failures + 1;
        _failedAt = _time.GetTimestamp();
        if (_failures > MostFailures)
        {
            // Saying so would be drawn, and drawing may be what fails.
            return;
        }

        var kept = CrashLog.Write(Path.GetDirectoryName(Session.Keeper.Path) ?? ".", failure);
        _feed.Add(new Row { Hanging = 2 }.Add($"Something inside went wrong ({failure.GetType().Name}); the session goes on. {kept}", Ink.Bad));
    }

    public TimeSpan? NextTick(long now)
    {
        TimeSpan? next = null;
        void At(TimeSpan from) => next = next is { } earlier && earlier < from ? earlier : from;
        if (!_backlog.IsEmpty)
        {
            return TimeSpan.Zero;
        }

        var drawn = _time.GetElapsedTime(_drawnAt, now);
        if (Session.IsBusy && !IsWaiting && _panel is null)
        {
            // Silence is measured from what was said last, frames from what was drawn last.
            var untilSpinner = Silence - _time.GetElapsedTime(_lastOutput, now);
            At(untilSpinner > TimeSpan.Zero || !_isSpinnerShown ? untilSpinner : (_options.IsStill ? StillTime : FrameTime) - drawn);
        }

        if (_leaveHintAt is { } hinted)
        {
            At(LeaveTime - _time.GetElapsedTime(hinted, now));
        }

        if (Session.Approvals.Trust.Until is { } until && until != DateTimeOffset.MaxValue)
        {
            // The status line counts down: by minutes, at the end by seconds.
            At((until - _time.GetUtcNow() > TimeSpan.FromMinutes(1.5) ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1)) - drawn);
            _wasTrusted = true;
        }
        else if (_wasTrusted && !Session.Approvals.Trust.IsOn)
        {
            _wasTrusted = false;
            At(TimeSpan.Zero);
        }

        return next;
    }

    public void Draw()
    {
        if (_leaveHintAt is { } hinted && _time.GetElapsedTime(hinted) >= LeaveTime)
        {
            _leaveHintAt = null;
        }

        Drain();
        var size = _screen.Size;
        List<Row> rows = [.. _transcript.Tail(Math.Clamp(size.Rows - 8, 1, 10))];
        _drawnAt = _time.GetTimestamp();
        if (_panel is not null && !IsWaiting)
        {
            rows.AddRange(_panel.Rows(Columns, Math.Max(3, size.Rows - 2 - rows.Count)));
            rows.Add(Status());
            Put(new LiveRegion(rows, rows.Count - 2, 0));
            return;
        }

        _isSpinnerShown = IsSpinning;
        if (_isSpinnerShown)
        {
            rows.Add(Spinner());
        }

        foreach (var queued in _queue.TakeLast(3))
        {
            rows.Add(Row.Of("  next  ", Ink.Dim).Add(queued).Cut(Columns));
        }

        if (Question is { } question)
        {
            rows.AddRange(question.Rows(Columns));
            question.Shown();
        }
        else if (Asked is { } asked)
        {
            rows.AddRange(Row.Of("? ", Ink.Warn | Ink.Bold).Add(asked.Words, Ink.Bold).Wrap(Columns, 2).Take(6));
        }

        rows.Add(Row.Empty);
        var (input, cursorRow, cursorColumn) = Input(Math.Clamp(size.Rows / 3, 1, MostInputRows));
        cursorRow += rows.Count;
        rows.AddRange(input);
        if (_popup is not null)
        {
            rows.AddRange(_popup.Rows(Columns, Math.Max(1, size.Rows - rows.Count - 2)));
        }

        rows.Add(Status());
        Put(new LiveRegion(rows, cursorRow, cursorColumn));
    }

    private void Put(LiveRegion region)
    {
        _isOnScreen = true;
        _screen.Draw(region);
        _isOnScreen = false;
    }

    public void Handle(Key key)
    {
        if (_panel is { } panel && !IsWaiting)
        {
            HandleIn(panel, key);
            return;
        }

        if (key.IsControl('c'))
        {
            Interrupt();
            return;
        }

        _leaveHintAt = null;
        if (key.IsControl('z'))
        {
            Suspend();
        }
        else if (key.IsControl('l'))
        {
            _screen.ClearVisible();
        }
        else if (key.IsControl('o'))
        {
            ShowOutputs();
        }
        else if (_search is not null)
        {
            Search(key);
        }
        else if (Question is null || !_editor.IsEmpty || !AnswerQuestion(key))
        {
            Edit(key);
        }
    }

    /// <summary>A key of a panel. What was typed faster than it was read comes as one; what closes the panel leaves the rest to the input line.</summary>
    private void HandleIn(IPanel panel, Key key)
    {
        if (key is not { Code: KeyCode.Text, Modifiers: KeyModifiers.None })
        {
            panel.Handle(key);
            _panel = panel.IsClosed ? null : _panel;
            return;
        }

        foreach (var rune in key.Text.EnumerateRunes())
        {
            var one = key with { Text = rune.ToString() };
            if (_panel is null)
            {
                Edit(one);
                continue;
            }

            panel.Handle(one);
            _panel = panel.IsClosed ? null : _panel;
        }
    }

    private LineQuestion? Asked => _asked.Find(q => !q.IsAnswered);

    private bool IsWaiting => _questions.Count > 0 || _asked.Count > 0;

    private ApprovalPrompt? Question => _questions.Find(q => !q.IsAnswered);

    private IEnumerable<(string Name, string Kind)> SeenNames()
    {
        foreach (var file in Session.Cases)
        {
            yield return (file.InvestigationId, "incident");
            foreach (var evidence in file.Ledger.Evidence)
            {
                yield return (evidence.Entity.Name, evidence.Entity.Kind.ToString().ToLowerInvariant());
            }
        }
    }

    private void Edit(Key key)
    {
        switch (key.Code)
        {
            case KeyCode.Enter when key.Modifiers != KeyModifiers.None:
                _editor.NewLine();
                break;
            case KeyCode.Enter:
                Enter();
                return;
            case KeyCode.Tab:
                Tab(key.Modifiers.HasFlag(KeyModifiers.Shift));
                return;
            case KeyCode.Escape:
                Escape();
                return;
            case KeyCode.Up or KeyCode.Down when _popup is not null:
                _popup.Move(key.Code == KeyCode.Up ? -1 : +1);
                return;
            case KeyCode.Up when _editor.IsEmpty && _queue.Count > 0:
                _editor.Set(_queue[^1]);
                _queue.RemoveAt(_queue.Count - 1);
                return;
            case KeyCode.Up or KeyCode.Down when key.Modifiers == KeyModifiers.None:
                Recall(key);
                return;
            default:
                if (key.IsControl('p') || key.IsControl('n'))
                {
                    Recall(key);
                    return;
                }

                if (key.IsControl('d') && _editor.IsEmpty)
                {
                    Leave();
                    return;
                }

                if (key.IsControl('r'))
                {
                    _search = new HistorySearch(Session.History, _editor.Text);
                    _popup = null;
                    return;
                }

                _editor.Apply(key);
                break;
        }

        Session.History.Leave();
        Offer(asked: false);
    }

    private void Recall(Key key)
    {
        if (_editor.Apply(key))
        {
            return;
        }

        var step = key.Code == KeyCode.Up || key.IsControl('p') ? -1 : +1;
        if (Session.History.Recall(step, _editor.Text) is { } entry)
        {
            _editor.Set(entry);
        }
    }

    private void Enter()
    {
        if (_popup is { IsTouched: true })
        {
            Accept();
            return;
        }

        var text = _editor.Text;
        if (_editor.Cursor == text.Length && text.EndsWith('\\'))
        {
            _editor.Replace(text.Length - 1, text.Length, "\n");
            return;
        }

        // A JSON document goes on over line ends until it is closed; an empty line ends it all the same.
        var whole = _editor.Whole;
        if (JsonOpening.IsOpen(whole) && !whole.EndsWith('\n'))
        {
            _editor.NewLine();
            return;
        }

        _popup = null;
        var shown = _editor.Pastes.Shorten(text).Trim();
        _editor.Clear();
        if (Asked is { } asked && Question is null)
        {
            _feed.Add(new Row { Hanging = 2 }.Add("? ", Ink.Warn | Ink.Bold).Add(asked.Words).Add(" ").Add(shown, Ink.Bold));
            asked.Say(whole.Trim());
        }
        else if (whole.Trim().Length > 0)
        {
            Submit(whole.Trim(), shown);
        }
    }

    /// <summary>The outputs of the newest investigation, whole, the last one first on the screen.</summary>
    private void ShowOutputs()
    {
        var outputs = Session.Investigations.Newest?.Outputs ?? [];
        List<PagerText> texts = outputs.Count > 0
            ? [.. outputs.Select(o => new PagerText(o.Call, o.Rows()))]
            : [.. (Session.Last?.Ledger.Outputs ?? []).Select(o => new PagerText(new ToolCall(o.Tool, o.Arguments).ToString(), new SeenOutput("", o.Text).Rows()))];
        if (texts.Count == 0)
        {
            _feed.Add(Row.Of("No tool has answered yet, so there is no output to show.", Ink.Dim));
            return;
        }

        _panel = new Pager(texts, texts.Count - 1);
    }

    /// <summary>Says something: to the run, when one runs, else to the session.</summary>
    private void Submit(string text, string? shown = null)
    {
        Session.History.Add(text);
        Session.KeepInput(text);
        shown ??= text;
        if (Question is { } question)
        {
            question.Decide(ApprovalOutcome.Declined, $"you, who said instead: {SafeText.Line(shown, 80)}");
        }

        var isCommand = text[0] is '/' or '!' && (text[0] == '!' || Session.Commands.Read(text) is not null);
        if (!isCommand && !Session.IsCorrection(text) && Session.Steer(text))
        {
            Echo("↪ ", shown);
            return;
        }

        _feed.Add(Row.Empty);
        Echo("› ", shown);
        _lastOutput = _time.GetTimestamp();
        _ = Session.AnswerAsync(text);
    }

    private void Echo(string mark, string text)
    {
        var count = 0;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var row = new Row { Hanging = 2 }.Add(i == 0 ? mark : "  ", Ink.Accent).Add(lines[i].Length > MostEchoRows * Columns ? SafeText.Line(lines[i], MostEchoRows * Columns) : lines[i], Ink.Bold);
            count += Math.Max(1, (row.Width + Columns - 1) / Columns);
            if (i > 0 && count > MostEchoRows)
            {
                _feed.Add(Row.Of($"  … {Amounts.Count(lines.Length - i, "line", "lines")} more", Ink.Dim));
                break;
            }

            _feed.Add(row);
        }
    }

    private void Tab(bool back)
    {
        if (_popup is not null)
        {
            if (back || _popup.IsTouched)
            {
                _popup.Move(back ? -1 : +1);
                return;
            }

            var typed = _editor.Text[_popup.From.._editor.Cursor];
            var common = _popup.CommonBeginning();
            if (_popup.Count == 1 || common.Length <= typed.Length)
            {
                if (_popup.Count == 1)
                {
                    Accept();
                }
                else
                {
                    _popup.Move(0);
                }

                return;
            }

            _editor.Replace(_popup.From, _editor.Cursor, common);
            Offer(asked: true);
            return;
        }

        if (Session.Run is not null && !_editor.IsEmpty)
        {
            _queue.Add(_editor.Whole.Trim());
            _editor.Clear();
            return;
        }

        Offer(asked: true);
        if (_popup is { Count: 1 })
        {
            Accept();
        }
    }

    private void Accept()
    {
        var popup = _popup!;
        _popup = null;
        _editor.Replace(popup.From, _editor.Cursor, popup.Chosen.Text);
        Offer(asked: false);
    }

    private void Offer(bool asked)
    {
        var completions = _completer.For(_editor.Text, _editor.Cursor, asked);
        var isDone = completions.Candidates.Count == 1 && completions.Candidates[0].Text.TrimEnd() == _editor.Text[completions.From.._editor.Cursor];
        _popup = completions.Candidates.Count == 0 || isDone ? null : new CompletionPopup(completions);
    }

    private void Escape()
    {
        if (_popup is not null)
        {
            _popup = null;
        }
        else if (Asked is { } asked)
        {
            asked.Say(null);
        }
        else
        {
            Session.Interrupt();
        }
    }

    private void Interrupt()
    {
        _popup = null;
        _search = null;
        if (Session.Interrupt())
        {
            _leaveHintAt = null;
        }
        else if (!_editor.IsEmpty)
        {
            _editor.Clear();
        }
        else if (_leaveHintAt is { } hinted && _time.GetElapsedTime(hinted) < LeaveTime)
        {
            Leave();
        }
        else
        {
            _leaveHintAt = _time.GetTimestamp();
        }
    }

    private void Leave()
    {
        _ended = true;
        Session.Interrupt();
    }

    private void Suspend()
    {
        _screen.Close();
        _terminal.Suspend();
        _screen.Forget();
    }

    /// <summary>True when the key belonged to the question.</summary>
    private bool AnswerQuestion(Key key)
    {
        var yes = key is { Code: KeyCode.Enter, Modifiers: KeyModifiers.None } or { Code: KeyCode.Text, Modifiers: KeyModifiers.None, Text: "y" or "Y" };
        var no = key is { Code: KeyCode.Escape } or { Code: KeyCode.Text, Modifiers: KeyModifiers.None, Text: "n" or "N" };
        if (!yes && !no)
        {
            return false;
        }

        var question = Question!;
        if (question.IsReadable)
        {
            question.Decide(yes ? ApprovalOutcome.Approved : ApprovalOutcome.Declined, "you, at the terminal");
            foreach (var row in question.Rows(Columns))
            {
                _feed.Add(row);
            }

            _feed.Add(Row.Of(yes ? "  yes" : "  no", yes ? Ink.Good : Ink.Warn));
        }

        return true;
    }

    private void Search(Key key)
    {
        var search = _search!;
        switch (key)
        {
            case { Code: KeyCode.Text, Modifiers: KeyModifiers.None }:
                search.Type(key.Text);
                break;
            case { Code: KeyCode.Backspace }:
                search.Shorten();
                break;
            case { Code: KeyCode.Escape }:
                EndSearch(search.Draft);
                break;
            default:
                if (key.IsControl('r'))
                {
                    search.Older();
                    break;
                }

                EndSearch(key.IsControl('g') ? search.Draft : search.Found ?? search.Draft);
                if (key.Code == KeyCode.Enter)
                {
                    Enter();
                }

                break;
        }

        void EndSearch(string text)
        {
            _search = null;
            _editor.Set(text);
        }
    }

    private (List<Row> Rows, int CursorRow, int CursorColumn) Input(int mostRows)
    {
        if (_search is not null)
        {
            var row = Row.Of("find › ", Ink.Accent).Add(_search.Words);
            var column = row.Width;
            row.Add(_search.Found is { } found ? $"   {found}" : _search.Words.Length > 0 ? "   nothing has these words" : "", Ink.Dim);
            return ([row.Cut(Columns)], 0, Math.Min(column, Columns));
        }

        var prompt = new Row();
        if (Question is not null)
        {
            prompt.Add("[Y/n] ", Ink.Warn | Ink.Bold);
        }
        else if (Session.Approvals.Trust.IsOn)
        {
            prompt.Add("trust ", Ink.Warn);
        }

        return InputView.Layout(prompt.Add("› ", Ink.Accent | Ink.Bold), _editor, Columns, mostRows);
    }

    private Row Spinner()
    {
        var elapsed = _time.GetElapsedTime(_busySince);
        var frame = _options.IsStill ? "·" : Frames[(int)(elapsed.TotalMilliseconds / FrameTime.TotalMilliseconds) % Frames.Length].ToString();
        var row = Row.Of($"{frame} ", Ink.Accent).Add(_options.IsStill ? $"{elapsed.TotalSeconds:0} s" : $"{elapsed.TotalSeconds:0.0} s", Ink.Dim);
        var tools = _transcript.Running;
        if (Session.Run is { } run)
        {
            row.Add(run.IsStopping ? " · stopping" : tools.Count > 0 ? $" · {string.Join(", ", tools.Select(t => t.Call.Tool).Distinct())}" : " · weighing", Ink.Dim);
            row.Add(run.Facts > 0 ? $" · {Amounts.Count(run.Facts, "fact", "facts")}" : "", Ink.Dim);
            row.Add(run.Cost is { } cost ? $" · {Amounts.Tokens(cost.InputTokens + cost.OutputTokens)} tokens" : "", Ink.Dim);
        }

        return row.Add("   Esc stops", Ink.Dim).Cut(Columns);
    }

    private Row Status()
    {
        if (_leaveHintAt is not null)
        {
            return Row.Of("  Ctrl+C again leaves", Ink.Warn).Cut(Columns);
        }

        List<StatusPart> parts = [new(3, Row.Of(Session.Engine, Ink.Dim)), new(10, Row.Of(Phase(), Ink.Dim))];
        var facts = Session.Run?.Facts ?? Session.Last?.Ledger.Evidence.Count ?? 0;
        if (facts > 0)
        {
            parts.Add(new(5, Row.Of(Amounts.Count(facts, "fact", "facts"), Ink.Dim)));
        }

        if (Spent() is { Tokens: > 0 } spent)
        {
            parts.Add(new(4, Row.Of($"{Amounts.Tokens(spent.Tokens)} tokens{(spent.Money is { } money ? $", {Amounts.Money(money)}" : "")}", Ink.Dim)));
        }

        if (_queue.Count > 0)
        {
            parts.Add(new(7, Row.Of($"{_queue.Count} lined up", Ink.Dim)));
        }

        Behind(parts);
        if (Session.Approvals.Trust.Until is { } until)
        {
            parts.Add(new(9, Row.Of($"trust {TrustWords.Of(until, _time.GetUtcNow())}", Ink.Warn)));
        }

        // Where there is no room for all, what can be missed goes first.
        while (parts.Count > 1 && WidthOf(parts) > Columns)
        {
            parts.Remove(parts.MinBy(p => p.Weight)!);
        }

        var row = Row.Of("  ");
        foreach (var part in parts)
        {
            row.Add(row.Width > 2 ? " · " : "", Ink.Dim).Add(part.Row);
        }

        return row.Cut(Columns);
    }

    private static int WidthOf(List<StatusPart> parts)
    {
        var width = 2 + (3 * (parts.Count - 1));
        foreach (var part in parts)
        {
            width += part.Row.Width;
        }

        return width;
    }

    /// <summary>A part of the status line. A class: lists of structs of this program would be compiled at each start.</summary>
    /// <param name="Weight">The lightest gives way first.</param>
    private sealed record StatusPart(int Weight, Row Row);

    /// <summary>What models have been asked for in this session, with what runs now.</summary>
    private Spending? Spent()
    {
        var costs = Session.Investigations.Costs.Values.ToList();
        return Session.Run?.Cost is { } running
            ? new Spending(costs.Append(running).Sum(c => c.InputTokens + c.OutputTokens), Sum(costs.Append(running)))
            : costs.Count > 0 ? new Spending(costs.Sum(c => c.InputTokens + c.OutputTokens), Sum(costs)) : null;

        static decimal? Sum(IEnumerable<ModelCost> costs) => costs.Any(c => c.Money is not null) ? costs.Sum(c => c.Money ?? 0) : null;
    }

    private sealed record Spending(long Tokens, decimal? Money);

    /// <summary>What goes on behind the prompt, when something does.</summary>
    private void Behind(List<StatusPart> parts)
    {
        var runs = Session.Tasks.All.Count(t => t is CaseRun { IsRunning: true, IsForeground: false });
        if (runs > 0)
        {
            parts.Add(new(6, Row.Of($"{runs} in the background", Ink.Dim)));
        }

        var watches = Session.Tasks.All.OfType<WatchTask>().Where(t => t.IsRunning).ToList();
        if (watches.Count > 0)
        {
            var bad = watches.Count(w => w.IsInTrouble);
            parts.Add(new(bad > 0 ? 7 : 2, Row.Of(Amounts.Count(watches.Count, "watch", "watches"), Ink.Dim).Add(bad > 0 ? $", {bad} in trouble" : "", Ink.Warn)));
        }

        if (Session.Tasks.Running<ListenTask>() > 0)
        {
            parts.Add(new(1, Row.Of("listening", Ink.Dim)));
        }

        if (Session.Alerts.Open is > 0 and var open)
        {
            parts.Add(new(8, Row.Of(Amounts.Count(open, "alert", "alerts"), Ink.Warn)));
        }
    }

    private string Phase() => Session.Run switch
    {
        _ when Question is not null || Asked is not null => "waiting for your answer",
        { IsStopping: true } => "stopping",
        { } when _transcript.IsWriting || !_backlog.IsEmpty => "writing",
        { } => "looking",
        null when !_backlog.IsEmpty => "writing",
        null when Session.IsBusy => "working",
        null => "idle",
    };

    /// <summary>Takes up what has come: as much as one frame shows, the rest with the next, so that keys are never kept waiting.</summary>
    private void Drain(int characters = FrameCharacters)
    {
        foreach (var output in _feed.Take())
        {
            _backlog.Add(output);
        }

        while (characters > 0 && _backlog.Next(characters) is { } output)
        {
            characters -= Backlog.SizeOf(output);
            _transcript.Add(output);
            _lastOutput = _time.GetTimestamp();
        }
    }

    private void OnChanged()
    {
        Drain();
        if (Session.IsBusy && !_wasBusy)
        {
            _busySince = _lastOutput = _time.GetTimestamp();
        }

        if (_wasBusy && !Session.IsBusy)
        {
            // Such as a command of the person's own shell.
            _terminal.Retake();
        }

        _wasBusy = Session.IsBusy;
        if (Session.Run is null && _queue.Count > 0 && !Session.IsBusy)
        {
            var next = _queue[0];
            _queue.RemoveAt(0);
            Submit(next);
        }
    }
}
