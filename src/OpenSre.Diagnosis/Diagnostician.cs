using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>The state of an investigation after the checks have read everything so far.</summary>
/// <param name="Fresh">Evidence that was not known before.</param>
public sealed record Assessment(CheckContext Context, IReadOnlyList<Candidate> Candidates, IReadOnlyList<Evidence> Fresh)
{
    public Candidate Top => Candidates[0];

    public Candidate Healthy => Candidates.First(c => c.Fault == FaultCatalogue.Healthy);

    /// <summary>Whether the alert's own condition was looked at again and found false, and nowhere found true.</summary>
    public bool ConditionCleared => Healthy.For.Count > 0 && Healthy.Against.Count == 0;

    /// <summary>The verdict as it stands.</summary>
    public Verdict Verdict(WeighingOptions options)
    {
        var runnerUp = Candidates.Count > 1 ? Candidates.Skip(1).FirstOrDefault(c => c.ExplainedBy != Top && Top.ExplainedBy != c) : null;
        var margin = Top.Probability - (runnerUp?.Probability ?? 0);
        if (Top.Probability < options.MinimumProbability || margin < options.MinimumMargin)
        {
            return Core.Verdict.Inconclusive;
        }

        return Top.Fault switch
        {
            FaultCatalogue.Unknown => Core.Verdict.Inconclusive,
            FaultCatalogue.Healthy => ConditionCleared && Context.IsAboutThisHost ? Core.Verdict.Healthy : Core.Verdict.Inconclusive,
            _ => Top.Type!.IsOpen ? Core.Verdict.Inconclusive : Core.Verdict.RootCause,
        };
    }
}

/// <summary>Runs the checks over what was gathered, weighs the hypotheses, and words the answer. Does no I/O.</summary>
public sealed class Diagnostician(IReadOnlyList<ICheck> checks, WeighingOptions options)
{
    /// <summary>Nats an answer must be expected to bring before a person is told to ask for it.</summary>
    private const double WorthAsking = 0.05;

    private readonly RecordCache _records = new();

    public WeighingOptions Options => options;

    /// <summary>Reads all outputs of the ledger anew, puts the evidence into it, and weighs.</summary>
    public Assessment Assess(Incident incident, AlertReading reading, EvidenceLedger ledger, DateTimeOffset now)
    {
        var context = new CheckContext(incident, reading, ledger.Outputs, now, _records);
        foreach (var check in checks)
        {
            context.Begin(check);
            check.Examine(context);
        }

        DropIdleRefutations(context);
        var fresh = ledger.Replace(context.Evidence);
        context.Evidence.Clear();
        context.Evidence.AddRange(ledger.Evidence);
        return new Assessment(context, Weigher.Weigh(context, options), fresh);
    }

    /// <summary>
    /// "The disk has room" is worth saying only where something said it had none: a fact that does nothing but refute
    /// what nobody claims is left out.
    /// </summary>
    private static void DropIdleRefutations(CheckContext context)
    {
        HashSet<(string, Entity)> claimed = [.. context.Evidence.SelectMany(e => e.Bearings).Where(b => b.Weight > 0).Select(b => (b.FaultType, b.Entity))];
        context.Evidence.RemoveAll(e => e.Bearings.Count > 0 && e.Bearings.All(b => b.Contradicts && !claimed.Contains((b.FaultType, b.Entity))));
    }

    /// <summary>The leading hypotheses as a face shows them.</summary>
    public static IReadOnlyList<Hypothesis> Leading(Assessment assessment, int count) =>
        [.. assessment.Candidates.Where((c, i) => i < count && (i == 0 || c.Probability >= 0.01)).Select(ToHypothesis)];

    /// <summary>Words the answer.</summary>
    /// <param name="gaps">What was not looked at, refused or missing.</param>
    /// <param name="open">Leads not followed, most informative first.</param>
    public Diagnosis Conclude(Assessment assessment, IReadOnlyList<Gap> gaps, IReadOnlyList<RankedLead> open)
    {
        var verdict = assessment.Verdict(options);
        var top = assessment.Top;
        return new Diagnosis
        {
            Verdict = verdict,
            Summary = Summarise(assessment, verdict),
            Ranked = Leading(assessment, 8),
            Chain = verdict == Verdict.RootCause ? Chain(assessment, top) : [],
            Contradictions = Contradictions(assessment),
            AlsoNoticed = AlsoNoticed(assessment, verdict),
            Gaps = gaps,
            NextQueries = [.. open.Where(l => l.Gain >= WorthAsking).Take(verdict == Verdict.Inconclusive ? 3 : 1).Select(l => new NextQuery(l.Lead.Call, l.Lead.Why, Math.Round(l.Gain, 3)))],
            Remedies = (verdict switch { Verdict.RootCause => top, Verdict.Inconclusive => PlaceOf(assessment), _ => null }) is { Type: { } type } about
                ? [.. type.Remedies.Select(r => r with { Command = string.Format(r.Command, ShellWord(about.Entity.Name)) })]
                : [],
        };
    }

    /// <summary>A state that is all but certain while what brings it about is not known; null when there is none.</summary>
    private static Candidate? PlaceOf(Assessment assessment) =>
        assessment.Candidates.FirstOrDefault(c => c.Type is not null) is { Share: < 1, Place: >= 0.5 } place ? place : null;

