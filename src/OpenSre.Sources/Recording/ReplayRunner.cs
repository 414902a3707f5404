using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Answers commands out of a recording, at once. A command asked several times gets its answers in the order they were
/// recorded, then the last one again and again. One that was not recorded is <see cref="CommandStatus.NotRecorded"/>.
/// Standard input, timeout and output limit do not count: operation, program and arguments do.
/// </summary>
public sealed class ReplayRunner : ICommandRunner
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<CommandResult>> _answers = new(StringComparer.Ordinal);

    public ReplayRunner(Bundle bundle)
    {
        foreach (var exchange in bundle.Exchanges)
        {
            var key = BundleRedaction.Clean(exchange.Request).Key;
            if (!_answers.TryGetValue(key, out var queue))
            {
                _answers.Add(key, queue = new Queue<CommandResult>());
            }

            queue.Enqueue(exchange.Result);
        }
    }

    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var asked = BundleRedaction.Clean(RecordedRequest.Of(request));
        lock (_lock)
        {
            if (!_answers.TryGetValue(asked.Key, out var queue))
            {
                return Task.FromResult(new CommandResult(CommandStatus.NotRecorded, -1, "", $"not recorded: {asked}", 0));
            }

            return Task.FromResult(queue.Count > 1 ? queue.Dequeue() : queue.Peek());
        }
    }
}
