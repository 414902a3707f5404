using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>
/// Starts investigations of incidents by itself: once when one opens, again when it gets worse, never for a repeat.
/// It waits a moment for alerts that belong together, takes the most severe first, and keeps to so many an hour.
/// </summary>
public sealed class AutoInvestigation : IAsyncDisposable
{
    private readonly AlertDesk _desk;
    private readonly RunBoard _runs;
    private readonly ServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly PriorityQueue<string, (int Severity, long At)> _due = new();
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _started = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Task _loop;

    public AutoInvestigation(AlertDesk desk, RunBoard runs, ServerSettings settings, TimeProvider time, Action<string> log)
    {
        (_desk, _runs, _settings, _time, _log) = (desk, runs, settings, time, log);
        _desk.Worsened = Consider;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Incidents that were not investigated because the hour's share was used up.</summary>
    public Count Skipped { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _desk.Worsened = null;
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
            if (!_waiting.Add(incident.Id))
            {
                return;
            }

            _due.Enqueue(incident.Id, (-(int)incident.Severity, _time.GetTimestamp()));
        }

        _wake.Release();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_stop.Token).ConfigureAwait(false);
                await Task.Delay(_settings.GroupWait, _time, _stop.Token).ConfigureAwait(false);
                string id;
                lock (_lock)
                {
                    id = _due.Dequeue();
                    _waiting.Remove(id);
                }

                await StartAsync(id).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task StartAsync(string id)
    {
        if (_desk.Find(id) is not { Firing: > 0 })
        {
            return; // It was over before it was worth a look.
        }

        var now = _time.GetUtcNow();
        while (_started.TryPeek(out var first) && now - first > TimeSpan.FromHours(1))
        {
            _started.Dequeue();
        }

        if (_started.Count >= _settings.AutomaticRunsPerHour)
        {
            Skipped.Add();
            _log($"{id} is not investigated by itself: {_settings.AutomaticRunsPerHour} investigations were started within the hour");
            return;
        }

        _started.Enqueue(now);
        try
        {
            var run = await _runs.StartAsync(_desk.AlertsOf(id), "alert", id, _stop.Token).ConfigureAwait(false);
            await _desk.StartedAsync(id, run.Id, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            _log($"{id} could not be investigated: {e.Message}");
        }
    }
}
