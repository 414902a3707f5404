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

/// <summary>What the server counts of itself, in the text format of Prometheus.</summary>
public sealed class ServerMetrics
{
    private int _streams;

    public Count AlertsReceived { get; } = new();

    public Count AlertsRepeated { get; } = new();

    public Count Unreadable { get; } = new();

    public Count Refused { get; } = new();

    public Count IncidentsOpened { get; } = new();

    public Count SlowReadersCut { get; } = new();

    public Count SendFailures { get; } = new();

    public int Streams => _streams;

    public IDisposable Streaming()
    {
        Interlocked.Increment(ref _streams);
        return new Leave(this);
    }

    public string Text(RunBoard runs, AlertDesk desk, ApprovalDesk approvals)
    {
        var text = new StringBuilder();
        Counter("alerts_received_total", "Alerts taken in, repeats included", AlertsReceived.Value);
        Counter("alerts_repeated_total", "Alerts that told nothing new", AlertsRepeated.Value);
        Counter("payloads_unreadable_total", "Payloads that could not be read as alerts", Unreadable.Value);
        Counter("requests_refused_total", "Requests refused for want of a right, a valid signature or room", Refused.Value);
        Counter("incidents_opened_total", "Incidents opened", IncidentsOpened.Value);
        Counter("investigations_started_total", "Investigations started", runs.Started);
        Counter("slow_readers_cut_total", "Streams ended because their reader took nothing", SlowReadersCut.Value);
        Counter("notifications_failed_total", "Results that could not be delivered after all retries", SendFailures.Value);
        Gauge("investigations_running", "Investigations under way or waiting for their turn", runs.Running);
        Gauge("incidents_open", "Incidents with an alert that fires", desk.OpenIncidents);
        Gauge("alerts_stored", "Distinct alerts known", desk.Alerts);
        Gauge("approvals_pending", "Questions that wait for an answer", approvals.Pending.Count);
        Gauge("streams_open", "Open event streams", Streams);
        Gauge("memory_bytes", "Resident memory", Environment.WorkingSet);
        return text.ToString();

        void Counter(string name, string help, long value) => Line(name, help, "counter", value);
        void Gauge(string name, string help, long value) => Line(name, help, "gauge", value);
        void Line(string name, string help, string type, long value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP opensre_{name} {help}.\n# TYPE opensre_{name} {type}\nopensre_{name} {value}\n");
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
