using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A metric in usual times and in the incident.</summary>
/// <param name="Since">When it left its usual level the bad way; null when it did not.</param>
public sealed record MetricView(Series Series, StoredOutput Output, MetricKind Kind, double[] Before, double[] During, Shift Shift, DateTimeOffset? Since)
{
    /// <summary>The shift with its sign such that positive is bad; of no known direction, its size.</summary>
    public double Badness => Kind.BadWay == 0 ? Math.Abs(Shift.Score) : Shift.Score * Kind.BadWay;
}

/// <summary>What all outputs of telemetry say together; read once for each state of the investigation.</summary>
public sealed class TelemetryView
{
    private static readonly ConditionalWeakTable<CheckContext, TelemetryView> Known = [];
    private static readonly ConditionalWeakTable<StoredOutput, IReadOnlyList<Series>> Parsed = [];

    /// <summary>By the newest output with series: outputs are only ever added, so it stands for all before it.</summary>
    private static readonly ConditionalWeakTable<StoredOutput, IReadOnlyList<MetricView>> Measured = [];

    private TelemetryView(CheckContext context)
    {
        Graph = new ServiceGraph();
        foreach (var record in context.Records(TelemetryTools.Topology, "call").Concat(context.Records(TelemetryTools.Topology, "placed")))
        {
            if (record["text"].Split(" -> ") is [var from, var to])
            {
                if (record.Kind == "call")
                {
                    Graph.Call(from, to);
                }
                else
                {
                    Graph.Place(from, to);
                }
            }
        }

        Spans = [.. context.Outputs(TelemetryTools.Traces).SelectMany(SpanRecords.Read)];
        var byId = Spans.ToLookup(s => (s.Span.Trace, s.Span.Id));
        foreach (var (span, _) in Spans)
        {
            if (span.Parent is not null && byId[(span.Trace, span.Parent)].FirstOrDefault().Span is { } parent)
            {
                Graph.Call(parent.Service, span.Service);
            }
        }

        Metrics = context.Outputs(TelemetryTools.Series).LastOrDefault() is { } newest ? Measured.GetValue(newest, _ => ReadMetrics(context)) : [];
    }

    public ServiceGraph Graph { get; }

    public IReadOnlyList<(Span Span, Record Record)> Spans { get; }

    public IReadOnlyList<MetricView> Metrics { get; }

    /// <summary>How many times as many requests a service gets as before; null when that is not known or did not grow plainly.</summary>
    public double? TrafficGrowth(string service) =>
        Metrics.FirstOrDefault(m => m.Series.Of == service && m.Kind.Quantity == MetricQuantity.Throughput && m.Shift is { Score: >= 3, Ratio: >= 1.4 })?.Shift.Ratio;

    public static TelemetryView Of(CheckContext context) => Known.GetValue(context, c => new TelemetryView(c));

    public static Entity Service(string name) => new(EntityKind.Service, name);

    /// <summary>The border between usual times and the incident where one stretch holds both: the first 40 % before the alert are usual.</summary>
    public static double[] Usual(Series series, DateTimeOffset alert)
    {
        var (before, after) = series.Split(alert);
        return before.Length >= 8 ? before[..Math.Max(4, before.Length * 2 / 5)] : after.Length == 0 ? before[..(before.Length / 2)] : before;
    }

    private static List<MetricView> ReadMetrics(CheckContext context)
    {
        List<MetricView> views = [];
        var outputs = context.Outputs(TelemetryTools.Series).ToList();
        var baselines = outputs.Where(o => o.Arguments.GetValueOrDefault("window") == "baseline").SelectMany(Read).ToLookup(s => (s.Of, s.Metric));
        var shift = new RobustShift();
        foreach (var output in outputs.Where(o => o.Arguments.GetValueOrDefault("window") != "baseline"))
        {
            foreach (var series in Read(output))
            {
                var usual = baselines[(series.Of, series.Metric)].FirstOrDefault();
                var alert = context.Incident.Window.Start;
                var before = usual?.Values ?? Usual(series, alert);
                var during = usual is null ? During(series, alert) : series.Values;
                var kind = MetricKind.Of(series.Metric, before.FirstOrDefault(v => !double.IsNaN(v)));
                if (shift.Measure(before, during, kind.Epsilon) is { } moved)
                {
                    var onset = Onset.Cusum(before, series.Values, kind.BadWay, kind.Epsilon);
                    views.Add(new MetricView(series, output, kind, before, during, moved, onset is { } at ? series.TimeAt(at) : null));
                }
            }
        }

        return views;
    }

    private static double[] During(Series series, DateTimeOffset alert)
    {
        var (_, after) = series.Split(alert - TimeSpan.FromMinutes(1));
        return after.Length >= 3 ? after : series.Values[^Math.Min(5, series.Values.Length)..];
    }

    private static IReadOnlyList<Series> Read(StoredOutput output) => Parsed.GetValue(output, Series.Read);
}
