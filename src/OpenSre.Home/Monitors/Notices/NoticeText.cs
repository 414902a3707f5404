using System.Text;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>How a notice reads; always less than 2,000 bytes, the length from which Signal cuts.</summary>
internal static class NoticeText
{
    private const int Most = 1900;

    /// <summary>What a message names; more are counted.</summary>
    public const int AlarmsShown = 12;

    /// <summary>With more of them than this, what was seen of each is left to "why".</summary>
    private const int WithDetails = 6;

    public static string Render(Notice notice, IReadOnlyList<Alarm> alarms, string plan, NoticeSettings settings, DateTimeOffset now)
    {
        if (notice.Digest is { } digest)
        {
            return Cut(digest);
        }

        var open = alarms.Where(a => a.Phase != AlarmPhase.Over).ToList();
        var text = new StringBuilder();
        if (open.Count == 0)
        {
            text.Append($"✅ {notice.Host} · ").Append(alarms.Count == 1 ? "recovered" : $"all {alarms.Count} recovered").Append('\n');
        }
        else
        {
            text.Append($"[{Word(open.Max(a => a.Severity))}] {notice.Host}").Append(open.Count > 1 ? $" · {open.Count} alerts\n" : " · ");
        }

        foreach (var alarm in alarms.OrderBy(a => a.Phase == AlarmPhase.Over).ThenByDescending(a => a.Severity).Take(AlarmsShown))
        {
            text.Append(Line(alarm, alarms.Count > 1, alarms.Count <= WithDetails, settings, now)).Append('\n');
        }

        if (alarms.Count > AlarmsShown)
        {
            text.Append($"… and {alarms.Count - AlarmsShown} more: say \"alerts\"\n");
        }

        if (notice.Cause is { Length: > 0 } cause)
        {
            text.Append("Likely: ").Append(cause).Append('\n');
        }

        if (open.Count > 0)
        {
            // How to answer is never cut off, whatever is wrong.
            var code = open[0].Code;
            var answers = (plan.Length > 0 ? Cut(plan, Most / 2) + "\n" : "") + (open.All(a => a.AckedBy is not null) ? $"👀 seen · \"why {code}\"" : $"👀 or \"ack {code}\" · \"snooze {code} 2h\" · \"why {code}\"");
            return Cut(text.ToString().TrimEnd(), Most - Encoding.UTF8.GetByteCount(answers) - 1) + "\n" + answers;
        }

        return Cut(text.ToString().TrimEnd());
    }

    public static string Recovery(Notice notice, IReadOnlyList<Alarm> alarms)
    {
        var text = new StringBuilder($"✅ {notice.Host} recovered");
        foreach (var alarm in alarms.Take(AlarmsShown))
        {
            text.Append($"\n{alarm.What} — over, it lasted {RuleWords.Span(alarm.Lasted(alarm.OverAt ?? alarm.LastSeen))}");
        }

        if (notice.Cause is { Length: > 0 } cause)
        {
            text.Append("\nCause, likely: ").Append(cause);
        }

        return Cut(text.ToString());
    }

    public static string Again(Notice notice, IReadOnlyList<Alarm> alarms, DateTimeOffset now)
    {
        var open = alarms.Where(a => a.IsOpen).OrderByDescending(a => a.Severity).ToList();
        return Cut($"[{Word(open.Max(a => a.Severity))}] " + (notice.Host.Length > 0 ? $"{notice.Host} · still: " : "still: ") + string.Join("; ", open.Take(AlarmsShown).Select(a => $"{(notice.Host.Length > 0 ? "" : a.Host + " · ")}{a.What} ({RuleWords.Span(a.Lasted(now))})")) + $"\n\"ack {open[0].Code}\" stops these repeats");
    }

    /// <summary>A line of the list "alerts" and of digests.</summary>
    public static string Short(Alarm alarm, DateTimeOffset now, NoticeSettings settings) =>
        $"[{Word(alarm.Severity)}] {alarm.Host} · {alarm.What}, " + (alarm.OverAt is { } over
            ? $"{Clock(alarm.Since, settings)}–{Clock(over, settings)}"
            : $"for {RuleWords.Span(alarm.Lasted(now))}") + (alarm.Flapping ? ", flapping" : "") + (alarm.AckedBy is not null ? ", seen" : "") + (alarm.Code.Length > 0 && alarm.Phase != AlarmPhase.Over ? $" · {alarm.Code}" : "");

    public static string Clock(DateTimeOffset at, NoticeSettings settings) => TimeZoneInfo.ConvertTime(at, settings.Zone).ToString("HH:mm", null);

    public static string Word(Severity severity) => severity switch
    {
        >= Severity.Critical => "critical",
        Severity.Info => "info",
        _ => "warning",
    };

    public static string Cut(string text, int most = Most)
    {
        if (Encoding.UTF8.GetByteCount(text) <= most)
        {
            return text;
        }

        var length = Math.Min(text.Length, most);
        while (length > 0 && (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > most - 4 || char.IsHighSurrogate(text[length - 1])))
        {
            length--;
        }

        return string.Concat(text.AsSpan(0, length), "…");
    }

    private static string Line(Alarm alarm, bool several, bool detailed, NoticeSettings settings, DateTimeOffset now)
    {
        var line = new StringBuilder(several ? alarm.Phase == AlarmPhase.Over ? "✅ " : $"• [{Word(alarm.Severity)}] " : "").Append(alarm.What);
        if (alarm.Phase == AlarmPhase.Over)
        {
            return line.Append($" — over, it lasted {RuleWords.Span(alarm.Lasted(now))}").ToString();
        }

        line.Append($", since {Clock(alarm.Since, settings)}");
        if (detailed && alarm.Detail.Length > 0)
        {
            line.Append($" ({alarm.Detail})");
        }

        if (alarm.Flapping)
        {
            line.Append(" — comes and goes; quiet until it has been steady for 30 min");
        }

        return line.ToString();
    }
}
