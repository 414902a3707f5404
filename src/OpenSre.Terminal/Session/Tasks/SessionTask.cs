namespace OpenSre.Terminal;

internal enum TaskState { Running, Done, Stopped, Failed }

/// <summary>Something that runs in a session for longer than a moment, and can be stopped by its id.</summary>
internal abstract class SessionTask(string id, string kind, string title, DateTimeOffset startedAt, CancellationTokenSource stop)
{
    private int _state;

    /// <summary>"t1", "t2" … within one session.</summary>
    public string Id => id;

    public string Kind => kind;

    public string Title => title;

    public DateTimeOffset StartedAt => startedAt;

    public DateTimeOffset? EndedAt { get; private set; }

    public TaskState State => (TaskState)Volatile.Read(ref _state);

    public bool IsRunning => State == TaskState.Running;

    public bool IsStopping => stop.IsCancellationRequested;

    /// <summary>What there is to say about it now, in a few words.</summary>
    public abstract string Detail { get; }

    protected CancellationToken Stopped => stop.Token;

    /// <summary>Stops it; what it has found stays.</summary>
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

    public void End(TaskState state, DateTimeOffset at)
    {
        if (Interlocked.CompareExchange(ref _state, (int)state, (int)TaskState.Running) == (int)TaskState.Running)
        {
            EndedAt = at;
        }
    }
}
