using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary>
/// What other agents say on the bus while an investigation runs. Anybody of the same user can say it, so it is a lead to
/// look at and never evidence. A bus that nobody has opened stays closed.
/// </summary>
internal sealed class BusLeads : IAsyncDisposable
{
    private const int Most = 20;
    private readonly List<HeardLead> _heard = [];
    private readonly BusSubscriber _subscriber;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listening;

    private BusLeads(BusSubscriber subscriber)
    {
        _subscriber = subscriber;
        _listening = ListenAsync();
    }

    /// <summary>Listens, if there is a bus to listen to.</summary>
    public static BusLeads? Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var place = FleetHome.From(Environment.GetEnvironmentVariable).Bus;
        return BusElection.IsAlive(place) ? new BusLeads(new BusSubscriber(place, TimeProvider.System)) : null;
    }

    /// <summary>What an investigation knows beside its evidence, and what is heard until its report is written.</summary>
    public static CaseSurroundings With(BusLeads? leads, CaseSurroundings beside) => leads is null ? beside : beside with
    {
        Background = (incident, diagnosis, ledger) =>
        {
            var background = beside.Background?.Invoke(incident, diagnosis, ledger) ?? CaseBackground.Nothing;
            var heard = leads.Heard().Select(l => new CaseNote("Unverified lead of another agent, no evidence", l.From, l.Text));
            return background with { Notes = [.. background.Notes, .. heard], Heard = leads.Heard };
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        _subscriber.Dispose();
        _stop.Dispose();
    }

    private IReadOnlyList<HeardLead> Heard()
    {
        lock (_heard)
        {
            return [.. _heard];
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var happening in _subscriber.EventsAsync(_stop.Token).ConfigureAwait(false))
            {
                if (happening is BusReceived { Message: { Topic: "finding" } message })
                {
                    lock (_heard)
                    {
                        if (_heard.Count < Most)
                        {
                            _heard.Add(new HeardLead(SafeText.Line(Redaction.Apply(message.Agent), 60), SafeText.Line(Redaction.Apply(message.Summary + (message.Path.Length > 0 ? $" ({message.Path})" : "")), 300)));
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The investigation is over.
        }
    }
}
