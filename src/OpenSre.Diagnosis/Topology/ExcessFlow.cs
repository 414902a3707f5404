namespace OpenSre.Diagnostics;

/// <summary>What one service adds to a symptom, in the same steps of time as the symptom.</summary>
/// <param name="Baseline">Excess of usual times: (value − median) · requests, in seconds or failed requests per step; NaN where unknown.</param>
/// <param name="Incident">Excess of the incident, in the same unit.</param>
public sealed record ServiceExcess(string Service, double[] Baseline, double[] Incident);

/// <summary>Where a symptom comes from.</summary>
/// <param name="Excess">What the service shows in the steps of the symptom, seconds or failed requests.</param>
/// <param name="Own">That, less what the services it calls show.</param>
/// <param name="Significance">Excess over the usual noise of the service.</param>
/// <param name="Score">Own share of the symptom, faded where it is not significant; about 1 for the one root.</param>
public sealed record RootScore(string Service, double Excess, double Own, double Significance, double Score);

/// <summary>
/// Root score by explaining away: what a service shows less what its callees show. Deviations are weighed by the requests
/// they hit, so they add up along the call graph as the symptom does: a call a minute that became forty times slower
/// explains nothing of a page with a thousand.
/// </summary>
public static class ExcessFlow
{
    /// <summary>Below this many noises a service counts as quiet.</summary>
    public const double Significant = 3;

    /// <summary>
    /// Scores every service that can be reached from the symptom, best first.
    /// </summary>
    /// <param name="services">What each service shows; all of the same number of steps.</param>
    /// <returns>Empty when the symptom itself shows no excess.</returns>
    public static IReadOnlyList<RootScore> Rank(ServiceGraph graph, string symptom, IReadOnlyDictionary<string, ServiceExcess> services)
    {
        if (!services.TryGetValue(symptom, out var target))
        {
            return [];
        }

        var steps = SymptomSteps(target.Incident);
        var total = steps.Sum(i => target.Incident[i]);
        if (total <= 0)
        {
            return [];
        }

        // What is far more than the symptom itself cannot all be part of it.
        var cap = 2 * target.Incident.Where(v => !double.IsNaN(v)).Max();
        Dictionary<string, (double Excess, double Noise)> shown = new(StringComparer.Ordinal);
        foreach (var name in graph.Reach(symptom))
        {
            if (services.TryGetValue(name, out var service))
            {
                var excess = Math.Max(0, steps.Sum(i => Math.Min(double.IsNaN(service.Incident[i]) ? 0 : service.Incident[i], cap)));
                shown[name] = (excess, (Noise(service.Baseline) * Math.Sqrt(steps.Count)) + (0.02 * total));
            }
        }

        List<RootScore> scores = [];
        foreach (var (name, (excess, noise)) in shown)
        {
            var explained = graph.Callees(name).Where(c => shown.TryGetValue(c, out var s) && s.Excess > 2 * s.Noise).Sum(c => shown[c].Excess);
            var own = excess - explained;
            var significance = excess / noise;
            scores.Add(new RootScore(name, excess, own, significance, own / total * Math.Min(1, significance / Significant)));
        }

        return [.. scores.OrderByDescending(s => s.Score).ThenBy(s => s.Service, StringComparer.Ordinal)];
    }

    /// <summary>The excess of a service from its values and requests.</summary>
    /// <param name="level">The usual value.</param>
    /// <param name="badWay">+1 for latency and errors, −1 for availability.</param>
    /// <param name="perUnit">What one unit of the metric costs one request: 1 second, or 0.01 failed requests for percent.</param>
    public static double[] Excess(ReadOnlySpan<double> values, ReadOnlySpan<double> requests, double level, int badWay, double perUnit)
    {
        var excess = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            excess[i] = (values[i] - level) * badWay * perUnit * (i < requests.Length ? requests[i] : double.NaN);
        }

        return excess;
    }

    /// <summary>The steps in which the symptom shows: at least a quarter of its worst step.</summary>
    private static List<int> SymptomSteps(double[] excess)
    {
        var worst = excess.Where(v => !double.IsNaN(v)).DefaultIfEmpty(0).Max();
        return [.. Enumerable.Range(0, excess.Length).Where(i => worst > 0 && excess[i] > worst / 4)];
    }

    /// <summary>The usual spread of one step; half the 95th percentile stands in where the tail is long.</summary>
    private static double Noise(double[] baseline)
    {
        var known = baseline.Where(v => !double.IsNaN(v)).ToArray();
        if (known.Length == 0)
        {
            return 0;
        }

        var tail = QuickSelect.Quantile([.. known.Select(Math.Abs)], 0.95) / 2;
        var middle = QuickSelect.Median(known);
        return Math.Max(1.4826 * QuickSelect.Median([.. known.Select(v => Math.Abs(v - middle))]), tail);
    }
}
