using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>logs.lines</c> out of Loki: warnings and worse of all services, before the alert and since, as
/// <c>log at= service= severity= text=</c>, oldest first; before them <c>window from= to= only=trouble</c>, and
/// <c>known_from=</c> where there were more lines than are asked for.
/// </summary>
internal sealed partial class LokiLogsTool(ICommandRunner runner, TimeProvider time) : IEvidenceTool
{
    /// <summary>Labels that name a service, best first.</summary>
    private static readonly string[] ServiceLabels = ["service_name", "service", "app", "app_kubernetes_io_name", "application", "container", "compose_service", "container_name", "job", "unit", "host"];

    private static readonly string[] LevelLabels = ["detected_level", "level", "severity"];

    public ToolDescription Description { get; } = new(
        "logs.lines",
        "Asks Loki for log lines of warnings and errors of all services, before the alert and since; those nearest to its beginning where there are too many.",
        [
            new ToolParameter("since", "When it began: a time such as 2026-05-04T10:00:00Z, or a span such as -30m (the default)."),
            new ToolParameter("service", "Only the lines of this service."),
        ],
        TimeSpan.FromSeconds(30),
        900_000,
        Cost: 2.5);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var since = arguments.GetValueOrDefault("since") is { Length: > 0 } said ? said : "-30m";
        var service = arguments.GetValueOrDefault("service", "");
        if (service.Contains('"', StringComparison.Ordinal) || service.Contains('\\', StringComparison.Ordinal) || service.Any(char.IsControl))
        {
            return ToolArguments.Wrong($"service must be a plain name, not \"{Formats.Quoted(service, 40)}\".");
        }

        var call = new ApiCall(runner, Description, time, LokiTools.Program, "Loki", "LOKI_URL");
        var (names, failure) = await call.AskAsync(cancellation, "labels");
        if (failure is not null)
        {
            return failure;
        }

        HashSet<string> known = [.. names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!) : []];
        if (Array.Find(ServiceLabels, known.Contains) is not { } label)
        {
            return new ToolResult(ToolStatus.Ok, "", known.Count == 0 ? "Loki holds no logs of the last hour." : "None of its labels names a service.");
        }

        var query = $"{{{label}{(service.Length > 0 ? $"=\"{service}\"" : "=~\".+\"")}}} |~ \"(?i)(error|warn|fatal|crit|panic|exception|fail|refused|timeout|timed out|denied|killed|unavailable|expired)\"";
        List<(long At, string Line)> lines = [];
        List<string> notes = [];
        long? complete = null;
        foreach (var (part, most) in new[] { ("before", LokiProbe.MostBefore), ("since", LokiProbe.MostSince) })
        {
            var (data, trouble) = await call.AskAsync(cancellation, part, query, since);
            if (trouble is not null)
            {
                return trouble;
            }

            var before = lines.Count;
            lines.AddRange(Read(data, label));
            if (lines.Count - before >= most)
            {
                // Both parts end where the other begins: what is missing is missing at the outer ends.
                complete = part == "before" ? lines.Min(l => l.At) : complete;
                notes.Add($"There were more than {most} lines {(part == "before" ? "in usual times; the last" : "since; the first")} are here.");
            }
        }

        var text = new StringBuilder();
        if (SinceWindow.Of(since, time.GetUtcNow()) is { } window)
        {
            var line = new RecordLine("window").Add("from", Formats.Utc(window.Start)).Add("to", Formats.Utc(window.End)).Add("only", "trouble");
            text.Append(complete is { } first ? line.Add("known_from", Formats.Utc(Time(first))) : line).Append('\n');
        }

        foreach (var (_, logged) in lines.OrderBy(l => l.At))
        {
            if (text.Length + logged.Length + 1 > Description.OutputLimit)
            {
                notes.Add("The last lines had no room.");
                break;
            }

            text.Append(logged).Append('\n');
        }

        return CommandTool.Ok(Description, lines.Count == 0 ? "" : text.ToString(), lines.Count == 0 ? "No warning and no error was logged in this time." : string.Join(' ', notes));
    }

    private static IEnumerable<(long At, string Line)> Read(JsonElement data, string label)
    {
        foreach (var stream in data.ItemsAt("result"))
        {
            var service = stream.TextAt("stream", label) ?? "";
            var level = LevelLabels.Select(l => stream.TextAt("stream", l)).FirstOrDefault(l => l is { Length: > 0 } and not "unknown");
            foreach (var value in stream.ItemsAt("values"))
            {
                if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 2 && value[0].GetString() is { } at && value[1].GetString() is { } said && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds))
                {
                    yield return (nanoseconds, new RecordLine("log")
                        .Add("at", Time(nanoseconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))
                        .Add("service", service)
                        .Add("severity", Severity(level, said))
                        .Text(said));
                }
            }
        }
    }

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.FromUnixTimeMilliseconds(nanoseconds / 1_000_000);

    private static string Severity(string? level, string line) =>
        level is not null ? level.ToUpperInvariant() switch { "ERR" => "ERROR", "WARNING" => "WARN", var other => other }
        : Errors().IsMatch(line) ? "ERROR" : Warnings().IsMatch(line) ? "WARN" : "INFO";

    [GeneratedRegex(@"\b(error|fatal|crit(ical)?|panic|exception|emerg|severe)\b|level""?[=:] ?""?(err|fatal|crit)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Errors();

    [GeneratedRegex(@"\bwarn(ing)?\b|level""?[=:] ?""?warn", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Warnings();
}
