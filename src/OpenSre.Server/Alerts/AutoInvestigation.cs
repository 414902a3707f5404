using System.Data.Common;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>
/// Starts investigations of incidents by itself: once when one opens, again when it gets worse, never for a repeat and
/// never for one that another incident has taken up. Each waits a moment for alerts that belong to it; of those whose
/// moment has come the most severe is first; so many an hour are started. Servers that share a log all keep the same list:
/// the one that took the delivery comes first, the others a lease later, and who has the claim starts it.
/// </summary>
public sealed class AutoInvestigation : IAsyncDisposable
{
    private readonly AlertDesk _desk;
    private readonly RunBoard _runs;
    private readonly ServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ServerLog _log;
    private readonly SharedLog? _shared;
    private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _started = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Task _loop;

    /// <param name="shared">What servers share; null for a server of its own.</param>
    public AutoInvestigation(AlertDesk desk, RunBoard runs, ServerSettings settings, TimeProvider time, ServerLog log, SharedLog? shared = null)
    {
        (_desk, _runs, _settings, _time, _log, _shared) = (desk, runs, settings, time, log, shared);
        _desk.Worsened = i => Consider(i, settings.GroupWait);
        _desk.WorsenedElsewhere = i => Consider(i, settings.GroupWait + SharedLog.Lease);
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
        // Among several servers another one may be at it; the claims tell.
        foreach (var run in _shared is not null ? [] : _runs.List(null, null, null, int.MaxValue).Where(r => r.IncidentId is not null))
        {
            var incident = _desk.Find(run.IncidentId!);
            if (incident is { RunId: null } || (incident is { MergedInto: not null } && run.State is RunState.Queued or RunState.Running))
            {
                await _desk.StartedAsync(run.IncidentId!, run.Id, _stop.Token).ConfigureAwait(false);
            }
        }

        foreach (var incident in _desk.Uninvestigated(_time.GetUtcNow() - TimeSpan.FromHours(1)))
        {
            Consider(incident, _settings.GroupWait + (_shared is null ? TimeSpan.Zero : SharedLog.Lease));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Worsened = null;
        _desk.WorsenedElsewhere = null;
        _desk.WasMerged = null;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _wake.Dispose();
    }

    private void Consider(IncidentView incident, TimeSpan wait)
    {
        if (_settings.InvestigateFrom is not { } least || (incident.Severity < least && incident.Severity != Severity.Unknown))
        {
            return;
        }

        lock (_lock)
        {
            var due = _time.GetUtcNow() + wait;
            if (_waiting.TryGetValue(incident.Id, out var known))
            {
                // One that came from here and from elsewhere is due as it is here.
                due = known.Due < due ? known.Due : due;
            }

            _waiting[incident.Id] = new Waiting(incident.Severity, due);
        }

        _wake.Release();
    }

    /// <summary>Looks again after a while, unless something has come up in the meantime.</summary>
    private void Later(IncidentView incident, TimeSpan wait, bool unlessStarted, string? unknown = null)
    {
        lock (_lock)
        {
            if (!_waiting.TryAdd(incident.Id, new Waiting(incident.Severity, _time.GetUtcNow() + wait) { UnlessStarted = unlessStarted, Unknown = unknown }))
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
                var wait = NextDue() is { } due ? due - _time.GetUtcNow() : Timeout.InfiniteTimeSpan;
                if (wait > TimeSpan.Zero || wait == Timeout.InfiniteTimeSpan)
                {
                    // Something that comes up in the meantime may be due earlier.
                    await _wake.WaitAsync(wait, _stop.Token).ConfigureAwait(false);
                    continue;
                }

                var (id, waiting) = Next();
                await StartAsync(id, waiting).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private DateTimeOffset? NextDue()
    {
        lock (_lock)
        {
            return _waiting.Count == 0 ? null : _waiting.Values.Min(w => w.Due);
        }
    }

    /// <summary>The most severe of those whose moment has come; of equals the one that waits longest.</summary>
    private (string Id, Waiting Waiting) Next()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var next = _waiting.OrderByDescending(w => w.Value.Due <= now).ThenByDescending(w => w.Value.Severity).ThenBy(w => w.Value.Due).First();
            _waiting.Remove(next.Key);
            return (next.Key, next.Value);
        }
    }

    private async Task StartAsync(string id, Waiting waiting)
    {
        var incident = _desk.Find(id);
        if (incident?.MergedInto is { } other && _desk.Find(other) is { RunId: null } taker)
        {
            // The one that took it up is started for itself, here or on the server that took it in; mostly.
            Later(taker, _settings.GroupWait * 3, unlessStarted: true);
            return;
        }

        if (incident is not { Firing: > 0, MergedInto: null } || (waiting.UnlessStarted && incident.RunId is not null))
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

        try
        {
            var turn = _desk.TurnsOf(incident.Id);
            if (_shared is not null && !await MayStartAsync(_shared, incident, turn, waiting).ConfigureAwait(false))
            {
                return;
            }

            if (await _runs.StartDueAsync(_desk.AlertsOf(incident.Id), incident.Id, turn, _stop.Token).ConfigureAwait(false) is not { } run)
            {
                Later(incident, SharedLog.Lease, unlessStarted: false);
                return;
            }

            _started.Enqueue(now);
            await _desk.StartedAsync(incident.Id, run.Id, _stop.Token).ConfigureAwait(false);
            _log.Info("investigation started", ("run", run.Id), ("incident", incident.Id), ("by", "alert"));
        }
        catch (DbException e)
        {
            _log.Warn($"{incident.Id} waits to be investigated, the database cannot be asked: {SafeText.Line(e.Message, 200)}", ("incident", incident.Id));
            Later(incident, SharedLog.Lease, unlessStarted: false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            _log.Warn($"{incident.Id} could not be investigated: {e.Message}", ("incident", incident.Id));
        }
    }

    /// <summary>Asks whether it is for this server to start what an incident asks for; where another one is at it, that is looked after.</summary>
    private async Task<bool> MayStartAsync(SharedLog shared, IncidentView incident, int turn, Waiting waiting)
    {
        var claim = await shared.ClaimStartAsync(incident.Id, turn, _stop.Token).ConfigureAwait(false);
        if (claim.IsMine)
        {
            return true;
        }

        if (claim.Run is null)
        {
            // Another server is about to; should it die, its claim ends.
            Later(incident, SharedLog.Lease, unlessStarted: false);
        }
        else if (incident.RunId is null && waiting.Unknown == claim.Run)
        {
            // It was started by a server that died before it could say for what.
            await _desk.StartedAsync(incident.Id, claim.Run, _stop.Token).ConfigureAwait(false);
        }
        else if (incident.RunId is null)
        {
            Later(incident, SharedLog.Lease, unlessStarted: true, claim.Run);
        }

        return false;
    }

    /// <summary>An incident that waits.</summary>
    private sealed record Waiting(Severity Severity, DateTimeOffset Due)
    {
        /// <summary>Only when nobody has started an investigation of it by then.</summary>
        public bool UnlessStarted { get; init; }

        /// <summary>An investigation somebody has started, of which the incident did not know when it was looked at last.</summary>
        public string? Unknown { get; init; }
    }
}
