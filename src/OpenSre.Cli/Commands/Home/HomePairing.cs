using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary><c>opensre home pair</c>: shows a code; who sends it from their phone is let in.</summary>
internal static class HomePairing
{
    public static async Task<int> RunAsync(HomeConfig config, string name, bool isOperator, TextWriter output, CancellationToken cancellation)
    {
        if (config.Signal is not { } settings)
        {
            throw new InvalidDataException("pairing needs a Signal account: set SIGNAL_PHONE and SIGNAL_SERVICE in .env");
        }

        var pairing = new Pairing(config.Folder, TimeProvider.System);
        // A running daemon has the stream and sees the code; without one it is read here.
        using var alone = HomeLock.TryTake(config.Folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(TimeSpan.FromMinutes(10));
        var code = pairing.Begin(name, isOperator);
        try
        {
            await output.WriteLineAsync($"Send this code in a direct message to the assistant's number within ten minutes, from the phone of {SafeText.Line(name, 40)}:\n\n    {code}\n").ConfigureAwait(false);
            await output.FlushAsync(stop.Token).ConfigureAwait(false);
            var problem = "";
            var listening = alone is null ? Task.CompletedTask : Receiver(settings, pairing, why => problem = why).RunAsync(stop.Token);
            while (!stop.IsCancellationRequested)
            {
                if (pairing.Present is { Paired: { } person })
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    await listening.ConfigureAwait(false);
                    await output.WriteLineAsync($"{person.Name} is on the list ({person.Uuid}){(person.IsOperator ? ", as an operator" : "")}. {(alone is null ? "What they write is answered from now on." : "Start it with: opensre home")}").ConfigureAwait(false);
                    return ExitCodes.Done;
                }

                if (pairing.Present is { TriesLeft: 0 })
                {
                    throw new InvalidDataException("five wrong codes came in, so this pairing is closed; begin another");
                }

                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(250), stop.Token)).ConfigureAwait(false);
            }

            throw new InvalidDataException(problem.Length > 0 ? $"nobody was paired: {problem}; opensre home doctor says more" : "nobody sent the code; nothing was changed");
        }
        finally
        {
            pairing.End();
        }
    }

    private static SignalReceiver Receiver(SignalSettings settings, Pairing pairing, Action<string> problem)
    {
        var reader = new EnvelopeReader(settings.Phone.Reveal(), settings.Account ?? SignalChannel.OwnName);
        return new SignalReceiver(settings, ReceiverTiming.Usual, TimeProvider.System)
        {
            Frame = frame =>
            {
                if (reader.Read(frame.Span, DateTimeOffset.UtcNow, _ => false) is SignalInbound.Said { IsOwn: false } said)
                {
                    pairing.Take(said.Message);
                }
            },
            Connected = () => problem(""),
            Disconnected = problem,
        };
    }
}
