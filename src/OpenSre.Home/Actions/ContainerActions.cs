using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>Containers and projects of them: which may be named, and what shows that an action on one worked.</summary>
internal static partial class ContainerActions
{
    public static string? NoContainer(TypedAction action, ActionSight sight)
    {
        if (!Name().IsMatch(action.Thing))
        {
            return $"{OutsideText.Line(action.Thing, 60)} is no name of a container.";
        }

        if (sight.Reading is not { Problem: null } reading)
        {
            return $"{action.Host} does not answer.";
        }

        if (reading.Containers.All(c => c.Name != action.Thing))
        {
            return $"There is no container {action.Thing} on {action.Host}.";
        }

        return action.Kind == "container.stop" && sight.Options.IsProtected(action.Thing) ? $"{action.Thing} is protected: it is not stopped from here." : null;
    }

    public static string? NoProject(TypedAction action, ActionSight sight) =>
        !Name().IsMatch(action.Thing) ? $"{OutsideText.Line(action.Thing, 60)} is no name of a project."
        : sight.Reading is not { Problem: null } reading ? $"{action.Host} does not answer."
        : reading.Containers.All(c => c.Project != action.Thing) ? $"There is no project {action.Thing} on {action.Host}." : null;

    /// <summary>Running, healthy where it can say so, and not restarted by itself meanwhile.</summary>
    public static ActionProof Runs(TypedAction action, HostReading before, HostReading after)
    {
        if (after.Problem is { } problem)
        {
            return new ActionProof(null, problem);
        }

        if (after.Containers.FirstOrDefault(c => c.Name == action.Thing) is not { } now)
        {
            return new ActionProof(after.HasDocker is true ? false : null, $"{action.Thing} is not there");
        }

        var was = before.Containers.FirstOrDefault(c => c.Name == action.Thing);
        var restarted = now.Restarts - (was?.Restarts ?? 0) is > 0 and var more ? $", restarted {more} times by itself" : "";
        return now switch
        {
            { State: "running", Health: "healthy" } => new ActionProof(true, $"{action.Thing} runs and is healthy"),
            { State: "running", Health: null } when restarted.Length == 0 && HasRunFor(now) => new ActionProof(true, $"{action.Thing} runs (it has no health check)"),
            { State: "running" } => new ActionProof(null, $"{action.Thing} runs, {now.Health ?? "just started"}{restarted}"),
            _ => new ActionProof(null, $"{action.Thing} is {now.State}{restarted}"),
        };
    }

    public static ActionProof Stopped(TypedAction action, HostReading before, HostReading after) =>
        after.Containers.FirstOrDefault(c => c.Name == action.Thing) is { State: "exited" or "created" or "dead" } now
            ? new ActionProof(true, $"{action.Thing} is {now.State}")
            : new ActionProof(null, $"{action.Thing} is not known to be stopped");

    public static ActionProof ProjectRuns(TypedAction action, HostReading before, HostReading after)
    {
        var all = after.Containers.Where(c => c.Project == action.Thing).ToList();
        var bad = all.Where(c => c.State != "running" || c.Health is "unhealthy" or "starting").Select(c => $"{c.Name} is {c.Health ?? c.State}").ToList();
        return all.Count > 0 && bad.Count == 0 ? new ActionProof(true, $"all {all.Count} containers of {action.Thing} run") : new ActionProof(null, bad.Count > 0 ? string.Join(", ", bad) : $"nothing of {action.Thing} is to be seen");
    }

    /// <summary>"Up 3 seconds" proves little: what dies at once looks like that too.</summary>
    private static bool HasRunFor(ContainerReading container) => container.Status.StartsWith("Up ", StringComparison.Ordinal)
        && (Seconds().Match(container.Status) is not { Success: true } match || int.Parse(match.Groups[1].ValueSpan, null) >= 5) && !container.Status.StartsWith("Up Less", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\AUp (\d+) seconds?")]
    private static partial Regex Seconds();
}
