using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>
/// Starts investigations of incidents by itself: once when one opens, again when it gets worse, never for a repeat and
/// never for one that another incident has taken up. Each waits a moment for alerts that belong to it; of those whose
/// moment has come the most severe is first; so many an hour are started.
/// </summary>
public sealed class AutoInvestigation : IAsyncDisposable
{
    private readonly AlertDesk _desk;
    private readonly RunBoard _runs;
    private readonly ServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ServerLog _log;
    private readonly Dictionary<string, (Severity Severity, DateTimeOffset Due, bool UnlessStarted)> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _started = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Task _loop;

    public AutoInvestigation(AlertDesk desk, RunBoard runs, ServerSettings settings, TimeProvider time, ServerLog log)
    {
        (_desk, _runs, _settings, _time, _log) = (desk, runs, settings, time, log);
        _desk.Worsened = Consider;
        _desk.WasMerged = Stop;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Incidents that were not investigated because the hour's share was used up.</summary>
    public Count Skipped { get; } = new();

    /// <summary>
    /// Takes up what the server was about to do when it stopped: incidents whose moment had not come, investigations whose
    /// incident does not know of them yet, and those of incidents that others have taken up.
    /// </summary>
    public async Task ResumeAsync()
    {
        foreach (var run in _runs.List(null, null, null, int.MaxValue).Where(r => r.IncidentId is not null))
        {
            var incident = _desk.Find(run.IncidentId!);
            if (incident is { RunId: null } || (incident is { MergedInto: not null } && run.State is RunState.Queued or RunState.Running))
            {
                await _desk.StartedAsync(run.IncidentId!, run.Id, _stop.Token).ConfigureAwait(false);
            }
        }

        foreach (var incident in _desk.Uninvestigated(_time.GetUtcNow() - TimeSpan.FromHours(1)))
        {
            Consider(incident);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Worsened = null;
        _desk.WasMerged = null;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _wake.Dispose();
    }

    private void Consider(IncidentView incident)
    {
        if (_settings.InvestigateFrom is not { } least || (incident.Severity < least && incident.Severity != Severity.Unknown))
        {
            return;
        }

        lock (_lock)
        {
            var isNew = !_waiting.TryGetValue(incident.Id, out var known);
            _waiting[incident.Id] = (incident.Severity, isNew ? _time.GetUtcNow() + _settings.GroupWait : known.Due, false);
            if (!isNew)
            {
                return;
            }
        }

        _wake.Release();
    }

    /// <summary>Looks after a while whether anybody has started what the merged incident would have started.</summary>
    private void ConsiderLater(IncidentView incident)
    {
        lock (_lock)
        {
            if (!_waiting.TryAdd(incident.Id, (incident.Severity, _time.GetUtcNow() + (_settings.GroupWait * 3), true)))
            {
                return;
            }
        }

        _wake.Release();
    }

    /// <summary>Ends an investigation of an incident that another one, with an investigation of its own, has taken up.</summary>
    private void Stop(IncidentView incident, string? loose)
    {
        var isStopped = loose is not null && _runs.Find(loose)?.Cancel() == true;
        _log.Info($"{incident.Id} is one with {incident.MergedInto}{(isStopped ? "; its investigation is stopped" : "")}", ("incident", incident.Id), ("into", incident.MergedInto), ("run", loose));
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_stop.Token).ConfigureAwait(false);
                var wait = NextDue() - _time.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(false);
                }

                var (id, unlessStarted) = Next();
                await StartAsync(id, unlessStarted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private DateTimeOffset NextDue()
    {
        lock (_lock)
        {
            return _waiting.Values.Min(w => w.Due);
        }
    }

    /// <summary>The most severe of those whose moment has come; of equals the one that waits longest.</summary>
    private (string Id, bool UnlessStarted) Next()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var next = _waiting.OrderByDescending(w => w.Value.Due <= now).ThenByDescending(w => w.Value.Severity).ThenBy(w => w.Value.Due).First();
            _waiting.Remove(next.Key);
            return (next.Key, next.Value.UnlessStarted);
        }
    }

    private async Task StartAsync(string id, bool unlessStarted)
    {
        var incident = _desk.Find(id);
        if (incident?.MergedInto is { } other && _desk.Find(other) is { RunId: null } taker)
        {
            // The one that took it up is started for itself, here or on the server that took it in; mostly.
            ConsiderLater(taker);
            return;
        }

        if (incident is not { Firing: > 0, MergedInto: null } || (unlessStarted && incident.RunId is not null))
        {
            return; // It was over before it was worth a look, or somebody looks.
        }

        var now = _time.GetUtcNow();
        while (_started.TryPeek(out var first) && now - first > TimeSpan.FromHours(1))
        {
            _started.Dequeue();
        }

        if (_started.Count >= _settings.AutomaticRunsPerHour)
        {
            Skipped.Add();
            _log.Warn($"{incident.Id} is not investigated by itself: {_settings.AutomaticRunsPerHour} investigations were started within the hour", ("incident", incident.Id));
            return;
        }

        _started.Enqueue(now);
        try
        {
            var run = await _runs.StartAsync(_desk.AlertsOf(incident.Id), "alert", incident.Id, _stop.Token).ConfigureAwait(false);
            await _desk.StartedAsync(incident.Id, run.Id, _stop.Token).ConfigureAwait(false);
            _log.Info("investigation started", ("run", run.Id), ("incident", incident.Id), ("by", "alert"));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            _log.Warn($"{incident.Id} could not be investigated: {e.Message}", ("incident", incident.Id));
        }
    }
}
