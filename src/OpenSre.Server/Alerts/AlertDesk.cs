using System.Buffers;
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
    private const int MostHappenings = 2_000;
    private static readonly TimeSpan StillOfInterest = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly string _checkpoint = "";
    private readonly int _every;
    private AlertBook _book = new();
    private readonly ConcurrentDictionary<string, Outcome> _outcomes = new(StringComparer.Ordinal);
    private readonly Journal? _journal;
    private readonly SharedLog? _shared;
    private readonly TimeProvider _time;
    private readonly ServerMetrics _metrics;
    private long _happened;
    private long _position;
    private int _sinceCheckpoint;
    private Task _checkpointing = Task.CompletedTask;

    /// <param name="shared">What servers share; null for a server of its own.</param>
    public AlertDesk(ServerSettings settings, ServerMetrics metrics, TimeProvider time, SharedLog? shared = null)
    {
        (_time, _metrics, _shared) = (time, metrics, shared);
        if (shared is not null)
        {
            return;
        }

        _every = settings.CheckpointEvery;
        var path = Path.Combine(settings.Folder, "alerts.jsonl");
        _journal = new Journal(path);
        _checkpoint = Path.ChangeExtension(path, "checkpoint");
        Recall(path);
    }

    /// <summary>An incident opened, came back or got worse: it may be worth an investigation.</summary>
    public Action<IncidentView>? Worsened { get; set; }

    /// <summary>The same, of a delivery that another server took: that one sees to it, unless it dies.</summary>
    public Action<IncidentView>? WorsenedElsewhere { get; set; }

    /// <summary>An incident was merged into another; the investigation is one that nobody needs any more, or null.</summary>
    public Action<IncidentView, string?>? WasMerged { get; set; }

    /// <summary>What happens to incidents, for those who follow it.</summary>
    public FrameLog Happenings { get; } = new(MostHappenings);

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
                await _journal!.AppendAsync(Bytes(lines), end => Written(lines, outcome, end), cancellation).ConfigureAwait(false);
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
            await _journal!.AppendAsync(Bytes([line]), end => Written([line], outcome, end), cancellation).ConfigureAwait(false);
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

    /// <summary>How often the incident opened or got worse; all servers count alike.</summary>
    public int TurnsOf(string id)
    {
        lock (_lock)
        {
            return _book.Find(id)?.Turns ?? 0;
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

    public async ValueTask DisposeAsync()
    {
        Happenings.Complete();
        if (_journal is null)
        {
            return;
        }

        await _journal.DisposeAsync().ConfigureAwait(false);
        await _checkpointing.ConfigureAwait(false);
        if (_sinceCheckpoint >= Math.Max(1, _every / 16))
        {
            Write(Captured());
        }
    }

    /// <summary>Takes a line of the shared log. All servers take the same lines in the same order, so all group them alike.</summary>
    internal void Apply(SharedLine shared)
    {
        var line = JsonSerializer.Deserialize(shared.Text, ServerJson.Default.AlertLine)!;
        if (shared.Mine && line.Ticket is not null && _outcomes.TryGetValue(line.Ticket, out var outcome))
        {
            Add(line, outcome);
            return;
        }

        // Old lines are read at each start; what they asked for is long started, or not worth it any more.
        var turns = Add(line, null);
        if (_time.GetUtcNow() - line.At < StillOfInterest)
        {
            turns.ForEach(t => WorsenedElsewhere?.Invoke(t));
        }
    }

    private static ReadOnlyMemory<byte> Bytes(List<AlertLine> lines)
    {
        var bytes = new ArrayBufferWriter<byte>(lines.Count * 640);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                bytes.Write("\n"u8);
                json.Reset();
            }

            JsonSerializer.Serialize(json, lines[i], ServerJson.Default.AlertLine);
            json.Flush();
        }

        return bytes.WrittenMemory;
    }

    /// <summary>Adds a line that is written, in its order.</summary>
    /// <returns>Incidents that opened or got worse, for a line of which nobody here waits to hear.</returns>
    private List<IncidentView> Add(AlertLine line, Outcome? outcome)
    {
        List<IncidentChange> changes = [];
        lock (_lock)
        {
            var (isNew, incident) = _book.Add(line, changes);
            Tell(changes, line.At);
            outcome?.Add(isNew, incident, changes.Select(c => (c.Type, c.Incident.View(), c.Loose)));
            return outcome is null ? [.. changes.Where(c => IsTurn(c.Type)).Select(c => c.Incident.View()).Where(v => v.State == "open")] : [];
        }
    }

    private static bool IsTurn(string type) => type is "incident.opened" or "incident.worsened";

    private void Tell(List<IncidentChange> changes, DateTimeOffset at)
    {
        foreach (var (type, incident, _) in changes)
        {
            Tell(new IncidentEvent(++_happened, type, at, incident.View()));
        }
    }

    private void Tell(IncidentEvent e)
    {
        var json = JsonSerializer.Serialize(e, ServerJson.Default.IncidentEvent);
        Happenings.Append(new Frame(e.Seq, Encoding.UTF8.GetBytes($"id: {e.Seq}\nevent: {e.Type}\ndata: {json}\n\n")));
    }

    /// <summary>Adds the lines of a delivery, which are on the disk.</summary>
    private void Written(List<AlertLine> lines, Outcome outcome, long end)
    {
        lines.ForEach(l => Add(l, outcome));
        _position = end;
        _sinceCheckpoint += lines.Count;
        if (_sinceCheckpoint >= Math.Max(_every, _book.Alerts / 8) && _checkpointing.IsCompleted)
        {
            BeginCheckpoint();
        }
    }

    private void BeginCheckpoint()
    {
        var write = Captured();
        _checkpointing = Task.Run(() => Write(write));
    }

    /// <summary>Takes down what is known now. Nothing is added meanwhile: the journal calls one at a time.</summary>
    private Action Captured()
    {
        lock (_lock)
        {
            _sinceCheckpoint = 0;
            return AlertCheckpoint.Capture(_checkpoint, _journal!.Path, new AlertState(_book, _position, _happened, Happenings.After(0, out _, out _, out _)));
        }
    }

    private void Write(Action checkpoint)
    {
        try
        {
            checkpoint();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _metrics.CheckpointFailures.Add();
        }
    }

    /// <summary>Makes the book of the checkpoint and of what the journal holds beyond it.</summary>
    private void Recall(string path)
    {
        if (AlertCheckpoint.Read(_checkpoint, path) is { } state)
        {
            (_book, _position, _happened) = (state.Book, state.Position, state.Happened);
            state.Frames.ToList().ForEach(Happenings.Append);
        }

        // Only the latest of what happened is kept, so only that is put into words.
        Queue<IncidentEvent> happened = new();
        List<IncidentChange> changes = [];
        foreach (var line in Journal.Read(path, _position, l => JsonSerializer.Deserialize(l.Span, ServerJson.Default.AlertLine)!))
        {
            changes.Clear();
            _book.Add(line, changes);
            _sinceCheckpoint++;
            foreach (var (type, incident, _) in changes)
            {
                happened.Enqueue(new IncidentEvent(++_happened, type, line.At, incident.View()));
                if (happened.Count > MostHappenings)
                {
                    happened.Dequeue();
                }
            }
        }

        _position = new FileInfo(path).Length;
        foreach (var e in happened)
        {
            Tell(e);
        }

        if (_sinceCheckpoint >= _every)
        {
            BeginCheckpoint();
        }
    }

    /// <summary>What follows from it, on the one server that took the delivery.</summary>
    private void Act(IReadOnlyList<(string Type, IncidentView Incident, string? Loose)> changes)
    {
        foreach (var (type, incident, loose) in changes)
        {
            if (IsTurn(type) && incident.State != "resolved")
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
