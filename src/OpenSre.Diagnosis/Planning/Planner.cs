namespace OpenSre.Diagnostics;

/// <summary>A lead with what its answer is expected to be worth.</summary>
/// <param name="Gain">Expected drop of entropy, in nats.</param>
public sealed record RankedLead(Lead Lead, double Gain, double Cost)
{
    public double Value => Gain / Math.Max(0.25, Cost);
}

/// <summary>
/// Decides what to look at next. A tool answers about some fault types; the more evenly the present probability is
/// split between those and the rest, the more its answer tells. The same ranking names the next query of a report.
/// </summary>
public static class Planner
{
    /// <summary>The leads not followed yet, most informative per cost first.</summary>
    /// <param name="cost">The cost of a tool, or null when there is no such tool here.</param>
    /// <param name="asked">Keys of the calls already made.</param>
    /// <param name="profile">The kind of system; a single machine if not given.</param>
    public static IReadOnlyList<RankedLead> Rank(CheckContext context, IReadOnlyList<Candidate> candidates, Func<string, double?> cost, IReadOnlySet<string> asked, EngineProfile? profile = null)
    {
        profile ??= EngineProfile.Host;
        var shares = UnknownShares(context.Reading.Symptoms, profile.Faults);
        var unknown = candidates.FirstOrDefault(c => c.Fault == FaultCatalogue.Unknown)?.Place ?? 1;
        var healthy = candidates.FirstOrDefault(c => c.Fault == FaultCatalogue.Healthy)?.Place ?? 0;
        Dictionary<string, RankedLead> best = new(StringComparer.Ordinal);
        foreach (var lead in profile.Leads(context).Concat(context.Leads))
        {
            if (asked.Contains(lead.Call.Key) || cost(lead.Call.Tool) is not { } price)
            {
                continue;
            }

            // A tool without a list informs about everything: the whole uncertainty is in play.
            var mass = lead.SpeaksTo.Count == 0
                ? 0.5
                : lead.SpeaksTo.Sum(f => (shares.GetValueOrDefault(f) * (unknown + (healthy / 2))) + candidates.Where(c => c.Fault == f).Sum(c => c.Place));
            var gain = lead.Weight * Math.Max(BinaryEntropy(Math.Clamp(mass, 0, 1)), 0.02);
            if (lead.Prompted)
            {
                gain = Math.Max(gain, 0.3 * lead.Weight);
            }

            if (lead.Behind is { } behind)
            {
                gain = Math.Max(gain, lead.Weight * 0.5 * candidates.Where(c => behind.Contains(c.Fault) && c.ExplainedBy is null).Sum(c => c.Place));
            }

            if (!best.TryGetValue(lead.Call.Key, out var known) || gain > known.Gain)
            {
                best[lead.Call.Key] = new RankedLead(lead, gain, price);
            }
        }

        return [.. best.Values.OrderByDescending(l => l.Value).ThenBy(l => l.Lead.Call.Key, StringComparer.Ordinal)];
    }

    /// <summary>How the mass of the unknown is spread over the fault types that could show this way.</summary>
    private static Dictionary<string, double> UnknownShares(Symptom symptoms, IReadOnlyCollection<FaultType> faults)
    {
        Dictionary<string, double> shares = new(StringComparer.Ordinal);
        var total = 0.0;
        foreach (var type in faults)
        {
            var narrow = (type.Causes & symptoms & ~Symptom.Service) != 0 && symptoms != Symptom.Any;
            var share = (type.Causes & symptoms) == 0 ? 0 : narrow ? 4 : 1;
            shares[type.Id] = share;
            total += share;
        }

        foreach (var type in faults)
        {
            // A part of the unknown is no fault of the catalogue at all; no tool, however broad, covers everything.
            shares[type.Id] *= 0.7 / Math.Max(1, total);
        }

        return shares;
    }

    private static double BinaryEntropy(double p) => p is <= 0 or >= 1 ? 0 : -((p * Math.Log(p)) + ((1 - p) * Math.Log(1 - p)));
}
