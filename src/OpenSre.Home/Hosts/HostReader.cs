using System.Collections.Concurrent;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Home;

/// <summary>
/// Looks at hosts and keeps the newest look at each. Whoever asks for a host that is being looked at gets that look. What
/// takes long is looked at by itself, seldom, and stands in every reading after it.
/// </summary>
public sealed class HostReader : IHostReader, IAsyncDisposable
{
    /// <summary>How old what is looked at seldom may get.</summary>
    public static readonly TimeSpan SlowEvery = TimeSpan.FromHours(6);

    private static readonly TimeSpan SlowLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan SlowAgain = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, Entry> _hosts;
    private readonly IHostRunners _runners;
    private readonly TimeSpan _limit;
    private readonly bool _slowByItself;
    private readonly LinuxOptions _places;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Task<HostReading>> _looks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<SlowParts?>> _slowLooks = new(StringComparer.Ordinal);

    /// <param name="limit">After this a host counts as not answering.</param>
    /// <param name="slowByItself">Whether a reading may start, beside itself, the look at what takes long.</param>
    /// <param name="places">Where a Linux host keeps what is read; other roots serve tests.</param>
    public HostReader(IReadOnlyList<HostSettings> hosts, IHostRunners runners, TimeSpan limit, TimeProvider? time = null, bool slowByItself = false, LinuxOptions? places = null)
    {
        Hosts = [.. hosts.Select(h => h.Name)];
        _hosts = hosts.ToDictionary(h => h.Name, h => new Entry(h), StringComparer.Ordinal);
        (_runners, _limit, _time, _slowByItself, _places) = (runners, limit, time ?? TimeProvider.System, slowByItself, places ?? new LinuxOptions());
    }

    public IReadOnlyList<string> Hosts { get; }

    public HostReading? Latest(string host) => _hosts.TryGetValue(host, out var entry) ? entry.Latest : null;

    /// <summary>The newest reading in which the host answered.</summary>
    public HostReading? LatestAnswer(string host) => _hosts.TryGetValue(host, out var entry) ? entry.LatestAnswer : null;

    public Task<HostReading> ReadAsync(string host, CancellationToken cancellation)
    {
        var entry = Find(host);
        cancellation.ThrowIfCancellationRequested();
        // The look belongs to nobody who waits for it: one who gives up does not end it for the others.
        return Share(_looks, host, () => LookAsync(entry)).WaitAsync(cancellation);
    }

    /// <summary>A reading together with what takes long: updates and the health of disks. May take a minute.</summary>
    public async Task<HostReading> ReadFullyAsync(string host, CancellationToken cancellation)
    {
        var entry = Find(host);
        var reading = await ReadAsync(host, cancellation);
        if (reading.Problem is null && (entry.Slow is null || _time.GetUtcNow() - entry.Slow.At > SlowEvery))
        {
            await Share(_slowLooks, host, () => LookSlowlyAsync(entry)).WaitAsync(cancellation);
        }

        return entry.Slow?.Into(reading) ?? reading;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await Task.WhenAll([.. _looks.Values, .. _slowLooks.Values]);
        }
        catch (OperationCanceledException)
        {
            // They were told to end.
        }

        _end.Dispose();
    }

    private Entry Find(string host) =>
        _hosts.TryGetValue(host, out var entry) ? entry : throw new ArgumentException($"There is no host called {SafeText.Line(host, 60)}; there are {string.Join(", ", Hosts)}.", nameof(host));

    private async Task<HostReading> LookAsync(Entry entry)
    {
        var reading = await HostProbe.LookAsync(entry.Settings, _runners.For(entry.Settings.Name), _places, _limit, _time, _end.Token);
        reading = reading.Problem is null && entry.Slow is { } slow ? slow.Into(reading) : reading;
        entry.Keep(reading);
        if (_slowByItself && reading.Problem is null && entry.IsSlowDue(_time.GetUtcNow()))
        {
            _ = Share(_slowLooks, entry.Settings.Name, () => LookSlowlyAsync(entry));
        }

        return reading;
    }

    private async Task<SlowParts?> LookSlowlyAsync(Entry entry)
    {
        entry.SlowTried = _time.GetUtcNow();
        var parts = await HostProbe.LookSlowlyAsync(_runners.For(entry.Settings.Name), SlowLimit, _time, _end.Token);
        if (parts is not null)
        {
            entry.Slow = parts;
            if (entry.Latest is { Problem: null } latest)
            {
                entry.Keep(parts.Into(latest));
            }
        }

        return parts;
    }

    private static Task<T> Share<T>(ConcurrentDictionary<string, Task<T>> running, string host, Func<Task<T>> start)
    {
        while (true)
        {
            if (running.TryGetValue(host, out var there))
            {
                if (!there.IsCompleted)
                {
                    return there;
                }

                running.TryRemove(new KeyValuePair<string, Task<T>>(host, there));
                continue;
            }

            var begin = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
            var mine = begin.Task.Unwrap();
            if (running.TryAdd(host, mine))
            {
                begin.SetResult(Task.Run(start));
                return mine;
            }
        }
    }

    private sealed class Entry(HostSettings settings)
    {
        private volatile HostReading? _latest;
        private volatile HostReading? _answer;
        private volatile SlowParts? _slow;

        public HostSettings Settings => settings;

        public HostReading? Latest => _latest;

        public HostReading? LatestAnswer => _answer;

        public SlowParts? Slow { get => _slow; set => _slow = value; }

        public DateTimeOffset? SlowTried { get; set; }

        public void Keep(HostReading reading)
        {
            _latest = reading;
            if (reading.Problem is null)
            {
                _answer = reading;
            }
        }

        public bool IsSlowDue(DateTimeOffset now) =>
            (Slow is null || now - Slow.At > SlowEvery) && (SlowTried is not { } tried || now - tried > SlowAgain);
    }
}
