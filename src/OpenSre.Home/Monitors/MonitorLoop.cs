using System.Collections.Concurrent;

namespace OpenSre.Home;

/// <summary>Looks at what surrounds the hosts, and says what could not be looked at by leaving it null.</summary>
public interface ISurroundingsReader
{
    Task<Surroundings> ReadAsync(CancellationToken cancellation);
}

/// <summary>Keeps the watching going: looks at hosts in turn, all at the same time, and lets the desk speak.</summary>
/// <param name="problem">Told of what went wrong inside, in a sentence; it goes on.</param>
public sealed class MonitorLoop(MonitorEngine engine, NoticeDesk desk, IHostReader reader, TimeProvider time, TimeSpan every, Action<string> problem, ISurroundingsReader? surroundings = null, IBeat? beat = null)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    /// <summary>After a look that failed, so that a host that is down is known soon and a lost look is not taken for one.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    /// <summary>What surrounds the hosts is asked with limits of its own; this one is for what keeps to none.</summary>
    private static readonly TimeSpan AroundPatience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, DateTimeOffset> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _failed = new(StringComparer.Ordinal);

    /// <summary>When a look last came back, by a clock that nobody puts forward or back.</summary>
    private readonly ConcurrentDictionary<string, long> _looked = new(StringComparer.Ordinal);
    private long _started;
    private string _said = "";

    /// <summary>The newest look at what surrounds the hosts; for tests.</summary>
    internal Task Around => _running.GetValueOrDefault("") ?? Task.CompletedTask;

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _started = time.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            await OnceAsync(cancellation).ConfigureAwait(false);
            try
            {
                await Task.Delay(Tick, time, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }

        await desk.SettleAsync().WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Starts the looks that are due, takes what came, and lets the desk speak once.</summary>
    public async Task OnceAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var host in reader.Hosts)
        {
            Start(host, now, () => LookAsync(host, cancellation));
        }

        Start("", now, () => AroundAsync(cancellation));
        try
        {
            await desk.TickAsync(cancellation).ConfigureAwait(false);
            _said = "";
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The program ends.
        }
#pragma warning disable CA1031 // One defect must not end the watching; it is said once, and tried again at the next tick.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var sentence = $"Notices could not be sent: {e.GetType().Name}: {e.Message}";
            if (sentence != _said)
            {
                problem(_said = sentence);
            }
        }
    }

    private void Start(string what, DateTimeOffset now, Func<Task> look)
    {
        if (_running.TryGetValue(what, out var running) && !running.IsCompleted)
        {
            return;
        }

        var wait = _failed.ContainsKey(what) && AfterFailure < every ? AfterFailure : every;
        if (_begun.TryGetValue(what, out var begun) && now >= begun && now - begun < wait)
        {
            return;
        }

        _begun[what] = now;
        _running[what] = look();
    }

    private async Task LookAsync(string host, CancellationToken cancellation)
    {
        try
        {
            var reading = await reader.ReadAsync(host, cancellation).ConfigureAwait(false);
            engine.Observe(reading);
            _looked[host] = time.GetTimestamp();

            // A host that stays away is asked as seldom as any other.
            if (reading.Problem is not null && !IsDown(host))
            {
                _failed[host] = true;
            }
            else
            {
                _failed.TryRemove(host, out _);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The program ends.
        }
#pragma warning disable CA1031 // One defect must not end the watching; it is said, and shows as an overdue look.
        catch (Exception e)
#pragma warning restore CA1031
        {
            problem($"Looking at {host} failed: {e.GetType().Name}: {e.Message}");
        }
    }

    private async Task AroundAsync(CancellationToken cancellation)
    {
        try
        {
            var around = await SurroundingsAsync(cancellation).ConfigureAwait(false);
            engine.Observe(around with { At = time.GetUtcNow(), Overdue = Overdue(), StateProblem = engine.Book.Problem });

            // Who cannot be heard is as good as gone: what waits for the beat tells people another way.
            if (beat is not null && around.ChannelProblem is null or "")
            {
                await beat.BeatAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The program ends.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            problem($"Looking at the surroundings failed: {e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>What hangs is left out: whether hosts are still looked at is judged in any case.</summary>
    private async Task<Surroundings> SurroundingsAsync(CancellationToken cancellation)
    {
        try
        {
            return surroundings is null ? new Surroundings(time.GetUtcNow()) : await surroundings.ReadAsync(cancellation).WaitAsync(AroundPatience, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            const string Hangs = "Looking at certificates, Home Assistant and the channel hangs";
            problem($"{Hangs}; the hosts are watched all the same");
            return new Surroundings(time.GetUtcNow()) { ChannelProblem = Hangs };
        }
    }

    private bool IsDown(string host)
    {
        lock (engine.Book.Gate)
        {
            return engine.Book.Alarms.GetValueOrDefault(Alarm.MakeKey(host, "host", ""))?.Phase == AlarmPhase.Firing;
        }
    }

    /// <summary>Hosts of which no look came back for five rounds, whatever it brought.</summary>
    private Dictionary<string, DateTimeOffset> Overdue()
    {
        Dictionary<string, DateTimeOffset> overdue = new(StringComparer.Ordinal);
        foreach (var host in reader.Hosts)
        {
            var since = time.GetElapsedTime(_looked.GetValueOrDefault(host, _started));
            if (since > every * 5)
            {
                overdue[host] = time.GetUtcNow() - since;
            }
        }

        return overdue;
    }
}
