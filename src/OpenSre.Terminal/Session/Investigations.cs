using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// The investigations of a session: one in the foreground, whose steps are shown and which hears what is typed, and any
/// number behind it, which say a word when they have ended. Members may be used from any thread.
/// </summary>
internal sealed class Investigations(Session session)
{
    /// <summary>Running at once, with the one in the foreground.</summary>
    private const int MostAtOnce = 6;

    /// <summary>Lines of an output that /verbose shows.</summary>
    private const int ShownLines = 20;

    private readonly Lock _lock = new();
    private readonly List<CaseFile> _cases = [];
    private readonly Dictionary<string, ModelCost> _costs = new(StringComparer.Ordinal);
    private Lazy<IReadOnlyList<CaseFile>> _older = new([]);
    private int _olderCount;
    private CaseFile? _last;
    private CaseRun? _foreground;

    /// <summary>How many there were, with those of a resumed session that have not been read yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _olderCount + _cases.Count;
            }
        }
    }

    /// <summary>What has been investigated, oldest first; also what was behind. Of a resumed session, the newest.</summary>
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

    /// <summary>The case questions are about.</summary>
    public CaseFile? Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    public CaseRun? Foreground => Volatile.Read(ref _foreground);

    /// <summary>What models have spent, by investigation.</summary>
    public IReadOnlyDictionary<string, ModelCost> Costs
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, ModelCost>(_costs);
            }
        }
    }

    /// <summary>Adds what a model has spent on something that is no investigation.</summary>
    public void Charge(string what, ModelCost cost)
    {
        lock (_lock)
        {
            var before = _costs.GetValueOrDefault(what) ?? new ModelCost(0, 0, 0, 0, null);
            _costs[what] = new ModelCost(before.Steps + cost.Steps, before.InputTokens + cost.InputTokens, before.CachedTokens + cost.CachedTokens, before.OutputTokens + cost.OutputTokens, cost.Money is null ? before.Money : (before.Money ?? 0) + cost.Money);
        }
    }

    /// <summary>The run whose outputs and hypotheses are meant when none is named.</summary>
    public CaseRun? Newest => Foreground ?? session.Tasks.All.OfType<CaseRun>().LastOrDefault(r => r.File == Last && r.File is not null);

    /// <summary>Takes what an earlier session left.</summary>
    /// <param name="older">What came before, read when somebody asks whether an alert was seen before.</param>
    public void Restore(IReadOnlyList<CaseFile> cases, Lazy<IReadOnlyList<CaseFile>> older, int olderCount)
    {
        lock (_lock)
        {
            (_older, _olderCount) = (older, olderCount);
            _cases.Clear();
            _cases.AddRange(cases);
            _costs.Clear();
            _last = cases.Count > 0 ? cases[^1] : null;
        }
    }

    /// <summary>Looks into a text in the foreground; completes when it has ended, was stopped, or was put behind.</summary>
    /// <param name="run">What looks; null for what the session's host does.</param>
    public async Task LookIntoAsync(string text, IReadOnlyList<Alert> alerts, CancellationToken cancellation, string? recordTo = null, Func<CaseRequest, CancellationToken, Task<CaseFile>>? run = null)
    {
        if (Foreground is { } busy)
        {
            session.Say($"{busy.Title} is being looked into; say /cancel first, press Tab to line this up behind it, or say /background {text.Split('\n')[0]}");
            return;
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var started = Add(alerts[0].Name, isForeground: true, stop);
        if (Interlocked.CompareExchange(ref _foreground, started, null) is not null)
        {
            started.End(TaskState.Stopped, session.Time.GetUtcNow());
            stop.Dispose();
            session.Say("Another investigation began in this moment; say it again when it has ended.");
            return;
        }

        var work = RunAsync(started, text, alerts, stop, recordTo, run);
        await StayAsync(started, work).ConfigureAwait(false);
    }

    /// <summary>Questions are about this case again.</summary>
    public void Return(CaseFile file)
    {
        lock (_lock)
        {
            _last = file;
        }
    }

    /// <summary>Looks into a text behind whatever else happens.</summary>
    public void LookIntoBehind(string text, IReadOnlyList<Alert> alerts)
    {
        if (session.Tasks.Running<CaseRun>() >= MostAtOnce)
        {
            session.Say($"{MostAtOnce} investigations run already; /tasks lists them, /cancel stops one.");
            return;
        }

        var stop = new CancellationTokenSource();
        var run = Add(alerts[0].Name, isForeground: false, stop);
        session.View.Print(Row.Of($"{run.Id} ", Ink.Accent).Add($"looks into {run.Title} in the background; /tasks shows it, /background {run.Id} brings it here.", Ink.Dim));
        _ = AloneAsync(run, RunAsync(run, text, alerts, stop, null, null));
        session.Changed();
    }

    /// <summary>Puts the run in the foreground behind; false when there is none.</summary>
    public bool PutBehind()
    {
        if (Interlocked.Exchange(ref _foreground, null) is not { } run)
        {
            return false;
        }

        run.PutBehind();
        session.View.Print(Row.Of($"{run.Id} ", Ink.Accent).Add($"{run.Title} goes on in the background; /background {run.Id} brings it back.", Ink.Dim));
        return true;
    }

    /// <summary>Brings a run here: its result when it has ended, else its steps from now on.</summary>
    public async Task BringForwardAsync(CaseRun run, CancellationToken cancellation)
    {
        if (run.File is { } file)
        {
            lock (_lock)
            {
                _last = file;
            }

            session.Say($"Questions are about {run.Title} from now on.");
            session.View.Markdown(file.Report.Length > 0 ? file.Report : "It came to no report. /evidence shows what it found.\n");
            session.Changed();
            return;
        }

        run.BringForward();
        if (Interlocked.CompareExchange(ref _foreground, run, null) is { } other)
        {
            if (other != run)
            {
                run.PutBehind();
                session.Say($"{other.Title} is in the foreground; /background puts it behind.");
            }

            return;
        }

        session.View.Print(Row.Of($"▸ {run.Title}", Ink.Bold).Add($" · {run.Detail}", Ink.Dim));
        session.Changed();
        await using var stop = cancellation.Register(run.Stop);
        await StayAsync(run, run.Ended.Task).ConfigureAwait(false);
    }

    /// <summary>Drops the stored outputs of all cases but the last; their facts stay. Returns the characters dropped.</summary>
    public long Compact()
    {
        lock (_lock)
        {
            return _cases.Where(c => c != _last).Sum(c => c.Ledger.Compact("Only the words that were quoted are left; the session file has the whole output."));
        }
    }

    private CaseRun Add(string title, bool isForeground, CancellationTokenSource stop) =>
        session.Tasks.Add(id => new CaseRun(id, SafeText.Line(title, 200), session.Time.GetUtcNow(), isForeground, stop));

    private async Task StayAsync(CaseRun run, Task work)
    {
        session.Changed();
        try
        {
            if (await Task.WhenAny(work, run.Detached).ConfigureAwait(false) == work)
            {
                await work.ConfigureAwait(false);
            }
            else
            {
                _ = AloneAsync(run, work);
            }
        }
        finally
        {
            Interlocked.CompareExchange(ref _foreground, null, run);
            session.Changed();
        }
    }

    /// <summary>Waits for a run nobody waits for, and says how it ended.</summary>
    private async Task AloneAsync(CaseRun run, Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
            if (!run.IsForeground && run.File is { } file)
            {
                session.View.Print(new Row { Hanging = 2 }.Add("● ", file.Cancelled ? Ink.Warn : Ink.Good).Add($"{run.Id} ", Ink.Accent).Add($"{run.Title}: ").Add(file.Cancelled ? "stopped" : file.Diagnosis?.Summary ?? "no answer", Ink.Bold)
                    .Add($" · {Amounts.Count(file.Ledger.Evidence.Count, "fact", "facts")} · /background {run.Id} shows the report", Ink.Dim));
            }
        }
#pragma warning disable CA1031 // The session outlives whatever a run behind it meets; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            session.View.Print(Row.Of($"{run.Id} ", Ink.Accent).Add($"{run.Title}: {session.Failure(e)}", Ink.Bad));
        }

        session.Changed();
    }

    private async Task RunAsync(CaseRun run, string text, IReadOnlyList<Alert> alerts, CancellationTokenSource stop, string? recordTo, Func<CaseRequest, CancellationToken, Task<CaseFile>>? look)
    {
        using var until = stop;
        try
        {
            foreach (var correction in session.Context.Corrections)
            {
                run.Steering.Say(correction);
            }

            session.Learn(alerts);
            var request = new CaseRequest(text, session.Context.Complete(alerts), Publish, run.Steering) { Approve = session.Approvals.DecideAsync, RecordTo = recordTo, Conclusions = Conclusions() };
            var seen = SeenBeforeAsync(run, alerts);
            var file = await (look ?? session.Host.Investigate)(request, stop.Token).ConfigureAwait(false);
            await seen.ConfigureAwait(false);
            session.Keeper.Keep(new SessionCase(file.InvestigationId, [.. file.Ledger.Evidence.Select(e => e.Id)]));
            lock (_lock)
            {
                _cases.Add(file);
                if (run.IsForeground || _last is null)
                {
                    _last = file;
                }

                if (run.Cost is { } cost)
                {
                    _costs[file.InvestigationId] = cost;
                }
            }

            run.Finish(file, session.Time.GetUtcNow());
            if (run.IsForeground && file is { Cancelled: true, Ledger.Evidence.Count: > 0 })
            {
                session.View.Print(Row.Of("Ask \"why\" or \"show the evidence\", or say what to look at instead.", Ink.Dim));
            }

            // What was said too late for this run is answered on its own; corrections that were not its own are not.
            while (run.Steering.TryTake(out var late))
            {
                if (!session.Context.Corrections.Contains(late))
                {
                    _ = session.AnswerAsync(late);
                }
            }
        }
        finally
        {
            run.End(TaskState.Failed, session.Time.GetUtcNow());
            run.Ended.TrySetResult();
        }

        void Publish(InvestigationEvent e)
        {
            run.Note(e);
            session.Keeper.Keep(e);
            if (run.IsForeground && e is ToolOutput output)
            {
                ShowOutput(output);
            }
            else if (run.IsForeground)
            {
                session.View.Show(e);
            }

            if (e is SteeringReceived said && SessionContext.IsCorrection(said.Text) && !session.Context.Corrections.Contains(said.Text))
            {
                session.Remember(new SessionNote("", said.Text, SessionContext.You));
                session.View.Print(Row.Of("    later investigations will hear this too; /context shows and forgets it", Ink.Dim));
            }
        }
    }

    private void ShowOutput(ToolOutput output)
    {
        if (!session.IsVerbose)
        {
            return;
        }

        var lines = output.Text.TrimEnd('\n').Split('\n');
        foreach (var line in lines.Take(ShownLines))
        {
            session.View.Print(Row.Of("      ").Add(line, Ink.Dim));
        }

        if (lines.Length > ShownLines)
        {
            session.View.Print(Row.Of($"      … {lines.Length - ShownLines} lines more; Ctrl+O shows all", Ink.Dim));
        }
    }

    private List<string> Conclusions() => [.. Cases.Where(c => c.Diagnosis is not null).TakeLast(5).Select(c => $"{c.Incident.Primary.Name}: {c.Diagnosis!.Summary}")];

    /// <summary>Says when the same thing was looked into before, so that nobody has to remember; the run does not wait for old cases to be read.</summary>
    private Task SeenBeforeAsync(CaseRun run, IReadOnlyList<Alert> alerts)
    {
        var older = _older;
        if (Said(Cases) || _olderCount == 0)
        {
            return Task.CompletedTask;
        }

        return Task.Run(() => Said(older.Value), CancellationToken.None);

        bool Said(IReadOnlyList<CaseFile> cases)
        {
            var before = cases.LastOrDefault(c => c.Diagnosis is not null && c.Incident.Alerts.Any(o => alerts.Any(a => a.Name == o.Name || (a.Fingerprint.Length > 0 && a.Fingerprint == o.Fingerprint))));
            if (before is not null && run.IsForeground)
            {
                session.View.Print(new Row { Hanging = 4 }.Add("  seen before  ", Ink.Dim).Add($"{before.Incident.Primary.Name} → {before.Diagnosis!.Summary}"));
            }

            return before is not null;
        }
    }
}
