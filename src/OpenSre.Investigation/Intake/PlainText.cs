using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Text that is no JSON: a sentence, a question, a pasted log, a chat notification.</summary>
internal static partial class PlainText
{
    public const string DialectName = "text";

    /// <summary>As much of a long text as is looked at.</summary>
    private const int Studied = 128 * 1024;

    private const int NameLength = 120;

    public const string WhatToGive = "paste an alert, a log or an error, or ask about a system, for example \"why is checkout slow since 10:05?\"";

    public static Reading Read(string text, IntakeContext context)
    {
        var clean = SafeText.Clean(text.Length > Studied ? text[..Studied] : text).Trim();
        if (clean.Length == 0)
        {
            return Nothing($"there is nothing in it yet; {WhatToGive}");
        }

        if (Speech.IsSmallTalk(clean))
        {
            return Nothing($"hello! There is nothing to look into in this; {WhatToGive}");
        }

        var question = Speech.QuestionIn(clean);
        var lines = clean.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var line = Leading(lines, question, context.Now);
        var asked = question is not null && line.Message == question;
        var draft = new AlertDraft(DialectName)
        {
            Name = asked ? SafeText.Line(question!, NameLength) : Headline(line.Message),
            Summary = line.Message,
            Question = question,
            Status = Ended().IsMatch(lines[0]) ? AlertStatus.Resolved : AlertStatus.Firing,
            Severity = line.Level != Severity.Unknown ? line.Level : asked ? Severity.Unknown : SeverityScale.Named(clean),
        };
        var start = line.Time ?? TextTime.StartIn(clean, context.Now);
        draft.StartsAt = draft.Status == AlertStatus.Resolved ? null : start;
        draft.EndsAt = draft.Status == AlertStatus.Resolved ? start : null;
        draft.Label("host", line.Host);
        draft.Label("process", line.Process);
        if (Notified().Match(line.Message) is { Success: true } notified)
        {
            draft.Label("alertname", notified.Groups["name"].Value);
        }

        TextLabels.Add(draft, clean);
        if (!asked && draft.Labels.GetValueOrDefault("alertname") is { } name)
        {
            draft.Name = name;
        }

        if (lines.Length > 1)
        {
            draft.Annotation("text", clean);
        }

        return new Reading(DialectName, "The text", [draft.Build()], Asks: question is not null);
    }

    /// <summary>The line to lead with: the first of the worst lines of a log, else the first that is not the question.</summary>
    private static LogLine Leading(string[] lines, string? question, DateTimeOffset now)
    {
        var lead = default(LogLine);
        foreach (var text in lines.Take(2000))
        {
            if (text == question || Fence().IsMatch(text))
            {
                continue;
            }

            var line = LogLine.Parse(text, now);
            if (lead is null || line.Level > lead.Level)
            {
                lead = line;
            }
        }

        return lead is null || (question is not null && !LogLine.LooksLikeOne(lines.First(l => l != question || lines.Length == 1)))
            ? new LogLine(null, null, null, Severity.Unknown, question ?? lines[0])
            : lead;
    }

    /// <summary>The first sentence without the marks that notifications put before it.</summary>
    private static string Headline(string message)
    {
        var bare = Marks().Replace(message, "").Trim();
        var text = bare.Length == 0 ? message : bare;
        var end = SentenceEnd().Match(text);
        text = end.Success && end.Index >= 12 ? text[..end.Index] : text;
        return SafeText.Line(text.TrimEnd('.', '!', ':', ';', ','), NameLength) is { Length: > 0 } name ? name : SafeText.Line(message, NameLength);
    }

    private static Reading Nothing(string notice) => new(DialectName, "The text", [], notice);

    [GeneratedRegex(@"^([\s\p{So}\p{Cs}\uFE0F>*#_-]|\[[A-Za-z]{2,12}(:[0-9]{1,5})?\]|(alert|alarm|incident|problem|firing|triggered|critical|warning|error|resolved|recovered|p[1-5])\s?[:\p{Pd}](?=\s))+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Marks();

    [GeneratedRegex(@"[.!?。]\s+(?=\p{Lu}|[^\p{L}])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^[\s\p{So}\p{Cs}\uFE0F]*(\[(resolved|recovered|ok|closed)(:[0-9]+)?\]|(resolved|recovered|recovery|closed)\s?[:-])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Ended();

    /// <summary>The title Alertmanager's and Grafana's chat notifications have: the state, the count, the alert's name.</summary>
    [GeneratedRegex(@"^[\s\p{So}\p{Cs}\uFE0F]*\[(FIRING|RESOLVED)(:[0-9]+)?[^\]]*\] (?<name>[A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9_]{0,100})\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Notified();

    [GeneratedRegex("^(```|~~~)")]
    private static partial Regex Fence();
}
