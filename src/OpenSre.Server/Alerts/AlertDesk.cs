using System.Collections.Concurrent;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>A line of the alert journal: an alert as it came, or the start of an investigation.</summary>
/// <param name="RunFor">The incident an investigation was started for.</param>
/// <param name="Ticket">The delivery it came with, where servers share a log: what became of it is told to the one that waits.</param>
public sealed record AlertLine(DateTimeOffset At, Alert? Alert, string? Delivery, string? RunFor = null, string? RunId = null, string? Ticket = null);

/// <summary>A distinct alert in a list.</summary>
public sealed record AlertRow(long Number, string Key, string Name, string Summary, Severity Severity, AlertStatus Status, string Source, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, int Count, string Incident);

public sealed record AlertPage(IReadOnlyList<AlertRow> Alerts, long Total, long? Next);

/// <summary>Alerts that belong together.</summary>
/// <param name="Folded">Deliveries that were folded into it beyond the first of each alert.</param>
public sealed record IncidentView(string Id, string Title, Severity Severity, string State, DateTimeOffset OpenedAt, DateTimeOffset LastSeen, int Alerts, int Firing, long Folded, bool Storm, string? RunId, IReadOnlyList<string> Samples);

public sealed record IncidentPage(IReadOnlyList<IncidentView> Incidents, int Total);

/// <summary>What became of the alerts of one delivery.</summary>
public sealed record Taken(int Received, int New, int Repeated, IReadOnlyList<string> Incidents);

