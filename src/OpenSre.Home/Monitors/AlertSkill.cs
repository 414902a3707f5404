namespace OpenSre.Home;

/// <summary>
/// What people do about alarms in a chat: <c>alerts</c>, <c>ack CODE</c>, <c>snooze CODE 2h</c>, <c>mute HOST 2h reason</c>,
/// <c>unmute HOST</c>, <c>mutes</c>, <c>why CODE</c>, <c>forget CODE</c>; the same words as a reply to a notice, without
/// the code; and 👀 on a notice. It comes after <see cref="ApprovalSkill"/>, to which 👍 and codes of plans belong.
/// </summary>
/// <param name="isOperator">Who may silence; others may only look.</param>
/// <param name="planAlarm">The alarm a plan's code stands for, so that one code is enough; null for none.</param>
public sealed class AlertSkill(AlarmBook book, NoticeSettings settings, IReadOnlyList<string> hosts, Func<string, bool> isOperator, string self, TimeProvider time, Func<string, string?>? planAlarm = null) : IChatSkill
{
    private static readonly TimeSpan UsualSnooze = TimeSpan.FromHours(1);
    private static readonly string[] SeenEmoji = ["👀", "👌", "🫡", "👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿", "✅"];
    private static readonly string[] SnoozeEmoji = ["💤", "😴", "🔕", "🤫"];

