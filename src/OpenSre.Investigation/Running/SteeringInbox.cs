using System.Collections.Concurrent;

namespace OpenSre.Investigation;

/// <summary>What a person says while an investigation runs; it is heard at once, never queued behind the run.</summary>
public sealed class SteeringInbox
{
    private readonly ConcurrentQueue<string> _texts = new();
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes as soon as something has been said that nobody has taken yet.</summary>
    public Task Said => Volatile.Read(ref _said).Task;

    public void Say(string text)
    {
        _texts.Enqueue(text);
        Volatile.Read(ref _said).TrySetResult();
    }

    public bool TryTake(out string text)
    {
        if (_texts.TryDequeue(out text!))
        {
            return true;
        }

        if (Said.IsCompleted)
        {
            Volatile.Write(ref _said, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

            // Something may have been said between the two; it must not wait for the next word.
            if (!_texts.IsEmpty)
            {
                Volatile.Read(ref _said).TrySetResult();
            }
        }

        return false;
    }
}
