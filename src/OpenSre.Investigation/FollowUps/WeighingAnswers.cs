using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Answers about the weighing: why, how sure, what speaks against it, what else it could be.</summary>
internal static class WeighingAnswers
{
    public static string Why(CaseFile file)
    {
        if (file.Diagnosis is not { Top: { } top } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        var text = new StringBuilder($"{MarkdownText.Sentence(diagnosis.Summary)}\n");
        if (diagnosis.Verdict == Verdict.Inconclusive)
        {
            text.Append("\nNo explanation stands out far enough to be called the cause.\n").Append(Ranking(file));
            return text.ToString();
        }

        Facts(text, "This speaks for it", file, top.Supporting);
        if (diagnosis.Chain.Count > 1)
        {
            text.Append("\nHow it came about:\n\n");
            foreach (var (number, step) in diagnosis.Chain.Index())
            {
                text.Append($"{number + 1}. {MarkdownText.Sentence(step.Statement)} {EvidenceWords.Cite(step.EvidenceIds)}".TrimEnd()).Append('\n');
            }
        }

        Facts(text, "This speaks against it", file, top.Contradicting);
        return text.ToString();
    }

    public static string Certainty(CaseFile file)
    {
        if (file.Diagnosis is not { Top: { } top } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        var text = new StringBuilder($"**{HypothesisWords.Percent(top.Probability)}:** {MarkdownText.Sentence(HypothesisWords.Statement(top))}. ");
        text.Append("The number is computed from the evidence: each fact counts for or against every explanation, facts of one kind count once.\n\n");
        text.Append($"{EvidenceAnswers.Count(Known(file, top.Supporting).Count, "fact")} for it, {Known(file, top.Contradicting).Count} against it{(top.Contested ? ", and decisive ones on both sides" : "")}.");
        if (diagnosis.Ranked.Count > 1)
        {
            var second = diagnosis.Ranked[1];
            text.Append($" The next explanation has {HypothesisWords.Percent(second.Probability)}: {MarkdownText.Sentence(HypothesisWords.Statement(second))}.");
        }

        if (diagnosis.Gaps.Count > 0)
        {
            text.Append($" {EvidenceAnswers.Count(diagnosis.Gaps.Count, "thing")} could not be looked at.");
        }

        text.Append('\n');
        if (diagnosis.NextQueries.Count > 0)
        {
            var next = diagnosis.NextQueries[0];
            text.Append($"\nWhat would tell most now: {MarkdownText.Sentence(next.Call.ToString())} — {MarkdownText.Sentence(next.Why)}\n");
        }

        return text.ToString();
    }

    public static string Against(CaseFile file)
    {
        if (file.Diagnosis is not { Top: { } top } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        var text = new StringBuilder();
        Facts(text, $"Against \"{MarkdownText.Sentence(HypothesisWords.Statement(top))}\"", file, top.Contradicting);
        foreach (var contradiction in diagnosis.Contradictions)
        {
            text.Append($"\n{MarkdownText.Sentence(contradiction.Statement)} {EvidenceWords.Cite(contradiction.EvidenceIds)}".TrimEnd()).Append('\n');
        }

        return text.Length == 0
            ? $"Nothing that was looked at speaks against \"{MarkdownText.Sentence(HypothesisWords.Statement(top))}\".\n"
            : text.ToString().TrimStart('\n');
    }

    public static string Alternatives(CaseFile file) => file.Diagnosis is { Ranked.Count: > 0 } ? Ranking(file).TrimStart('\n') : FollowUp.Unfinished;

    /// <summary>A heading and the facts under it; nothing when there is none.</summary>
    public static void Facts(StringBuilder text, string heading, CaseFile file, IReadOnlyList<string> ids)
    {
        var facts = Known(file, ids);
        if (facts.Count == 0)
        {
            return;
        }

        text.Append($"\n{heading}:\n\n");
        foreach (var fact in facts.Take(6))
        {
            text.Append($"- {EvidenceWords.Fact(fact)}\n");
        }

        if (facts.Count > 6)
        {
            text.Append($"- and {facts.Count - 6} more: {EvidenceWords.Cite(facts.Skip(6).Select(f => f.Id))}\n");
        }
    }

    private static List<Evidence> Known(CaseFile file, IReadOnlyList<string> ids) => [.. ids.Select(file.Ledger.FindEvidence).OfType<Evidence>()];

    private static string Ranking(CaseFile file)
    {
        var text = new StringBuilder("\nWhat was considered:\n\n");
        foreach (var hypothesis in file.Diagnosis?.Ranked ?? [])
        {
            var supporting = EvidenceWords.Cite(Known(file, hypothesis.Supporting).Take(4).Select(e => e.Id));
            var contradicting = EvidenceWords.Cite(Known(file, hypothesis.Contradicting).Take(4).Select(e => e.Id));
            text.Append($"- {HypothesisWords.Percent(hypothesis.Probability)} {MarkdownText.Sentence(HypothesisWords.Statement(hypothesis))}");
            text.Append(supporting.Length > 0 ? $" — for: {supporting}" : "").Append(contradicting.Length > 0 ? $"{(supporting.Length > 0 ? ";" : " —")} against: {contradicting}" : "").Append('\n');
        }

        return text.ToString();
    }
}
