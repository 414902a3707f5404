using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.containers</c>: every container with its state, health, exits, restarts, limits and use.</summary>
internal sealed class ContainersTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    private const int MostInspected = 150;
    private const int AtOnce = 4;

    /// <summary>Named fields: the whole object would make the engine measure the size of every container.</summary>
    private const string ListFormat = """{"Id":{{json .ID}},"Names":{{json .Names}},"Image":{{json .Image}},"State":{{json .State}},"Status":{{json .Status}}}""";

    public ToolDescription Description { get; } = new(
        "docker.containers",
        "Lists all containers, running or not: state, health, restarts, exit code, OOM kill, start and end, restart policy, memory and process limits and use.",
        [],
        TimeSpan.FromSeconds(20),
        120_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var call = new DockerCall(runner, options, Description, time);
        var reply = await call.AskAsync("/containers/json?all=1", ["ps", "-a", "--no-trunc", "--format", ListFormat], cancellation);
        if (reply.Failure is { } failure)
        {
            return failure;
        }

        if (!TryList(reply, out var listed))
        {
            return new ToolResult(ToolStatus.Failed, "", "Docker's list of containers cannot be read: it is no JSON.");
        }

        var chosen = listed.OrderBy(c => c.State == "running").ThenBy(c => c.Name, StringComparer.Ordinal).Take(MostInspected).ToList();
        List<string> notes = [];
        if (listed.Count > chosen.Count)
        {
            notes.Add($"{listed.Count - chosen.Count} running containers are counted but not listed.");
        }

        var inspected = reply.FromProgram
            ? await InspectByProgramAsync(call, chosen, notes, cancellation)
            : await InspectAsync(call, chosen, notes, cancellation);
        return CommandTool.Ok(Description, Write(listed, inspected), string.Join(' ', notes));
    }

    private static bool TryList(DockerReply reply, out List<Listed> listed)
    {
        listed = [];
        if (reply.FromProgram)
        {
            listed = [.. JsonReading.ParseLines(reply.Text, out var unreadable).Select(Listed.Of)];
            return unreadable == 0;
        }

        if (reply.Json is not { ValueKind: JsonValueKind.Array } all)
        {
            return false;
        }

        listed = [.. all.EnumerateArray().Select(Listed.Of)];
        return true;
    }

    private static async Task<List<Inspected>> InspectAsync(DockerCall call, List<Listed> chosen, List<string> notes, CancellationToken cancellation)
    {
        using var gate = new SemaphoreSlim(AtOnce);
        var found = await Task.WhenAll(chosen.Select(async container =>
        {
            await gate.WaitAsync(cancellation);
            try
            {
                var details = await call.AskAsync($"/containers/{container.Id}/json", ["inspect", "--type", "container", container.Id], cancellation);
                if (details.Json is not { ValueKind: JsonValueKind.Object } json)
                {
                    return new Inspected(container, null, default, details.Failure?.Status == ToolStatus.TimedOut);
                }

                var runs = json.FlagAt("State", "Running") == true && json.FlagAt("State", "Restarting") != true;
                var stats = runs ? await call.AskAsync($"/containers/{container.Id}/stats?stream=false&one-shot=true", ["stats", "--no-stream", "--format", "{{json .}}", container.Id], cancellation) : null;
                return new Inspected(container, json, stats?.Json is { } read ? ContainerUsage.FromStats(read) : default, stats?.Failure?.Status == ToolStatus.TimedOut);
            }
            finally
            {
                gate.Release();
            }
        }));
        var silent = found.Count(f => f.TimedOut);
        if (silent > 0)
        {
            notes.Add($"The engine did not answer in time about {silent} containers.");
        }

        return [.. found];
    }

    private static async Task<List<Inspected>> InspectByProgramAsync(DockerCall call, List<Listed> chosen, List<string> notes, CancellationToken cancellation)
    {
        if (chosen.Count == 0)
        {
            return [];
        }

        var details = await call.AskProgramAsync(["inspect", "--type", "container", .. chosen.Select(c => c.Id)], cancellation);
        var stats = chosen.Exists(c => c.State == "running")
            ? await call.AskProgramAsync(["stats", "--no-stream", "--no-trunc", "--format", "{{json .}}"], cancellation, TimeSpan.FromSeconds(8))
            : null;
        foreach (var part in new[] { details, stats })
        {
            if (part?.Failure is { } failure)
            {
                notes.Add(failure.Note);
            }
        }

        var usage = stats is null ? [] : JsonReading.ParseLines(stats.Text, out _).GroupBy(s => s.TextAt("ID") ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => ContainerUsage.FromProgram(g.First()), StringComparer.Ordinal);
        var byId = (details.Json is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().AsEnumerable() : []).GroupBy(d => d.TextAt("Id") ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return [.. chosen.Select(c => new Inspected(c, byId.TryGetValue(c.Id, out var json) ? json : null, usage.GetValueOrDefault(c.Id), false))];
    }

    private static string Write(List<Listed> listed, List<Inspected> inspected)
    {
        var lines = new List<string>();
        var total = new RecordLine("containers").Add("total", listed.Count);
        foreach (var state in new[] { "running", "paused", "restarting", "exited", "created", "dead" })
        {
            total.Add(state, listed.Count(c => c.State == state));
        }

        total.Add("unhealthy", inspected.Count(i => i.Json?.TextAt("State", "Health", "Status") == "unhealthy" && i.Json?.TextAt("State", "Status") is "running" or "paused"));
        lines.Add(total.ToString());
        foreach (var container in inspected)
        {
            if (container.Json is { } json)
            {
                lines.Add(ContainerFacts.Line(json, container.Usage, container.Listed.Status));
                lines.AddRange(ContainerFacts.Troubles(json));
            }
            else
            {
                lines.Add(new RecordLine("container").Add("name", container.Listed.Name).Add("id", ContainerFacts.ShortId(container.Listed.Id)).Add("image", container.Listed.Image).Add("state", container.Listed.State).Text(container.Listed.Status));
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private sealed record Listed(string Id, string Name, string Image, string State, string Status)
    {
        public static Listed Of(JsonElement json) => new(
            json.TextAt("Id") ?? "",
            (json.TextsAt("Names").FirstOrDefault() ?? json.TextAt("Names") ?? "").Split(',')[0].TrimStart('/'),
            json.TextAt("Image") ?? "",
            json.TextAt("State") ?? "",
            json.TextAt("Status") ?? "");
    }

    private sealed record Inspected(Listed Listed, JsonElement? Json, ContainerUsage Usage, bool TimedOut);
}
