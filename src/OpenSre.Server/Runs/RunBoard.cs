using System.Collections.Concurrent;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>What the index of runs keeps of one: a line when it is taken, a line when it has ended.</summary>
public sealed record RunRecord(string Id, string Title, DateTimeOffset At, string Source, string? IncidentId, Incident? Incident, bool Ended, string? Session = null);

/// <summary>
/// All investigations of the server: takes them, runs a few at a time, keeps them on disk. A run does not care whether
/// anybody listens. After a restart finished runs are there as before; one that was cut short is started again under
/// its own id, and its readers see the same numbers go on.
/// </summary>
public sealed class RunBoard : IAsyncDisposable
{
    private const int MostInMemory = 50;
    private readonly ConcurrentDictionary<string, LiveRun> _runs = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly ServerSettings _settings;
    private readonly IRunEngine _engine;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;
    private readonly Journal? _index;
    private readonly SharedLog? _shared;
    private SharedWork? _work;
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LiveRun> _ended = new();
    private readonly List<Action> _recalled = [];
    private volatile bool _draining;

    /// <param name="shared">What servers share; null for a server of its own.</param>
    public RunBoard(ServerSettings settings, IRunEngine engine, TimeProvider time, SharedLog? shared = null)
    {
        (_settings, _engine, _time, _shared) = (settings, engine, time, shared);
        _slots = new SemaphoreSlim(settings.ConcurrentRuns);
        if (shared is not null)
        {
            return;
        }

        var path = Path.Combine(settings.Folder, "runs.jsonl");
        _index = new Journal(path);
        Recall(path);
    }

    /// <summary>Called when a run has ended, with what it found.</summary>
    public Action<LiveRun, CaseFile>? Finished { get; set; }

    public int Running => _work?.Running ?? _running.Count;

    public long Started { get; private set; }

    public LiveRun? Find(string id) => _runs.GetValueOrDefault(id);

    /// <summary>Newest first.</summary>
    /// <param name="search">Words that must stand in title, summary or id.</param>
    /// <param name="before">Continue below this id.</param>
    public IReadOnlyList<RunSummary> List(string? search, RunState? state, string? before, int limit)
    {
        List<string> order;
        lock (_order)
        {
            order = [.. _order];
        }

        order.Reverse();
        IEnumerable<string> ids = order;
        if (before is not null)
        {
            ids = ids.SkipWhile(i => i != before).Skip(1);
        }

        return
        [
            .. ids.Select(i => _runs[i].Summary)
                .Where(s => state is null || s.State == state)
                .Where(s => search is null || search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(w => (s.Title + " " + s.Summary + " " + s.Id).Contains(w, StringComparison.OrdinalIgnoreCase)))
                .Take(limit),
        ];
    }

    /// <summary>Takes an investigation. It is on the disk when this returns, and runs as soon as its turn comes.</summary>
    /// <exception cref="InvalidOperationException">The server is about to stop.</exception>
    /// <param name="session">The session of an agent program it goes on with.</param>
    public async Task<LiveRun> StartAsync(IReadOnlyList<Alert> alerts, string source, string? incidentId, CancellationToken cancellation, string? session = null) =>
        (await StartAsync(alerts, source, incidentId, session, null, cancellation).ConfigureAwait(false))!;

    /// <summary>Takes the investigation that a turn of an incident asks for; among servers that share their work, with the right to start it.</summary>
    /// <returns>Null when the right was lost in the meantime.</returns>
    /// <exception cref="InvalidOperationException">The server is about to stop.</exception>
    public Task<LiveRun?> StartDueAsync(IReadOnlyList<Alert> alerts, string incidentId, int turn, CancellationToken cancellation) =>
        StartAsync(alerts, "alert", incidentId, null, turn, cancellation);

