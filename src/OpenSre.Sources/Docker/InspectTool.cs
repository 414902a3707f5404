using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.inspect</c>: how one container is set up, and what its health check said last.</summary>
internal sealed class InspectTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "docker.inspect",
        "Shows how one container is set up: image, command, environment (secrets masked), mounts, ports, networks, limits, labels, and the last runs of its health check.",
        [new ToolParameter("name", "Name or id of the container.", Required: true)],
        TimeSpan.FromSeconds(10),
        40_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "name", ToolArguments.IsContainer, "the name or id of a container", out var name, out var wrong))
        {
            return wrong;
        }

        var call = new DockerCall(runner, options, Description, time);
        var reply = await call.AskAsync($"/containers/{name}/json", ["inspect", "--type", "container", name], cancellation);
        if (reply.Failure is { } failure)
        {
            return failure;
        }

        var json = reply.Json is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().FirstOrDefault() : reply.Json ?? default;
        return json.ValueKind == JsonValueKind.Object
            ? CommandTool.Ok(Description, string.Join('\n', Lines(json)) + "\n")
            : new ToolResult(ToolStatus.Failed, "", "Docker's answer cannot be read: it is no JSON.");
    }

    private static IEnumerable<string> Lines(JsonElement json)
    {
        yield return ContainerFacts.Line(json, default, json.TextAt("State", "Status"));
        if (json.TextAt("State", "Error") is { Length: > 0 } error)
        {
            yield return new RecordLine("container_error").Add("name", ContainerFacts.Name(json)).Text(error);
        }

        yield return new RecordLine("image").Add("name", json.TextAt("Config", "Image")).Add("id", ContainerFacts.ShortId(json.TextAt("Image"))).Add("created", DockerTime.ToSecond(json.TextAt("Created"))).Add("driver", json.TextAt("Driver")).ToString();
        yield return new RecordLine("command").Add("user", json.TextAt("Config", "User")).Add("directory", json.TextAt("Config", "WorkingDir")).Text(Command(json), key: "cmd");
        foreach (var line in Limits(json).Concat(Environment(json)).Concat(Mounts(json)).Concat(Network(json)).Concat(Labels(json)).Concat(Health(json)))
        {
            yield return line;
        }
    }

    private static string Command(JsonElement json) =>
        string.Join(' ', json.TextsAt("Config", "Entrypoint").Concat(json.TextsAt("Config", "Cmd")).Select(a => a.Length == 0 || a.Any(char.IsWhiteSpace) ? $"'{a}'" : a));

    private static IEnumerable<string> Limits(JsonElement json)
    {
        var host = json.At("HostConfig") ?? default;
        var cpus = host.PositiveAt("NanoCpus") is { } nano ? (nano / 1e9).ToString("0.###")
            : host.PositiveAt("CpuQuota") is { } quota && host.PositiveAt("CpuPeriod") is { } period ? ((double)quota / period).ToString("0.###")
            : null;
        yield return new RecordLine("limits")
            .Add("memory", host.PositiveAt("Memory"))
            .Add("memory_and_swap", host.PositiveAt("MemorySwap"))
            .Add("memory_reservation", host.PositiveAt("MemoryReservation"))
            .Add("cpus", cpus)
            .Add("cpuset", host.TextAt("CpusetCpus"))
            .Add("pids", host.PositiveAt("PidsLimit"))
            .Add("read_only", host.FlagAt("ReadonlyRootfs"))
            .Add("privileged", host.FlagAt("Privileged"))
            .Add("log_driver", host.TextAt("LogConfig", "Type"))
            .Add("log_max_size", host.TextAt("LogConfig", "Config", "max-size"))
            .ToString();
        foreach (var limit in host.ItemsAt("Ulimits"))
        {
            yield return new RecordLine("ulimit").Add("name", limit.TextAt("Name")).Add("soft", limit.NumberAt("Soft")).Add("hard", limit.NumberAt("Hard")).ToString();
        }
    }

    private static IEnumerable<string> Environment(JsonElement json)
    {
        foreach (var variable in json.TextsAt("Config", "Env"))
        {
            var clean = SecretNames.CleanVariable(variable);
            var equals = clean.IndexOf('=');
            yield return equals < 0
                ? new RecordLine("env").Add("name", clean).ToString()
                : new RecordLine("env").Add("name", clean[..equals]).Text(clean[(equals + 1)..]);
        }
    }

    private static IEnumerable<string> Mounts(JsonElement json) => json.ItemsAt("Mounts").Select(m =>
        new RecordLine("mount").Add("type", m.TextAt("Type")).Add("name", m.TextAt("Name")).Add("source", m.TextAt("Source")).Add("target", m.TextAt("Destination"))
            .Add("access", m.FlagAt("RW") == false ? "read-only" : "read-write").ToString());

    private static IEnumerable<string> Network(JsonElement json)
    {
        yield return new RecordLine("network_mode").Add("mode", json.TextAt("HostConfig", "NetworkMode")).Add("hostname", json.TextAt("Config", "Hostname"))
            .Add("dns", string.Join(',', json.TextsAt("HostConfig", "Dns"))).ToString();
        foreach (var port in ContainerFacts.Ports(json))
        {
            var arrow = port.IndexOf("->", StringComparison.Ordinal);
            yield return new RecordLine("port").Add("host", port[..arrow]).Add("container", port[(arrow + 2)..]).ToString();
        }

        foreach (var network in json.MembersAt("NetworkSettings", "Networks"))
        {
            yield return new RecordLine("network").Add("name", network.Name).Add("address", network.Value.TextAt("IPAddress")).Add("gateway", network.Value.TextAt("Gateway"))
                .Add("aliases", string.Join(',', network.Value.TextsAt("Aliases"))).ToString();
        }
    }

    private static IEnumerable<string> Labels(JsonElement json) => json.MembersAt("Config", "Labels").Where(l => l.Value.ValueKind == JsonValueKind.String).Take(60)
        .Select(l => new RecordLine("label").Add("name", l.Name).Text(SecretNames.CleanValue(l.Name, l.Value.GetString()!)));

    private static IEnumerable<string> Health(JsonElement json)
    {
        if (json.TextsAt("Config", "Healthcheck", "Test").ToList() is { Count: > 0 } test)
        {
            yield return new RecordLine("health_check")
                .Add("interval_s", json.NumberAt("Config", "Healthcheck", "Interval") / 1_000_000_000)
                .Add("timeout_s", json.NumberAt("Config", "Healthcheck", "Timeout") / 1_000_000_000)
                .Add("retries", json.NumberAt("Config", "Healthcheck", "Retries"))
                .Text(string.Join(' ', test), key: "cmd");
        }

        foreach (var run in json.ItemsAt("State", "Health", "Log"))
        {
            yield return ContainerFacts.Health(json, run);
        }
    }
}
