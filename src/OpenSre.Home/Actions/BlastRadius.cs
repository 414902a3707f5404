namespace OpenSre.Home;

/// <summary>What else an action touches.</summary>
/// <param name="Sentences">For people, most important first; empty when nothing else is touched.</param>
/// <param name="Risk">At least this.</param>
public sealed record BlastRadius(IReadOnlyList<string> Sentences, ActionRisk Risk)
{
    public static BlastRadius Of(TypedAction action, ActionSight sight)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(sight);
        List<string> said = [];
        var risk = ActionRisk.Low;
        foreach (var name in new[] { action.Kind is "container.restart" or "container.stop" or "unit.restart" ? action.Thing : "", action.Host }.Where(n => n.Length > 0 && sight.Options.IsProtected(n)))
        {
            // Starting what does not run takes nothing from anybody.
            said.Add($"{name} is protected");
            risk = ActionRisk.High;
        }

        if (sight.Reading is not { } reading)
        {
            return new BlastRadius(said, risk);
        }

        if (action.Kind == "host.reboot")
        {
            var running = reading.Containers.Count(c => c.State == "running");
            said.Add($"everything on {action.Host} stops{(running > 0 ? $", {running} containers among it" : "")}");
        }

        if (action.Kind is "container.restart" or "container.stop" && reading.Containers.FirstOrDefault(c => c.Name == action.Thing) is { } container)
        {
            var dependents = Dependents(container, reading.Containers);
            if (dependents.Count > 0)
            {
                said.Add($"{dependents.Count} that depend on it feel it: {string.Join(", ", dependents.Take(6))}");
                risk = (ActionRisk)Math.Max((int)risk, (int)(action.Kind == "container.stop" ? ActionRisk.High : ActionRisk.Medium));
            }

            if (container is { Project: { } project, Service: { } service, State: "running" })
            {
                var replicas = reading.Containers.Count(c => c.Project == project && c.Service == service && c.State == "running" && c.Health != "unhealthy");
                var all = reading.Containers.Count(c => c.Project == project && c.Service == service);
                if (all > 1 && replicas <= 1)
                {
                    said.Add($"it is the last of {all} of {service} that works");
                    risk = ActionRisk.High;
                }
            }
        }

        if (action.Kind is "container.restart" or "container.stop" or "unit.restart" or "compose.start" && HostActions.Backup(reading) is { } backup)
        {
            said.Add($"{backup} runs on {action.Host} at the moment");
            risk = (ActionRisk)Math.Max((int)risk, (int)ActionRisk.Medium);
        }

        return new BlastRadius(said, risk);
    }

    /// <summary>All that depend on it, also by way of others. Names in depends_on are services of the same project.</summary>
    internal static IReadOnlyList<string> Dependents(ContainerReading container, IReadOnlyList<ContainerReading> all)
    {
        List<string> found = [];
        Queue<ContainerReading> open = new([container]);
        while (open.TryDequeue(out var one))
        {
            foreach (var other in all.Where(c => c != container && !found.Contains(c.Name) && DependsOn(c, one)))
            {
                found.Add(other.Name);
                open.Enqueue(other);
            }
        }

        return found;
    }

    internal static bool DependsOn(ContainerReading one, ContainerReading other) =>
        one.Name != other.Name && one.DependsOn.Any(d => d == other.Name || (d == other.Service && one.Project == other.Project));
}
