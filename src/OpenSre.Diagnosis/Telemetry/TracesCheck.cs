using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Where failing traces fail and where slow ones spend their time.</summary>
public sealed class TracesCheck : ICheck
{
    /// <summary>A trace is slow when it takes this many times as long as the usual one that begins alike.</summary>
    private const double SlowTimes = 3;

    /// <summary>Sound traces that must be known before a share of time is called unusual.</summary>
    private const int FewTraces = 5;

    public CheckInfo Info { get; } = new(
        "telemetry.traces",
        [TelemetryTools.Traces],
        "The service most bound up with bad traces (Ochiai) among those whose span failed while none below it did; in slow traces the service whose own time, or the call whose gap between the two sides, grew most beyond the usual. Bad is a trace that failed, or took three times as long as five or more that begin alike.",
        [TelemetryFaults.Failing, TelemetryFaults.Slow],
        "sound traces pass through it as often");

    public void Examine(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        if (view.Spans.Count == 0)
        {
            return;
        }

        var lines = view.Spans.DistinctBy(s => s.Span).ToDictionary(s => s.Span, s => s.Record);
        var traces = lines.Keys.GroupBy(s => s.Trace, StringComparer.Ordinal).Select(t => new Trace([.. t])).ToList();
        Failing(context, traces, lines);
        foreach (var alike in traces.Where(t => t.Root is not null).GroupBy(t => (t.Root!.Service, t.Root.Name)))
        {
            Slow(context, [.. alike], lines);
        }
    }

    private static void Failing(CheckContext context, List<Trace> traces, Dictionary<Span, Record> lines)
    {
        var failing = traces.Where(t => t.Origins.Count > 0).ToList();
        if (failing.Count == 0)
        {
            return;
        }

        HashSet<string> bad = [.. failing.Select(t => t.Name)];
        var bound = Ochiai.Rank([.. lines.Keys], bad.Contains).ToDictionary(r => r.Service, r => r.Score, StringComparer.Ordinal);
        foreach (var origin in failing.SelectMany(t => t.Origins.Select(s => (Trace: t, Span: s))).GroupBy(o => o.Span.Service, StringComparer.Ordinal))
        {
            var share = (double)origin.DistinctBy(o => o.Trace).Count() / failing.Count;
            var weight = 2.5 * share * bound[origin.Key];
            if (weight >= 0.5)
            {
                var shown = lines[origin.First().Span];
                var service = TelemetryView.Service(origin.Key);
                context.Found(shown.Output, service, "trace.failing", shown.Line, string.Create(CultureInfo.InvariantCulture, $"{share:P0} of {failing.Count} failing traces fail first in {origin.Key} (Ochiai {bound[origin.Key]:0.00})"), Currency.Now, [new Bearing(TelemetryFaults.Failing, service, weight)]);
            }
        }
    }

    private static void Slow(CheckContext context, List<Trace> alike, Dictionary<Span, Record> lines)
    {
        var usual = Median(alike.Select(t => t.Root!.Duration));
        var slow = alike.Where(t => t.Root!.Duration > SlowTimes * usual).ToList();
        var sound = alike.Except(slow).Where(t => t.Origins.Count == 0).ToList();
        if (slow.Count == 0 || sound.Count < FewTraces)
        {
            return;
        }

        var own = Grown(slow, sound, t => t.Own).ToList();
        var gaps = Grown(slow, sound, t => t.Gaps).ToList();
        var lost = slow.Average(t => t.Root!.Duration) - usual;
        foreach (var (service, extra, span) in own.Where(o => o.Extra > lost / 3).OrderByDescending(o => o.Extra).Take(2))
        {
            var share = Math.Min(1, extra / lost);
            // Time on the way to a callee lies in the caller's own span too: it is the call's when the callee's side does not show it.
            var call = gaps.Where(g => g.Of.StartsWith(service + " -> ", StringComparison.Ordinal)).OrderByDescending(g => g.Extra).FirstOrDefault();
            var between = call.Extra > 0.8 * extra;
            var entity = TelemetryView.Service(service);
            context.Found(lines[span].Output, entity, "trace.slow", lines[span].Line, string.Create(CultureInfo.InvariantCulture, $"{share:P0} of the extra {lost:0} ms of slow traces is {(between ? $"between {call.Of.Replace(" -> ", " and ", StringComparison.Ordinal)}" : $"{service}'s own time")}"), Currency.Now, [new Bearing(TelemetryFaults.Slow, entity, (between ? 1.2 : 2.5) * share)]);
        }
    }

    /// <summary>Milliseconds a trace spends with each of something, beyond what sound traces do, with a span that shows it.</summary>
    private static IEnumerable<(string Of, double Extra, Span Shown)> Grown(List<Trace> slow, List<Trace> sound, Func<Trace, IReadOnlyDictionary<string, (double Time, Span Longest)>> times)
    {
        foreach (var of in slow.SelectMany(t => times(t).Keys).Distinct(StringComparer.Ordinal).ToList())
        {
            var most = slow.Where(t => times(t).ContainsKey(of)).MaxBy(t => times(t)[of].Time)!;
            yield return (of, slow.Average(t => Time(t, of)) - Median(sound.Select(t => Time(t, of))), times(most)[of].Longest);
        }

        double Time(Trace trace, string of) => times(trace).TryGetValue(of, out var spent) ? spent.Time : 0;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(sorted.Length - 1) / 2];
    }

    /// <summary>The spans of one trace, measured once.</summary>
    private sealed class Trace
    {
        public Trace(IReadOnlyList<Span> spans)
        {
            Name = spans[0].Trace;
            Root = spans.FirstOrDefault(s => s.Parent is null);
            var children = spans.Where(s => s.Parent is not null).ToLookup(s => s.Parent!, StringComparer.Ordinal);
            Origins = [.. spans.Where(s => s.Failed && !children[s.Id].Any(c => c.Failed))];
            var self = SelfTime.Of(spans);
            Own = spans.Zip(self).GroupBy(p => p.First.Service, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (g.Sum(p => p.Second), g.MaxBy(p => p.Second).First), StringComparer.Ordinal);
            Gaps = EdgeGap.Of(spans).GroupBy(g => $"{g.Caller} -> {g.Callee}", StringComparer.Ordinal).ToDictionary(g => g.Key, g => (g.Sum(e => e.Gap), spans.First(s => s.Service == g.First().Callee)), StringComparer.Ordinal);
        }

        public string Name { get; }

        public Span? Root { get; }

        /// <summary>Failed spans that called nothing which failed.</summary>
        public IReadOnlyList<Span> Origins { get; }

        /// <summary>Milliseconds of own time by service, with the span that has most.</summary>
        public IReadOnlyDictionary<string, (double Time, Span Longest)> Own { get; }

        /// <summary>Milliseconds between the two sides of a call, by call.</summary>
        public IReadOnlyDictionary<string, (double Time, Span Longest)> Gaps { get; }
    }
}
