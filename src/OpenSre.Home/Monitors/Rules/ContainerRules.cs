using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Containers: also those without a health check, which Docker itself never calls unhealthy.</summary>
internal static class ContainerRules
{
    private static readonly TimeSpan Known = TimeSpan.FromHours(1);

    public static IEnumerable<MonitorRule> All =>
    [
        new ReadingRule("container.unhealthy", RuleTimes.Minutes(0, 3, looks: 2), s => Each(s, c => c is { State: "running", Health: "unhealthy" }
            ? new Observation(c.Name, Severity.Warning, $"container {c.Name} is unhealthy", c.HealthOutput ?? c.Status) : null), everyChange: true, waits: true),
        new ReadingRule("container.exited", RuleTimes.Minutes(1, 1), s => Each(s, c => c.State is "exited" or "dead" or "created" && Stays(c.RestartPolicy) && !(c is { RestartPolicy: "on-failure", ExitCode: 0 }) && !s.Memory.StoppedHere.Contains(c.Name)
            ? new Observation(c.Name, Severity.Warning, $"container {c.Name} does not run{(c.ExitCode is { } code ? $", it exited with {code}" : "")}", c.ExitCode is null ? c.Status : "") : null), everyChange: true, waits: true),
        new ReadingRule("container.restarts", RuleTimes.Minutes(0, 10), Restarts),
        new ReadingRule("container.oom", RuleTimes.Minutes(0, 10), s => Each(s, c => c.OomKilled
            ? new Observation(c.Name, Severity.Warning, $"container {c.Name} was killed because it ran out of memory", c.Status)
            : Rose(s, "oom") && Rose(s, "restarts:" + c.Name)
                ? new Observation(c.Name, Severity.Warning, $"container {c.Name} was probably killed because it ran out of memory, and was started again", c.Status) : null)),
        new ReadingRule("container.missing", RuleTimes.Minutes(5, 1), Missing, waits: true),
    ];

    private static List<Observation>? Each(RuleSight sight, Func<ContainerReading, Observation?> one) =>
        sight.Reading.HasDocker is not true ? null : [.. sight.Reading.Containers.Select(one).OfType<Observation>()];

    /// <summary>A counter is higher than at the look before. Docker forgets that it ran out of memory once it has started a container again.</summary>
    private static bool Rose(RuleSight sight, string series) =>
        sight.Memory.Since(series, sight.Reading.At - TimeSpan.FromMinutes(10)) is [.., var before, var now] && now.At == sight.Reading.At && now.Value > before.Value;

    private static List<Observation>? Restarts(RuleSight sight) => Each(sight, c =>
    {
        var samples = sight.Memory.Since("restarts:" + c.Name, sight.Reading.At - TimeSpan.FromMinutes(10));
        var more = 0.0;
        for (var i = 1; i < samples.Count; i++)
        {
            // The counter begins anew when a container is made anew.
            more += Math.Max(0, samples[i].Value - samples[i - 1].Value);
        }

        return more >= 3 || (more >= 1 && sight.Present(c.Name) > Severity.Unknown)
            ? new Observation(c.Name, Severity.Critical, $"container {c.Name} restarts again and again, {more.ToString("F0", CultureInfo.InvariantCulture)} times in 10 min", c.Status)
            : null;
    });

    /// <summary>Gone altogether: it ran for an hour with a policy that keeps it up, or the configuration names it.</summary>
    private static List<Observation>? Missing(RuleSight sight)
    {
        if (sight.Reading.HasDocker is not true)
        {
            return null;
        }

        var here = sight.Reading.Containers.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var expected = sight.Memory.Containers.Where(c => Stays(c.Value.Policy) && c.Value.LastSeen - c.Value.FirstSeen >= Known).Select(c => c.Key);
        return [.. expected.Concat(sight.Memory.Declared).Distinct(StringComparer.Ordinal).Where(c => !here.Contains(c) && !sight.Memory.StoppedHere.Contains(c))
            .Select(c => new Observation(c, Severity.Warning, $"container {c} is {(sight.Memory.Containers.ContainsKey(c) ? "gone" : "not there")}"))];
    }

    private static bool Stays(string? policy) => policy is "always" or "unless-stopped" or "on-failure";
}
