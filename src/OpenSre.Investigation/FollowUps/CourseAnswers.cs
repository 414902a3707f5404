using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Answers about the course of the investigation: what ran, what was not looked at, what to do now.</summary>
internal static class CourseAnswers
{
    public static string Calls(CaseFile file)
    {
        var outputs = file.Ledger.Outputs;
        if (outputs.Count == 0)
        {
            return "No tool had answered when the investigation ended.\n";
        }

        var text = new StringBuilder($"**{EvidenceAnswers.Count(outputs.Count, "tool call")}**, all of them reading only:\n\n");
        foreach (var output in outputs)
        {
            var facts = file.Ledger.Evidence.Count(e => e.OutputId == output.Id);
            var outcome = output.Status == ToolStatus.Ok
                ? facts == 0 ? "nothing of note" : EvidenceAnswers.Count(facts, "fact")
                : Word(output.Status) + (output.Note.Length > 0 ? ": " + MarkdownText.Sentence(output.Note) : "");
            text.Append($"- {EvidenceWords.Time(output.At)} {MarkdownText.Sentence(new ToolCall(output.Tool, output.Arguments).ToString())} ({output.Duration.TotalMilliseconds:0} ms) — {outcome}\n");
        }

        return text.ToString();
    }

    public static string Gaps(CaseFile file)
    {
        List<string> gaps = file.Diagnosis is { } diagnosis
            ? [.. diagnosis.Gaps.Select(g => $"{MarkdownText.Sentence(g.What)} — {MarkdownText.Sentence(g.Why)}")]
            : [.. file.Ledger.Outputs.Where(o => o.Status != ToolStatus.Ok).Select(o => $"{MarkdownText.Sentence(o.Tool)} — {MarkdownText.Sentence(o.Note.Length > 0 ? o.Note : Word(o.Status))}")];
        var text = new StringBuilder(gaps.Count == 0
            ? "Everything that was tried could be read.\n"
            : "Not looked at, and why:\n\n" + string.Concat(gaps.Select(g => $"- {g}\n")));
        if (file.Cancelled)
        {
            text.Append("\nThe investigation was stopped before its end.\n");
        }

        Open(text, file);
        return text.ToString();
    }

    public static string Next(CaseFile file)
    {
        if (file.Diagnosis is not { } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        var text = new StringBuilder();
        if (diagnosis.Remedies.Count > 0)
        {
            text.Append("You could do this; nothing of it was run:\n\n");
            foreach (var remedy in diagnosis.Remedies.Where(r => r.Command.Length == 0))
            {
                text.Append($"- {MarkdownText.Sentence(remedy.Title)}\n");
            }

            var commands = diagnosis.Remedies.Where(r => r.Command.Length > 0).Select(r => $"# {SafeText.Clean(r.Title, keepLines: false)}\n{SafeText.Clean(r.Command)}").ToList();
            if (commands.Count > 0)
            {
                text.Append(diagnosis.Remedies.Count > commands.Count ? "\n" : "").Append(MarkdownText.Fence(string.Join('\n', commands), "sh"));
            }
        }
        else
        {
            text.Append(diagnosis.Verdict switch
            {
                Verdict.Healthy => "Nothing has to be repaired: what the alert complains of does not hold now.\n",
                Verdict.RootCause => "There is no remedy in the catalogue for this cause.\n",
                _ => "There is no answer yet to act on.\n",
            });
        }

        Open(text, file);
        return text.ToString();
    }

    public static string AlsoNoticed(CaseFile file)
    {
        if (file.Diagnosis is not { } diagnosis)
        {
            return FollowUp.Unfinished;
        }

        return diagnosis.AlsoNoticed.Count == 0
            ? "Nothing else stood out.\n"
            : "Real, but no explanation of the alert:\n\n" + string.Concat(diagnosis.AlsoNoticed.Select(n => $"- {MarkdownText.Sentence(n.Statement)} {EvidenceWords.Cite(n.EvidenceIds)}".TrimEnd() + "\n"));
    }

    private static void Open(StringBuilder text, CaseFile file)
    {
        if (file.Diagnosis is not { NextQueries.Count: > 0 } diagnosis)
        {
            return;
        }

        text.Append("\nWhat would tell more:\n\n");
        foreach (var query in diagnosis.NextQueries)
        {
            text.Append($"- {MarkdownText.Sentence(query.Call.ToString())} — {MarkdownText.Sentence(query.Why)}\n");
        }
    }

    private static string Word(ToolStatus status) => status switch
    {
        ToolStatus.Missing => "not here",
        ToolStatus.Refused => "permission was refused",
        ToolStatus.TimedOut => "no answer in time",
        ToolStatus.Failed => "it failed",
        ToolStatus.NotRecorded => "not recorded",
        _ => "read",
    };
}
