using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A hypothesis with its score, while it is being weighed.</summary>
public sealed class Candidate(string fault, Entity entity)
{
    public string Fault { get; } = fault;

    public Entity Entity { get; } = entity;

    public FaultType? Type { get; } = FaultCatalogue.Find(fault);

    public double Score { get; set; }

    /// <summary>The score from evidence alone, before relevance to the alert and explaining away.</summary>
    public double EvidenceScore { get; set; }

    public double Probability { get; set; }

    /// <summary>
    /// Its probability before states gave part of theirs to the unknown: how likely it is that the answer lies at it or beneath it.
    /// </summary>
    public double Place { get; set; }

    /// <summary>The share of <see cref="Place"/> that was kept; see <see cref="Standing"/>.</summary>
    public double Share { get; set; } = 1;

    public bool Contradicted { get; set; }

    public bool Contested { get; set; }

    /// <summary>Steps from what the alert names; null when nothing links them.</summary>
    public int? Distance { get; set; }

    public bool FitsSymptom { get; set; }

    public Candidate? ExplainedBy { get; set; }

    public List<(Evidence Evidence, double Weight)> For { get; } = [];

    public List<(Evidence Evidence, double Weight)> Against { get; } = [];
}

/// <summary>
/// Log-odds fusion: each hypothesis starts from its prior; every family of evidence counts once and a little; past
/// evidence fades where the current state refutes it; hypotheses that do not fit the alert lose; deeper faults explain
/// shallower ones away; healthy and unknown compete; the softmax is tempered; a state that nothing explains keeps a part only.
/// </summary>
public static class Weigher
{
    private const int LinkLimit = 5;

    /// <summary>Best first; probabilities add up to 1. Always holds healthy and unknown.</summary>
    public static IReadOnlyList<Candidate> Weigh(CheckContext context, WeighingOptions options)
    {
        var candidates = Collect(context);
        foreach (var candidate in candidates)
        {
            ScoreEvidence(candidate, options);
        }

        candidates.RemoveAll(c => c.Type is not null && c.For.Count == 0);
        ScoreRelevance(context, candidates, options);
        ExplainAway(context, candidates, options);
        Normalise(candidates, options);
        Divide(context, candidates, options);
        return candidates;
    }

    private static List<Candidate> Collect(CheckContext context)
    {
        Dictionary<(string, Entity), Candidate> byKey = [];
        Candidate At(string fault, Entity entity)
        {
            if (!byKey.TryGetValue((fault, entity), out var candidate))
            {
                byKey.Add((fault, entity), candidate = new Candidate(fault, entity));
            }

            return candidate;
        }

        At(FaultCatalogue.Healthy, context.Host);
        At(FaultCatalogue.Unknown, context.Host);
        foreach (var evidence in context.Evidence)
        {
            foreach (var bearing in evidence.Bearings)
            {
                var candidate = At(bearing.FaultType, bearing.Entity);
                var weight = Math.Clamp(bearing.Weight, -4, 4) * evidence.Strength;
                (weight > 0 ? candidate.For : candidate.Against).Add((evidence, weight));
                candidate.Contradicted |= bearing.Contradicts;
            }
        }

        return [.. byKey.Values];
    }

    private static void ScoreEvidence(Candidate candidate, WeighingOptions options)
    {
        var score = candidate.Fault switch
        {
            FaultCatalogue.Healthy => options.HealthyPrior,
            FaultCatalogue.Unknown => options.Unknown,
            _ => candidate.Type?.Prior ?? throw new ArgumentException($"There is no fault type {candidate.Fault}."),
        };

        if (candidate.Contradicted)
        {
            candidate.Contested = candidate.For.Any(f => f.Evidence.Currency == Currency.Now && f.Weight >= 2.5);
            score -= candidate.Contested ? options.ContradictionPenalty / 2 : options.ContradictionPenalty;
            for (var i = 0; i < candidate.For.Count; i++)
            {
                var (evidence, weight) = candidate.For[i];
                if (evidence.Currency != Currency.Now)
                {
                    candidate.For[i] = (evidence, weight * options.StaleFactor);
                }
            }
        }

        score += Families(candidate.For, options) - Families(candidate.Against, options);
        candidate.EvidenceScore = candidate.Score = score;
        candidate.For.Sort((a, b) => b.Weight.CompareTo(a.Weight));
        candidate.Against.Sort((a, b) => a.Weight.CompareTo(b.Weight));
    }

