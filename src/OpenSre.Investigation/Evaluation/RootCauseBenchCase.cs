using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>One recorded incident of RootCauseBench as the records of tools. Reads only the inputs of the case.</summary>
public static class RootCauseBenchCase
{
    /// <exception cref="InvalidDataException">A file of the case is missing or cannot be read.</exception>
    public static TelemetryCase Load(string place)
    {
        try
        {
            var logs = Lines(Path.Combine(place, "logs.ndjson"));
            var metrics = Metrics(CsvTable.Read(Path.Combine(place, "metrics.csv")), out var from, out var to);
            var commits = Array(Path.Combine(place, "context", "commits.json"));
            var list = Changes(commits, Array(Path.Combine(place, "context", "deploys.json")), Array(Path.Combine(place, "context", "flags.json")));
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(place, "alert.json")));
            var status = Path.Combine(place, "status_feed.json");
            var diffs = commits.Where(c => Text(c, "diff").Length > 0).ToDictionary(c => Text(c, "sha"), c => Text(c, "diff"), StringComparer.Ordinal);
            return new TelemetryCase(ReadAlert(json.RootElement), to,
            [
                TelemetryEvaluation.Tool(TelemetryTools.Series, "Metrics of all services around the incident", a => a("window") == "baseline" ? null : metrics),
                TelemetryEvaluation.Tool(TelemetryTools.Logs, "Log lines, warnings and worse", _ => $"window from={Stamp(from)}\n" + string.Join('\n', logs.Where(l => Text(l, "severity_text") is not ("INFO" or "DEBUG" or "TRACE")).Select(Log))),
                TelemetryEvaluation.Tool(TelemetryTools.Patterns, "Log patterns with their change against usual times", _ => string.Join('\n', Array(Path.Combine(place, "patterns.json")).Select(Pattern))),
                TelemetryEvaluation.Tool(TelemetryTools.Traces, "Sampled traces", _ => Traces(Array(Path.Combine(place, "traces.json")))),
                TelemetryEvaluation.Tool(TelemetryTools.Changes, "Commits, deployments and flags, without diffs", _ => list),
                TelemetryEvaluation.Tool(TelemetryTools.Diff, "Commits in full", a => string.Join('\n', a("commits").Split(',').Select(c => $"commit {c}\n{diffs.GetValueOrDefault(c)}\n")), new ToolParameter("commits", "ids with commas between them", Required: true)),
                TelemetryEvaluation.Tool(TelemetryTools.Status, "Status feeds of what others run", _ => File.Exists(status) ? Status(status) : null),
            ], [.. logs.Select(l => Text(l, "service")).Distinct()]);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{place} holds no case that can be read: {e.Message}", e);
        }
    }

    private static Alert ReadAlert(JsonElement alert)
    {
        var detail = Text(alert, "detail");
        return new Alert
        {
            Name = Text(alert, "monitor"),
            Summary = Text(alert, "summary"),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["service"] = Text(alert, "service"), ["metric"] = Text(alert, "metric"), ["severity"] = Text(alert, "severity") },
            Annotations = detail.Length > 0 ? new Dictionary<string, string>(StringComparer.Ordinal) { ["detail"] = detail } : new Dictionary<string, string>(StringComparer.Ordinal),
            StartsAt = Time(Text(alert, "fired_at")),
        };
    }

    private static string Metrics(List<string[]> rows, out DateTimeOffset from, out DateTimeOffset to)
    {
        var (time, service, metric, value) = (rows[0].IndexOf("timestamp"), rows[0].IndexOf("service"), rows[0].IndexOf("metric"), rows[0].IndexOf("value"));
        var points = rows.Skip(1).Where(r => r.Length == rows[0].Length).Select(r => (Key: (r[service], r[metric]), At: Time(r[time]), Value: CsvTable.Number(r[value]))).ToList();
        (from, to) = (points.Min(p => p.At), points.Max(p => p.At));
        var text = new StringBuilder();
        foreach (var series in points.GroupBy(p => p.Key))
        {
            var ordered = series.OrderBy(p => p.At).ToList();
            text.Append(Series.Write(series.Key.Item1, series.Key.Item2, ordered[0].At, [.. ordered.Select(p => (p.At - ordered[0].At).TotalSeconds)], [.. ordered.Select(p => p.Value)])).Append('\n');
        }

        return text.ToString();
    }

    private static string Changes(List<JsonElement> commits, List<JsonElement> deploys, List<JsonElement> flags)
    {
        var text = new StringBuilder();
        foreach (var commit in commits)
        {
            text.Append($"commit id={Text(commit, "sha")} at={Text(commit, "timestamp")} author={Word(commit, "author")} text={Line(commit, "message")}\n");
            if (commit.TryGetProperty("files_changed", out var files))
            {
                foreach (var file in files.EnumerateArray())
                {
                    text.Append($"changed commit={Text(commit, "sha")} path={SafeText.Line(file.GetString()!, 300)}\n");
                }
            }
        }

        foreach (var deploy in deploys)
        {
            text.Append($"deployed at={Text(deploy, "timestamp")} service={Word(deploy, "service")} commit={Text(deploy, "commit_sha")} version={Word(deploy, "version")}\n");
        }

        foreach (var flag in flags)
        {
            text.Append($"flag at={Text(flag, "timestamp")} service={Word(flag, "service")} change={Word(flag, "change")} text={Line(flag, "flag")}\n");
        }

        return text.ToString();
    }

    /// <summary>Spans of one trace share its id; a later span may say "same" instead of it.</summary>
    private static string Traces(List<JsonElement> spans)
    {
        var text = new StringBuilder();
        var trace = "";
        foreach (var span in spans)
        {
            trace = Text(span, "trace_id") is { Length: > 0 } id and not "same" ? id : trace;
            var start = Time(Text(span, "start")).ToUnixTimeMilliseconds();
            var error = Text(span, "error");
            text.Append(CultureInfo.InvariantCulture, $"span trace={trace} id={Word(span, "span_id")} parent={(Text(span, "parent_id") is { Length: > 0 } parent ? parent : "-")} service={Word(span, "service")} start_ms={start} duration_ms={(span.TryGetProperty("duration_ms", out var duration) && duration.ValueKind == JsonValueKind.Number ? duration.GetDouble() : 0)} status={Word(span, "status")} text={Line(span, "name")}{(error.Length > 0 ? ": " + SafeText.Line(error, 400) : "")}\n");
        }

        return text.ToString();
    }

    private static string Status(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var feeds = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [json.RootElement];
        var text = new StringBuilder();
        foreach (var feed in feeds)
        {
            var source = Text(feed, "component") is { Length: > 0 } component ? component : Text(feed, "source");
            var events = feed.TryGetProperty("events", out var list) ? list.EnumerateArray().ToList() : [feed];
            foreach (var entry in events)
            {
                text.Append($"status at={Text(entry, "timestamp")} state={Word(entry, "status")} source={SafeText.Line(source, 100).Replace(' ', '_')} text={Line(entry, "detail")}\n");
            }
        }

        return text.ToString();
    }

    private static string Log(JsonElement line) => $"log at={Text(line, "timestamp")} service={Word(line, "service")} severity={Word(line, "severity_text")} text={Line(line, "msg")}";

    private static string Pattern(JsonElement p) => $"pattern service={Word(p, "service")} count={Raw(p, "count")} delta={Raw(p, "delta_vs_baseline")} tone={Word(p, "sentiment")} text={Line(p, "signature")}";

    private static List<JsonElement> Lines(string path) => File.Exists(path) ? [.. File.ReadLines(path).Where(l => l.Length > 0).Select(Parse)] : [];

    private static List<JsonElement> Array(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        return [.. Parse(File.ReadAllText(path)).EnumerateArray()];
    }

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A number, written as one or as text such as "+18700".</summary>
    private static string Raw(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString().TrimStart('+').Replace(",", "", StringComparison.Ordinal).Replace(' ', '_') : "0";

    private static string Word(JsonElement of, string name) => Text(of, name) is { Length: > 0 } word ? SafeText.Line(word, 120).Replace(' ', '_') : "-";

    private static string Line(JsonElement of, string name) => SafeText.Line(Text(of, name), 600);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
