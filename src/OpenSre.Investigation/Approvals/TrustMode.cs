namespace OpenSre.Investigation;

/// <summary>Whether changes are made without a question. Off at the start of every session, also of one that is resumed.</summary>
public sealed class TrustMode(TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _until;

    /// <summary>The moment trust ends, <see cref="DateTimeOffset.MaxValue"/> when it has no end, null when it is off.</summary>
    public DateTimeOffset? Until
    {
        get
        {
            lock (_lock)
            {
                return _until > time.GetUtcNow() ? _until : null;
            }
        }
    }

    public bool IsOn => Until is not null;

    /// <param name="for">How long; null without an end.</param>
    public void TurnOn(TimeSpan? @for)
    {
        lock (_lock)
        {
            _until = @for is { } span ? time.GetUtcNow() + span : DateTimeOffset.MaxValue;
        }
    }

    public void TurnOff()
    {
        lock (_lock)
        {
            _until = null;
        }
    }
}