    /// <summary>Lets what runs come to its end, for a while; what does not is stopped and started again after a restart.</summary>
    public async Task DrainAsync()
    {
        _draining = true;
        if (_work is not null)
        {
            await _work.DrainAsync(_settings.Drain).ConfigureAwait(false);
            return;
        }

        var all = Task.WhenAll(_running.Values);
        await Task.WhenAny(all, Task.Delay(_settings.Drain, _time)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _draining = true;
        if (_work is not null)
        {
            await _work.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var id in _running.Keys)
        {
            _runs[id].Suspend();
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(false);
        if (_index is not null)
        {
            await _index.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var run in _runs.Values)
        {
            run.Dispose();
        }

        _slots.Dispose();
    }

    /// <summary>Goes on with what the last end of this server cut short.</summary>
    internal void Resume()
    {
        _recalled.ForEach(r => r());
        _recalled.Clear();
    }

    /// <summary>Starts doing of the shared work what there is room for.</summary>
    internal void Work(Action<string> log) => _work = new SharedWork(_shared!, this, _engine, _settings.ConcurrentRuns, _time, log);

    /// <summary>Takes a line of the shared log.</summary>
    internal void Apply(SharedLine line)
    {
        switch (line.Topic)
        {
            case "run":
                Known(JsonSerializer.Deserialize(line.Text, ServerJson.Default.RunRecord)!);
                break;
            case "event" when _runs.TryGetValue(line.Run, out var run):
                run.Apply(JsonSerializer.Deserialize(line.Text, CoreJson.Default.InvestigationEvent)!);
                break;
            case "say" or "stop" when _runs.TryGetValue(line.Run, out var run):
                run.Hear(line.Topic, line.Text);
                break;
            case "end" when _runs.TryGetValue(line.Run, out var run):
                run.End(run.Found);
                break;
        }
    }

    /// <summary>The investigation of a record, made known if it was not.</summary>
    internal LiveRun Known(RunRecord record)
    {
        lock (_order)
        {
            if (!_runs.TryGetValue(record.Id, out var run))
            {
                var id = record.Id;
                run = new LiveRun(record.Incident!, record.Title, record.At, record.Source, record.IncidentId, (topic, text) => _ = _shared!.AppendAsync(topic, id, text)) { Session = record.Session };
                _runs[record.Id] = run;
                _order.Add(record.Id);
                Started++;
            }

            return run;
        }
    }

    internal void SuspendAll()
    {
        foreach (var run in _runs.Values.Where(r => !r.Ended.IsCompleted))
        {
            run.Suspend();
        }
    }

    private async Task<LiveRun?> StartAsync(IReadOnlyList<Alert> alerts, string source, string? incidentId, string? session, int? turn, CancellationToken cancellation)
    {
        if (_draining)
        {
            throw new InvalidOperationException("The server is about to stop and takes no new investigations.");
        }

        var now = _time.GetUtcNow();
        var incident = Incidents.From(alerts, now);
        if (_shared is not null)
        {
            return await ShareAsync(_shared, incident, now, source, incidentId, session, turn, cancellation).ConfigureAwait(false);
        }

        LiveRun run;
        for (var n = 2; ; n++)
        {
            run = new LiveRun(EventsPath(incident.Id), incident, SafeText.Line(incident.Primary.Name, 200), now, source, incidentId);
            if (_runs.TryAdd(incident.Id, run))
            {
                break;
            }

            run.Dispose();
            incident = incident with { Id = $"{incident.Id.Split('.')[0]}.{n}" };
        }

        run.Session = session;
        await WriteAsync(new RunRecord(run.Id, run.Title, now, source, incidentId, incident, false), cancellation).ConfigureAwait(false);
        lock (_order)
        {
            _order.Add(run.Id);
        }

        Run(run, () => RunAsync(run, 0));
        return run;
    }

    private async Task<LiveRun?> ShareAsync(SharedLog shared, Incident incident, DateTimeOffset now, string source, string? incidentId, string? session, int? turn, CancellationToken cancellation)
    {
        for (var n = 2; ; n++)
        {
            var record = new RunRecord(incident.Id, SafeText.Line(incident.Primary.Name, 200), now, source, incidentId, incident, false, session);
            var json = JsonSerializer.Serialize(record, ServerJson.Default.RunRecord);
            switch (turn is null ? await shared.AddRunAsync(incident.Id, json, cancellation).ConfigureAwait(false) : await shared.AddRunAsync(incident.Id, json, incidentId!, turn.Value, cancellation).ConfigureAwait(false))
            {
                case true:
                    return Known(record);
                case null:
                    return null;
            }

            incident = incident with { Id = $"{incident.Id.Split('.')[0]}.{n}" };
        }
    }

    private string EventsPath(string id) => Path.Combine(_settings.Folder, "runs", id + ".jsonl");

    private void Run(LiveRun run, Func<Task> work)
    {
        lock (_order)
        {
            Started++;
        }

        // It is known to run before it begins, as it takes itself off when it ends.
        var task = new Task<Task>(work);
        _running[run.Id] = task.Unwrap();
        task.Start(TaskScheduler.Default);
    }

    private async Task RunAsync(LiveRun run, long seq)
    {
        CaseFile? file = null;
        var stoppedByServer = false;
        try
        {
            await _slots.WaitAsync(run.Stopped).ConfigureAwait(false);
            try
            {
                file = await _engine.InvestigateAsync(run, e => run.Take(e with { Seq = e.Seq + seq }), run.Stopped).ConfigureAwait(false);
                stoppedByServer = run.IsSuspended;
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // It was stopped while it still waited for its turn.
            stoppedByServer = run.IsSuspended;
            if (!stoppedByServer)
            {
                run.Take(new InvestigationCancelled(0) { Seq = seq + 1, At = _time.GetUtcNow(), InvestigationId = run.Id });
                run.Take(new InvestigationFinished(0, 0, TimeSpan.Zero) { Seq = seq + 2, At = _time.GetUtcNow(), InvestigationId = run.Id });
            }
        }
        finally
        {
            if (!stoppedByServer)
            {
                await WriteEndAsync(run).ConfigureAwait(false);
            }

            End(run, file);
        }

        if (file is not null && !stoppedByServer)
        {
            Finished?.Invoke(run, file);
        }
    }

    private async Task CloseAsync(LiveRun run, CaseFile found)
    {
        await WriteEndAsync(run).ConfigureAwait(false);
        End(run, found);
        Finished?.Invoke(run, found);
    }

    private Task WriteEndAsync(LiveRun run) => WriteAsync(new RunRecord(run.Id, run.Title, _time.GetUtcNow(), "", null, null, true), CancellationToken.None);

    private void End(LiveRun run, CaseFile? file)
    {
        run.End(file);
        Forget(run);
        _running.TryRemove(run.Id, out _);
    }

    /// <summary>Keeps the events of what ended lately in memory; those of earlier runs are read from their files.</summary>
    private void Forget(LiveRun ended)
    {
        _ended.Enqueue(ended);
        while (_ended.Count > MostInMemory && _ended.TryDequeue(out var old))
        {
            old.Frames.Forget();
        }
    }

    private Task WriteAsync(RunRecord record, CancellationToken cancellation) =>
        _index!.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(record, ServerJson.Default.RunRecord), cancellation);

    private void Recall(string path)
    {
        Dictionary<string, RunRecord> open = new(StringComparer.Ordinal);
        foreach (var line in Journal.Read(path))
        {
            var record = JsonSerializer.Deserialize(line, ServerJson.Default.RunRecord)!;
            if (record.Ended)
            {
                open.Remove(record.Id);
            }
            else if (record.Incident is { } incident)
            {
                var run = new LiveRun(EventsPath(record.Id), incident, record.Title, record.At, record.Source, record.IncidentId);
                _runs[record.Id] = run;
                _order.Add(record.Id);
                open[record.Id] = record;
            }
        }

        foreach (var run in _runs.Values)
        {
            var last = 0L;
            foreach (var e in run.Events())
            {
                run.Recall(e);
                last = e.Seq;
            }

            if (!open.ContainsKey(run.Id))
            {
                run.End(null);
                continue;
            }

            if (KeptCase.Finished(run.Incident, run.Events()) is { } found)
            {
                // It had said its last word; only the line that closes it was lost.
                _recalled.Add(() => Run(run, () => CloseAsync(run, found)));
                continue;
            }

            if (last > 0)
            {
                run.Take(new MessageDelta("The server stopped while this ran; the investigation starts again.\n") { Seq = ++last, At = _time.GetUtcNow(), InvestigationId = run.Id });
            }

            var from = last;
            _recalled.Add(() => Run(run, () => RunAsync(run, from)));
        }
    }
}
