using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>The investigation that runs now.</summary>
internal sealed class ForegroundRun(string title, CancellationTokenSource stop)
{
    private int _facts;

    public string Title => title;

    public SteeringInbox Steering { get; } = new();

    /// <summary>Facts found so far.</summary>
    public int Facts => Volatile.Read(ref _facts);

    public bool IsStopping => stop.IsCancellationRequested;

    /// <summary>Stops what it does at this moment; the facts stay.</summary>
    public void Stop()
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
        }
    }

    public void Note(InvestigationEvent e)
    {
        if (e is EvidenceFound)
        {
            Interlocked.Increment(ref _facts);
        }
    }
}
