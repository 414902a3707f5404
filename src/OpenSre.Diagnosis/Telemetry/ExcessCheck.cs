using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which service a slow or failing one owes its trouble to.</summary>
public sealed class ExcessCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "telemetry.excess",
        [TelemetryTools.Series, TelemetryTools.Topology],
        "Time or failures beyond the usual, times the requests they hit, of everything the complaining service calls; what a service shows less what its callees show is its own. Its share of the symptom is its weight.",
        [TelemetryFaults.Slow, TelemetryFaults.Failing],
        "a service it calls shows as much");

    public void Examine(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        var requests = view.Metrics.Where(m => m.Kind.Quantity == MetricQuantity.Throughput).GroupBy(m => m.Series.Of, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        if (requests.Count == 0)
        {
            return;
        }

        foreach (var target in context.Incident.Alerts.Select(a => a.Labels.GetValueOrDefault("service")).OfType<string>().Distinct())
        {
            foreach (var (quantity, fault) in new[] { (MetricQuantity.Latency, TelemetryFaults.Slow), (MetricQuantity.Availability, TelemetryFaults.Failing) })
            {
                if (context.Reading.Has(quantity == MetricQuantity.Latency ? Symptom.Latency : Symptom.Errors | Symptom.Down))
                {
                    Rank(context, view, requests, target, quantity, fault);
                }
            }
        }
    }

    private static void Rank(CheckContext context, TelemetryView view, Dictionary<string, MetricView> requests, string target, MetricQuantity quantity, string fault)
    {
        Dictionary<string, MetricView> metrics = new(StringComparer.Ordinal);
        Dictionary<string, ServiceExcess> services = new(StringComparer.Ordinal);
        foreach (var metric in view.Metrics.Where(m => m.Kind.Quantity == quantity && requests.ContainsKey(m.Series.Of)))
        {
            var asked = requests[metric.Series.Of];
            if (metrics.TryAdd(metric.Series.Of, metric))
            {
                var unit = quantity == MetricQuantity.Latency ? 1 : Math.Abs(metric.Shift.Before) <= 1 ? 1 : 0.01;
                services[metric.Series.Of] = new ServiceExcess(
                    metric.Series.Of,
                    ExcessFlow.Excess(metric.Before, asked.Before, metric.Shift.Before, metric.Kind.BadWay, unit),
                    ExcessFlow.Excess(metric.During, asked.During, metric.Shift.Before, metric.Kind.BadWay, unit));
            }
        }

        // Who calls whom is not known: that the target is slow is all that can be said.
        var certainty = view.Graph.Callees(target).Count == 0 ? 0.4 : 1;
        var ranked = ExcessFlow.Rank(view.Graph, target, services);
        foreach (var root in ranked.Where(r => r.Score > 0.02).Take(6))
        {
            var metric = metrics[root.Service];
            var service = TelemetryView.Service(root.Service);
            var share = root.Score / Math.Max(1, ranked[0].Score);
            context.Found(metric.Output, service, "metric.excess", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"{metric.Series.Metric} of {root.Service} went from {metric.Shift.Before:G4} to {metric.Shift.During:G4}; {root.Own:G3} of its {root.Excess:G3} {(quantity == MetricQuantity.Latency ? "extra seconds" : "failed requests")} are its own"), Currency.Now, [new Bearing(fault, service, 4 * share * certainty)]);
            if (root == ranked[0] && ranked.Count > 1 && certainty >= 1)
            {
                var lead = 1 - Math.Max(0, ranked[1].Score / ranked[0].Score);
                context.Found(metric.Output, service, "metric.alone", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"the next service owns {Math.Max(0, ranked[1].Score):P0} of the symptom"), Currency.Now, [new Bearing(fault, service, 2 * lead * Math.Min(1, ranked[0].Score))]);
            }
        }
    }
}
