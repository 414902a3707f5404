using System.Globalization;
using System.Text;

namespace OpenSre.Server;

/// <summary>A count that only rises.</summary>
public sealed class Count
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long by = 1) => Interlocked.Add(ref _value, by);
}

/// <param name="Rises">A counter; otherwise it goes up and down.</param>
public sealed record Figure(string Name, string Help, long Value, bool Rises);

/// <summary>What the server counts of itself.</summary>
public sealed class ServerMetrics
{
    private int _streams;

    public Count AlertsReceived { get; } = new();

    public Count AlertsRepeated { get; } = new();

    public Count Unreadable { get; } = new();

    public Count Refused { get; } = new();

    public Count SlowReadersCut { get; } = new();

    public Count SendFailures { get; } = new();

    /// <summary>Checkpoints of the alerts that could not be written; the next start reads the whole journal then.</summary>
    public Count CheckpointFailures { get; } = new();

    public int Streams => _streams;

    public IDisposable Streaming()
    {
        Interlocked.Increment(ref _streams);
        return new Leave(this);
    }

    /// <summary>Everything it counts, now.</summary>
    public IReadOnlyList<Figure> Figures(RunBoard runs, AlertDesk desk, ApprovalDesk approvals) =>
    [
        new("alerts_received_total", "Alerts taken in, repeats included", AlertsReceived.Value, true),
        new("alerts_repeated_total", "Alerts that told nothing new", AlertsRepeated.Value, true),
        new("payloads_unreadable_total", "Payloads that could not be read as alerts", Unreadable.Value, true),
        new("requests_refused_total", "Requests refused for want of a right, a valid signature or room", Refused.Value, true),
        new("incidents_opened_total", "Incidents opened", desk.IncidentCounts.Opened, true),
        new("incidents_merged_total", "Incidents that turned out to be of the cause of another and were merged into it", desk.IncidentCounts.Merged, true),
        new("investigations_started_total", "Investigations started", runs.Started, true),
        new("slow_readers_cut_total", "Streams ended because their reader took nothing", SlowReadersCut.Value, true),
        new("notifications_failed_total", "Results that could not be delivered after all retries", SendFailures.Value, true),
        new("checkpoint_failures_total", "Checkpoints of the alerts that could not be written; the next start takes longer", CheckpointFailures.Value, true),
        new("investigations_running", "Investigations under way or waiting for their turn", runs.Running, false),
        new("incidents_open", "Incidents with an alert that fires", desk.OpenIncidents, false),
        new("alerts_stored", "Distinct alerts known", desk.Alerts, false),
        new("approvals_pending", "Questions that wait for an answer", approvals.Pending.Count, false),
        new("streams_open", "Open event streams", Streams, false),
        new("memory_bytes", "Resident memory", Environment.WorkingSet, false),
    ];

    /// <summary>In the text format of Prometheus.</summary>
    public string Text(RunBoard runs, AlertDesk desk, ApprovalDesk approvals)
    {
        var text = new StringBuilder();
        foreach (var figure in Figures(runs, desk, approvals))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP opensre_{figure.Name} {figure.Help}.\n# TYPE opensre_{figure.Name} {(figure.Rises ? "counter" : "gauge")}\nopensre_{figure.Name} {figure.Value}\n");
        }

        return text.ToString();
    }

    private sealed class Leave(ServerMetrics metrics) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref metrics._streams);
            }
        }
    }
}
