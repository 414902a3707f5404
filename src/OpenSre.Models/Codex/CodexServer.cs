namespace OpenSre.Models;

/// <summary>How one <c>codex app-server</c> is treated.</summary>
/// <param name="InFlight">Requests that may wait for an answer at the same time; it drops answers when many more do.</param>
/// <param name="Patience">How long one request may take.</param>
/// <param name="StartsPerMinute">Starts within a minute after which it is left alone for a while.</param>
internal sealed record CodexLimits(int InFlight = 16, TimeSpan? Patience = null, int StartsPerMinute = 5)
{
    public TimeSpan RequestTime => Patience ?? TimeSpan.FromSeconds(30);
}

/// <summary>
/// One <c>codex app-server</c> for many conversations. It is started when it is needed first and again when it has
/// ended; it ends with this process, because its standard input does, however this process ends.
/// </summary>
internal sealed class CodexServer(string name, IReadOnlyList<string> command, CodexLimits? limits = null, TimeProvider? time = null) : IAsyncDisposable
{
    private readonly CodexLimits _limits = limits ?? new CodexLimits();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Queue<long> _starts = new();
    private CodexProcess? _process;
    private bool _disposed;

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The process that runs, started if there is none.</summary>
    /// <exception cref="ModelException">It cannot be started, or ends again and again.</exception>
    public async Task<CodexProcess> ReadyAsync(CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_process is { IsAlive: true } running)
            {
                return running;
            }

            var lastWords = "";
            if (_process is { } ended)
            {
                lastWords = ended.LastWords;
                _process = null;
                await ended.DisposeAsync().ConfigureAwait(false);
            }

            var now = _time.GetTimestamp();
            while (_starts.TryPeek(out var first) && _time.GetElapsedTime(first, now) > TimeSpan.FromMinutes(1))
            {
                _starts.Dequeue();
            }

            if (_starts.Count >= _limits.StartsPerMinute)
            {
                throw new ModelException(ModelFailure.Network, $"{name} ended {_starts.Count} times within a minute and is left alone for a while{(lastWords.Length > 0 ? ": " + lastWords : "")}");
            }

            _starts.Enqueue(now);
            Starts++;
            return _process = await CodexProcess.StartAsync(name, command, _limits, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync().ConfigureAwait(false);
        }

        _starting.Release();
    }
}