    private static double Families(List<(Evidence Evidence, double Weight)> facts, WeighingOptions options)
    {
        Dictionary<string, (double Max, double Sum)> families = new(StringComparer.Ordinal);
        foreach (var (evidence, weight) in facts)
        {
            var size = Math.Abs(weight);
            var (max, sum) = families.GetValueOrDefault(evidence.Family);
            families[evidence.Family] = (Math.Max(max, size), sum + size);
        }

        var total = 0.0;
        foreach (var (max, sum) in families.Values)
        {
            total += Math.Min(options.FamilyCap, max + (options.FamilyRest * (sum - max)));
        }

        return total;
    }

    private static void ScoreRelevance(CheckContext context, List<Candidate> candidates, WeighingOptions options)
    {
        var graph = new EntityGraph(context.Relations);
        var named = NamedEntities(context, graph, candidates);
        var distances = graph.Distances(named, LinkLimit);
        var isElsewhere = Elsewhere.IsComplaint(context);
        foreach (var candidate in candidates)
        {
            if (candidate.Type is not { } type)
            {
                continue;
            }

            candidate.Distance = distances.TryGetValue(candidate.Entity, out var steps) ? steps : null;
            if (named.Count > 0)
            {
                candidate.Score += candidate.Distance switch
                {
                    0 => options.NamedBonus,
                    1 => options.LinkedBonus,
                    not null => 0,
                    // What is wrong on this machine does not reach what runs on another.
                    null when isElsewhere && !TelemetryFaults.All.Contains(type) => -2 * options.UnlinkedPenalty,
                    // Everything runs on the host; its shortages reach all of it.
                    null when candidate.Entity.Kind == EntityKind.Host => context.Reading.Symptoms == Symptom.Any ? -options.UnlinkedPenalty / 2 : 0,
                    _ => -options.UnlinkedPenalty,
                };
            }

            candidate.FitsSymptom = (type.Causes & context.Reading.Symptoms) != 0;
            if (context.Reading.Symptoms != Symptom.Any)
            {
                var narrow = (type.Causes & context.Reading.Symptoms & ~Symptom.Service) != 0;
                candidate.Score += candidate.FitsSymptom ? (narrow ? 1.5 : 1) * options.SymptomBonus : -options.SymptomMismatch;
            }
        }
    }

    /// <summary>The things the alert names that exist here; the host itself only when it names nothing narrower.</summary>
    private static List<Entity> NamedEntities(CheckContext context, EntityGraph graph, List<Candidate> candidates)
    {
        var reading = context.Reading;
        return
        [
            .. graph.Entities.Concat(candidates.Select(c => c.Entity)).Distinct().Where(e => e.Kind switch
            {
                EntityKind.Host => false,
                EntityKind.Filesystem => reading.Paths.Contains(e.Name),
                _ => reading.Names(e.Name),
            }),
        ];
    }

