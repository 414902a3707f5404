using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>One investigation on the server: its events in memory and on disk, and the ways to steer and stop it.</summary>
public sealed class LiveRun : IDisposable
{
    private readonly RunProjection _projection;
    private readonly JsonlEventLog? _file;
    private readonly List<InvestigationEvent> _shared = [];
    private readonly Action<string, string>? _post;
    private CancellationTokenSource _stop = new();
    private Writing? _owned;
    private bool _isStopped;
    private readonly TaskCompletionSource<CaseFile?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _writing = new();
    private bool _hasFinished;

    internal LiveRun(string path, Incident incident, string title, DateTimeOffset startedAt, string source, string? incidentId)
    {
        (Id, Title, Incident) = (incident.Id, title, incident);
        _file = new JsonlEventLog(path);
        _projection = new RunProjection(incident.Id, title, startedAt, source, incidentId);
    }

    /// <summary>An investigation that servers share: its events come from their log.</summary>
    /// <param name="post">Takes what is said to it, a topic and a text, to the log.</param>
    internal LiveRun(Incident incident, string title, DateTimeOffset startedAt, string source, string? incidentId, Action<string, string> post)
    {
        (Id, Title, Incident, _post) = (incident.Id, title, incident, post);
        _projection = new RunProjection(incident.Id, title, startedAt, source, incidentId);
    }

    public string Id { get; }

    public string Title { get; }

    public Incident Incident { get; }

    public FrameLog Frames { get; } = new();

    public SteeringInbox Steering { get; } = new();

    public KeptOutputs Outputs { get; } = new();

    /// <summary>The session of the agent program behind it, once there is one; set before, it is gone on with.</summary>
    public string? Session { get; set; }

    public CancellationToken Stopped => _stop.Token;

    /// <summary>The case file, once it has ended; null when it never ran.</summary>
    public Task<CaseFile?> Ended => _ended.Task;

    public RunSummary Summary => _projection.Summary();

    public RunView View => _projection.View();

    /// <summary>All events so far, from the disk or from the log of all servers.</summary>
    public IEnumerable<InvestigationEvent> Events()
    {
        if (_file is not null)
        {
            return new JsonlEventLog(_file.Path).ReadAll();
        }

        lock (_writing)
        {
            return [.. _shared];
        }
    }

    /// <summary>What it found, where this server ran it.</summary>
    internal CaseFile? Found { get; set; }

    /// <summary>From now on this server runs it.</summary>
    internal Writing Own(Writing owned)
    {
        lock (_writing)
        {
            if (_stop.IsCancellationRequested && !_isStopped)
            {
                _stop = new CancellationTokenSource();
            }

            IsSuspended = false;
            return _owned = owned;
        }
    }

    /// <summary>Takes an event from the log of all servers.</summary>
    internal void Apply(InvestigationEvent e)
    {
        lock (_writing)
        {
            _shared.Add(e);
            _hasFinished |= e is InvestigationFinished;
            _projection.Add(e);
            Frames.Append(Encode(e));
        }
    }

    /// <summary>Hears from the log what somebody said to it on any server; it matters where it runs.</summary>
    internal void Hear(string topic, string text)
    {
        if (topic == "say")
        {
            Steering.Say(text);
        }
        else
        {
            _isStopped = true;
            _stop.Cancel();
        }
    }

    /// <summary>Takes an event: first to the disk, then to the readers, so that nobody has seen what a crash forgets.</summary>
    public void Take(InvestigationEvent e)
    {
        lock (_writing)
        {
            if (IsSuspended)
            {
                return;
            }

            if (_file is null)
            {
                // It comes back from the log, to this server as to all others.
                _owned!.Write(e);
                return;
            }

            _file.Append(e);
            _hasFinished |= e is InvestigationFinished;
            _projection.Add(e);
            Frames.Append(Encode(e));
        }
    }

    /// <summary>Says something to the run. False when it has said its last word, so that nothing is said to nobody.</summary>
    public bool TrySteer(string text)
    {
        lock (_writing)
        {
            if (!_hasFinished && _post is not null)
            {
                _post("say", text);
            }
            else if (!_hasFinished)
            {
                Steering.Say(text);
            }

            return !_hasFinished;
        }
    }

    /// <summary>Takes what is on the disk already, after a restart.</summary>
    internal void Recall(InvestigationEvent e) => _projection.Add(e);

    internal void End(CaseFile? file)
    {
        Frames.Complete();
        _ended.TrySetResult(file);
        _file?.Dispose();
    }

    /// <summary>Whether the server stopped it, to start it again later. What it says from then on is said to nobody.</summary>
    public bool IsSuspended { get; private set; }

    internal void Suspend()
    {
        lock (_writing)
        {
            IsSuspended = !_hasFinished;
        }

        _stop.Cancel();
    }

    /// <summary>Stops it; what was found is kept. False when it has ended already.</summary>
    public bool Cancel()
    {
        if (Ended.IsCompleted)
        {
            return false;
        }

        if (_post is not null)
        {
            _post("stop", "");
            return true;
        }

        _stop.Cancel();
        return true;
    }

    /// <summary>Events after a number, from memory while they are there.</summary>
    internal IReadOnlyList<InvestigationEvent> EventsAfter(long seq)
    {
        var frames = Frames.After(seq, out var overrun, out var complete, out _);
        return overrun || (complete && Frames.LastSeq == 0) ? [.. Events().Where(e => e.Seq > seq)] : [.. frames.Select(f => f.Event!)];
    }

    public static Frame Encode(InvestigationEvent e)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(e, CoreJson.Default.InvestigationEvent);
        var reader = new Utf8JsonReader(json);
        // The kind of an event is the first field of its JSON.
        while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("type"u8)))
        {
        }

        reader.Read();
        return new Frame(e.Seq, [.. Encoding.UTF8.GetBytes($"id: {e.Seq}\nevent: {reader.GetString()}\ndata: "), .. json, .. "\n\n"u8], e);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _stop.Dispose();
    }
}