    /// <summary>Learns which messages are notices, where that was not noted; asked before a message of ours counts as none.</summary>
    public Action Recall { get; set; } = () => { };

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var answer = message.Reaction is { } reaction ? OnReaction(message, reaction) : OnText(message);
        return answer is null ? null : One(answer);
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (text.Length > 0)
        {
            yield return text;
        }
    }

    /// <summary>A reaction on a notice; the notice itself shows the effect, so nothing is answered.</summary>
    private string? OnReaction(ChatMessage message, ChatReaction reaction)
    {
        if (reaction.TargetAuthor != self || reaction.IsRemoved || !(SeenEmoji.Contains(reaction.Emoji) || SnoozeEmoji.Contains(reaction.Emoji)))
        {
            return null;
        }

        lock (book.Gate)
        {
            if (!PostedIn(message.Chat, reaction.TargetTimestamp).Any())
            {
                Recall();
            }

            var alarms = PostedIn(message.Chat, reaction.TargetTimestamp).Where(a => a.IsOpen).ToList();
            if (alarms.Count == 0)
            {
                return null;
            }

            if (!isOperator(message.Sender))
            {
                return "";
            }

            if (SnoozeEmoji.Contains(reaction.Emoji))
            {
                Snooze(alarms, UsualSnooze, message.Sender);
            }
            else
            {
                Acknowledge(alarms, message.Sender);
            }

            return "";
        }
    }

    private string? OnText(ChatMessage message)
    {
        var words = ChatWords.Split(message.Text);
        if (words.Length == 0)
        {
            return null;
        }

        var verb = ChatWords.Word(words[0]);
        var rest = string.Join(' ', words.Skip(1));
        if (message.IsEdit && verb is not ("alerts" or "alarms" or "incidents" or "mutes" or "silences" or "why"))
        {
            return null;
        }

        lock (book.Gate)
        {
            switch (verb)
            {
                case "alerts" or "alarms" or "incidents":
                    return words.Length == 1 ? List(null) : hosts.Contains(ChatWords.Word(words[^1])) && words.Length <= 3 ? List(ChatWords.Word(words[^1])) : null;
                case "mutes" or "silences" when words.Length == 1:
                    return Silences();
                case "mute" or "silence":
                    return Mute(message, rest);
                case "unmute" or "unsilence":
                    return Unmute(message, rest);
                case "ack" or "acknowledge" or "snooze" or "why" or "forget" or "seen":
                    return OnAlarm(message, verb, words, rest);
                default:
                    return null;
            }
        }
    }

    private string? OnAlarm(ChatMessage message, string verb, string[] words, string rest)
    {
        List<Alarm> alarms = [];
        var code = words.Length > 1 ? CodeBook.Read(words[1]) : null;
        if (code is not null)
        {
            alarms = Named(code);
            rest = string.Join(' ', words.Skip(2));
            if (alarms.Count == 0)
            {
                return verb == "why" ? null : $"There is no alert {code}. Say \"alerts\" to see those that are open.";
            }
        }
        else if (message.Quote is { } quote && quote.Author == self)
        {
            alarms = [.. PostedIn(message.Chat, quote.Timestamp)];
        }
        else if (verb != "why" && rest.Length == 0)
        {
            var open = book.Alarms.Values.Where(a => a.IsOpen && a.Told).ToList();
            if (open.Count != 1)
            {
                return open.Count == 0 ? "No alert is open." : $"{open.Count} alerts are open: which one? Write \"{verb} CODE\".\n{List(null)}";
            }

            alarms = open;
        }

        if (alarms.Count == 0)
        {
            return null;
        }

        if (verb == "why")
        {
            return Why(alarms);
        }

        if (!isOperator(message.Sender))
        {
            return "Only operators may do that.";
        }

        switch (verb)
        {
            case "snooze":
                var span = ChatWords.Duration(rest)?.Span ?? UsualSnooze;
                Snooze(alarms, span, message.Sender);
                return $"Quiet about {Names(alarms)} until {Until(span)}.";
            case "forget":
                foreach (var alarm in alarms)
                {
                    book.Host(alarm.Host).Containers.Remove(alarm.Thing);
                }

                Acknowledge(alarms, message.Sender);
                return $"{Names(alarms)}: no longer expected.";
            default:
                Acknowledge(alarms, message.Sender);
                return $"Seen: {Names(alarms)}. It is not repeated; the recovery will be told.";
        }
    }

    private string? Mute(ChatMessage message, string rest)
    {
        var words = ChatWords.Split(rest);
        if (words.Length == 0)
        {
            return message.Quote is { } quoted && PostedIn(message.Chat, quoted.Timestamp).Any() ? "For how long? Write \"mute 2h reason\"." : null;
        }

        string? host = null, rule = null, thing = null;
        var target = ChatWords.Word(words[0]);
        if (hosts.Contains(target) || target is "all" or "everything" or MonitorEngine.Surroundings)
        {
            host = target is "all" or "everything" ? null : target;
            rest = string.Join(' ', words.Skip(1));
        }
        else if (CodeBook.Read(words[0]) is { } code && Named(code) is [var alarm, ..])
        {
            (host, rule, thing) = (alarm.Host, alarm.Rule, alarm.Thing);
            rest = string.Join(' ', words.Skip(1));
        }
        else if (message.Quote is { } quote && quote.Author == self && PostedIn(message.Chat, quote.Timestamp).FirstOrDefault() is { } quoted)
        {
            host = quoted.Host;
        }
        else
        {
            return null;
        }

        if (!isOperator(message.Sender))
        {
            return "Only operators may do that.";
        }

        if (ChatWords.Duration(rest) is not var (span, reason))
        {
            return $"For how long? A silence always ends: \"mute {host ?? "all"} 2h reason\".";
        }

        span = span < Silence.Longest ? span : Silence.Longest;
        var now = time.GetUtcNow();
        book.Silences.Add(new Silence(host, rule, thing, now, now + span, message.Sender, OutsideText.Line(reason, 120)));
        book.Save();
        return $"Muted {Covered(host, rule, thing)} until {Until(span)}{(reason.Length > 0 ? $": {OutsideText.Line(reason, 120)}" : "")}. What fires goes on being recorded.";
    }

    private string? Unmute(ChatMessage message, string rest)
    {
        var target = ChatWords.Word(rest);
        if (!hosts.Contains(target) && target is not ("all" or "everything" or ""))
        {
            return null;
        }

        if (!isOperator(message.Sender))
        {
            return "Only operators may do that.";
        }

        var ended = book.Silences.RemoveAll(s => target is "all" or "everything" or "" || s.Host == target);
        book.Save();
        return ended == 0 ? "Nothing was muted." : $"{ended} silence{(ended == 1 ? "" : "s")} ended.";
    }

    private string List(string? host)
    {
        var now = time.GetUtcNow();
        var open = book.Alarms.Values.Where(a => a.IsOpen && (host is null || a.Host == host)).OrderByDescending(a => a.Severity).ThenBy(a => a.Since).ToList();
        var pending = book.Alarms.Values.Count(a => a.Phase == AlarmPhase.Pending && (host is null || a.Host == host));
        var text = open.Count == 0 ? $"No alert is open{(host is null ? "" : $" on {host}")}." : string.Join('\n', open.Take(20).Select(a => NoticeText.Short(a, now, settings) + (book.IsSilenced(a, now) ? ", muted" : "")));
        return NoticeText.Cut(text + (open.Count > 20 ? $"\n… and {open.Count - 20} more" : "") + (pending > 0 ? $"\n{pending} more being watched, not lasting long enough yet" : ""));
    }

    private string Silences()
    {
        var now = time.GetUtcNow();
        var on = book.Silences.Where(s => s.Until > now).ToList();
        return on.Count == 0 ? "Nothing is muted." : NoticeText.Cut(string.Join('\n', on.Select(s => $"{Covered(s.Host, s.Rule, s.Thing)} until {Until(s.Until - now)}{(s.Reason.Length > 0 ? $": {s.Reason}" : "")}")));
    }

    private string Why(List<Alarm> alarms)
    {
        var now = time.GetUtcNow();
        var first = alarms[0];
        var notice = first.Notice is { } id ? book.Notices.GetValueOrDefault(id) : null;
        List<string> lines = [.. alarms.Take(6).Select(a => NoticeText.Short(a, now, settings))];
        lines.AddRange(alarms.Where(a => a.Detail.Length > 0).Take(4).Select(a => $"Seen: {a.Detail}"));
        lines.Add(notice?.Cause is { Length: > 0 } cause ? $"Likely: {cause}" : "No sure cause was found.");
        lines.AddRange((notice?.Evidence ?? []).Select(e => $"– {e}"));
        return NoticeText.Cut(string.Join('\n', lines));
    }

    private void Acknowledge(IReadOnlyList<Alarm> alarms, string by)
    {
        foreach (var alarm in alarms.Where(a => a.Phase != AlarmPhase.Over))
        {
            alarm.AckedBy = by;
            alarm.AckedAt = time.GetUtcNow();
        }

        book.Save();
    }

    private void Snooze(IReadOnlyList<Alarm> alarms, TimeSpan span, string by)
    {
        var now = time.GetUtcNow();
        span = span < Silence.Longest ? span : Silence.Longest;
        foreach (var alarm in alarms)
        {
            book.Silences.Add(new Silence(alarm.Host, alarm.Rule, alarm.Thing, now, now + span, by, "snoozed"));
        }

        book.Save();
    }

    private List<Alarm> Named(string code)
    {
        var key = planAlarm?.Invoke(code);
        var alarms = book.Alarms.Values.Where(a => a.Code == code || a.Key == key).ToList();
        return alarms.Count > 0 ? alarms : [.. book.Past.Where(a => a.Code == code)];
    }

    private IEnumerable<Alarm> PostedIn(string chat, long timestamp) =>
        book.Notices.Values.Where(n => n.Posts.GetValueOrDefault(chat)?.Timestamp == timestamp).SelectMany(n => n.Alarms.Select(k => book.Alarms.GetValueOrDefault(k)).OfType<Alarm>().Where(a => a.Notice == n.Id));

    private string Until(TimeSpan span)
    {
        var end = TimeZoneInfo.ConvertTime(time.GetUtcNow() + span, settings.Zone);
        return span < TimeSpan.FromHours(20) ? end.ToString("HH:mm", null) : end.ToString("ddd d MMM HH:mm", null);
    }

    private static string Names(IReadOnlyList<Alarm> alarms) => string.Join("; ", alarms.Take(4).Select(a => $"{a.Host} · {a.What}"));

    private static string Covered(string? host, string? rule, string? thing) => host is null ? "everything" : rule is null ? host : $"{host} · {rule}{(string.IsNullOrEmpty(thing) ? "" : " " + thing)}";
}
