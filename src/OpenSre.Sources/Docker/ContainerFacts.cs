using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>The facts of one container, as lines, out of what the engine's inspection says.</summary>
internal static class ContainerFacts
{
    /// <summary>The name without Docker's leading slash.</summary>
    public static string Name(JsonElement inspected) => (inspected.TextAt("Name") ?? "").TrimStart('/');

    public static string ShortId(string? id) => (id ?? "").Replace("sha256:", "", StringComparison.Ordinal) is { Length: > 12 } longId ? longId[..12] : id ?? "";

    /// <summary>State, health, exits and limits in one line.</summary>
    /// <param name="status">Docker's own words, such as "Up 5 minutes (healthy)".</param>
    public static string Line(JsonElement inspected, ContainerUsage usage, string? status)
    {
        var state = inspected.TextAt("State", "Status") ?? "unknown";
        var health = inspected.TextAt("State", "Health", "Status");
        // A container that has exited keeps the last word of its health check, which says nothing any more.
        var runs = state is "running" or "paused";
        var memoryLimit = inspected.PositiveAt("HostConfig", "Memory");
        var pidsLimit = inspected.PositiveAt("HostConfig", "PidsLimit");
        var labels = inspected.At("Config", "Labels") ?? default;
        var project = labels.TextAt("com.docker.compose.project");
        var dependsOn = labels.TextAt("com.docker.compose.depends_on");
        return new RecordLine("container")
            .Add("name", Name(inspected))
            .Add("id", ShortId(inspected.TextAt("Id")))
            .Add("image", inspected.TextAt("Config", "Image"))
            .Add("state", state)
            .Add("health", runs && health is not "none" ? health : null)
            .AddIf(!runs && health is not (null or "none"), "stale_health", health)
            .Add("restarts", inspected.NumberAt("RestartCount"))
            .Add("exit_code", runs ? null : inspected.NumberAt("State", "ExitCode"))
            .Add("oom_killed", inspected.FlagAt("State", "OOMKilled"))
            .Add("started", DockerTime.ToSecond(inspected.TextAt("State", "StartedAt")))
            .Add("finished", DockerTime.ToSecond(inspected.TextAt("State", "FinishedAt")))
            .Add("restart_policy", RestartPolicy(inspected))
            .Add("memory", usage.Memory)
            .Add("memory_limit", memoryLimit)
            .Add("memory_max", usage.MemoryMax)
            .Add("pids", usage.Pids)
            .Add("pids_limit", pidsLimit)
            .AddIf(usage.Periods > 0, "cpu_throttled", $"{usage.ThrottledPeriods}/{usage.Periods}")
            .Add("network", inspected.TextAt("HostConfig", "NetworkMode"))
            .Add("ports", string.Join(',', Ports(inspected)))
            .AddIf(project is not null, "compose", $"{project}/{labels.TextAt("com.docker.compose.service")}")
            .AddIf(!string.IsNullOrEmpty(dependsOn), "depends_on", string.Join(',', (dependsOn ?? "").Split(',').Select(d => d.Split(':')[0])))
            .Text(status);
    }

    /// <summary>What went wrong: why it did not start, and what its health check last said, if that was not good.</summary>
    public static IEnumerable<string> Troubles(JsonElement inspected)
    {
        if (inspected.TextAt("State", "Error") is { Length: > 0 } error)
        {
            yield return new RecordLine("container_error").Add("name", Name(inspected)).Text(error);
        }

        if (inspected.TextAt("State", "Health", "Status") is "unhealthy" or "starting" && inspected.ItemsAt("State", "Health", "Log").LastOrDefault() is { ValueKind: JsonValueKind.Object } last)
        {
            yield return Health(inspected, last);
        }
    }

    /// <summary>One run of the health check.</summary>
    public static string Health(JsonElement inspected, JsonElement run) =>
        new RecordLine("health")
            .Add("name", Name(inspected))
            .Add("at", DockerTime.ToSecond(run.TextAt("Start")))
            .Add("exit_code", run.NumberAt("ExitCode"))
            .Add("failing_streak", inspected.NumberAt("State", "Health", "FailingStreak"))
            .Text(run.TextAt("Output"));

    /// <summary>host address:port->container port, for what is published.</summary>
    public static IEnumerable<string> Ports(JsonElement inspected)
    {
        foreach (var port in inspected.MembersAt("NetworkSettings", "Ports").Concat(inspected.MembersAt("HostConfig", "PortBindings")).DistinctBy(p => p.Name, StringComparer.Ordinal))
        {
            if (port.Value.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var binding in port.Value.EnumerateArray())
            {
                var address = binding.TextAt("HostIp") is { Length: > 0 } ip ? ip : "0.0.0.0";
                yield return $"{(address.Contains(':') ? $"[{address}]" : address)}:{binding.TextAt("HostPort")}->{port.Name}";
            }
        }
    }

    private static string? RestartPolicy(JsonElement inspected)
    {
        var name = inspected.TextAt("HostConfig", "RestartPolicy", "Name");
        return name is "on-failure" && inspected.PositiveAt("HostConfig", "RestartPolicy", "MaximumRetryCount") is { } most ? $"{name}:{most}"
            : string.IsNullOrEmpty(name) ? "no" : name;
    }
}