/// <summary>
/// Knows every alert and groups them into incidents. The same alert again is counted, not taken anew; alerts that share
/// a group, a service or a host within five minutes are one incident; when they pour in, what they have in common at
/// large (the kind of alert, the cluster, the rack) folds them. All state is what the journal adds up to.
/// </summary>
public sealed class AlertDesk : IAsyncDisposable
{
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DeliveryMemory = TimeSpan.FromHours(1);
    private const int StormAt = 30;
    private const int MostIncidentsInStorm = 8;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _alerts = new(StringComparer.Ordinal);
    private readonly List<Known> _order = [];
    private readonly Dictionary<string, Incident> _byId = new(StringComparer.Ordinal);
    private readonly List<Incident> _incidents = [];
    private readonly Dictionary<string, Incident> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _deliveries = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _recent = new();
    private readonly Queue<DateTimeOffset> _opened = new();
    private readonly Dictionary<string, string> _tickets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Outcome> _outcomes = new(StringComparer.Ordinal);
    private readonly Journal? _journal;
    private readonly SharedLog? _shared;
    private readonly TimeProvider _time;
    private readonly ServerMetrics _metrics;

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
        foreach (var line in Journal.Read(path))
        {
            var entry = JsonSerializer.Deserialize(line, ServerJson.Default.AlertLine)!;
            if (entry.Alert is { } alert)
            {
                Fold(alert, entry.At, []);
                Remember(entry.Delivery, entry.At);
            }
            else if (entry.RunFor is { } id && _byId.TryGetValue(id, out var incident))
            {
                incident.RunId = entry.RunId;
            }
        }
    }

    /// <summary>An incident opened, came back or got worse: it may be worth an investigation.</summary>
    public Action<IncidentView>? Worsened { get; set; }

    public int Alerts
    {
        get
        {
            lock (_lock)
            {
                return _order.Count;
            }
        }
    }

    public int OpenIncidents
    {
        get
        {
            lock (_lock)
            {
                return _incidents.Count(i => i.Firing > 0);
            }
        }
    }

    /// <summary>Takes a delivery. Everything of it is on the disk when this returns.</summary>
    /// <param name="delivery">The sender's id of the delivery, if it has one; the same one again changes nothing.</param>
    /// <exception cref="IOException">It could not be written; the sender should try again.</exception>
    public async Task<Taken> TakeAsync(IReadOnlyList<Alert> alerts, string? delivery, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            if (delivery is not null && _deliveries.TryGetValue(delivery, out var seen) && now - seen < DeliveryMemory)
            {
                _metrics.AlertsRepeated.Add(alerts.Count);
                _metrics.AlertsReceived.Add(alerts.Count);
                return new Taken(alerts.Count, 0, alerts.Count, []);
            }
        }

        if (_shared is not null)
        {
            return await ShareAsync(_shared, alerts, delivery, now).ConfigureAwait(false);
        }

        // On the disk first: what a crash forgets was never acknowledged, and what was acknowledged is found again.
        await Task.WhenAll(alerts.Select(a => _journal!.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(new AlertLine(now, a, delivery), ServerJson.Default.AlertLine), cancellation))).ConfigureAwait(false);
        List<Incident> worse = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        var fresh = 0;
        List<IncidentView> views;
        lock (_lock)
        {
            Remember(delivery, now);
            foreach (var alert in alerts)
            {
                var (isNew, id) = Fold(alert, now, worse);
                fresh += isNew ? 1 : 0;
                ids.Add(id);
            }

            views = [.. worse.Distinct().Select(View)];
        }

        _metrics.AlertsReceived.Add(alerts.Count);
        _metrics.AlertsRepeated.Add(alerts.Count - fresh);
        views.ForEach(v => Worsened?.Invoke(v));
        return new Taken(alerts.Count, fresh, alerts.Count - fresh, [.. ids]);
    }

    /// <summary>Notes which investigation looks at an incident.</summary>
    public async Task StartedAsync(string incident, string runId, CancellationToken cancellation)
    {
        var line = new AlertLine(_time.GetUtcNow(), null, null, incident, runId);
        if (_shared is not null)
        {
            await _shared.AppendAsync("alert", "", JsonSerializer.Serialize(line, ServerJson.Default.AlertLine)).ConfigureAwait(false);
            return;
        }

        await _journal!.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(line, ServerJson.Default.AlertLine), cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            if (_byId.TryGetValue(incident, out var known))
            {
                known.RunId = runId;
            }
        }
    }

    /// <summary>Distinct alerts, newest first.</summary>
    /// <param name="before">Continue below this number.</param>
    public AlertPage Page(long? before, int limit, AlertStatus? status, string? search)
    {
        lock (_lock)
        {
            List<AlertRow> rows = [];
            var at = (int)Math.Min(_order.Count, before - 1 ?? _order.Count) - 1;
            for (var looked = 0; at >= 0 && rows.Count < limit && looked < 200_000; at--, looked++)
            {
                var k = _order[at];
                if ((status is null || k.Status == status) && (search is null || k.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || k.Summary.Contains(search, StringComparison.OrdinalIgnoreCase)))
                {
                    rows.Add(new AlertRow(at + 1, k.Key, k.Name, k.Summary, k.Severity, k.Status, k.Source, k.FirstSeen, k.LastSeen, k.Count, k.Incident.Id));
                }
            }

            return new AlertPage(rows, _order.Count, at >= 0 ? at + 2 : null);
        }
    }

    public IncidentPage Incidents(int skip, int limit, bool openOnly)
    {
        lock (_lock)
        {
            var all = openOnly ? _incidents.Where(i => i.Firing > 0) : _incidents;
            return new IncidentPage([.. all.Reverse().Skip(skip).Take(limit).Select(View)], openOnly ? _incidents.Count(i => i.Firing > 0) : _incidents.Count);
        }
    }

    public IncidentView? Find(string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(id, out var incident) ? View(incident) : null;
        }
    }

    /// <summary>The alerts an investigation of the incident should know: the worst that fire, and the first that came.</summary>
    public IReadOnlyList<Alert> AlertsOf(string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(id, out var incident) ? [.. incident.Sample] : [];
        }
    }

    public ValueTask DisposeAsync() => _journal?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Takes a line of the shared log. All servers take the same lines in the same order, so all group them alike.</summary>
    internal void Apply(SharedLine shared)
    {
        var line = JsonSerializer.Deserialize(shared.Text, ServerJson.Default.AlertLine)!;
        lock (_lock)
        {
            if (line.Alert is not { } alert)
            {
                if (line.RunFor is { } id && _byId.TryGetValue(id, out var known))
                {
                    known.RunId = line.RunId;
                }

                return;
            }

            // The same delivery may have come to two servers at once; the first in the log counts.
            var isRepeat = line.Delivery is not null && _deliveries.TryGetValue(line.Delivery, out var seen) && line.At - seen < DeliveryMemory && _tickets.GetValueOrDefault(line.Delivery) != line.Ticket;
            List<Incident> worse = [];
            var (isNew, incident) = isRepeat ? (false, "") : Fold(alert, line.At, worse);
            if (!isRepeat && line.Delivery is not null)
            {
                Remember(line.Delivery, line.At);
                _tickets[line.Delivery] = line.Ticket!;
            }

            if (shared.Mine && line.Ticket is not null && _outcomes.TryGetValue(line.Ticket, out var outcome))
            {
                outcome.Add(isNew, incident, worse.Select(View));
            }
        }
    }

    private async Task<Taken> ShareAsync(SharedLog shared, IReadOnlyList<Alert> alerts, string? delivery, DateTimeOffset now)
    {
        var ticket = Guid.NewGuid().ToString("N");
        var outcome = _outcomes[ticket] = new Outcome(alerts.Count);
        try
        {
            await shared.AppendAsync("alert", "", [.. alerts.Select(a => JsonSerializer.Serialize(new AlertLine(now, a, delivery, Ticket: ticket), ServerJson.Default.AlertLine))]).ConfigureAwait(false);
            // Committed, so it can be acknowledged; what became of it is told when the log comes round.
            await outcome.Done.Task.WaitAsync(TimeSpan.FromSeconds(5), _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // An old transaction holds the log back. Nothing is lost; the counts of this reply are low.
        }
        finally
        {
            _outcomes.TryRemove(ticket, out _);
        }

        var (fresh, incidents, worse) = outcome.Sum();
        _metrics.AlertsReceived.Add(alerts.Count);
        _metrics.AlertsRepeated.Add(alerts.Count - fresh);
        foreach (var view in worse)
        {
            Worsened?.Invoke(view);
        }

        return new Taken(alerts.Count, fresh, alerts.Count - fresh, incidents);
    }

    /// <summary>What became of a delivery, alert by alert.</summary>
    private sealed class Outcome(int left)
    {
        private readonly HashSet<string> _incidents = new(StringComparer.Ordinal);
        private readonly Dictionary<string, IncidentView> _worse = new(StringComparer.Ordinal);
        private int _left = left;
        private int _fresh;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(bool isNew, string incident, IEnumerable<IncidentView> worse)
        {
            lock (_incidents)
            {
                _fresh += isNew ? 1 : 0;
                if (incident.Length > 0)
                {
                    _incidents.Add(incident);
                }

                foreach (var view in worse)
                {
                    _worse[view.Id] = view;
                }

                if (--_left == 0)
                {
                    Done.TrySetResult();
                }
            }
        }

        public (int Fresh, IReadOnlyList<string> Incidents, IReadOnlyList<IncidentView> Worse) Sum()
        {
            lock (_incidents)
            {
                return (_fresh, [.. _incidents], [.. _worse.Values]);
            }
        }
    }

    /// <summary>An alert that is known by its key: the sender's fingerprint, with the sender's kind.</summary>
    private (bool IsNew, string Incident) Fold(Alert alert, DateTimeOffset now, List<Incident> worse)
    {
        var key = $"{alert.Source}:{(alert.Fingerprint.Length > 0 ? alert.Fingerprint : alert.Name)}";
        if (_alerts.TryGetValue(key, out var known))
        {
            known.Count++;
            known.Incident.Folded++;
            known.Incident.LastSeen = now;
            var rises = alert.Status == AlertStatus.Firing && alert.Severity > known.Severity;
            var changed = alert.Status != known.Status;
            known.LastSeen = now;
            if (!changed && !rises)
            {
                return (false, known.Incident.Id);
            }

            if (changed && alert.Status == AlertStatus.Firing && known.Incident.Firing == 0 && now - known.LastChange > Together)
            {
                // It came back after its incident was over: that is a new incident.
                known.Incident = Belongs(alert, now, worse);
                known.Incident.Alerts++;
            }

            known.Incident.Firing += alert.Status == AlertStatus.Resolved ? (known.Status == AlertStatus.Resolved ? 0 : -1) : known.Status == AlertStatus.Resolved ? 1 : 0;
            (known.Status, known.Severity, known.LastChange) = (alert.Status, alert.Severity == Severity.Unknown ? known.Severity : alert.Severity, now);
            known.Incident.Keep(alert);
            if (rises && alert.Severity > known.Incident.Severity)
            {
                known.Incident.Severity = alert.Severity;
                worse.Add(known.Incident);
            }

            return (true, known.Incident.Id);
        }

        var incident = Belongs(alert, now, worse);
        known = new Known(key, alert, incident, now);
        _alerts[key] = known;
        _order.Add(known);
        incident.Alerts++;
        incident.Firing += alert.Status == AlertStatus.Resolved ? 0 : 1;
        incident.LastSeen = now;
        incident.Keep(alert);
        if (alert.Status != AlertStatus.Resolved && alert.Severity > incident.Severity)
        {
            incident.Severity = alert.Severity;
        }

        return (true, incident.Id);
    }

    private Incident Belongs(Alert alert, DateTimeOffset now, List<Incident> worse)
    {
        _recent.Enqueue(now);
        Trim(_recent, now);
        Trim(_opened, now);
        var storm = _recent.Count > StormAt;
        var keys = Keys(alert);
        var broad = BroadKeys(alert);
        foreach (var key in storm ? keys.Concat(broad) : keys)
        {
            if (_byKey.TryGetValue(key, out var found) && found.Takes(now))
            {
                found.Storm |= storm;
                Index(found, keys, broad);
                return found;
            }
        }

        if (storm && _opened.Count >= MostIncidentsInStorm && _incidents.Count > 0 && _incidents[^1].Takes(now))
        {
            // Nothing in common, yet all at once: people need one thing to look at, not thousands.
            var last = _incidents[^1];
            last.Storm = true;
            Index(last, keys, broad);
            return last;
        }

        var incident = new Incident($"inc-{_incidents.Count + 1}", SafeText.Line(alert.Name, 200), now) { Severity = alert.Severity, Storm = storm };
        _incidents.Add(incident);
        _byId[incident.Id] = incident;
        _opened.Enqueue(now);
        _metrics.IncidentsOpened.Add();
        Index(incident, keys, broad);
        if (alert.Status != AlertStatus.Resolved)
        {
            worse.Add(incident);
        }

        return incident;
    }

    private void Index(Incident incident, List<string> keys, List<string> broad)
    {
        foreach (var key in keys.Concat(broad))
        {
            _byKey[key] = incident;
        }
    }

    private static List<string> Keys(Alert alert)
    {
        List<string> keys = [];
        if (alert.GroupKey is { Length: > 0 } group)
        {
            keys.Add($"group:{alert.Source}:{group}");
        }

        var space = alert.Find("namespace", "kubernetes_namespace", "env", "environment") ?? "";
        if (alert.Find("service", "service_name", "app", "deployment", "workload") is { } service)
        {
            keys.Add($"service:{space}/{service}");
        }

        if (alert.Find("host", "hostname", "instance", "node", "nodename", "server") is { } host)
        {
            keys.Add($"host:{host.Split(':')[0]}");
        }

        if (keys.Count == 0)
        {
            keys.Add($"name:{alert.Source}:{alert.Name}");
        }

        return keys;
    }

    private static List<string> BroadKeys(Alert alert)
    {
        List<string> keys = [$"kind:{alert.Name}"];
        foreach (var label in (ReadOnlySpan<string>)["rack", "zone", "availability_zone", "datacenter", "dc", "region", "cluster", "namespace", "job"])
        {
            if (alert.Find(label) is { } value)
            {
                keys.Add($"{label}:{value}");
            }
        }

        return keys;
    }

    private static void Trim(Queue<DateTimeOffset> times, DateTimeOffset now)
    {
        while (times.TryPeek(out var first) && now - first > TimeSpan.FromMinutes(1))
        {
            times.Dequeue();
        }
    }

    private void Remember(string? delivery, DateTimeOffset now)
    {
        if (delivery is null)
        {
            return;
        }

        _deliveries[delivery] = now;
        if (_deliveries.Count > 100_000)
        {
            foreach (var old in _deliveries.Where(d => now - d.Value > DeliveryMemory).Select(d => d.Key).ToList())
            {
                _deliveries.Remove(old);
            }
        }
    }

    private static IncidentView View(Incident i) =>
        new(i.Id, i.Title, i.Severity, i.Firing > 0 ? "open" : "resolved", i.OpenedAt, i.LastSeen, i.Alerts, i.Firing, i.Folded, i.Storm, i.RunId, [.. i.Sample.Select(a => SafeText.Line(a.Summary.Length > 0 ? a.Summary : a.Name, 200))]);

    private sealed class Known(string key, Alert alert, Incident incident, DateTimeOffset now)
    {
        public string Key { get; } = key;

        public string Name { get; } = string.Intern(SafeText.Line(alert.Name, 200));

        public string Summary { get; } = SafeText.Line(alert.Summary, 200);

        public string Source { get; } = string.Intern(alert.Source);

        public Severity Severity { get; set; } = alert.Severity;

        public AlertStatus Status { get; set; } = alert.Status;

        public DateTimeOffset FirstSeen { get; } = now;

        public DateTimeOffset LastSeen { get; set; } = now;

        public DateTimeOffset LastChange { get; set; } = now;

        public int Count { get; set; } = 1;

        public Incident Incident { get; set; } = incident;
    }

    private sealed class Incident(string id, string title, DateTimeOffset openedAt)
    {
        private const int MostKept = 20;

        public string Id { get; } = id;

        public string Title { get; } = title;

        public DateTimeOffset OpenedAt { get; } = openedAt;

        public DateTimeOffset LastSeen { get; set; } = openedAt;

        public Severity Severity { get; set; }

        public int Alerts { get; set; }

        public int Firing { get; set; }

        public long Folded { get; set; }

        public bool Storm { get; set; }

        public string? RunId { get; set; }

        public List<Alert> Sample { get; } = [];

        public bool Takes(DateTimeOffset now) => now - LastSeen <= Together;

        public void Keep(Alert alert)
        {
            var same = Sample.FindIndex(a => a.Source == alert.Source && a.Fingerprint == alert.Fingerprint);
            if (same >= 0)
            {
                Sample[same] = alert;
            }
            else if (Sample.Count < MostKept)
            {
                Sample.Add(alert);
            }
            else if (Sample.FindIndex(1, a => a.Severity < alert.Severity) is > 0 and var lesser)
            {
                Sample[lesser] = alert;
            }
        }
    }
}
