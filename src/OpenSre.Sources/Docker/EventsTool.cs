using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.events</c>: what happened to containers lately, counted per container, and the last events one by one.</summary>
internal sealed class EventsTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    private const int UsualMinutes = 60;
    private const int Shown = 50;

    /// <summary>What tells a story; the exec_ events of health checks are left out by the engine.</summary>
    private static readonly string[] Actions =
        ["create", "start", "restart", "die", "oom", "kill", "stop", "destroy", "pause", "unpause", "rename", "update", "health_status"];

    public ToolDescription Description { get; } = new(
        "docker.events",
        "Shows what happened to containers lately (start, die with exit code, oom, kill, restart, health changes, pause): counts per container, then the last 50 events.",
        [new ToolParameter("minutes", "How far back, 1 to 1440 minutes; 60 if left out.")],
        TimeSpan.FromSeconds(12),
        30_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryNumber(arguments, "minutes", UsualMinutes, 1, 1440, out var minutes, out var wrong))
        {
            return wrong!;
        }

        var filters = Uri.EscapeDataString($$"""{"type":["container"],"event":[{{string.Join(',', Actions.Select(a => $"\"{a}\""))}}]}""");
        var call = new DockerCall(runner, options, Description, time);
        var reply = await call.AskAsync(
            $"/events?since={{now-{minutes * 60}}}&until={{now}}&filters={filters}",
            ["events", "--since", $"{minutes}m", "--until", "0s", "--filter", "type=container", .. Actions.SelectMany(a => new[] { "--filter", $"event={a}" }), "--format", "{{json .}}"],
            cancellation);
        if (reply.Failure is { } failure)
        {
            return failure;
        }

        var events = JsonReading.ParseLines(reply.Text, out _).Select(Event.Of).Where(e => !e.Action.StartsWith("exec_", StringComparison.Ordinal)).OrderBy(e => e.Nanoseconds).ToList();
        return CommandTool.Ok(
            Description,
            string.Join('\n', Lines(events, minutes)) + "\n",
            "The engine remembers only its last 256 events of any kind, which health checks use up quickly: earlier ones may be missing.");
    }

    private static IEnumerable<string> Lines(List<Event> events, int minutes)
    {
        yield return new RecordLine("events").Add("minutes", minutes).Add("total", events.Count).ToString();
        foreach (var group in events.GroupBy(e => (e.Name, e.Action)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            var last = group.Last();
            yield return new RecordLine("event_count").Add("name", group.Key.Name).Add("action", group.Key.Action).Add("count", group.Count())
                .Add("first", group.First().At).Add("last", last.At).AddIf(last.ExitCode is not null, "exit_code", last.ExitCode).ToString();
        }

        foreach (var item in events.TakeLast(Shown))
        {
            yield return new RecordLine("event").Add("at", item.At).Add("name", item.Name).Add("action", item.Action).Add("image", item.Image)
                .AddIf(item.ExitCode is not null, "exit_code", item.ExitCode).AddIf(item.Signal is not null, "signal", item.Signal).ToString();
        }
    }

    private sealed record Event(long Nanoseconds, string? At, string Name, string Action, string? Image, string? ExitCode, string? Signal)
    {
        public static Event Of(JsonElement json)
        {
            var seconds = json.NumberAt("time");
            var action = (json.TextAt("Action") ?? json.TextAt("status") ?? "").Replace(": ", ":", StringComparison.Ordinal);
            return new Event(
                json.NumberAt("timeNano") ?? (seconds ?? 0) * 1_000_000_000,
                DockerTime.FromUnix(seconds),
                json.TextAt("Actor", "Attributes", "name") ?? ContainerFacts.ShortId(json.TextAt("Actor", "ID") ?? json.TextAt("id")),
                action,
                json.TextAt("Actor", "Attributes", "image"),
                json.TextAt("Actor", "Attributes", "exitCode"),
                json.TextAt("Actor", "Attributes", "signal"));
        }
    }
}
