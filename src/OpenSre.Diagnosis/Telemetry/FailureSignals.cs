using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A signal of failure with the words it can be quoted by.</summary>
public sealed record QuotedSignal(FailureSignal Signal, StoredOutput? Output, string Quote);

/// <summary>Collects from metrics, logs, spans and the alert what is bad and new.</summary>
public static partial class FailureSignals
{
    private const double LoudShift = 10;
    private const double PlainShift = 3;
    private const int RepeatedCalls = 5;

    private static readonly ConditionalWeakTable<CheckContext, IReadOnlyList<QuotedSignal>> Known = [];

    public static IReadOnlyList<QuotedSignal> Of(CheckContext context) => Known.GetValue(context, Read);

    private static List<QuotedSignal> Read(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        List<QuotedSignal> signals = [];
        foreach (var alert in context.Incident.Alerts)
        {
            var service = alert.Labels.GetValueOrDefault("service") ?? "";
            if (alert.Labels.GetValueOrDefault("metric") is { Length: > 0 } metric)
            {
                signals.Add(new(new FailureSignal(service, metric, true, 0.8, null), null, ""));
            }

            signals.Add(new(new FailureSignal(service, $"{alert.Summary} {string.Join(' ', alert.Annotations.Values)}", false, 0.6, null), null, ""));
        }

        Metrics(view, signals);
        Logs(context, signals);
        Patterns(context, signals);
        Spans(view, signals);
        return signals;
    }

    /// <summary>Words that only a line about trouble uses.</summary>
    public static bool SpeaksOfTrouble(string text) => Trouble().IsMatch(text);

    private static void Metrics(TelemetryView view, List<QuotedSignal> signals)
    {
        foreach (var metric in view.Metrics.Where(m => m.Badness >= PlainShift && m.Kind.Quantity != MetricQuantity.Throughput))
        {
            // Which way is bad is not known of every metric; those tell what kind of failure it is, not since when.
            var since = metric.Kind.BadWay == 0 ? null : metric.Since;
            signals.Add(new(new FailureSignal(metric.Series.Of, metric.Series.Metric, true, Math.Min(0.9, 0.3 + (0.6 * metric.Badness / LoudShift)), since), metric.Output, metric.Series.Line));
        }
    }

    private static void Logs(CheckContext context, List<QuotedSignal> signals)
    {
        if (TimedLogs.Of(context) is not { } logs)
        {
            return;
        }

        foreach (var template in logs.Lines.GroupBy(l => (l.Service, Digits().Replace(l.Text, "#"))))
        {
            var first = template.First();
            var count = template.Count();
            // What was logged in usual times too is no news, unless there is much more of it now.
            var before = template.Count(l => l.At < logs.Border);
            var weight = before > 0 && count < 5 * before ? 0.1 : first.Severity is "WARN" or "WARNING" ? 0.6 : 0.85;
            signals.Add(new(new FailureSignal(first.Service, first.Text, false, count == 1 ? weight / 2 : weight, before > 0 || count < 2 ? null : first.At), first.Record.Output, first.Record.Line));
        }
    }

    private static void Patterns(CheckContext context, List<QuotedSignal> signals)
    {
        foreach (var pattern in context.Records(TelemetryTools.Patterns, "pattern"))
        {
            var growth = (pattern.Number("delta") ?? 0) / Math.Max(1, pattern.Number("count") ?? 1);
            if (growth < 0.5)
            {
                continue;
            }

            var bad = pattern["tone"] == "negative" || SpeaksOfTrouble(pattern["text"]);
            signals.Add(new(new FailureSignal(pattern["service"], pattern["text"], false, bad ? 0.85 : 0.15, null), pattern.Output, pattern.Line));
        }
    }

    private static void Spans(TelemetryView view, List<QuotedSignal> signals)
    {
        foreach (var (span, record) in view.Spans.Where(s => s.Span.Failed && s.Span.Name.Contains(": ", StringComparison.Ordinal)).DistinctBy(s => s.Span.Name))
        {
            signals.Add(new(new FailureSignal(span.Service, span.Name, false, 0.8, null), record.Output, record.Line));
        }

        foreach (var siblings in view.Spans.Where(s => s.Span.Parent is not null).GroupBy(s => (s.Span.Trace, s.Span.Parent, s.Span.Service, s.Span.Name)).Where(g => g.Count() >= RepeatedCalls))
        {
            var (span, record) = siblings.First();
            signals.Add(new(new FailureSignal(span.Service, $"calls_per_request {span.Name}", true, 0.85, null), record.Output, record.Line));
        }
    }

    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"error|fail|timeout|timed out|exceed|exhaust|refused|denied|panic|exception|unavailable|unreachable|slow|reject|invalid|expired|missing|no space|cannot|could not|unable|abort|drop|killed|oom|\b5\d\d\b|retry", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Trouble();
}