    private static string Summarise(Assessment assessment, Verdict verdict)
    {
        var top = assessment.Top;
        switch (verdict)
        {
            case Verdict.RootCause:
                var lead = top.For.Count > 0 ? top.For[0].Evidence.Claim : "";
                return $"{top.Type!.Describe(top.Entity)}." + (lead.Length > 0 ? $" {Sentence(lead)}" : "") + (top.Share < 1 ? " Nothing beneath it was found." : "");
            case Verdict.Healthy:
                return $"What the alert complains of does not hold now. {Sentence(assessment.Healthy.For[0].Evidence.Claim)}";
            default:
                if (top.Fault == FaultCatalogue.Healthy && !assessment.Context.IsAboutThisHost)
                {
                    return $"Nothing that the alert complains of holds on {assessment.Context.HostName}, but the alert is about {string.Join(", ", assessment.Context.OtherHosts.Take(3))}, which was not looked at.";
                }

                var best = assessment.Candidates.FirstOrDefault(c => c.Type is not null);
                return best is null || best.Probability < 0.05
                    ? "Nothing that was looked at explains the alert."
                    : best == PlaceOf(assessment)
                    ? $"{best.Type!.Describe(best.Entity)}; what brings it about was not found ({best.Place:P0} that the answer lies there). {Sentence(best.For[0].Evidence.Claim)}"
                    : best == top && best.Type!.IsOpen
                    ? $"{best.Type.Describe(best.Entity)}; why was not found ({best.Probability:P0} that it is the place)."
                    : $"The best guess is not good enough to be called a cause: {best.Type!.Describe(best.Entity)} ({best.Probability:P0}).";
        }
    }

    private static List<CausalStep> Chain(Assessment assessment, Candidate top)
    {
        List<CausalStep> chain = [Step(top)];
        foreach (var effect in assessment.Candidates.Where(c => c.ExplainedBy == top && c.EvidenceScore > -2 && !c.Contradicted).OrderByDescending(c => c.Type!.Depth).Take(4))
        {
            chain.Add(Step(effect));
        }

        var alert = assessment.Context.Incident.Primary;
        var holds = assessment.Healthy.Against.Select(a => a.Evidence).FirstOrDefault();
        chain.Add(new CausalStep(
            holds is null ? $"The alert: {(alert.Summary.Length > 0 ? alert.Summary : alert.Name)}" : Sentence(holds.Claim),
            holds is null ? [] : [holds.Id]));
        return chain;

        static CausalStep Step(Candidate c) => new(c.Type!.Describe(c.Entity), [.. c.For.Take(3).Select(f => f.Evidence.Id)]);
    }

    private static List<Contradiction> Contradictions(Assessment assessment)
    {
        List<Contradiction> contradictions = [];
        foreach (var candidate in assessment.Candidates.Where(c => c.Type is not null && c.For.Count > 0))
        {
            if (candidate.Contested)
            {
                contradictions.Add(new($"Decisive facts stand on both sides of: {candidate.Type!.Describe(candidate.Entity)}.", Ids(candidate)));
            }
            else if (candidate.Contradicted)
            {
                contradictions.Add(new($"{candidate.Type!.Describe(candidate.Entity)}: there are traces of it, but it does not hold now.", Ids(candidate)));
            }
        }

        return contradictions;

        static IReadOnlyList<string> Ids(Candidate c) => [.. c.For.Concat(c.Against).Select(f => f.Evidence.Id).Distinct().Take(4)];
    }

    private static List<SideFinding> AlsoNoticed(Assessment assessment, Verdict verdict)
    {
        var top = assessment.Top;
        return
        [
            .. assessment.Candidates
                .Where(c => c.Type is not null && !c.Contradicted && c.EvidenceScore > -1.5 && (c != top || verdict != Verdict.RootCause) && c.ExplainedBy is null)
                .Take(4)
                .Select(c => new SideFinding(c.Type!.Describe(c.Entity), [.. c.For.Take(2).Select(f => f.Evidence.Id)])),
        ];
    }

    private static Hypothesis ToHypothesis(Candidate candidate) => new(
        candidate.Fault switch { FaultCatalogue.Healthy => HypothesisKind.Healthy, FaultCatalogue.Unknown => HypothesisKind.Unknown, _ => HypothesisKind.Fault },
        candidate.Fault,
        candidate.Entity,
        candidate.Type?.Describe(candidate.Entity) ?? (candidate.Fault == FaultCatalogue.Healthy ? "Nothing is wrong now" : candidate.For.Count > 0 ? $"Something no check knows, at {candidate.Entity.Name}" : "Something no check knows"),
        Math.Round(candidate.Probability, 4),
        Math.Round(candidate.Score, 3),
        [.. candidate.For.Select(f => f.Evidence.Id).Distinct()],
        [.. candidate.Against.Select(f => f.Evidence.Id).Distinct()],
        candidate.Contested);

    private static string Sentence(string claim) => claim.Length == 0 || claim[^1] is '.' or '!' or '?' ? claim : claim + ".";

    /// <summary>A name from outside, safe to paste into a shell.</summary>
    private static string ShellWord(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or '@') ? name : "'" + SafeText.Line(name, 200).Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
