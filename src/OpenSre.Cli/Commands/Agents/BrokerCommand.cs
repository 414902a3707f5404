using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents broker</c>: keeps the bus open, so that it does not move with whoever attends it first.</summary>
internal static class BrokerCommand
{
    private const int TrimEvery = 5;
    private static readonly TimeSpan Checks = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        if (words.Count > 0)
        {
            throw new AgentsUsageException("usage: opensre agents broker");
        }

        var place = face.Home.Bus;
        BusElection.Ensure(place, face.Time);
        face.Line(BusElection.OwnBroker(place) is null ? $"the bus at {place.Socket} has a broker; waiting to take over" : $"the bus is open at {place.Socket}");
        face.Output.Flush();
        try
        {
            for (var check = 1; ; check++)
            {
                await Task.Delay(Checks, face.Time, cancellation).ConfigureAwait(false);
                if (check % TrimEvery == 2)
                {
                    // Most of its memory is code that was needed once: to start, to compile, to let somebody in.
                    CodePages.GiveBack();
                }

                if (BusElection.OwnBroker(place) is null && !BusElection.IsAlive(place))
                {
                    BusElection.Ensure(place, face.Time);
                }
            }
        }
        catch (OperationCanceledException)
        {
            BusElection.StopOwn();
            return ExitCodes.Done;
        }
    }
}
