using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// The conversation, without how it looks: what was investigated, what runs, what is trusted, and what to do with an
/// input. Nothing but the person ends it. Members may be used from any thread.
/// </summary>
internal sealed class Session : IDisposable
{
    /// <summary>A command gets this long before the next one begins beside it.</summary>
    private static readonly TimeSpan InOrder = TimeSpan.FromMilliseconds(150);

    private const int LongestFailure = 240;
    private const int LongestWord = 80;

    private readonly Lock _lock = new();
    private readonly List<CancellationTokenSource> _stops = [];
    private readonly Router _router;
    private Task _commands = Task.CompletedTask;
    private Understood? _understood;
    private int _activities;

    public Session(SessionHost host, ISessionView view, TimeProvider time, CommandRegistry? commands = null)
    {
        Host = host;
        View = view;
        Time = time;
        Commands = commands ?? CommandRegistry.With(host.Programs);
        Engine = host.Engine;
        _router = new Router(Commands);
        Keeper = NewKeeper(host.SessionId, host.LogPath);
        History = new InputHistory(host.HistoryPath);
        Approvals = NewGate();
        Investigations = new Investigations(this);
        Alerts = new AlertInbox(this);
    }

    public SessionHost Host { get; }

    public ISessionView View { get; }

    public TimeProvider Time { get; }

    public CommandRegistry Commands { get; }

    public InputHistory History { get; }

    public ApprovalGate Approvals { get; private set; }

    public SessionKeeper Keeper { get; private set; }

    public SessionContext Context { get; private set; } = new();

    public Investigations Investigations { get; }

    public TaskBoard Tasks { get; } = new();

    public AlertInbox Alerts { get; }

    /// <summary>What plans the investigations: "built-in engine" or a model.</summary>
    public string Engine { get; private set; }

    /// <summary>Tools' outputs are shown whole as they end.</summary>
    public bool IsVerbose { get; set; }

    /// <summary>It goes on after a failure, and says so; false where inputs are answered and that is all.</summary>
    public bool GoesOn { get; init; } = true;

    /// <summary>Some input could not be answered.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The person wants to leave.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Investigations of this session, oldest first; of one that was resumed, those that came back at once.</summary>
    public IReadOnlyList<CaseFile> Cases => Investigations.Cases;

    /// <summary>How many investigations this session has had.</summary>
    public int CaseCount => Investigations.Count;

    /// <summary>The case questions are about.</summary>
    public CaseFile? Last => Investigations.Last;

    /// <summary>The investigation in the foreground, or null.</summary>
    public CaseRun? Run => Investigations.Foreground;

    /// <summary>Something runs in the foreground: an investigation, a command, a shell.</summary>
    public bool IsBusy => Volatile.Read(ref _activities) > 0;

    /// <summary>Whether events can be kept; false after writing failed once.</summary>
    public bool IsKept => Keeper.IsKept;

    /// <summary>Called whenever what <see cref="Run"/>, <see cref="IsBusy"/> or <see cref="Tasks"/> say has changed.</summary>
    public Action Changed { get; set; } = () => { };

    private SessionShelf Shelf => new(Path.GetDirectoryName(Host.LogPath) ?? ".");

    public void Dispose()
    {
        foreach (var task in Tasks.All)
        {
            task.Stop();
        }

        Keeper.Dispose();
    }

    public void Leave() => IsLeaving = true;

    /// <summary>One sentence, or a few.</summary>
    public void Say(string text, Row? before = null) => View.Print(new Row().Add(before ?? Row.Empty).Add(text));

