namespace OpenSre.Home;

/// <summary>What is said about containers.</summary>
internal static class ContainerWords
{
    private const int MostListed = 15;

    public static string List(HostReading reading, ContainerFilter filter, DateTimeOffset now)
    {
        if (reading.HasDocker is not true)
        {
            return reading.Missing.TryGetValue("containers", out var why) ? $"containers n/a ({why})" : "no Docker there";
        }

        var all = reading.Containers;
        if (all.Count == 0)
        {
            return reading.Missing.TryGetValue("containers", out var reason) ? $"containers n/a ({reason})" : "no containers";
        }

        var chosen = all.Where(c => Fits(c, filter)).ToList();
        if (filter == ContainerFilter.All)
        {
            List<string> bad = [.. all.Where(IsBad).Select(c => Say(c, now))];
            var line = Counts(all);
            return bad.Count == 0 ? line : line + QuickAnswers.Block([.. bad.Take(MostListed), .. More(bad.Count)]);
        }

        var word = filter.ToString().ToLowerInvariant();
        return chosen.Count == 0 ? (filter == ContainerFilter.Unhealthy ? NoneUnhealthy(all) : $"no {word} containers; {Counts(all)}")
            : filter is ContainerFilter.Running or ContainerFilter.Healthy ? $"{Figures.Count(chosen.Count, $"{word} container")}: {QuickAnswers.Names(chosen.Select(c => c.Name), 40)}"
            : $"{Figures.Count(chosen.Count, $"{word} container")}" + QuickAnswers.Block([.. chosen.Take(MostListed).Select(c => Say(c, now)), .. More(chosen.Count)]);
    }

    /// <summary>"27 running, 2 stopped, 1 unhealthy"</summary>
    public static string Counts(IReadOnlyList<ContainerReading> all)
    {
        var unhealthy = all.Count(c => c.Health == "unhealthy");
        List<string> parts = [$"{all.Count(c => c.State == "running")} running"];
        void Add(int count, string word)
        {
            if (count > 0)
            {
                parts.Add($"{count} {word}");
            }
        }

        Add(all.Count(c => c.State is "exited" or "dead"), "stopped");
        Add(all.Count(c => c.State == "restarting"), "restarting");
        Add(all.Count(c => c.State == "paused"), "paused");
        Add(all.Count(c => c.State == "created"), "never started");
        parts.Add($"{unhealthy} unhealthy");
        return "containers: " + string.Join(", ", parts);
    }

    /// <summary>One container in a line: what it is, since when, why as far as it says so itself.</summary>
    public static string Say(ContainerReading c, DateTimeOffset now)
    {
        var status = c.Status.Length > 0 ? c.Status : c.Health is { } health ? $"{c.State} ({health})" : c.State;
        var memory = c.OomKilled ? ", killed for lack of memory" : "";
        var restarts = c.Restarts is > 0 and var count ? $", restarted {Figures.Count(count, "time")}" : "";
        var output = c is { Health: "unhealthy", HealthOutput: { Length: > 0 } said } ? $": “{Core.SafeText.Line(said, 100)}”" : "";
        var streak = c is { Health: "unhealthy", FailingStreak: > 1 and var checks } ? $", {checks} failed checks" : "";
        return $"{c.Name} {status}{memory}{restarts}{streak}{output}";
    }

    public static bool IsBad(ContainerReading c) =>
        c.Health == "unhealthy" || c.State is "restarting" or "dead" || (c.State == "exited" && (c.OomKilled || c.RestartPolicy is "always" or "unless-stopped" || c.ExitCode is not (0 or null)));

    private static IEnumerable<string> More(int count) => count > MostListed ? [$"and {count - MostListed} more"] : [];

    private static bool Fits(ContainerReading c, ContainerFilter filter) => filter switch
    {
        ContainerFilter.Running => c.State == "running",
        ContainerFilter.Stopped => c.State is "exited" or "dead" or "created",
        ContainerFilter.Unhealthy => c.Health == "unhealthy",
        ContainerFilter.Healthy => c.Health == "healthy",
        ContainerFilter.Restarting => c.State == "restarting",
        ContainerFilter.Paused => c.State == "paused",
        _ => true,
    };

    /// <summary>A container without a health check is never unhealthy, which is not the same as healthy.</summary>
    private static string NoneUnhealthy(IReadOnlyList<ContainerReading> all)
    {
        var running = all.Where(c => c.State == "running").ToList();
        var unchecked_ = running.Count(c => c.Health is null);
        var stopped = all.Where(c => c.State != "running" && IsBad(c)).ToList();
        return $"no unhealthy containers ({running.Count} running{(unchecked_ > 0 ? $", {unchecked_} of them without a health check" : "")})"
            + (stopped.Count > 0 ? $"; not running though: {QuickAnswers.Names(stopped.Select(c => c.Name), MostListed)}" : "");
    }
}
