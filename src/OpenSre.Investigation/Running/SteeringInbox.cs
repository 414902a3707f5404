using System.Collections.Concurrent;

namespace OpenSre.Investigation;

/// <summary>What a person says while an investigation runs; it is read between two steps, never queued behind the run.</summary>
public sealed class SteeringInbox
{
    private readonly ConcurrentQueue<string> _texts = new();

    public void Say(string text) => _texts.Enqueue(text);

    public bool TryTake(out string text) => _texts.TryDequeue(out text!);
}
