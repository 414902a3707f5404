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
        if (Symptom(symptom, services) is not var (target, steps, total))
        {
            return [];
        }

        Dictionary<string, (double Excess, double Noise)> shown = new(StringComparer.Ordinal);
        foreach (var name in graph.Reach(symptom))
        {
            if (services.TryGetValue(name, out var service))
            {
                shown[name] = Shown(service, steps, Cap(target), total);
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

    /// <summary>
    /// Where a symptom may come from while nobody knows who calls whom. Time and failures add up along calls, so whatever
    /// brings at least half of the symptom shows at least half of its excess in the same steps; and the root's own level is
    /// the lowest among those that show it, so it grew most. That is a likely order and no proof: something asked beside the
    /// root grows as well.
    /// </summary>
    /// <param name="growth">How much a service grew against its own level in given steps: 0 for none, larger for more, one scale for all.</param>
    /// <returns>Empty when the symptom itself is not more than noise. Most likely first; <see cref="RootScore.Own"/> is the whole excess, of which nobody knows the callees' part.</returns>
    public static IReadOnlyList<RootScore> RankWithoutCalls(string symptom, IReadOnlyDictionary<string, ServiceExcess> services, Func<string, IReadOnlyList<int>, double> growth)
    {
        if (Symptom(symptom, services) is not var (target, steps, total))
        {
            return [];
        }

        // Beside a symptom that is no more than noise everything that moves at all would be a share of it.
        var (complaint, usual) = Shown(target, steps, Cap(target), total);
        if (complaint < Significant * usual)
        {
            return [];
        }

        List<RootScore> scores = [];
        foreach (var service in services.Values)
        {
            var (excess, noise) = Shown(service, steps, Cap(target), total);
            var share = Math.Min(1, excess / total);
            var score = share * growth(service.Service, steps);
            if (share >= 0.5 && excess >= Significant * noise && score > 0)
            {
                scores.Add(new RootScore(service.Service, excess, excess, excess / noise, score));
            }
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

    /// <summary>What is far more than the symptom itself cannot all be part of it.</summary>
    private static double Cap(ServiceExcess target) => 2 * target.Incident.Where(v => !double.IsNaN(v)).Max();

    private static (double Excess, double Noise) Shown(ServiceExcess service, List<int> steps, double cap, double total)
    {
        var excess = Math.Max(0, steps.Sum(i => i >= service.Incident.Length || double.IsNaN(service.Incident[i]) ? 0 : Math.Min(service.Incident[i], cap)));
        return (excess, (Noise(service.Baseline) * Math.Sqrt(steps.Count)) + (0.02 * total));
    }

    /// <summary>What complains, the steps in which it does, and its excess in them; null when it shows none.</summary>
    private static (ServiceExcess Target, List<int> Steps, double Total)? Symptom(string symptom, IReadOnlyDictionary<string, ServiceExcess> services)
    {
        if (!services.TryGetValue(symptom, out var target))
        {
            return null;
        }

        var steps = SymptomSteps(target.Incident);
        var total = steps.Sum(i => target.Incident[i]);
        return total > 0 ? (target, steps, total) : null;
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
