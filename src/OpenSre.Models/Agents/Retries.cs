namespace OpenSre.Models;

/// <summary>How a call that may pass is tried again.</summary>
/// <param name="Attempts">Tries altogether.</param>
/// <param name="First">Wait before the second try; it doubles each time.</param>
/// <param name="Longest">No wait is longer, whatever the provider asks for.</param>
public sealed record Retries(int Attempts = 5, TimeSpan? First = null, TimeSpan? Longest = null)
{
    /// <summary>Waits; replaced where no real time may pass.</summary>
    public Func<TimeSpan, CancellationToken, Task> SleepAsync { get; init; } = Task.Delay;

    /// <summary>0 … 1, so that many clients do not come back at once.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    public TimeSpan Wait(int attempt, TimeSpan? asked)
    {
        var longest = Longest ?? TimeSpan.FromSeconds(60);
        var wait = asked ?? (First ?? TimeSpan.FromSeconds(1)) * Math.Pow(2, attempt - 1) * (0.75 + (Jitter() / 2));
        return wait < longest ? wait : longest;
    }
}
