using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>metrics.series</c> out of Prometheus: what an alert's expression measures, and the golden signals of every service,
/// before the alert and since, as <c>series metric= from= step_s= values= text=SERVICE</c>.
/// </summary>
internal sealed class PrometheusSeriesTool(ICommandRunner runner, TimeProvider time) : IEvidenceTool
{
    private const int MostExpressions = 3;
    private const int MostThings = 60;

    /// <summary>Fewer requests a second than this have no share of failures and no mean that means anything.</summary>
    private const double FewRequests = 1e-3;

    public ToolDescription Description { get; } = new(
        "metrics.series",
        "Asks Prometheus for the golden signals of every service (requests, availability, mean latency, CPU, memory, failures, fullness) and for what an alert's expression measures, before the alert and since.",
        [
            new ToolParameter("since", "When it began: a time such as 2026-05-04T10:00:00Z, or a span such as -30m (the default)."),
            new ToolParameter("expr", "A PromQL expression, such as that of the alert; comparisons are taken off it."),
            new ToolParameter("by", "The label that names services, if it is none of the usual ones."),
        ],
        TimeSpan.FromSeconds(25),
        600_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var since = arguments.GetValueOrDefault("since") is { Length: > 0 } said ? said : "-30m";
        var by = arguments.GetValueOrDefault("by") is { Length: > 0 } label ? label : null;
        if (by is not null && !by.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            return ToolArguments.Wrong($"by must be the name of a label, not \"{Formats.Quoted(by, 40)}\".");
        }

        var call = new PrometheusCall(runner, Description, time);
        var (data, failure) = await call.AskAsync(cancellation, "names");
        if (failure is not null)
        {
            return failure;
        }

        List<string> notes = [];
        var series = new SeriesText();
        foreach (var (expression, way) in PromExpression.Measured(arguments.GetValueOrDefault("expr", "")).Take(MostExpressions))
        {
            var (result, trouble) = await call.AskAsync(cancellation, "range", expression, since);
            if (trouble is not null)
            {
                notes.Add($"The alert's expression: {trouble.Note}");
                continue;
            }

            foreach (var found in RangeResult.Read(result).Take(MostThings))
            {
                series.Add($"alert_condition{way switch { > 0 => "_above", < 0 => "_below", _ => "" }}", found.NameBy(by is null ? [] : [by]), found);
            }
        }

        List<string> names = [.. data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!) : []];
        var queries = GoldenSignals.Queries(names, by);
        var answers = new Dictionary<SignalQuery, IReadOnlyList<(string Of, RangeResult Range)>>();
        foreach (var batch in queries.Chunk(4))
        {
            var asked = batch.Select(q => call.AskAsync(cancellation, "range", q.Expression, since)).ToList();
            foreach (var (query, answer) in batch.Zip(asked))
            {
                var (result, trouble) = await answer;
                if (trouble is not null)
                {
                    notes.Add($"{query.Metric}: {trouble.Note}");
                    continue;
                }

                answers[query] = RangeResult.ByThing(result, query.Labels);
            }
        }

        Requests(answers, series);
        Others(answers, series);
        if (queries.Count == 0)
        {
            notes.Add("None of its metrics has a name that requests, CPU or memory of a service usually have.");
        }

        var text = series.ToText(MostThings, Description.OutputLimit, out var left);
        if (left > 0)
        {
            notes.Add($"{left} series were left out, of the services with the fewest requests.");
        }

