using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which service a slow or failing one owes its trouble to.</summary>
public sealed class ExcessCheck : ICheck
{
    /// <summary>The weight of the likeliest place where nobody knows who calls whom: less than makes a verdict, by judgement. What the alert names anyway gains by that already.</summary>
    private const double GuessOfOther = 1.5;

    private const double GuessOfTarget = 1.2;

    public CheckInfo Info { get; } = new(
        "telemetry.excess",
        [TelemetryTools.Series, TelemetryTools.Topology],
        "Time or failures beyond the usual, times the requests they hit, of everything the complaining service calls; what a service shows less what its callees show is its own. Its share of the symptom is its weight. Without a call graph whatever shows at least half of the symptom in the same steps is a weak guess, what grew most against its own level first.",
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

        foreach (var target in Complaining(context))
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

    /// <summary>The services the alerts are of: what they call a service, else whatever they name.</summary>
    private static IEnumerable<string> Complaining(CheckContext context)
    {
        var services = context.Incident.Alerts.Select(a => a.Labels.GetValueOrDefault("service")).OfType<string>().Distinct().ToList();
        return services.Count > 0 ? services : context.Reading.ServiceNames;
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

        if (!view.Graph.Calls.Any())
        {
            Guess(context, target, services, metrics, quantity, fault);
            return;
        }

        // A service of which no call is known may still call: that it is slow is all that can be said.
        var certainty = view.Graph.Callees(target).Count == 0 ? 0.4 : 1;
        var ranked = ExcessFlow.Rank(view.Graph, target, services);
        foreach (var root in ranked.Where(r => r.Score > 0.02).Take(6))
        {
            var metric = metrics[root.Service];
            var service = TelemetryView.Service(root.Service);
            var share = root.Score / Math.Max(1, ranked[0].Score);
            context.Found(metric.Output, service, "metric.excess", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"{Moved(metric)}; {root.Own:G3} of its {root.Excess:G3} {(quantity == MetricQuantity.Latency ? "extra seconds" : "failed requests")} are its own"), Currency.Now, [new Bearing(fault, service, 4 * share * certainty)]);
            if (root == ranked[0] && ranked.Count > 1 && certainty >= 1)
            {
                var lead = 1 - Math.Max(0, ranked[1].Score / ranked[0].Score);
                context.Found(metric.Output, service, "metric.alone", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"the next service owns {Math.Max(0, ranked[1].Score):P0} of the symptom"), Currency.Now, [new Bearing(fault, service, 2 * lead * Math.Min(1, ranked[0].Score))]);
            }
        }
    }

    /// <summary>
    /// Who calls whom is not known. What shows as much of the symptom in the same steps may stand behind it; the likeliest is
    /// named, and never with so much weight that it is a verdict.
    /// </summary>
    private static void Guess(CheckContext context, string target, Dictionary<string, ServiceExcess> services, Dictionary<string, MetricView> metrics, MetricQuantity quantity, string fault)
    {
        // Times grow by factors; of failures it is the share of a service's own requests that counts.
        var ranked = ExcessFlow.RankWithoutCalls(target, services, Growth);
        if (ranked.Count == 0 && metrics.TryGetValue(target, out var quiet))
        {
            // That what the alert names was looked at and hardly moves is a fact, and tells what else moves apart from it.
            context.Found(quiet.Output, TelemetryView.Service(target), "metric.excess", quiet.Series.Line, $"{Moved(quiet)}, hardly more than it varies anyway", Currency.Now, [new Bearing(fault, TelemetryView.Service(target), 0.1)]);
        }

        foreach (var root in ranked.Take(5))
        {
            if (root.Service == target && root != ranked[0])
            {
                continue;
            }

            var metric = metrics[root.Service];
            var service = TelemetryView.Service(root.Service);
            context.Relate(TelemetryView.Service(target), service, RelationKind.DependsOn);
            var claim = root.Service == target
                ? $"{Moved(metric)}; whom it calls is not known"
                : $"{Moved(metric)} while {target} complained, with at least half of the same excess; who calls whom is not known";
            context.Found(metric.Output, service, "metric.excess", metric.Series.Line, claim, Currency.Now, [new Bearing(fault, service, (root.Service == target ? GuessOfTarget : GuessOfOther) * root.Score / ranked[0].Score)]);
        }

        double Growth(string name, IReadOnlyList<int> steps)
        {
            var metric = metrics[name];
            double[] values = [.. steps.Where(i => i < metric.During.Length && !double.IsNaN(metric.During[i])).Select(i => metric.During[i])];
            var (level, now) = (metric.Shift.Before, values.Length == 0 ? metric.Shift.Before : QuickSelect.Median(values));
            return quantity == MetricQuantity.Latency
                ? level <= 0 || now <= level ? 0 : Math.Log(now / level)
                : Math.Max(0, level - now) / (Math.Abs(level) <= 1 ? 1 : 100);
        }
    }

    private static string Moved(MetricView metric) => string.Create(CultureInfo.InvariantCulture, $"{metric.Series.Metric} of {metric.Series.Of} went from {metric.Shift.Before:G4} to {metric.Shift.During:G4}");
}
