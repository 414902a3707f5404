using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>
/// Takes alerts in: first to the disk, or to the log that servers share, then, in the order they have there, into the
/// <see cref="AlertBook"/>. So everything it knows is known again after a restart, and is the same on every server.
/// </summary>
public sealed class AlertDesk : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly AlertBook _book = new();
    private readonly ConcurrentDictionary<string, Outcome> _outcomes = new(StringComparer.Ordinal);
    private readonly Journal? _journal;
    private readonly SharedLog? _shared;
    private readonly TimeProvider _time;
    private readonly ServerMetrics _metrics;
    private long _happened;

    /// <param name="shared">What servers share; null for a server of its own.</param>
    public AlertDesk(ServerSettings settings, ServerMetrics metrics, TimeProvider time, SharedLog? shared = null)
    {
        (_time, _metrics, _shared) = (time, metrics, shared);
        if (shared is not null)
        {
            return;
        }

        var path = Path.Combine(settings.Folder, "alerts.jsonl");
        _journal = new Journal(path);
        List<IncidentChange> changes = [];
        foreach (var line in Journal.Read(path))
        {
            var entry = JsonSerializer.Deserialize(line, ServerJson.Default.AlertLine)!;
            changes.Clear();
            _book.Add(entry, changes);
            Tell(changes, entry.At);
        }
    }

    /// <summary>An incident opened, came back or got worse: it may be worth an investigation.</summary>
    public Action<IncidentView>? Worsened { get; set; }

    /// <summary>An incident was merged into another; the investigation is one that nobody needs any more, or null.</summary>
    public Action<IncidentView, string?>? WasMerged { get; set; }

    /// <summary>What happens to incidents, for those who follow it.</summary>
    public FrameLog Happenings { get; } = new(2_000);

    public int Alerts
    {
        get
        {
            lock (_lock)
            {
                return _book.Alerts;
            }
        }
    }

    public int OpenIncidents
    {
        get
        {
            lock (_lock)
            {
                return _book.Open;
            }
        }
    }

    /// <summary>Incidents ever opened, and those of them that were merged into others.</summary>
    public (int Opened, int Merged) IncidentCounts
    {
        get
        {
            lock (_lock)
            {
                return (_book.Opened, _book.Merged);
            }
        }
    }

    /// <summary>Takes a delivery. Everything of it is on the disk when this returns.</summary>
    /// <param name="delivery">The sender's id of the delivery, if it has one; the same one again changes nothing.</param>
    /// <exception cref="IOException">It could not be written; the sender should try again.</exception>
    public async Task<Taken> TakeAsync(IReadOnlyList<Alert> alerts, string? delivery, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        _metrics.AlertsReceived.Add(alerts.Count);
        lock (_lock)
        {
            if (_book.IsRepeat(delivery, null, now))
            {
                _metrics.AlertsRepeated.Add(alerts.Count);
                return new Taken(alerts.Count, 0, alerts.Count, []);
            }
        }

        var outcome = new Outcome(alerts.Count);
        if (_shared is null)
        {
            // On the disk first: what a crash forgets was never acknowledged, and what was acknowledged is found again.
            var lines = alerts.Select(a => new AlertLine(now, a, delivery, Ticket: delivery is null ? null : outcome.Ticket)).ToList();
            if (lines.Count > 0)
            {
                await _journal!.AppendAsync(Bytes(lines), () => lines.ForEach(l => Add(l, outcome)), cancellation).ConfigureAwait(false);
            }
        }
        else
        {
            await ShareAsync(_shared, alerts, delivery, now, outcome).ConfigureAwait(false);
        }

        var (fresh, incidents) = outcome.Sum();
        _metrics.AlertsRepeated.Add(alerts.Count - fresh);
        Act(outcome.Changes());
        return new Taken(alerts.Count, fresh, alerts.Count - fresh, incidents);
    }

    /// <summary>Notes which investigation looks at an incident.</summary>
    public async Task StartedAsync(string incident, string runId, CancellationToken cancellation)
    {
        var outcome = new Outcome(1);
        var line = new AlertLine(_time.GetUtcNow(), null, null, incident, runId, _shared is null ? null : outcome.Ticket);
        if (_shared is null)
        {
            await _journal!.AppendAsync(Bytes([line]), () => Add(line, outcome), cancellation).ConfigureAwait(false);
        }
        else
        {
            await SendAsync(_shared, [line], outcome).ConfigureAwait(false);
        }

        Act(outcome.Changes());
    }

    /// <summary>Distinct alerts, newest first.</summary>
    /// <param name="before">Continue below this number.</param>
    public AlertPage Page(long? before, int limit, AlertStatus? status, string? search)
    {
        lock (_lock)
        {
            return _book.Page(before, limit, status, search);
        }
    }

    public IncidentPage Incidents(int skip, int limit, bool openOnly)
    {
        lock (_lock)
        {
            return _book.Incidents(skip, limit, openOnly);
        }
    }

    public IncidentView? Find(string id)
    {
        lock (_lock)
        {
            return _book.Find(id)?.View();
        }
    }

    /// <summary>The alerts an investigation of the incident should know: the worst that fire, and the first that came.</summary>
    public IReadOnlyList<Alert> AlertsOf(string id)
    {
        lock (_lock)
        {
            return _book.Find(id) is { } incident ? [.. incident.Root.Sample] : [];
        }
    }

    /// <summary>Incidents that fire and that nobody investigates, opened since a time.</summary>
    public IReadOnlyList<IncidentView> Uninvestigated(DateTimeOffset since)
    {
        lock (_lock)
        {
            return [.. _book.Uninvestigated(since).Select(i => i.View())];
        }
    }

    public ValueTask DisposeAsync()
    {
        Happenings.Complete();
        return _journal?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Takes a line of the shared log. All servers take the same lines in the same order, so all group them alike.</summary>
    internal void Apply(SharedLine shared)
    {
        var line = JsonSerializer.Deserialize(shared.Text, ServerJson.Default.AlertLine)!;
        Add(line, shared.Mine && line.Ticket is not null ? _outcomes.GetValueOrDefault(line.Ticket) : null);
    }

    private static ReadOnlyMemory<byte> Bytes(List<AlertLine> lines)
    {
        using var bytes = new MemoryStream(lines.Count * 512);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                bytes.WriteByte((byte)'\n');
            }

            JsonSerializer.Serialize(bytes, lines[i], ServerJson.Default.AlertLine);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Adds a line that is written, in its order.</summary>
    private void Add(AlertLine line, Outcome? outcome)
    {
        List<IncidentChange> changes = [];
        lock (_lock)
        {
            var (isNew, incident) = _book.Add(line, changes);
            Tell(changes, line.At);
            outcome?.Add(isNew, incident, changes.Select(c => (c.Type, c.Incident.View(), c.Loose)));
        }
    }

    private void Tell(List<IncidentChange> changes, DateTimeOffset at)
    {
        foreach (var (type, incident, _) in changes)
        {
            var seq = ++_happened;
            var json = JsonSerializer.Serialize(new IncidentEvent(seq, type, at, incident.View()), ServerJson.Default.IncidentEvent);
            Happenings.Append(new Frame(seq, Encoding.UTF8.GetBytes($"id: {seq}\nevent: {type}\ndata: {json}\n\n")));
        }
    }

    /// <summary>What follows from it, on the one server that took the delivery.</summary>
    private void Act(IReadOnlyList<(string Type, IncidentView Incident, string? Loose)> changes)
    {
        foreach (var (type, incident, loose) in changes)
        {
            if (type is "incident.opened" or "incident.worsened" && incident.State != "resolved")
            {
                Worsened?.Invoke(incident);
            }
            else if (type == "incident.merged")
            {
                WasMerged?.Invoke(incident, loose);
            }
        }
    }

    private Task ShareAsync(SharedLog shared, IReadOnlyList<Alert> alerts, string? delivery, DateTimeOffset now, Outcome outcome) =>
        SendAsync(shared, [.. alerts.Select(a => new AlertLine(now, a, delivery, Ticket: outcome.Ticket))], outcome);

    private async Task SendAsync(SharedLog shared, IReadOnlyList<AlertLine> lines, Outcome outcome)
    {
        _outcomes[outcome.Ticket] = outcome;
        try
        {
            await shared.AppendAsync("alert", "", [.. lines.Select(l => JsonSerializer.Serialize(l, ServerJson.Default.AlertLine))]).ConfigureAwait(false);
            // Committed, so it can be acknowledged; what became of it is told when the log comes round.
            await outcome.Done.Task.WaitAsync(TimeSpan.FromSeconds(5), _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // An old transaction holds the log back. Nothing is lost; the counts of this reply are low.
        }
        finally
        {
            _outcomes.TryRemove(outcome.Ticket, out _);
        }
    }

    /// <summary>What became of a delivery, line by line.</summary>
    private sealed class Outcome(int left)
    {
        private readonly HashSet<string> _incidents = new(StringComparer.Ordinal);
        private readonly List<(string Type, IncidentView Incident, string? Loose)> _changes = [];
        private int _left = left;
        private int _fresh;
        private string? _ticket;

        public string Ticket => _ticket ??= Guid.NewGuid().ToString("N");

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(bool isNew, string incident, IEnumerable<(string Type, IncidentView Incident, string? Loose)> changes)
        {
            lock (_incidents)
            {
                _fresh += isNew ? 1 : 0;
                if (incident.Length > 0)
                {
                    _incidents.Add(incident);
                }

                _changes.AddRange(changes);
                if (--_left == 0)
                {
                    Done.TrySetResult();
                }
            }
        }

        public (int Fresh, IReadOnlyList<string> Incidents) Sum()
        {
            lock (_incidents)
            {
                return (_fresh, [.. _incidents]);
            }
        }

        public IReadOnlyList<(string Type, IncidentView Incident, string? Loose)> Changes()
        {
            lock (_incidents)
            {
                return [.. _changes];
            }
        }
    }
}
