using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Answers that show facts: all of them, some in full, those about changes, and all in the order of time.</summary>
internal static class EvidenceAnswers
{
    private const int LinesAround = 12;

    public static string All(CaseFile file)
    {
        var facts = file.Ledger.Evidence;
        if (facts.Count == 0)
        {
            return Nothing(file);
        }

        var text = new StringBuilder($"**{facts.Count} {(facts.Count == 1 ? "fact" : "facts")}** from {file.Ledger.Outputs.Count} tool calls. \"show e1\" shows a fact in the output it stands in.\n\n");
        var cited = Cited(file);
        foreach (var fact in facts.OrderByDescending(e => cited.Contains(e.Id)))
        {
            text.Append($"- {EvidenceWords.Fact(fact)}\n");
        }

        return text.ToString();
    }

    public static string Facts(CaseFile file, IReadOnlyList<string> ids)
    {
        var text = new StringBuilder();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            text.Append(file.Ledger.FindEvidence(id) is { } fact ? Full(file, fact) : $"There is no fact {id} in this investigation; the facts are {Range(file)}.\n");
        }

        return text.ToString();
    }

    public static string Changes(CaseFile file)
    {
        var changes = file.Ledger.Evidence
            .Where(e => e.Family.StartsWith("change", StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(e => e.Interval?.Start ?? DateTimeOffset.MinValue)
            .ToList();
        if (changes.Count > 0)
        {
            return $"**{Count(changes.Count, "change")}** found, newest first:\n\n" + string.Concat(changes.Select(e => $"- {At(e)}{EvidenceWords.Fact(e)}\n"));
        }

        var looked = file.Ledger.Outputs.Where(o => o.Status == ToolStatus.Ok && IsAboutChanges(o.Tool)).Select(o => o.Tool).Distinct(StringComparer.Ordinal).ToList();
        return looked.Count > 0
            ? $"No change was found that stands out; looked at: {MarkdownText.Sentence(string.Join(", ", looked))}.\n"
            : "Nothing that tells of changes was looked at in this investigation.\n";
    }

    public static string Timeline(CaseFile file)
    {
        var dated = file.Ledger.Evidence.Where(e => e.Interval is not null).OrderBy(e => e.Interval!.Value.Start).ThenBy(e => e.Interval!.Value.End).ToList();
        if (dated.Count == 0)
        {
            return file.Ledger.Evidence.Count == 0 ? Nothing(file) : "None of the facts found says when it began.\n";
        }

        var text = new StringBuilder("In the order of time (UTC):\n\n");
        var start = file.Incident.Primary.StartsAt;
        foreach (var fact in dated)
        {
            if (start is { } began && fact.Interval!.Value.Start >= began)
            {
                text.Append($"- {EvidenceWords.Moment(began)} — the alert began\n");
                start = null;
            }

            text.Append($"- {At(fact)}{MarkdownText.Sentence(fact.Claim).TrimEnd('.')} [{fact.Id}]\n");
        }

        if (start is { } late)
        {
            text.Append($"- {EvidenceWords.Moment(late)} — the alert began\n");
        }

        var undated = file.Ledger.Evidence.Count - dated.Count;
        return undated == 0 ? text.ToString() : text.Append($"\n{Count(undated, "more fact")} without a time.\n").ToString();
    }

    /// <summary>What is said when there is no fact to show.</summary>
    public static string Nothing(CaseFile file) =>
        file.Ledger.Outputs.Count == 0 ? "The investigation ended before any tool had answered.\n" : $"{Count(file.Ledger.Outputs.Count, "tool call")}, and no fact that means anything for this alert.\n";

    public static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static string Full(CaseFile file, Evidence fact)
    {
        var text = new StringBuilder($"**{fact.Id}:** {MarkdownText.Sentence(fact.Claim).TrimEnd('.')}\n\n{EvidenceWords.Source(fact, file.Ledger)}\n\n");
        if (file.Ledger.FindOutput(fact.OutputId) is not { } output)
        {
            return text.Append(MarkdownText.Quote(fact.Quote)).Append('\n').ToString();
        }

        var lines = output.Text.Split('\n');
        var (first, last) = LinesOf(output.Text, fact.Quote);
        var from = Math.Max(0, first - LinesAround);
        var to = Math.Min(lines.Length - 1, last + LinesAround);
        var shown = new StringBuilder();
        for (var i = from; i <= to; i++)
        {
            shown.Append(i >= first && i <= last ? "> " : "  ").Append(lines[i]).Append('\n');
        }

        text.Append(MarkdownText.Fence(shown.ToString()));
        var left = lines.Length - (to - from + 1);
        if (left > 0)
        {
            text.Append($"\nLines {from + 1} to {to + 1} of {lines.Length} of the output.\n");
        }

        if (output.Note.Length > 0)
        {
            text.Append($"\n{MarkdownText.Sentence(output.Note)}\n");
        }

        return text.ToString();
    }

    private static (int First, int Last) LinesOf(string output, string quote)
    {
        var index = Math.Max(0, output.IndexOf(quote, StringComparison.Ordinal));
        var first = output.AsSpan(0, index).Count('\n');
        return (first, first + quote.AsSpan().TrimEnd('\n').Count('\n'));
    }

    private static HashSet<string> Cited(CaseFile file) =>
        file.Diagnosis?.Top is { } top ? [.. top.Supporting, .. top.Contradicting] : [];

    private static bool IsAboutChanges(string tool) =>
        tool.Contains("change", StringComparison.Ordinal) || tool.StartsWith("git.", StringComparison.Ordinal) || tool.Contains("package", StringComparison.Ordinal);

    private static string At(Evidence fact) => fact.Interval switch
    {
        null => "",
        { Length.Ticks: 0 } at => EvidenceWords.Moment(at.Start) + " — ",
        { } span => $"{EvidenceWords.Moment(span.Start)} to {EvidenceWords.Time(span.End)} — ",
    };

    private static string Range(CaseFile file) => file.Ledger.Evidence.Count switch
    {
        0 => "none",
        1 => file.Ledger.Evidence[0].Id,
        _ => $"{file.Ledger.Evidence[0].Id} to {file.Ledger.Evidence[^1].Id}",
    };
}
