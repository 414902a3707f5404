using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Looks at one thing again and again, and announces when it goes wrong and when it is well again.</summary>
internal sealed class WatchTask(string id, WatchRequest request, IWatchProbe probe, Session session, CancellationTokenSource stop)
    : SessionTask(id, "watch", request.Target.ToString(), session.Time.GetUtcNow(), stop)
{
    private const int Kept = 60;
    private readonly Lock _lock = new();
    private readonly Queue<double> _series = new();
    private string _state = "not looked at yet";
    private string? _trouble;

    /// <summary>The figure that is drawn: that of the first limit, else the first the probe gives.</summary>
    public string? Metric { get; } = request.Limits.Count > 0 ? request.Limits[0].Metric : probe.Metrics.Count > 0 ? probe.Metrics[0] : null;

    public override string Detail
    {
        get
        {
            lock (_lock)
            {
                return _trouble ?? _state;
            }
        }
    }

    /// <summary>The watch as it was asked for.</summary>
    public required string Words { get; init; }

    public bool IsInTrouble => Volatile.Read(ref _trouble) is not null;

    /// <summary>The latest figures, oldest first.</summary>
    public IReadOnlyList<double> Series
    {
        get
        {
            lock (_lock)
            {
                return [.. _series];
            }
        }
    }

    /// <summary>Writes down that it is watched, or no longer; what holds a secret is not written and ends with the session.</summary>
    public void Keep(bool isOn)
    {
        if (Redaction.Apply(Words) == Words)
        {
            session.Keeper.Keep(new SessionWatch(Words, isOn));
        }
    }

    public async Task RunAsync()
    {
        var state = TaskState.Done;
        try
        {
            while (true)
            {
                var reading = await probe.LookAsync(Stopped).ConfigureAwait(false);
                Take(reading);
                if (reading.IsOver)
                {
                    break;
                }

                await Task.Delay(request.Every, session.Time, Stopped).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            state = TaskState.Stopped;
        }
#pragma warning disable CA1031 // The session outlives whatever a watch meets; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            state = TaskState.Failed;
            session.View.Print(Row.Of($"{Id} ", Ink.Accent).Add($"{Title} is no longer watched: {SafeText.Line(e.Message, 200)}", Ink.Bad));
        }

        if (state != TaskState.Stopped)
        {
            Keep(isOn: false);
        }

        End(state, session.Time.GetUtcNow());
        session.Changed();
    }

    private void Take(WatchReading reading)
    {
        var trouble = reading.Trouble;
        if (trouble is null && request.Limits.FirstOrDefault(l => l.IsBroken(reading)) is { } broken)
        {
            trouble = $"{broken.Metric} is {Figures.Text(broken.Metric, reading.Metrics[broken.Metric])}, past {broken.Text}";
        }

        string? before;
        lock (_lock)
        {
            before = _trouble;
            _state = reading.State;
            Volatile.Write(ref _trouble, trouble);
            if (Metric is not null && reading.Metrics.TryGetValue(Metric, out var value))
            {
                _series.Enqueue(value);
                if (_series.Count > Kept)
                {
                    _series.Dequeue();
                }
            }
        }

        if (reading.Arrival is { } arrival)
        {
            session.Alerts.Arrive(arrival);
        }

        if ((trouble is null) != (before is null))
        {
            var alert = new Alert
            {
                Name = $"watch {request.Target}",
                Summary = trouble ?? "",
                Source = "watch",
                Severity = Severity.Error,
                Status = trouble is null ? AlertStatus.Resolved : AlertStatus.Firing,
                Fingerprint = $"watch:{request.Target}",
                StartsAt = session.Time.GetUtcNow(),
            };
            session.Alerts.Arrive(new AlertArrival($"watch {Id}", $"{request.Target}: {trouble}", [alert]));
            session.Changed();
        }
    }
}