    private static void ExplainAway(CheckContext context, List<Candidate> candidates, WeighingOptions options)
    {
        var graph = new EntityGraph(context.Relations);
        var faults = candidates.Where(c => c.Type is not null).OrderByDescending(c => c.Score).ToList();
        foreach (var effect in faults)
        {
            if (effect.Type!.GivesWay && CloserReading(effect, faults) is { } closer)
            {
                effect.ExplainedBy = closer;
                continue;
            }

            Dictionary<Entity, int>? reach = null;
            foreach (var cause in faults)
            {
                if (cause == effect || cause.Type is { GivesWay: true, IsOpen: true } || cause.EvidenceScore < -1.5 || !cause.FitsSymptom || cause.ExplainedBy == effect)
                {
                    continue;
                }

                var deeper = cause.Type!.Depth > effect.Type!.Depth;
                var elsewhere = cause.Entity != effect.Entity && effect.Type.Depth <= FaultDepth.Reason && cause.Type.Depth >= FaultDepth.State;
                if (!deeper && !elsewhere)
                {
                    continue;
                }

                reach ??= graph.Distances([effect.Entity], LinkLimit);
                if (!reach.TryGetValue(cause.Entity, out var steps) || (!deeper && steps == 0))
                {
                    continue;
                }

                // An endpoint that does not answer is a sign of what stands behind it, never its cause.
                if (cause.Entity.Kind == EntityKind.Endpoint && cause.Fault.EndsWith(".unreachable", StringComparison.Ordinal)
                    && graph.Distances([cause.Entity], LinkLimit).TryGetValue(effect.Entity, out var back) && back <= steps)
                {
                    continue;
                }

                if (effect.ExplainedBy is null || cause.Score > effect.ExplainedBy.Score)
                {
                    effect.ExplainedBy = cause;
                }
            }
        }

        foreach (var effect in faults)
        {
            if (effect.ExplainedBy is not null)
            {
                effect.Score -= options.ExplainedPenalty;
            }
        }

        foreach (var cause in faults.Where(c => c.ExplainedBy is null && faults.Any(e => e.ExplainedBy == c && !e.Type!.GivesWay && e.Distance <= 1 && !e.Contradicted)))
        {
            cause.Score += options.ExplainsBonus;
        }
    }

    /// <summary>A cause that rests on a fact this hypothesis rests on as well.</summary>
    private static Candidate? CloserReading(Candidate vague, List<Candidate> faults)
    {
        HashSet<(string, string)> facts = [.. vague.For.Select(f => (f.Evidence.OutputId, f.Evidence.Quote))];
        return faults.Find(c => c.Type is { GivesWay: false, IsOpen: false } && !c.Contradicted && c.EvidenceScore > -1.5 && c.For.Exists(f => facts.Contains((f.Evidence.OutputId, f.Evidence.Quote))));
    }

    private static void Normalise(List<Candidate> candidates, WeighingOptions options)
    {
        Sort(candidates);
        var max = candidates[0].Score;
        var total = candidates.Sum(c => Math.Exp((c.Score - max) / options.Temperature));
        foreach (var candidate in candidates)
        {
            candidate.Place = candidate.Probability = Math.Exp((candidate.Score - max) / options.Temperature) / total;
        }
    }

    /// <summary>
    /// Moves what an unexplained state may not keep to the unknown, which then is about the same thing. Scores follow, so that
    /// they still give the probabilities at this temperature.
    /// </summary>
    private static void Divide(CheckContext context, List<Candidate> candidates, WeighingOptions options)
    {
        var zero = candidates[0].Score - (options.Temperature * Math.Log(candidates[0].Place));
        List<(Candidate State, double Score)> states = [];
        foreach (var state in candidates.Where(c => c.Type?.Standing is not null && c.ExplainedBy is null))
        {
            state.Share = state.Type!.Standing!.Share(context, state);
            state.Probability = state.Place * state.Share;
            states.Add((state, state.Score + (options.Temperature * Math.Log(state.Share))));
        }

        var moved = states.Sum(s => s.State.Place - s.State.Probability);
        if (moved <= 0)
        {
            return;
        }

        var unknown = candidates.First(c => c.Fault == FaultCatalogue.Unknown);
        var source = states.MaxBy(s => s.State.Place - s.State.Probability).State;
        var heir = moved <= unknown.Place ? unknown : new Candidate(FaultCatalogue.Unknown, Entities.Behind(context, source.Entity) ?? source.Entity) { EvidenceScore = unknown.EvidenceScore, Place = unknown.Place };
        if (heir != unknown)
        {
            heir.For.AddRange(source.For);
            candidates[candidates.IndexOf(unknown)] = heir;
        }

        heir.Probability = unknown.Place + moved;
        heir.Score = zero + (options.Temperature * Math.Log(heir.Probability));
        foreach (var (state, score) in states)
        {
            state.Score = score;
        }

        Sort(candidates);
    }

    private static void Sort(List<Candidate> candidates) => candidates.Sort((a, b) =>
    {
        var order = b.Score.CompareTo(a.Score);
        order = order != 0 ? order : string.CompareOrdinal(a.Fault, b.Fault);
        return order != 0 ? order : string.CompareOrdinal(a.Entity.Name, b.Entity.Name);
    });
}