        return CommandTool.Ok(Description, text, string.Join(' ', notes.Distinct().Take(4)));
    }

    /// <summary>Each service by the family of metrics that counts most requests of it: the same request may be counted in several.</summary>
    private static void Requests(Dictionary<SignalQuery, IReadOnlyList<(string Of, RangeResult Range)>> answers, SeriesText series)
    {
        var families = answers.Keys.GroupBy(q => q.Metric).ToDictionary(g => g.Key, g => g.ToDictionary(q => q.Signal, q => q), StringComparer.Ordinal);
        foreach (var thing in answers.Where(a => a.Key.Signal == Signal.Requests).SelectMany(a => a.Value.Select(v => (a.Key.Metric, v.Of, v.Range))).GroupBy(t => t.Of, StringComparer.Ordinal))
        {
            // With times where there are any: a plain counter of the same requests tells less.
            var (metric, of, requests) = thing.OrderByDescending(t => families[t.Metric].ContainsKey(Signal.Seconds)).ThenByDescending(t => t.Range.Sum).First();
            series.Weigh(of, requests.Sum);
            series.Add("requests_per_sec", of, requests);
            if (families[metric].GetValueOrDefault(Signal.Errors) is { } failing && answers.TryGetValue(failing, out var failures))
            {
                var failed = failures.FirstOrDefault(f => f.Of == of).Range;
                series.Add("availability", of, requests.With(failed, (all, bad) => all < FewRequests ? double.NaN : 1 - (double.IsNaN(bad) ? 0 : Math.Min(1, bad / all))));
            }

            if (families[metric].GetValueOrDefault(Signal.Seconds) is { } timing && answers.TryGetValue(timing, out var times) && times.FirstOrDefault(t => t.Of == of).Range is { } spent)
            {
                series.Add("latency_mean_seconds", of, requests.With(spent, (all, seconds) => all < FewRequests ? double.NaN : seconds * timing.Scale / all));
            }
        }
    }

    private static void Others(Dictionary<SignalQuery, IReadOnlyList<(string Of, RangeResult Range)>> answers, SeriesText series)
    {
        HashSet<(Signal, string)> told = [];
        foreach (var (query, things) in answers.Where(a => a.Key.Signal is Signal.Cpu or Signal.Memory or Signal.Failures or Signal.Saturation))
        {
            foreach (var (of, range) in things)
            {
                var name = query.Signal switch { Signal.Cpu => "cpu_share_of_core", Signal.Memory => "memory_bytes", Signal.Failures => query.Metric + "_per_sec", _ => query.Metric };
                if (query.Signal is not (Signal.Cpu or Signal.Memory) || told.Add((query.Signal, of)))
                {
                    series.Add(name, of, range);
                }
            }
        }
    }
}

/// <summary>One series of a range: its labels, and its values on the steps of the range.</summary>
internal sealed record RangeResult(IReadOnlyDictionary<string, string> Labels, long From, long Step, double[] Values)
{
    private static readonly string[] Naming = ["service_name", "service", "app", "destination_workload", "deployment", "container", "pod", "job", "instance", "device", "mountpoint", "name"];

    public double Sum => Values.Where(v => !double.IsNaN(v)).Sum();

    /// <summary>The series of an answer to <c>query_range</c>, all on the same steps.</summary>
    public static IReadOnlyList<RangeResult> Read(JsonElement data)
    {
        List<(Dictionary<string, string> Labels, List<(long At, double Value)> Points)> all = [];
        foreach (var item in data.ItemsAt("result"))
        {
            List<(long, double)> points = [];
            foreach (var point in item.ItemsAt("values"))
            {
                if (point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2 && point[0].TryGetDouble(out var at) && point[1].GetString() is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                {
                    points.Add(((long)at, double.IsFinite(value) ? value : double.NaN));
                }
            }

            if (points.Count > 0)
            {
                all.Add((item.MembersAt("metric").Where(m => m.Value.ValueKind == JsonValueKind.String).ToDictionary(m => m.Name, m => m.Value.GetString()!, StringComparer.Ordinal), points));
            }
        }

        if (all.Count == 0)
        {
            return [];
        }

        var first = all.Min(s => s.Points[0].At);
        var last = all.Max(s => s.Points[^1].At);
        var gaps = all.SelectMany(s => s.Points.Zip(s.Points.Skip(1), (a, b) => b.At - a.At)).Where(g => g > 0).ToList();
        var step = gaps.Count == 0 ? 60 : gaps.Min();
        return [.. all.Select(s =>
        {
            var values = new double[((last - first) / step) + 1];
            Array.Fill(values, double.NaN);
            foreach (var (at, value) in s.Points)
            {
                values[(at - first) / step] = value;
            }

            return new RangeResult(s.Labels, first, step, values);
        })];
    }

    /// <summary>One series for each thing: those of the same name are added up.</summary>
    public static IReadOnlyList<(string Of, RangeResult Range)> ByThing(JsonElement data, IReadOnlyList<string> labels) =>
        [.. Read(data).Select(r => (Of: labels.Select(l => r.Labels.GetValueOrDefault(l, "")).FirstOrDefault(v => v.Length > 0) ?? "", Range: r))
            .Where(r => r.Of.Length > 0)
            .GroupBy(r => r.Of, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Select(r => r.Range).Aggregate((a, b) => a.With(b, Add))))];

