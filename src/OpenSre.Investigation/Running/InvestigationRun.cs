using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>One investigation while it runs.</summary>
internal sealed class InvestigationRun(
    IReadOnlyDictionary<string, IEvidenceTool> tools,
    TimeProvider time,
    InvestigationBudget budget,
    WeighingOptions weighing,
    Incident incident,
    string title,
    Action<InvestigationEvent> publish,
    SteeringInbox? steering,
    EngineProfile profile,
    IAdviser? adviser,
    bool tellsOutputs,
    CaseSurroundings beside) : ICaseDesk
{
    /// <summary>How long tools that run may go on after a person said something.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly EvidenceLedger _ledger = new();
    private readonly AlertReading _reading = new(incident);
    private readonly Diagnostician _diagnostician = new(profile.Checks, weighing);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cutOff = new(StringComparer.Ordinal);
    private readonly List<Gap> _gaps = [];
    private readonly List<Lead> _steered = [];
    private readonly HashSet<string> _ignored = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _startedAt = time.GetTimestamp();
    private readonly WaitingTime _waiting = new(TimeProvider.System);
    private readonly Lock _publishing = new();
    private readonly Lock _weighing = new();
    private long _sequence;
    private int _calls;

    /// <summary>Of them, those of a model; it has a budget of its own.</summary>
    private int _askedByModel;
    private string _leading = "";
    private Assessment? _assessment;
    private readonly IReadOnlyDictionary<string, IEvidenceTool> _own = tools;
    private IReadOnlyDictionary<string, IEvidenceTool> _tools = tools;
    private Task<SuppliedTools>? _supply;
    private CaseBackground _background = CaseBackground.Nothing;

    /// <summary>Calls of tools from outside that fit this alert, and whether their turn has come.</summary>
    private readonly List<Lead> _proposed = [];
    private readonly HashSet<string> _literal = new(StringComparer.Ordinal);
    private bool _turnOfProposed;
    private DateTimeOffset _now = time.GetUtcNow();

    public async Task<CaseFile> RunAsync(CancellationToken cancellation)
    {
        Diagnosis? diagnosis = null;
        ModelReview? review = null;
        var report = "";
        var cancelled = false;
        try
        {
            Publish(new InvestigationStarted(title, adviser is null ? "built-in engine" : $"built-in engine with {adviser.Name}"));
            Publish(new AlertExtracted(incident, Understanding()));
            _supply = beside.Supply is { } supply ? Task.Run(() => supply.ReadyAsync(Approver(), cancellation), CancellationToken.None) : null;
            Propose();
            _assessment = await LookAsync(cancellation).ConfigureAwait(false);
            _background = Known(_assessment);
            if (adviser is not null)
            {
                await TakeSupplyAsync(wait: true, cancellation).ConfigureAwait(false);
                review = await adviser.AdviseAsync(this, cancellation).ConfigureAwait(false);
                Publish(new ModelReviewed(review));
            }

            diagnosis = Conclude(_assessment);
            Publish(new DiagnosisMade(diagnosis));
            report = Report(diagnosis, review);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            cancelled = true;
            if (_ledger.Outputs.Count > 0)
            {
                diagnosis = Conclude(Assess());
            }

            Publish(new InvestigationCancelled(_ledger.Evidence.Count));
        }
#pragma warning disable CA1031 // The session outlives any defect of an investigation; the sentence says what happened.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Publish(new InvestigationFailed($"The investigation stopped on an internal error ({e.GetType().Name}: {e.Message}). What was found so far is kept; please report it with the session file."));
        }

        var file = new CaseFile(incident.Id, incident, _ledger, diagnosis, report, cancelled, time.GetElapsedTime(_startedAt)) { Review = review };
        if (beside.Keep?.Invoke(file) is { Length: > 0 } problem)
        {
            Publish(new ModelNotice("memory", problem));
        }

        Publish(new InvestigationFinished(_calls, _ledger.Evidence.Count, time.GetElapsedTime(_startedAt)));
        return file;
    }

    private async Task<Assessment> LookAsync(CancellationToken cancellation)
    {
        var assessment = Assess();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await TakeSupplyAsync(wait: false, cancellation).ConfigureAwait(false);
            Steer(assessment);
            var batch = NextBatch(assessment);
            if (batch.Count == 0)
            {
                if (_turnOfProposed || _proposed.Count == 0 || time.GetElapsedTime(_startedAt) > budget.Time)
                {
                    return assessment;
                }

                // Last of all, so that the order of the calls does not hang on how fast a program outside starts.
                if (_supply is not null && steering is not null && await Task.WhenAny(_supply, steering.Said).WaitAsync(cancellation).ConfigureAwait(false) != _supply)
                {
                    continue;
                }

                await TakeSupplyAsync(wait: true, cancellation).ConfigureAwait(false);
                CheckProposed();
                _turnOfProposed = true;
                continue;
            }

            Publish(new PlanMade([.. batch.Select(l => new PlannedStep(l.Lead.Call, l.Lead.Why))]));
            // Outputs enter the ledger in the order of the plan, so that a replay finds the same ids.
            using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var running = batch.Select((l, i) => CallAsync(l.Lead, _calls + i + 1, round.Token, cancellation)).ToList();
            _calls += batch.Count;
            _ = HurryAsync(round, running);
            foreach (var (lead, call) in batch.Zip(running))
            {
                // A tool that does not hear of the cancellation is not waited for.
                var (id, output) = await call.WaitAsync(cancellation).ConfigureAwait(false);
                var stored = _ledger.Store(output);
                NoteGap(lead.Lead, stored);
                PublishOutput(id, stored);
            }

            assessment = Weigh();
        }
    }

    /// <summary>Whoever follows the investigation sees each question and its end.</summary>
    private ToolApprover? Approver() => beside.Approver is not { } approver ? null : approver with
    {
        AskAsync = async (request, token) =>
        {
            // It can be answered before anybody is told of it, so that no answer comes too early.
            using var waiting = _waiting.Begin();
            var answer = approver.AskAsync(request, token);
            Publish(new ApprovalRequested(request));
            var decision = await answer.ConfigureAwait(false);
            Publish(new ApprovalResolved(decision));
            return decision;
        },
    };

    /// <summary>Fills in the calls of tools from outside that the engine may make by itself.</summary>
    private void Propose()
    {
        foreach (var proposal in beside.Supply?.Proposals ?? [])
        {
            if (ProposedCalls.For(proposal, incident, _reading, _now, out var gap) is { } lead && _proposed.TrueForAll(p => p.Call.Key != lead.Call.Key))
            {
                _proposed.Add(lead);
                if (proposal.IsLiteral)
                {
                    _literal.Add(lead.Call.Key);
                }
            }

            if (gap is not null)
            {
                _gaps.Add(gap);
            }
        }
    }

    /// <summary>Leaves out what cannot be called by itself, and says why.</summary>
    private void CheckProposed()
    {
        foreach (var lead in _proposed.Where(p => !_tools.TryGetValue(p.Call.Tool, out var tool) || tool.Description.Asks).ToList())
        {
            _proposed.Remove(lead);
            _gaps.Add(new Gap(lead.Call.Tool, _tools.ContainsKey(lead.Call.Tool)
                ? "it does not say that it only reads; put it under allow: if it does"
                : "the configuration has the engine call it, but its server has no such tool, or one that does not say that it only reads; put it under allow: if it does"));
        }
    }

    /// <summary>What is known besides the present. Trouble with it is a gap, and no reason to have no diagnosis.</summary>
    private CaseBackground Known(Assessment assessment)
    {
        if (beside.Background is null)
        {
            return CaseBackground.Nothing;
        }

        try
        {
            return beside.Background(incident, Conclude(assessment), _ledger);
        }
#pragma warning disable CA1031 // Notes of the past never end an investigation of the present; the gap says what it was.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _gaps.Add(new Gap("notes, runbooks and past incidents", SafeText.Line(Redaction.Apply(e.Message), 240)));
            return CaseBackground.Nothing;
        }
    }

    /// <summary>Adds the tools that have become ready; whatever went wrong with them is a gap.</summary>
    private async Task TakeSupplyAsync(bool wait, CancellationToken cancellation)
    {
        if (_supply is null || !(wait || _supply.IsCompleted))
        {
            return;
        }

        SuppliedTools supplied;
        try
        {
            supplied = await _supply.WaitAsync(cancellation).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A program outside never ends an investigation; the gap says what it was.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            supplied = new SuppliedTools([], [new Gap("tools of programs outside", SafeText.Line(Redaction.Apply(e.Message), 240))]);
        }

        _supply = null;
        _gaps.AddRange(supplied.Gaps);
        var all = _tools.ToDictionary(StringComparer.Ordinal);
        foreach (var tool in supplied.Tools)
        {
            all.TryAdd(tool.Description.Name, tool);
        }

        _tools = all;
    }

    Incident ICaseDesk.Incident => incident;

    Lock ICaseDesk.Gate => _weighing;

    EvidenceLedger ICaseDesk.Ledger => _ledger;

    Assessment ICaseDesk.Assessment => _assessment!;

    EngineProfile ICaseDesk.Profile => profile;

    IReadOnlyCollection<IEvidenceTool> ICaseDesk.Tools => [.. _tools.Values];

    IReadOnlyList<Gap> ICaseDesk.Gaps => _gaps;

    IReadOnlyList<RankedLead> ICaseDesk.Open => Open(_assessment!);

    CaseBackground ICaseDesk.Background => _background;

    SteeringInbox? ICaseDesk.Steering => steering;

    WaitingTime ICaseDesk.Waiting => _waiting;

    void ICaseDesk.Publish(InvestigationEvent e) => Publish(e);

    async Task<StoredOutput> ICaseDesk.LookAsync(ToolCall call, string why, CancellationToken cancellation)
    {
        var lead = new Lead(call, why, [], 1);
        Interlocked.Increment(ref _askedByModel);
        var (id, output) = await CallAsync(lead, Interlocked.Increment(ref _calls), cancellation, cancellation).ConfigureAwait(false);

        // Tools run side by side; the ledger is written and read from one place.
        lock (_weighing)
        {
            var stored = _ledger.Store(output);
            NoteGap(lead, stored);
            PublishOutput(id, stored);
            _assessment = Weigh();
            return stored;
        }
    }

    private Assessment Weigh()
    {
        var assessment = Assess();
        foreach (var fact in assessment.Fresh)
        {
            Publish(new EvidenceFound(fact));
        }

        var leading = Diagnostician.Leading(assessment, 3);
        var key = string.Join('|', leading.Select(h => $"{h.FaultType}/{h.Entity}/{h.Probability:F2}"));
        if (key != _leading)
        {
            _leading = key;
            Publish(new HypothesisChanged(leading));
        }

        return assessment;
    }

    private IReadOnlyList<RankedLead> NextBatch(Assessment assessment)
    {
        // What a person has configured keeps its place in the budget; what a recording holds is repeated whole, however many
        // calls a model had made, and costs none of it.
        var repeated = _proposed.Count(p => _literal.Contains(p.Call.Key));
        var limit = _turnOfProposed ? budget.ToolCalls + repeated : budget.ToolCalls - Math.Min(beside.Supply?.Reserved ?? _proposed.Count, budget.Parallel);
        if (_calls >= limit || time.GetElapsedTime(_startedAt) > budget.Time)
        {
            return [];
        }

        var open = Open(assessment);
        var steered = open.Where(l => _steered.Contains(l.Lead)).ToList();
        if (steered.Count > 0)
        {
            return [.. steered.Take(budget.Parallel)];
        }

        // What a person has configured for such an alert is asked before anything the engine would add.
        var proposed = open.Where(l => _proposed.Contains(l.Lead)).ToList();
        if (_turnOfProposed && proposed.Count > 0)
        {
            return [.. proposed.Take(Math.Min(budget.Parallel, limit - _calls))];
        }

        if (open.Count == 0)
        {
            return [];
        }

        if (budget.Exhaustive)
        {
            return [.. open.Take(Math.Min(budget.Parallel, limit - _calls))];
        }

        // Once the answer is decided, only what could still overturn it is worth a call.
        // Which machine this is must be known before anything is said of it.
        var first = open.FirstOrDefault(l => l.Lead.Call.Tool == "host.overview");
        if (first is not null)
        {
            open = [first, .. open.Where(l => l != first && l.Value >= 0.35 * open.Where(o => o != first).Select(o => o.Value).DefaultIfEmpty(0).Max())];
            return [.. open.Take(Math.Min(budget.Parallel, limit - _calls))];
        }

        // "Nothing is wrong" takes more looking than "this is wrong".
        var verdict = assessment.Verdict(weighing);
        var decided = assessment.Top.Probability >= 0.9 && (verdict == Verdict.RootCause || (verdict == Verdict.Healthy && _calls >= 8));
        var floor = Math.Max(open[0].Value * 0.35, decided ? 0.12 : 0.02);
        return [.. open.Where(l => l.Value >= floor).Take(Math.Min(budget.Parallel, limit - _calls))];
    }

    private IReadOnlyList<RankedLead> Open(Assessment assessment)
    {
        assessment.Context.Leads.AddRange(_steered);
        if (_turnOfProposed)
        {
            assessment.Context.Leads.AddRange(_proposed);
        }

        if (budget.Exhaustive)
        {
            assessment.Context.Leads.AddRange(Everything(assessment));
        }

        var ranked = Planner.Rank(assessment.Context, assessment.Candidates, name => _tools.TryGetValue(name, out var tool) ? tool.Description.Cost : null, _asked, profile);
        return _ignored.Count == 0 ? ranked : [.. ranked.Where(l => !_ignored.Any(i => l.Lead.Call.Key.Contains(i, StringComparison.OrdinalIgnoreCase)))];
    }

    private IEnumerable<Lead> Everything(Assessment assessment)
    {
        foreach (var tool in _own.Values.Where(t => !t.Description.Parameters.Any(p => p.Required)))
        {
            yield return new Lead(new ToolCall(tool.Description.Name), "everything is recorded", [], 0.1);
        }

        foreach (var service in ServiceState.All(assessment.Context))
        {
            yield return new Lead(ToolCall.With("service.inspect", ("name", service.Service.Name)), "everything is recorded", [], 0.1);
        }

        foreach (var endpoint in assessment.Context.Relations.SelectMany(r => new[] { r.From, r.To }).Where(e => e.Kind == EntityKind.Endpoint).Distinct())
        {
            var (host, port) = SymptomLeads.SplitEndpoint(endpoint.Name);
            if (int.TryParse(port, out _))
            {
                yield return new Lead(ToolCall.With("net.tcp", ("host", host), ("port", port)), "everything is recorded", [], 0.1);
                yield return new Lead(ToolCall.With("net.http", ("url", $"http://{host}:{port}/")), "everything is recorded", [], 0.1);
                yield return new Lead(ToolCall.With("net.tls", ("host", host), ("port", port)), "everything is recorded", [], 0.05);
            }
        }
    }

    /// <summary>When a person says something, tools that run have a moment to end; then they are stopped and the plan is made anew.</summary>
    private async Task HurryAsync(CancellationTokenSource round, List<Task<(string Id, StoredOutput Output)>> running)
    {
        if (steering is null)
        {
            return;
        }

        var all = Task.WhenAll(running);
        if (await Task.WhenAny(all, steering.Said).ConfigureAwait(false) == all)
        {
            return;
        }

        await Task.WhenAny(all, Task.Delay(Patience, time)).ConfigureAwait(false);
        try
        {
            await round.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The round ended in this moment.
        }
    }

    private async Task<(string Id, StoredOutput Output)> CallAsync(Lead lead, int number, CancellationToken cancellation, CancellationToken whole)
    {
        var id = $"t{number}";
        var tool = _tools[lead.Call.Tool];
        lock (_asked)
        {
            _asked.Add(lead.Call.Key);
        }

        Publish(new ToolStarted(id, lead.Call, lead.Why));
        var began = time.GetTimestamp();
        ToolResult result;
        try
        {
            result = await tool.RunAsync(lead.Call.Arguments, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!whole.IsCancellationRequested)
        {
            // It may be looked at again when that has been heard.
            result = new ToolResult(ToolStatus.TimedOut, "", "It was stopped to make room for what you said.");
            lock (_asked)
            {
                _asked.Remove(lead.Call.Key);
                _cutOff.Add(lead.Call.Key);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            result = new ToolResult(ToolStatus.Failed, "", $"The tool itself failed: {e.Message}");
        }

        var now = time.GetUtcNow();
        return (id, new StoredOutput("", lead.Call.Tool, lead.Call.Arguments, result.Status, result.Text, result.Note, now, time.GetElapsedTime(began)));
    }

    private Assessment Assess() => _diagnostician.Assess(incident, _reading, _ledger, _now);

    private Diagnosis Conclude(Assessment assessment)
    {
        var open = Open(assessment);
        List<Gap> gaps = [.. assessment.Context.Gaps, .. _gaps];
        foreach (var host in assessment.Context.OtherHosts)
        {
            gaps.Add(new Gap($"host {host}", $"the alert speaks of {host}, but what was looked at is {assessment.Context.HostName}"));
        }

        foreach (var name in _reading.ServiceNames.Where(n => !assessment.Context.Relations.Any(r => r.From.Name == n || r.To.Name == n) && !assessment.Context.Evidence.Any(e => e.Entity.Name == n)))
        {
            gaps.Add(new Gap(name, "the alert names it, but nothing of that name was found here"));
        }

        foreach (var call in _cutOff.Where(c => !_asked.Contains(c)).Order(StringComparer.Ordinal))
        {
            gaps.Add(new Gap(call, "it was stopped to make room for what you said"));
        }

        foreach (var ignored in _ignored)
        {
            gaps.Add(new Gap(ignored, "you said to leave it out"));
        }

        if (_calls - _askedByModel - _proposed.Count(p => _literal.Contains(p.Call.Key) && _asked.Contains(p.Call.Key)) >= budget.ToolCalls)
        {
            gaps.Add(new Gap("further tools", $"the budget of {budget.ToolCalls} calls was spent"));
        }

        return _diagnostician.Conclude(assessment, gaps, open);
    }

    private void NoteGap(Lead lead, StoredOutput output)
    {
        var why = output.Status switch
        {
            ToolStatus.Missing => output.Note.Length > 0 ? output.Note : "it does not exist here",
            ToolStatus.Refused => output.Note.Length > 0 ? output.Note : "permission was refused",
            ToolStatus.TimedOut => _cutOff.Contains(lead.Call.Key) && !_asked.Contains(lead.Call.Key) ? "" : "it did not answer in time",
            ToolStatus.Failed => output.Note.Length > 0 ? output.Note : "it failed",
            ToolStatus.NotRecorded => "the recording does not hold this call",
            _ => "",
        };
        if (why.Length > 0)
        {
            _gaps.Add(new Gap(lead.Call.Key, SafeText.Line(why, 240)));
        }
    }

    private void Steer(Assessment assessment)
    {
        while (steering?.TryTake(out var text) == true)
        {
            var services = ServiceState.All(assessment.Context).Select(v => v.Service.Name);
            var wish = Steering.Read(text, _tools.Values.Where(t => _own.ContainsKey(t.Description.Name) || (!t.Description.Asks && !t.Description.Parameters.Any(p => p.Required))).Select(t => t.Description.Name), services);
            foreach (var call in wish.Calls)
            {
                _asked.Remove(call.Key);
                _steered.RemoveAll(l => l.Call.Key == call.Key);
                _steered.Add(new Lead(call, "you asked for it", [], 1));
            }

            _ignored.UnionWith(wish.Ignored);
            Publish(new SteeringReceived(text, wish.Effect));
        }
    }

    private string Report(Diagnosis diagnosis, ModelReview? review)
    {
        var report = ReportWriter.Write(incident, diagnosis, _ledger, time.GetElapsedTime(_startedAt), _calls, review, _background);
        foreach (var line in report.AsSpan().EnumerateLines())
        {
            Publish(new MessageDelta(line.ToString() + "\n"));
        }

        Publish(new ReportWritten(report));
        return report;
    }

    private string Understanding()
    {
        var parts = new List<string>();
        if (_reading.Symptoms != Symptom.Any)
        {
            parts.Add("complains of " + _reading.Symptoms.ToString().ToLowerInvariant());
        }

        var named = _reading.ServiceNames.Concat(_reading.Paths).Concat(_reading.Urls).Distinct().Take(4).ToList();
        if (named.Count > 0)
        {
            parts.Add("names " + string.Join(", ", named));
        }

        return parts.Count == 0 ? "no particular complaint: a general look" : string.Join("; ", parts);
    }

    private void PublishOutput(string id, StoredOutput stored)
    {
        if (tellsOutputs && stored.Text.Length > 0)
        {
            Publish(new ToolOutput(id, stored.Text));
        }

        Publish(new ToolFinished(id, stored.Id, stored.Status, stored.Note, stored.Text.Length, stored.Duration));
    }

    private void Publish(InvestigationEvent e)
    {
        lock (_publishing)
        {
            publish(e with { Seq = ++_sequence, At = time.GetUtcNow(), InvestigationId = incident.Id });
        }
    }
}
