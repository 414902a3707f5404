using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Writes the report of an investigation as Markdown: the answer first, then why, what speaks against it, what was not
/// looked at, and what to do. Every claim names its evidence; every inline code span is a quote of a tool's output.
/// </summary>
public static class ReportWriter
{
    private const int MostReasons = 5;
    private const int MostOthers = 4;
    private const int MostGaps = 8;

    public static string Write(Incident incident, Diagnosis diagnosis, EvidenceLedger ledger, TimeSpan elapsed, int toolCalls, ModelReview? review = null, CaseBackground? background = null)
    {
        ArgumentNullException.ThrowIfNull(incident);
        var report = new Sections(ledger);
        var cited = new CitedFacts(ledger);

        report.Line(Verdict(diagnosis, cited));
        report.List("Why", Reasons(diagnosis, cited));
        report.Numbered("How it came about", diagnosis.Chain.Count > 1 ? [.. diagnosis.Chain.Select(s => Claim(s.Statement, s.EvidenceIds, cited))] : []);
        report.List("What speaks against it", Against(diagnosis, cited));
        report.List(diagnosis.Verdict == Core.Verdict.Inconclusive ? "Possible explanations" : "Other explanations", Others(diagnosis, cited));
        report.List("Contradictions", [.. diagnosis.Contradictions.Select(c => Claim(c.Statement, c.EvidenceIds, cited))]);
        var said = diagnosis.Ranked.Where(h => h.Probability >= 0.01).Take(MostOthers + 1).Select(h => h.Statement).ToHashSet(StringComparer.Ordinal);
        report.List("Also noticed", [.. diagnosis.AlsoNoticed.Where(n => !said.Contains(n.Statement)).Select(n => Claim(n.Statement, n.EvidenceIds, cited))]);
        if (review is not null)
        {
            report.List($"What {MarkdownText.Sentence(review.Model)} says", ReviewWords.Lines(review, cited.Known));
        }

        report.List("Runbooks (no evidence)", [.. (background?.Runbooks ?? []).Select(r => MarkdownText.Sentence(BackgroundWords.Runbook(r)))]);
        report.List("Unverified leads of other agents (no evidence)", [.. (background?.Heard() ?? []).Select(h => MarkdownText.Sentence($"{h.From} says: {h.Text}"))]);
        report.List("Seen before (no evidence)", [.. (background?.Before ?? []).Select(b => MarkdownText.Sentence(BackgroundWords.Before(b)))]);
        report.List("Not looked at", Gaps(diagnosis));
        report.List("What would tell more", [.. diagnosis.NextQueries.Take(3).Select(q => $"{MarkdownText.Sentence(q.Call.ToString())} — {MarkdownText.Sentence(q.Why)}")]);
        report.Remedies(diagnosis.Remedies);
        report.List("Evidence", [.. cited.All.GroupBy(e => e.OutputId, StringComparer.Ordinal).Select(g => EvidenceWords.Call(g, ledger))]);
        report.Line($"{Number(toolCalls, "tool call")}, {Number(ledger.Evidence.Count, "fact")}, {Seconds(elapsed)}.");
        return report.ToString();
    }

    private static string Verdict(Diagnosis diagnosis, CitedFacts cited)
    {
        var summary = MarkdownText.Sentence(diagnosis.Summary);
        var ids = diagnosis.Verdict == Core.Verdict.Inconclusive ? "" : EvidenceWords.Cite(cited.Known(diagnosis.Top?.Supporting ?? []).Take(2).Select(e => e.Id));
        var text = ids.Length == 0 ? summary : $"{summary} {ids}";
        return diagnosis.Verdict switch
        {
            Core.Verdict.RootCause => $"**Root cause ({HypothesisWords.Percent(diagnosis.Top?.Probability ?? 0)}):** {text}",
            Core.Verdict.Healthy => $"**Healthy:** {text}",
            _ => $"**Inconclusive:** {text}",
        };
    }

    private static List<string> Reasons(Diagnosis diagnosis, CitedFacts cited)
    {
        if (diagnosis.Verdict == Core.Verdict.Inconclusive || diagnosis.Top is not { } top)
        {
            return [];
        }

        return Facts(top.Supporting, cited);
    }

    private static List<string> Against(Diagnosis diagnosis, CitedFacts cited)
    {
        if (diagnosis.Verdict == Core.Verdict.Inconclusive || diagnosis.Top is not { } top)
        {
            return [];
        }

        var facts = Facts(top.Contradicting, cited);
        return facts.Count > 0 ? facts : ["Nothing that was looked at."];
    }

    private static List<string> Facts(IReadOnlyList<string> ids, CitedFacts cited)
    {
        var known = cited.Known(ids);
        List<string> lines = [.. known.Take(MostReasons).Select(EvidenceWords.Fact)];
        if (known.Count > MostReasons)
        {
            lines.Add($"and {known.Count - MostReasons} more: {EvidenceWords.Cite(known.Skip(MostReasons).Select(e => e.Id))}");
        }

        return lines;
    }

