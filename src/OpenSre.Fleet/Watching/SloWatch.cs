namespace OpenSre.Fleet;

/// <summary>An agent is not as it should be.</summary>
/// <param name="Slo">progress, loop, limit, errors or alive.</param>
/// <param name="Sentence">What is wrong, for a person.</param>
public sealed record SloBreach(string Agent, int Pid, string Slo, string Sentence);

/// <summary>
/// What agents are held to: they make progress, do not repeat themselves, are answered by their model, fail no more of their
/// calls than agents.yaml allows, and live. A breach is told once and again after half an hour if it lasts. Not thread-safe.
/// </summary>
public sealed class SloWatch
{
    private const int FewCalls = 5;
    private static readonly TimeSpan Cooldown = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly Dictionary<(string Agent, int Pid, string Slo), DateTimeOffset> _told = [];

    /// <summary>All breaches of one look.</summary>
    public static IEnumerable<SloBreach> Of(IReadOnlyList<AgentView> fleet)
    {
        foreach (var view in fleet)
        {
            var slo = view.Status.State switch
            {
                AgentState.Stuck => "progress",
                AgentState.Looping => "loop",
                AgentState.RateLimited => "limit",
                AgentState.Crashed => "alive",
                _ => null,
            };
            if (slo is not null)
            {
                yield return new SloBreach(view.Name, view.Pid, slo, $"{view.Name} (pid {view.Pid}) is {view.Status.Word}: {view.Status.Reason}");
            }

            var calls = view.Meter.CallsSince(view.At - Window);
            var errors = view.Meter.ErrorsSince(view.At - Window);
            if (view.Budget?.ErrorRate is { } allowed && calls >= FewCalls && 100m * errors / calls is var rate && rate > allowed)
            {
                yield return new SloBreach(view.Name, view.Pid, "errors", $"{view.Name} (pid {view.Pid}): {rate:0.0} % of its {calls} calls failed within an hour (threshold: {allowed:0.0} %)");
            }
        }
    }

    /// <summary>The breaches of a look that are to be told now.</summary>
    public IReadOnlyList<SloBreach> New(IReadOnlyList<AgentView> fleet, DateTimeOffset now)
    {
        List<SloBreach> fresh = [];
        foreach (var breach in Of(fleet))
        {
            var key = (breach.Agent, breach.Pid, breach.Slo);
            if (!_told.TryGetValue(key, out var at) || now - at >= Cooldown)
            {
                _told[key] = now;
                fresh.Add(breach);
            }
        }

        return fresh;
    }
}
