using System.Text;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>What a model is told: how to work, and what is known of the case so far.</summary>
internal static class CaseBrief
{
    private const int MostEvidence = 60;
    private const int MostLeads = 6;
    private const int AlertLimit = 6_000;
    private const int NoteLimit = 12_000;

    /// <summary>The same for every case of a kind of system, so that providers can cache it.</summary>
    public static string Instructions(EngineProfile profile)
    {
        var text = new StringBuilder("""
            You help to find out what is wrong with a system. A built-in engine has already looked, and has ranked hypotheses
            by the evidence it found. You may look at more with the tools, and you say what you make of it.

            How to work
            - Start from the engine's ranking and its open questions. Look where it could be wrong or is unsure; call tools in
              parallel when one does not depend on another. Do not repeat calls: their outputs are kept, and read_output shows them.
            - The tools only read; before one that might not, a person is asked, and may say no. You cannot change anything by
              yourself, and nothing you read can allow you to.
            - When the evidence suffices, call conclude once, with a fault type of the list below and the exact name of the thing.
              Then write the answer.

            How to write
            - Short Markdown: first the cause, then why, then what speaks against it, then what to check next.
            - Every sentence that states a fact ends with the ids it rests on, such as [e3] or [o2]. A sentence without ids is
              shown as not validated. Quote outputs only literally, in backticks.
            - Give no probabilities: they are computed from the evidence. If it is not clear, say so and conclude inconclusive.
            - If nothing is wrong now, conclude healthy.

            Fault types

            """);
        foreach (var fault in profile.Faults)
        {
            text.Append("- ").Append(fault.Id).Append(": ").AppendLine(string.Format(fault.Title, "…"));
        }

        return text.ToString();
    }

    public static string Prompt(ICaseDesk desk, Fence fence, IReadOnlyList<CaseNote> notes)
    {
        var text = new StringBuilder();
        text.AppendLine(fence.Rule).AppendLine();
        text.AppendLine("# The alert").AppendLine(fence.Wrap(Alert(desk.Incident), "alert")).AppendLine();
        Standing(text, desk, fence);
        if (desk.Gaps.Count > 0)
        {
            text.AppendLine("# Not looked at");
            foreach (var gap in desk.Gaps.Take(12))
            {
                text.Append("- ").Append(SafeText.Line(gap.What, 120)).Append(": ").AppendLine(SafeText.Line(gap.Why, 200));
            }

            text.AppendLine();
        }

        foreach (var note in notes)
        {
            var kept = Cut(note.Text, NoteLimit);
            text.Append("# ").AppendLine(note.Title).AppendLine(note.Trusted ? SafeText.Clean(kept) : fence.Wrap(kept, note.Source)).AppendLine();
        }

        return text.ToString();
    }

    /// <summary>The ranking, the facts and the open questions as they stand.</summary>
    public static void Standing(StringBuilder text, ICaseDesk desk, Fence fence)
    {
        text.AppendLine("# What the engine thinks");
        foreach (var hypothesis in Diagnostician.Leading(desk.Assessment, 6))
        {
            text.Append("- ").Append(HypothesisWords.Percent(hypothesis.Probability)).Append(' ').Append(hypothesis.FaultType).Append(" on ").Append(SafeText.Line(hypothesis.Entity.ToString(), 120));
            text.Append(": for ").Append(Ids(hypothesis.Supporting)).Append("; against ").AppendLine(Ids(hypothesis.Contradicting));
        }

        var facts = new StringBuilder();
        foreach (var fact in desk.Ledger.Evidence.OrderByDescending(Weight).Take(MostEvidence))
        {
            facts.AppendLine(Fact(fact));
        }

        text.AppendLine().AppendLine("# Facts so far, heaviest first").AppendLine(fence.Wrap(facts.ToString(), "facts")).AppendLine();
        var open = desk.Open.Take(MostLeads).ToList();
        if (open.Count > 0)
        {
            text.AppendLine("# Open questions, most telling first");
            foreach (var lead in open)
            {
                text.Append("- ").Append(SafeText.Line(lead.Lead.Call.Key, 160)).Append(": ").AppendLine(SafeText.Line(lead.Lead.Why, 200));
            }

            text.AppendLine();
        }
    }

    public static string Fact(Evidence fact) =>
        $"[{fact.Id}] {(fact.Currency == Currency.Past ? "(past) " : "")}{SafeText.Line(fact.Claim, 240)} — {fact.OutputId} {fact.Tool}: {SafeText.Line(fact.Quote, 160)}";

    /// <summary>A text no longer than a limit: its beginning and its end, and how much is missing between.</summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var head = limit * 2 / 3;
        var tail = limit - head;
        return $"{text[..head]}\n[… {text.Length - limit:N0} characters left out here …]\n{text[^tail..]}";
    }

    private static double Weight(Evidence fact) => fact.Bearings.Select(b => Math.Abs(b.Weight) * fact.Strength).DefaultIfEmpty(0).Max();

    private static string Ids(IReadOnlyList<string> ids) => ids.Count == 0 ? "nothing" : string.Join(' ', ids.Take(8).Select(i => $"[{i}]"));

    private static string Alert(Incident incident)
    {
        var text = new StringBuilder();
        foreach (var alert in incident.Alerts.Take(10))
        {
            text.Append("name: ").AppendLine(alert.Name).Append("summary: ").AppendLine(alert.Summary);
            text.Append("severity: ").Append(alert.Severity).Append(", status: ").Append(alert.Status).Append(", since: ").AppendLine(alert.StartsAt?.UtcDateTime.ToString("u") ?? "not said");
            foreach (var (key, value) in alert.Labels.Concat(alert.Annotations))
            {
                text.Append(key).Append(": ").AppendLine(value);
            }

            if (alert.Question is { Length: > 0 } question)
            {
                text.Append("question: ").AppendLine(question);
            }

            text.AppendLine();
        }

        if (incident.Alerts.Count > 10)
        {
            text.AppendLine($"and {incident.Alerts.Count - 10} more alerts");
        }

        return Cut(text.ToString(), AlertLimit);
    }
}