    private static List<string> Others(Diagnosis diagnosis, CitedFacts cited)
    {
        var skip = diagnosis.Verdict == Core.Verdict.Inconclusive ? 0 : 1;
        List<string> lines = [];
        foreach (var hypothesis in diagnosis.Ranked.Skip(skip).Where(h => h.Probability >= 0.01).Take(MostOthers))
        {
            List<string> sides = [];
            if (cited.Known(hypothesis.Supporting) is { Count: > 0 } supporting)
            {
                sides.Add("for: " + EvidenceWords.Cite(supporting.Take(4).Select(e => e.Id)));
            }

            if (cited.Known(hypothesis.Contradicting) is { Count: > 0 } contradicting)
            {
                sides.Add("against: " + EvidenceWords.Cite(contradicting.Take(4).Select(e => e.Id)));
            }

            var statement = $"{HypothesisWords.Percent(hypothesis.Probability)} {MarkdownText.Sentence(HypothesisWords.Statement(hypothesis))}";
            lines.Add(sides.Count == 0 ? statement : $"{statement} — {string.Join("; ", sides)}");
        }

        return lines;
    }

    /// <summary>A statement of the diagnosis; one that names no evidence says so.</summary>
    private static string Claim(string statement, IReadOnlyList<string> ids, CitedFacts cited)
    {
        var known = cited.Known(ids);
        return MarkdownText.Sentence(statement) + " " + (known.Count == 0 ? "(not validated)" : EvidenceWords.Cite(known.Select(e => e.Id)));
    }

    private static List<string> Gaps(Diagnosis diagnosis)
    {
        List<string> lines = [.. diagnosis.Gaps.Take(MostGaps).Select(g => $"{MarkdownText.Sentence(g.What)} — {MarkdownText.Sentence(g.Why)}")];
        if (diagnosis.Gaps.Count > MostGaps)
        {
            lines.Add($"and {diagnosis.Gaps.Count - MostGaps} more");
        }

        return lines;
    }

    private static string Number(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Seconds(TimeSpan time) => time.TotalSeconds < 60 ? $"{time.TotalSeconds:0.0} s" : $"{(int)time.TotalMinutes} min {time.Seconds} s";

    /// <summary>Remembers which facts the report named, in the order of their ids.</summary>
    private sealed class CitedFacts(EvidenceLedger ledger)
    {
        private readonly Dictionary<string, Evidence> _cited = new(StringComparer.Ordinal);

        public IEnumerable<Evidence> All => _cited.Values.OrderBy(e => e.Id.Length).ThenBy(e => e.Id, StringComparer.Ordinal);

        /// <summary>The facts that still stand; an id the ledger dropped is not cited.</summary>
        public List<Evidence> Known(IReadOnlyList<string> ids)
        {
            List<Evidence> known = [];
            foreach (var id in ids)
            {
                if (ledger.FindEvidence(id) is { } evidence && !known.Contains(evidence))
                {
                    known.Add(evidence);
                    _cited.TryAdd(id, evidence);
                }
            }

            return known;
        }
    }

    /// <summary>The report so far; a section without lines is left out.</summary>
    private sealed class Sections(EvidenceLedger ledger)
    {
        private readonly StringBuilder _text = new();

        public void Line(string text) => _text.Append(_text.Length > 0 ? "\n" : "").Append(text).Append('\n');

        public void List(string title, IReadOnlyList<string> lines) => Write(title, lines, _ => "- ");

        public void Numbered(string title, IReadOnlyList<string> lines) => Write(title, lines, i => $"{i + 1}. ");

        public void Remedies(IReadOnlyList<Remedy> remedies)
        {
            if (remedies.Count == 0)
            {
                return;
            }

            List<string> commands = [];
            List<string> sentences = [];
            foreach (var remedy in remedies)
            {
                var title = SafeText.Clean(remedy.Title, keepLines: false).Trim();
                if (remedy.Command.Length == 0)
                {
                    sentences.Add(MarkdownText.Sentence(remedy.Title));
                }
                else
                {
                    commands.Add($"# {title}\n{SafeText.Clean(remedy.Command)}");
                }
            }

            Write("What to do (nothing of this was run)", sentences, _ => "- ", evenIfEmpty: true);
            if (commands.Count > 0)
            {
                _text.Append('\n').Append(MarkdownText.Fence(string.Join('\n', commands), "sh"));
            }
        }

        public override string ToString()
        {
            var report = _text.ToString();
            // The promise of every report, kept by construction; a report that breaks it is a defect and must not go out.
            var unbacked = ReportQuotes.Unbacked(report, ledger);
            return unbacked.Count == 0 ? report : throw new InvalidOperationException($"The report quotes what no tool said: {unbacked[0]}");
        }

        private void Write(string title, IReadOnlyList<string> lines, Func<int, string> mark, bool evenIfEmpty = false)
        {
            if (lines.Count == 0 && !evenIfEmpty)
            {
                return;
            }

            _text.Append("\n## ").Append(title).Append('\n');
            if (lines.Count > 0)
            {
                _text.Append('\n');
            }

            for (var i = 0; i < lines.Count; i++)
            {
                _text.Append(mark(i)).Append(lines[i]).Append('\n');
            }
        }
    }
}
