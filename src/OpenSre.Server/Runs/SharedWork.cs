using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>
/// What this server does of the shared work: claims investigations while it has room, keeps the claims while they run, and
/// stops what it has lost. A claim that is not renewed for six seconds goes to whoever asks next.
/// </summary>
internal sealed class SharedWork : IAsyncDisposable
{
    private readonly SharedLog _shared;
    private readonly RunBoard _board;
    private readonly IRunEngine _engine;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly SemaphoreSlim _room;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Task _loop;

    public SharedWork(SharedLog shared, RunBoard board, IRunEngine engine, int room, TimeProvider time, Action<string> log)
    {
        (_shared, _board, _engine, _time, _log, _room) = (shared, board, engine, time, log, new SemaphoreSlim(room));
        shared.Wake = () => _wake.Release();
        _loop = Task.Run(LoopAsync);
    }

    public int Running
    {
        get
        {
            lock (_running)
            {
                return _running.Count(r => !r.IsCompleted);
            }
        }
    }

    /// <summary>Takes nothing new. What runs may end.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await Task.WhenAny(All(), Task.Delay(patience, _time)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _board.SuspendAll();
        await All().ConfigureAwait(false);
        _stop.Dispose();
        _room.Dispose();
    }

    private Task All()
    {
        lock (_running)
        {
            return Task.WhenAll(_running);
        }
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                Claim? claim = null;
                try
                {
                    while ((claim = await _shared.ClaimAsync(_stop.Token).ConfigureAwait(false)) is null)
                    {
                        await _wake.WaitAsync(TimeSpan.FromSeconds(1), _stop.Token).ConfigureAwait(false);
                    }
                }
                finally
                {
                    if (claim is null)
                    {
                        _room.Release();
                    }
                }

                lock (_running)
                {
                    _running.RemoveAll(r => r.IsCompleted);
                    _running.Add(Task.Run(() => WorkAsync(claim)));
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return; // The server stops.
            }
            catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
            {
                _log($"the database gives no work ({SafeText.Line(e.Message, 200)}); it is asked again");
                await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }
    }

    private async Task WorkAsync(Claim claim)
    {
        try
        {
            var record = JsonSerializer.Deserialize(claim.Record, ServerJson.Default.RunRecord)!;
            var run = _board.Known(record);
            using var lost = new CancellationTokenSource();
            var outcome = run.Own(new Writing(_shared, claim, lost));
            var keeping = KeepAsync(claim, lost);
            var file = claim.LastEvent > 0 ? await SaidAsync(claim, run).ConfigureAwait(false) : null;
            if (file is null)
            {
                var from = claim.LastEvent;
                if (from > 0)
                {
                    run.Take(new MessageDelta("The server that ran this stopped; the investigation starts again.\n") { Seq = ++from, At = _time.GetUtcNow(), InvestigationId = run.Id });
                }

                using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopped, lost.Token);
                file = await _engine.InvestigateAsync(run, e => run.Take(e with { Seq = e.Seq + from }), stop.Token).ConfigureAwait(false);
            }

            var written = await outcome.WrittenAsync().ConfigureAwait(false);
            if (run.IsSuspended)
            {
                await _shared.ReleaseAsync(claim, CancellationToken.None).ConfigureAwait(false);
            }
            else if (written && !lost.IsCancellationRequested)
            {
                run.Found = file;
                if (await _shared.EndAsync(claim, CancellationToken.None).ConfigureAwait(false))
                {
                    // What is sent on is read from the run, and the run from the log.
                    await Task.WhenAny(run.Ended, Task.Delay(SharedLog.Lease, _time)).ConfigureAwait(false);
                    _board.Finished?.Invoke(run, file);
                }
            }

            await lost.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(false);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException or InvalidOperationException)
        {
            // The claim runs out, and another server, or this one, starts the investigation again.
            _log($"{claim.Run} could not be ended here: {SafeText.Line(e.Message, 200)}");
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>What a server found that said its last word and died before it could close the investigation; null when it died earlier.</summary>
    private async Task<CaseFile?> SaidAsync(Claim claim, LiveRun run)
    {
        var said = await _shared.EventsAsync(claim, CancellationToken.None).ConfigureAwait(false);
        return KeptCase.Finished(run.Incident, said.Select(line => JsonSerializer.Deserialize(line, CoreJson.Default.InvestigationEvent)!));
    }

    private async Task KeepAsync(Claim claim, CancellationTokenSource lost)
    {
        var renewed = _time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(SharedLog.Lease / 4, _time, lost.Token).ConfigureAwait(false);
                try
                {
                    if (!await _shared.RenewAsync(claim, lost.Token).ConfigureAwait(false))
                    {
                        break;
                    }

                    renewed = _time.GetTimestamp();
                }
                catch (System.Data.Common.DbException) when (_time.GetElapsedTime(renewed) < SharedLog.Lease * 0.75)
                {
                    // Not reached for a moment; the claim still holds.
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // It has ended.
        }
        catch (System.Data.Common.DbException e)
        {
            _log($"the claim of {claim.Run} could not be kept: {SafeText.Line(e.Message, 200)}");
        }

        await lost.CancelAsync().ConfigureAwait(false);
    }
}