    /// <summary>What the series is of, in a word.</summary>
    public string NameBy(IReadOnlyList<string> preferred)
    {
        var named = preferred.Concat(Naming).Select(l => Labels.GetValueOrDefault(l, "")).FirstOrDefault(v => v.Length > 0);
        return named ?? Labels.Where(l => l.Key != "__name__").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Value).FirstOrDefault(v => v.Length > 0) ?? "all";
    }

    /// <summary>This series with another one, step by step; a value the other does not have is NaN.</summary>
    public RangeResult With(RangeResult? other, Func<double, double, double> together)
    {
        var values = new double[Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var at = other is null ? -1 : (From + (i * Step) - other.From) / (double)other.Step;
            values[i] = together(Values[i], at >= 0 && at < other!.Values.Length && at % 1 == 0 ? other.Values[(int)at] : double.NaN);
        }

        return this with { Values = values };
    }

    private static double Add(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : a + b;
}

/// <summary>Series as records, those of the busiest services first.</summary>
internal sealed class SeriesText
{
    private readonly List<(string Of, string Line)> _lines = [];
    private readonly HashSet<(string, string)> _known = [];
    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);

    public void Weigh(string of, double requests) => _weights[of] = requests;

    public void Add(string metric, string of, RangeResult range)
    {
        if (range.Values.All(double.IsNaN) || !_known.Add((metric, of)))
        {
            return;
        }

        var line = new StringBuilder(64 + (range.Values.Length * 7));
        line.Append(CultureInfo.InvariantCulture, $"series metric={SafeText.Line(metric, 120).Replace(' ', '_')} from={DateTimeOffset.FromUnixTimeSeconds(range.From).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} step_s={range.Step} values=");
        for (var i = 0; i < range.Values.Length; i++)
        {
            line.Append(i > 0 ? "," : "").Append(double.IsNaN(range.Values[i]) ? "" : range.Values[i].ToString("G5", CultureInfo.InvariantCulture));
        }

        _lines.Add((of, line.Append(" text=").Append(SafeText.Line(of, 200)).ToString()));
    }

    /// <summary>As many whole lines as the limit leaves room for.</summary>
    public string ToText(int things, int limit, out int left)
    {
        // What the alert's own expression measures stands first, whatever it is of.
        var kept = _lines.Where(l => !l.Line.StartsWith("series metric=alert_", StringComparison.Ordinal)).Select(l => l.Of).Distinct(StringComparer.Ordinal)
            .OrderByDescending(o => _weights.GetValueOrDefault(o)).ThenBy(o => o, StringComparer.Ordinal).Take(things).ToHashSet(StringComparer.Ordinal);
        var text = new StringBuilder();
        left = 0;
        foreach (var (of, line) in _lines.OrderByDescending(l => l.Line.StartsWith("series metric=alert_", StringComparison.Ordinal)).ThenByDescending(l => _weights.GetValueOrDefault(l.Of)))
        {
            if ((kept.Contains(of) || line.StartsWith("series metric=alert_", StringComparison.Ordinal)) && text.Length + line.Length + 1 < limit)
            {
                text.Append(line).Append('\n');
            }
            else
            {
                left++;
            }
        }

        return text.ToString();
    }
}
