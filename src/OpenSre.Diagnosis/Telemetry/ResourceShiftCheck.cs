using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which service's own resources moved most, and whether it is CPU or memory.</summary>
public sealed class ResourceShiftCheck : ICheck
{
    /// <summary>Below this many spreads nothing is said of a resource.</summary>
    private const double Plain = 3;

    /// <summary>
    /// Memory this far above its level is not what busy code needs. Filling memory costs CPU, burning CPU costs no memory:
    /// where both rose, memory explains both.
    /// </summary>
    private const double MemoryExplainsBoth = 5;

    /// <summary>CPU that grew no more than this times the requests is what more requests cost.</summary>
    private const double CostOfTraffic = 1.5;

    public CheckInfo Info { get; } = new(
        "telemetry.resources",
        [TelemetryTools.Series],
        "CPU or memory of a service that left its usual level by 3 spreads or more (median over 1.4826 MAD + 5 % of the level + a floor for its unit). Where both rose, memory 5 spreads up explains CPU; less than that is what busy code needs. CPU that grew as its requests did weighs little; a service that moved three times as far as any other weighs more.",
        [TelemetryFaults.Cpu, TelemetryFaults.Memory],
        "another service whose resources moved much more");

    public void Examine(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        var moved = view.Metrics
            .Where(m => m.Kind.Quantity is MetricQuantity.Cpu or MetricQuantity.Memory && m.Badness >= Plain)
            .GroupBy(m => m.Series.Of, StringComparer.Ordinal)
            .Select(g => (Service: TelemetryView.Service(g.Key), Cpu: Most(g, MetricQuantity.Cpu), Memory: Most(g, MetricQuantity.Memory), Score: g.Max(m => m.Badness)))
            .OrderByDescending(m => m.Score).ToList();
        foreach (var (index, (service, cpu, memory, score)) in moved.Index())
        {
            // Beside something that moved ten times as far this is an echo.
            var share = Math.Sqrt(score / moved[0].Score) * Math.Min(1, score / (2 * Plain));
            var memoryWins = memory is not null && (cpu is null || memory.Badness >= MemoryExplainsBoth);
            if (cpu is not null)
            {
                var paid = view.TrafficGrowth(service.Name) is { } grown && cpu.Shift.Ratio <= CostOfTraffic * grown;
                Tell(context, cpu, service, TelemetryFaults.Cpu, memoryWins ? 1.5 * share : paid ? share : 4 * share);
            }

            if (memory is not null)
            {
                Tell(context, memory, service, TelemetryFaults.Memory, memoryWins ? 4 * share : share);
            }

            if (index == 0 && score >= 4 * Plain && (moved.Count == 1 || score >= 3 * moved[1].Score))
            {
                var most = memoryWins ? memory! : cpu!;
                context.Found(most.Output, service, "metric.alone", most.Series.Line, $"no other service moved a third as far as {service.Name}", Currency.Now, [new Bearing(memoryWins ? TelemetryFaults.Memory : TelemetryFaults.Cpu, service, 2.5)]);
            }
        }
    }

    private static MetricView? Most(IEnumerable<MetricView> metrics, MetricQuantity quantity) => metrics.Where(m => m.Kind.Quantity == quantity).MaxBy(m => m.Badness);

    private static void Tell(CheckContext context, MetricView metric, Entity service, string fault, double weight) =>
        context.Found(metric.Output, service, "metric." + metric.Kind.Quantity, metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"{metric.Series.Metric} of {service.Name} went from {metric.Shift.Before:G4} to {metric.Shift.During:G4}, {metric.Badness:0.#} times its usual spread"), Currency.Now, [new Bearing(fault, service, weight)]);
}
