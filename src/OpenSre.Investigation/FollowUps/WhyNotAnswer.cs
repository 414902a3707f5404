using System.Text;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>Answers "why not X": what speaks for and against the explanations that X names, and what was not looked at.</summary>
internal static class WhyNotAnswer
{
    private const int MostExplanations = 3;

    public static string About(CaseFile file, IReadOnlyList<string> subject)
    {
        if (file.Diagnosis is not { } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        var wanted = subject.SelectMany(Words.Parts).SelectMany(CaseWords.Related).ToHashSet(StringComparer.Ordinal);
        var text = new StringBuilder();
        var matching = Matching(diagnosis, subject, wanted);
        foreach (var (hypothesis, place) in matching.Take(MostExplanations))
        {
            Weigh(text, file, hypothesis, place);
        }

        var covered = matching.ConvertAll(m => m.Hypothesis);
        foreach (var (fault, facts) in Unranked(file, wanted, covered).Take(MostExplanations - Math.Min(MostExplanations, matching.Count)))
        {
            Unlikely(text, file, fault, facts);
        }

        var asked = MarkdownText.Sentence(string.Join(' ', subject));
        if (text.Length == 0)
        {
            text.Append(Known(wanted) is { Count: > 0 } kinds
                ? $"Nothing that was looked at points to {asked}: no check found a fact for or against {MarkdownText.Sentence(string.Join(", ", kinds))}.\n"
                : $"{Capital(asked)} is not among the explanations this investigation knows, and no fact names it.\n");
        }

        Gaps(text, file, wanted);
        return text.ToString().TrimStart('\n');
    }

    /// <summary>The ranked explanations the words mean, best match first; an entity named in full beats a word in common.</summary>
    private static List<(Hypothesis Hypothesis, int Place)> Matching(Diagnosis diagnosis, IReadOnlyList<string> subject, HashSet<string> wanted)
    {
        List<(Hypothesis Hypothesis, int Place, int Score)> found = [];
        foreach (var (place, hypothesis) in diagnosis.Ranked.Index())
        {
            var score = 0;
            if (subject.Contains(hypothesis.Entity.Name.ToLowerInvariant(), StringComparer.Ordinal))
            {
                score += 4;
            }

            score += Words.Parts(hypothesis.FaultType).Count(wanted.Contains) * 2;
            score += Words.Of(hypothesis.Statement).Count(w => subject.Contains(w, StringComparer.Ordinal));
            if (hypothesis.Kind == HypothesisKind.Healthy && wanted.Overlaps(CaseWords.Related("healthy")))
            {
                score += 2;
            }

            if (score > 0)
            {
                found.Add((hypothesis, place, score));
            }
        }

        return [.. found.OrderByDescending(f => f.Score).ThenBy(f => f.Place).Select(f => (f.Hypothesis, f.Place))];
    }

    /// <summary>Faults that facts speak of, but which are too unlikely to be in the ranking.</summary>
    private static IEnumerable<(string Fault, List<Evidence> Facts)> Unranked(CaseFile file, HashSet<string> wanted, List<Hypothesis> covered) =>
        file.Ledger.Evidence
            .SelectMany(e => e.Bearings.Select(b => (b.FaultType, Fact: e)))
            .Where(b => Words.Parts(b.FaultType).Any(wanted.Contains) && !covered.Exists(h => h.FaultType == b.FaultType))
            .GroupBy(b => b.FaultType, b => b.Fact, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Distinct().ToList()));

    private static void Weigh(StringBuilder text, CaseFile file, Hypothesis hypothesis, int place)
    {
        var leads = place == 0 && file.Diagnosis!.Verdict != Verdict.Inconclusive;
        text.Append($"\n**{HypothesisWords.Percent(hypothesis.Probability)}:** {MarkdownText.Sentence(HypothesisWords.Statement(hypothesis))}.{(leads ? " That is the answer that was given." : "")}\n");
        WeighingAnswers.Facts(text, "For it", file, hypothesis.Supporting);
        WeighingAnswers.Facts(text, "Against it", file, hypothesis.Contradicting);
        if (hypothesis.Supporting.Count == 0 && hypothesis.Contradicting.Count == 0)
        {
            text.Append("\nNo fact speaks for it or against it.\n");
        }
        else if (!leads && hypothesis.Contradicting.Count == 0 && file.Diagnosis!.Top is { } top && top != hypothesis)
        {
            text.Append($"\nNothing refutes it, but more speaks for: {MarkdownText.Sentence(HypothesisWords.Statement(top))} ({HypothesisWords.Percent(top.Probability)}).\n");
        }
    }

    private static void Unlikely(StringBuilder text, CaseFile file, string fault, List<Evidence> facts)
    {
        text.Append($"\n**<1 %:** {MarkdownText.Sentence(fault)}, too unlikely to be ranked.\n");
        WeighingAnswers.Facts(text, "For it", file, [.. facts.Where(f => f.Bearings.Any(b => b.FaultType == fault && b.Weight > 0)).Select(f => f.Id)]);
        WeighingAnswers.Facts(text, "Against it", file, [.. facts.Where(f => f.Bearings.Any(b => b.FaultType == fault && b.Weight < 0)).Select(f => f.Id)]);
    }

    private static void Gaps(StringBuilder text, CaseFile file, HashSet<string> wanted)
    {
        var gaps = file.Diagnosis!.Gaps.Where(g => Names(g.What, wanted)).ToList();
        var open = file.Diagnosis.NextQueries.Where(q => Names(q.Call.ToString(), wanted)).ToList();
        if (gaps.Count == 0 && open.Count == 0)
        {
            return;
        }

        text.Append("\nNot looked at:\n\n");
        foreach (var gap in gaps.Take(5))
        {
            text.Append($"- {MarkdownText.Sentence(gap.What)} — {MarkdownText.Sentence(gap.Why)}\n");
        }

        foreach (var query in open.Take(3))
        {
            text.Append($"- {MarkdownText.Sentence(query.Call.ToString())} — {MarkdownText.Sentence(query.Why)}\n");
        }
    }

    private static bool Names(string text, HashSet<string> wanted) => Words.Of(text).SelectMany(Words.Parts).Any(wanted.Contains);

    private static List<string> Known(HashSet<string> wanted) => [.. FaultCatalogue.All.Where(f => Words.Parts(f.Id).Any(wanted.Contains)).Select(f => f.Id).Take(6)];

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
