using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>Writes the events of an investigation this server has claimed, and notices when the claim is lost.</summary>
internal sealed class Writing(SharedLog log, Claim claim, CancellationTokenSource lost)
{
    private readonly List<Task<bool>> _events = [];

    public void Write(InvestigationEvent e)
    {
        lock (_events)
        {
            _events.Add(WriteAsync(e));
        }
    }

    /// <summary>Waits until everything is committed.</summary>
    /// <returns>False when the claim was lost before.</returns>
    public async Task<bool> WrittenAsync()
    {
        Task<bool>[] events;
        lock (_events)
        {
            events = [.. _events];
        }

        return (await Task.WhenAll(events).ConfigureAwait(false)).All(written => written);
    }

    private async Task<bool> WriteAsync(InvestigationEvent e)
    {
        var written = await log.AppendEventAsync(claim, e.Seq, JsonSerializer.Serialize(e, CoreJson.Default.InvestigationEvent)).ConfigureAwait(false);
        if (!written)
        {
            await lost.CancelAsync().ConfigureAwait(false);
        }

        return written;
    }
}
