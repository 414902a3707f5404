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

    private readonly Lock _lock = new();
    private readonly JsonlEventLog _log;
    private readonly List<CaseFile> _cases = [];
    private readonly List<CancellationTokenSource> _stops = [];
    private readonly Router _router;
    private Task _commands = Task.CompletedTask;
    private ForegroundRun? _run;
    private int _activities;
    private bool _logFailed;

    public Session(SessionHost host, ISessionView view, TimeProvider time, CommandRegistry? commands = null)
    {
        Host = host;
        View = view;
        Time = time;
        Commands = commands ?? CommandRegistry.Default;
        _router = new Router(Commands);
        _log = new JsonlEventLog(host.LogPath);
        History = new InputHistory(host.HistoryPath);
        Approvals = new ApprovalGate(host.Policy, new TrustMode(time), view, new AuditLog(host.AuditPath), host.SessionId, time);
    }

    public SessionHost Host { get; }

    public ISessionView View { get; }

    public TimeProvider Time { get; }

    public CommandRegistry Commands { get; }

    public InputHistory History { get; }

    public ApprovalGate Approvals { get; }

    /// <summary>The person wants to leave.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Investigations of this session, oldest first.</summary>
    public IReadOnlyList<CaseFile> Cases
    {
        get
        {
            lock (_lock)
            {
                return [.. _cases];
            }
        }
    }

    public CaseFile? Last
    {
        get
        {
            lock (_lock)
            {
                return _cases.Count > 0 ? _cases[^1] : null;
            }
        }
    }

    /// <summary>The investigation in the foreground, or null.</summary>
    public ForegroundRun? Run => Volatile.Read(ref _run);

    /// <summary>Something runs: an investigation, a command, a shell.</summary>
    public bool IsBusy => Volatile.Read(ref _activities) > 0;

    /// <summary>Whether events can be kept; false after writing failed once.</summary>
    public bool IsKept => !_logFailed;

    /// <summary>Called whenever what <see cref="Run"/> or <see cref="IsBusy"/> say has changed.</summary>
    public Action Changed { get; set; } = () => { };

    public void Dispose() => _log.Dispose();

    public void Leave() => IsLeaving = true;

    /// <summary>One sentence, or a few.</summary>
    public void Say(string text, Row? before = null) => View.Print(new Row().Add(before ?? Row.Empty).Add(text));

    /// <summary>Answers an input; completes when the answer is whole. Never throws for what goes wrong on the way.</summary>
    public Task AnswerAsync(string input)
    {
        var route = Understand(input);
        if (route.Kind is not (RouteKind.Command or RouteKind.UnknownCommand or RouteKind.Shell))
        {
            return SafelyAsync(stop => ActAsync(route, stop));
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

    /// <summary>Investigates a text whatever it might be taken for otherwise.</summary>
    public Task InvestigateAsync(string text, CancellationToken cancellation) => ActAsync(Router.Subject(text), cancellation);

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

    /// <summary>Stops all that runs; false when nothing does.</summary>
    public bool Interrupt()
    {
        List<CancellationTokenSource> stops;
        lock (_lock)
        {
            stops = [.. _stops];
        }

        foreach (var stop in stops)
        {
            stop.Cancel();
        }

        return stops.Count > 0;
    }

    /// <summary>Stops what runs and gives it a moment to say so.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Interrupt();
        var began = Time.GetTimestamp();
        while (IsBusy && Time.GetElapsedTime(began) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Time).ConfigureAwait(false);
        }
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

    private static string Failure(Exception e) => $"That did not work: {SafeText.Line(Redaction.Apply(e.Message), 300)} The session goes on.";

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
                View.Markdown(route.Text);
                return Task.CompletedTask;
            case RouteKind.Refused:
                Say(route.Text);
                return Task.CompletedTask;
            default:
                return LookIntoAsync(route.Text, cancellation);
        }
    }

    private async Task LookIntoAsync(string text, CancellationToken cancellation)
    {
        var intake = Host.Intake(text);
        if (intake.Kind is IntakeKind.Unusable or IntakeKind.Noise or IntakeKind.Resolved)
        {
            Say(intake.Message);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = new ForegroundRun(intake.Alerts[0].Name, stop);
        if (Interlocked.CompareExchange(ref _run, run, null) is { } other)
        {
            Say($"{other.Title} is being looked into; say /cancel first, or press Tab to line this up behind it.");
            return;
        }

        Changed();
        CaseFile file;
        try
        {
            file = await Host.Investigate(intake.Alerts, Publish, run.Steering, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _run, null);
            Changed();
        }

        lock (_lock)
        {
            _cases.Add(file);
        }

        if (file is { Cancelled: true, Ledger.Evidence.Count: > 0 })
        {
            View.Print(Row.Of("Ask \"why\" or \"show the evidence\", or say what to look at instead.", Ink.Dim));
        }

        // What was said too late for this run is answered on its own.
        while (run.Steering.TryTake(out var late))
        {
            _ = AnswerAsync(late);
        }

        void Publish(InvestigationEvent e)
        {
            run.Note(e);
            Keep(e);
            View.Show(e);
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
            View.Print(Row.Of($"This session cannot be kept in {SafeText.Line(Host.LogPath, 200)}: {SafeText.Line(error.Message, 200)} OPENSRE_HOME can name another folder.", Ink.Warn));
        }
    }
}
