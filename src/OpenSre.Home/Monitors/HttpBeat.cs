namespace OpenSre.Home;

/// <summary>Tells something outside that the watching goes on, so that its silence is noticed: a dead man's switch.</summary>
public interface IBeat
{
    /// <summary>Never fails: what does not get through is missed outside, which is the point.</summary>
    Task BeatAsync(CancellationToken cancellation);
}

/// <summary>Asks an address at each round, as healthchecks.io, Uptime Kuma and the like want it.</summary>
/// <param name="address">It holds a word only we know, and is never printed.</param>
/// <param name="log">Told when beats stop getting through, and when they do again.</param>
public sealed class HttpBeat(HttpClient http, Secret address, Action<string> log) : IBeat
{
    private bool _misses;

    public async Task BeatAsync(CancellationToken cancellation)
    {
        string? problem = null;
        try
        {
            using var answer = await http.GetAsync(new Uri(address.Reveal()), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            problem = answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException)
        {
            problem = "it cannot be reached";
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            problem = "it does not answer in time";
        }

        if (problem is not null != _misses)
        {
            _misses = problem is not null;
            log(problem is null ? "the sign of life gets through again" : $"the sign of life does not get through: {problem}");
        }
    }
}
