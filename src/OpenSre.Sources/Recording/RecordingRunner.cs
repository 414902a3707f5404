using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Hands commands on and writes down what came back, with secrets masked. The caller gets the answer as it was:
/// tools mask what they pass on by themselves.
/// </summary>
public sealed class RecordingRunner(ICommandRunner inner, IExchangeLog log, TimeProvider? time = null) : ICommandRunner
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        var at = _time.GetUtcNow();
        var started = _time.GetTimestamp();
        var result = await inner.RunAsync(request, cancellation);
        var duration = _time.GetElapsedTime(started);
        log.Add(new BundleExchange(at, BundleRedaction.Clean(RecordedRequest.Of(request)), BundleRedaction.Clean(result), Math.Round(duration.TotalMilliseconds, 1)));
        return result;
    }
}
