namespace OpenSre.Investigation;

/// <summary>A clock that stands at the time of a recording; elapsed time is real.</summary>
public sealed class ReplayTime(DateTimeOffset at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at;
}