    /// <summary>Finds out what a start did not wait for, and loads what the first investigation needs. Never throws.</summary>
    /// <param name="isIdle">No investigation has been asked for yet.</param>
    public void Settle(bool isIdle)
    {
        try
        {
            if (Host.FindEngine?.Invoke() is { } found && found != Engine && Engine == Host.Engine)
            {
                UseEngine(found);
                View.Print(Row.Of("model    ", Ink.Dim).Add(found));
            }

            if (isIdle)
            {
                Host.WarmUp?.Invoke();
            }
        }
#pragma warning disable CA1031 // The session outlives whatever is wrong around it; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            View.Print(Row.Of(Failure(e), Ink.Bad));
        }
    }

    public void UseEngine(string name)
    {
        Engine = name;
        Changed();
    }

    /// <summary>Writes down what to remember, and remembers it.</summary>
    public void Remember(SessionNote note)
    {
        Keeper.Keep(note);
        Context.Take(note);
    }

    /// <summary>Remembers where the alerts say they are.</summary>
    public void Learn(IReadOnlyList<Alert> alerts)
    {
        foreach (var note in Context.Learn(alerts, Time.GetUtcNow()))
        {
            Remember(note);
        }
    }

    public IReadOnlyList<ShelvedSession> Shelved(int most) => Shelf.Newest(most);

    /// <inheritdoc cref="SessionShelf.Find"/>
    public IReadOnlyList<ShelvedSession> FindShelved(string words) => Shelf.Find(words);

    /// <summary>Goes on with a session that was left: its cases, context and inputs, never its trust.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public KeptSession Resume(ShelvedSession shelved)
    {
        var kept = KeptSession.Read(shelved.Path);
        Begin(shelved.Id, shelved.Path);
        foreach (var note in kept.Notes)
        {
            Context.Take(note);
        }

        Alerts.Restore(kept.Alerts);
        Investigations.Restore(kept.Recent, kept.Older, kept.OlderCount);
        Changed();
        return kept;
    }

    /// <summary>Begins a new session in place of this one, which stays on the shelf.</summary>
    public void BeginNew()
    {
        var id = Host.NewId();
        Begin(id, Path.Combine(Path.GetDirectoryName(Host.LogPath) ?? ".", id + ".jsonl"));
        Alerts.Restore([]);
        Investigations.Restore([], new Lazy<IReadOnlyList<CaseFile>>([]), 0);
        Changed();
    }

    /// <summary>Answers an input; completes when the answer is whole. Never throws for what goes wrong on the way.</summary>
    public Task AnswerAsync(string input)
    {
        var route = Understand(input);
        if (route.Kind is RouteKind.FollowUp or RouteKind.Investigate or RouteKind.Remember)
        {
            _understood = new Understood(input, route.Kind, Last);
        }

        if (route.Kind is not (RouteKind.Command or RouteKind.UnknownCommand or RouteKind.Shell))
        {
            return SafelyAsync(stop => route.Kind == RouteKind.Investigate && Run is null && Last is { } last && Host.ResolveDoubt is { } resolve && DoubtfulQuestion.Is(last, input)
                ? DoubtAsync(route, input, last, resolve, stop)
                : ActAsync(route, stop));
        }

        // Commands are answered in the order they were typed, as long as none takes long.
        lock (_lock)
        {
            var before = _commands;
            return _commands = SafelyAsync(async stop =>
            {
                await Task.WhenAny(before, Task.Delay(InOrder, stop)).ConfigureAwait(false);
                await ActAsync(route, stop).ConfigureAwait(false);
            });
        }
    }

    /// <summary>Writes an input down; what leads nowhere on its own, such as /exit, begins no file.</summary>
    public void KeepInput(string input)
    {
        if (Keeper.HasBegun || input[0] != '/')
        {
            Keeper.Keep(new SessionInput(Redaction.Apply(input.Length > 64 * 1024 ? input[..(64 * 1024)] : input)));
        }
    }

    /// <summary>Takes the last words for the other thing they can be: a question about a case, or something new.</summary>
    public async Task CorrectAsync(CancellationToken cancellation)
    {
        switch (Interlocked.Exchange(ref _understood, null))
        {
            case { Kind: RouteKind.Remember } said:
                Remember(new SessionNote("", null, Redaction.Apply(SafeText.Line(said.Text, 300))));
                await ActAsync(Router.Subject(said.Text), cancellation).ConfigureAwait(false);
                break;
            case { Kind: RouteKind.FollowUp } asked:
                await ActAsync(Router.Subject(asked.Text), cancellation).ConfigureAwait(false);
                break;
            case { About: { } about } begun:
                if (Run is { } run)
                {
                    run.Stop();
                    await run.Ended.Task.WaitAsync(cancellation).ConfigureAwait(false);
                }

                Investigations.Return(about);
                Changed();
                if (FollowUp.Answer(about, begun.Text) is { } answer)
                {
                    View.Markdown(answer);
                    break;
                }

                Say($"Questions are about {SafeText.Line(about.Incident.Primary.Name, 80)} again. Nothing found there answers these words; this is what was found:");
                View.Markdown(FollowUp.Answer(about, "show the evidence") ?? "Nothing.\n");
                break;
            case { }:
                Say("There was no investigation before it that it could be about.");
                break;
            default:
                Say("There is nothing to correct: no words were taken for a question, or for something to look into.");
                break;
        }
    }

    /// <summary>Investigates a text whatever it might be taken for otherwise.</summary>
    public Task InvestigateAsync(string text, CancellationToken cancellation) => ActAsync(Router.Subject(text), cancellation);

    /// <summary>The words say that those before them were taken for the wrong thing, which they can be.</summary>
    public bool IsCorrection(string text) => _understood is not null && Router.IsCorrection(text);

    /// <summary>Says something to the investigation that runs; false when none does.</summary>
    public bool Steer(string text)
    {
        if (Run is not { IsStopping: false } run)
        {
            return false;
        }

        run.Steering.Say(text);
        return true;
    }

    /// <summary>Stops all that runs in the foreground; false when nothing does.</summary>
    public bool Interrupt()
    {
        List<CancellationTokenSource> stops;
        lock (_lock)
        {
            stops = [.. _stops];
        }

        foreach (var stop in stops)
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // What it would have stopped ended in this moment.
            }
        }

        return stops.Count > 0;
    }

    /// <summary>Stops what runs, also behind, and gives it a moment to say so.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Interrupt();
        foreach (var task in Tasks.All.Where(t => t.IsRunning))
        {
            task.Stop();
        }

        var began = Time.GetTimestamp();
        while ((IsBusy || Tasks.Running<CaseRun>() > 0) && Time.GetElapsedTime(began) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Time).ConfigureAwait(false);
        }
    }

    /// <summary>What a text is, read as alerts; null after a sentence was said why it is none to look into.</summary>
    public IReadOnlyList<Alert>? Read(string text)
    {
        var intake = Host.Intake(text);
        if (intake.Kind is IntakeKind.Unusable or IntakeKind.Noise or IntakeKind.Resolved)
        {
            HasFailed |= intake.Kind != IntakeKind.Resolved;
            Say(intake.Message);
            return null;
        }

        return intake.Alerts;
    }

    /// <summary>What is said of a failure: at most three rows of a usual terminal; nobody reads a word of hundreds of letters.</summary>
    internal string Failure(Exception e)
    {
        HasFailed = true;
        var words = SafeText.Clean(Redaction.Apply(FirstLine(e.Message)), keepLines: false).Split(' ').Select(w => SafeText.Line(w, LongestWord));
        return $"That did not work: {SafeText.Line(string.Join(' ', words), LongestFailure)}{(GoesOn ? " The session goes on." : "")}";
    }

    /// <summary>Further lines of a message may be a stack.</summary>
    private static string FirstLine(string message) => message.Trim().Split('\n')[0].TrimEnd();

    private SessionKeeper NewKeeper(string id, string path) => new(id, path, Host, Time, View.Print);

    private ApprovalGate NewGate() => new(Host.Policy, new TrustMode(Time), View, new AuditLog(Host.AuditPath), Keeper.Id, Time);

    private void Begin(string id, string path)
    {
        var before = Keeper;
        Keeper = NewKeeper(id, path);
        Approvals = NewGate();
        Context = new SessionContext();
        before.Dispose();
    }

    private Route Understand(string input)
    {
        try
        {
            return _router.Read(input, Last);
        }
#pragma warning disable CA1031 // The session outlives whatever an input runs into; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Route(RouteKind.Refused, Failure(e));
        }
    }

    private async Task SafelyAsync(Func<CancellationToken, Task> act)
    {
        using var stop = new CancellationTokenSource();
        lock (_lock)
        {
            _stops.Add(stop);
        }

        Interlocked.Increment(ref _activities);
        Changed();
        try
        {
            // Off the caller's thread, which may be the one that draws.
            await Task.Run(() => act(stop.Token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            View.Print(Row.Of("Stopped.", Ink.Warn));
        }
#pragma warning disable CA1031 // The session outlives whatever an answer runs into; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            View.Print(Row.Of(Failure(e), Ink.Bad));
        }
        finally
        {
            lock (_lock)
            {
                _stops.Remove(stop);
            }

            Interlocked.Decrement(ref _activities);
            Changed();
        }
    }

    /// <summary>The words alone do not tell what they are: a model, where there is one, may say so. Without its word they are taken as they are.</summary>
    private async Task DoubtAsync(Route route, string input, CaseFile last, Func<CaseFile, string, CancellationToken, Task<DoubtResolved?>> resolve, CancellationToken cancellation)
    {
        var resolved = await resolve(last, input, cancellation).ConfigureAwait(false);
        if (resolved?.Cost is { } cost)
        {
            Investigations.Charge("what doubtful words meant", cost);
        }

        if (resolved is { Question: { } question } && FollowUp.Answer(last, question) is { } answer)
        {
            _understood = new Understood(input, RouteKind.FollowUp, last);
            View.Print(Row.Of($"  {SafeText.Line(resolved.Model, 40)} takes it as a question about {SafeText.Line(last.Incident.Primary.Name, 60)} ({question}); /no looks into it as something new", Ink.Dim));
            View.Markdown(answer);
            return;
        }

        if (resolved is not null)
        {
            View.Print(Row.Of($"  {SafeText.Line(resolved.Model, 40)} takes it as something new", Ink.Dim));
        }

        await ActAsync(route, cancellation).ConfigureAwait(false);
    }

    private Task ActAsync(Route route, CancellationToken cancellation)
    {
        switch (route.Kind)
        {
            case RouteKind.Command:
                return route.Call!.Command!.RunAsync(this, route.Call.Argument, cancellation);
            case RouteKind.UnknownCommand:
                Say($"There is no such command; did you mean {route.Call!.Nearest}?");
                return Task.CompletedTask;
            case RouteKind.Shell:
                return ShellLine.RunAsync(this, route.Text, cancellation);
            case RouteKind.FollowUp:
                View.Print(Row.Of($"  taken as a question about {SafeText.Line(Last?.Incident.Primary.Name ?? "the last one", 60)}; /no looks into it as something new", Ink.Dim));
                View.Markdown(route.Text);
                return Task.CompletedTask;
            case RouteKind.Correction:
                return CorrectAsync(cancellation);
            case RouteKind.Remember:
                Remember(new SessionNote("", Redaction.Apply(SafeText.Line(route.Text, 300)), SessionContext.You));
                Say("Later investigations will hear that; /context shows and forgets it, /no looks into it as something new.");
                return Task.CompletedTask;
            case RouteKind.Refused:
                Say(route.Text);
                return Task.CompletedTask;
            default:
                if (Read(route.Text) is not { } alerts)
                {
                    return Task.CompletedTask;
                }

                if (Last is { } before && Run is null)
                {
                    View.Print(Row.Of($"  taken as something new to look into; /no asks it about {SafeText.Line(before.Incident.Primary.Name, 60)}", Ink.Dim));
                }

                return Investigations.LookIntoAsync(route.Text, alerts, cancellation);
        }
    }

    /// <summary>What the last words were taken for, and the case that questions were about then.</summary>
    private sealed record Understood(string Text, RouteKind Kind, CaseFile? About);
}
