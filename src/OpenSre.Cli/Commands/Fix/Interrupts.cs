using System.Runtime.InteropServices;

namespace OpenSre.Cli;

/// <summary>
/// Ctrl+C stops what runs. After that one more thing may be asked, which the next Ctrl+C stops; another ends the program.
/// SIGTERM leaves nothing to ask.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<CancellationTokenSource> _stops = [new()];
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private bool _ends;

    public Interrupts()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, ends: false));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, ends: true));
    }

    public CancellationToken Token => _stops[0].Token;

    /// <summary>What stops the one thing that is asked after a stop; null when nothing may be asked any more.</summary>
    public CancellationToken? Again()
    {
        lock (_gate)
        {
            if (_ends)
            {
                return null;
            }

            _stops.Add(new CancellationTokenSource());
            return _stops[^1].Token;
        }
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stops.ForEach(s => s.Dispose());
    }

    private void Stop(PosixSignalContext signal, bool ends)
    {
        CancellationTokenSource latest;
        lock (_gate)
        {
            latest = _stops[^1];
            signal.Cancel = !latest.IsCancellationRequested;
            _ends |= ends;
        }

        latest.Cancel();
    }
}
