namespace OpenSre.Home.Tests;

/// <summary>A clock on which a hundred seconds pass in one.</summary>
internal sealed class FastTime(DateTimeOffset start) : TimeProvider
{
    private const int Speed = 100;
    private readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(_began) * Speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period));

    private static TimeSpan Scaled(TimeSpan span) => span <= TimeSpan.Zero ? span : span / Speed;
}
