using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Says what the watching found: one message per host and incident, investigated before it is sent, edited as it evolves.
/// It decides from what stands in the book and never from what it remembers, so that it goes on after a restart where it
/// was. <see cref="TickAsync"/> is to be called every few seconds.
/// </summary>
public sealed class NoticeDesk(
    AlarmBook book,
    IChatChannel channel,
    NoticeSettings settings,
    TimeProvider time,
    IAlertInvestigator? investigator = null,
    IPlanMaker? plans = null,
    ISecondChannel? second = null) : IDisposable
{
    private const int Reserve = 3;

    /// <summary>Phones show about ten edits of a message; what comes after these is a message of its own.</summary>
    private const int MostEdits = 8;

    /// <summary>An edit that fails so often in a row is given up: the message is too old, or gone.</summary>
    private const int MostFailedEdits = 6;
    private static readonly TimeSpan Evolves = TimeSpan.FromMinutes(15);

    /// <summary>An edit makes no sound; who was woken a moment ago still looks.</summary>
    private static readonly TimeSpan EvolvesCritically = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenEdits = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenDigests = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Undelivered = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<string, Task<AlarmExplanation?>> _looking = new(StringComparer.Ordinal);
    private DateTimeOffset _stored;
    private DateTimeOffset _escalationTried;

    public void Dispose() => _one.Dispose();

    public AlarmBook Book => book;

    public NoticeSettings Settings => settings;

    /// <summary>Decides and says what is due now.</summary>
    public async Task TickAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            lock (book.Gate)
            {
                book.PutBack(now);
                var changed = NoteGap(now);
                changed |= Gather(now);
                changed |= Form(now, cancellation);
                changed |= Digest(now);
                if (changed || now - _stored >= TimeSpan.FromMinutes(1) || now < _stored)
                {
                    book.LastTick = now;
                    _stored = now;
                    book.Save();
                }
            }

            // What goes wrong with one message keeps none of the others from being said.
            Exception? failed = null;
            foreach (var notice in Snapshot())
            {
                failed = await TriedAsync(() => TellAsync(notice, now, cancellation), cancellation).ConfigureAwait(false) ?? failed;
            }

            failed = await TriedAsync(() => EscalateAsync(now, cancellation), cancellation).ConfigureAwait(false) ?? failed;
            if (failed is not null)
            {
                ExceptionDispatchInfo.Throw(failed);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Learns from the channel which messages are notices, where a kill came between sending one and noting it.</summary>
    public void Recall()
    {
        List<(Notice Notice, string Chat, NoticePost Post, long Timestamp)> found = [];
        lock (book.Gate)
        {
            foreach (var notice in book.Notices.Values.Where(n => n.Stage is NoticeStage.Sending or NoticeStage.Sent))
            {
                found.AddRange(settings.Chats.Where(c => notice.Posts.GetValueOrDefault(c)?.Timestamp is null)
                    .Select(c => (notice, c, notice.Posts.GetValueOrDefault(c) ?? new NoticePost(null, Text(notice, time.GetUtcNow())) { Shows = [.. notice.Alarms] }, channel.SentUnder(Key(notice, c))))
                    .Where(f => f.Item4 is not null).Select(f => (f.notice, f.c, f.Item3, f.Item4!.Value)));
            }
        }

        foreach (var (notice, chat, post, timestamp) in found)
        {
            if (notice.Plan is { } plan)
            {
                plans?.Posted(plan, chat, timestamp);
            }

            Record(notice, chat, post with { Timestamp = timestamp }, save: true);
        }
    }

    private static string Key(Notice notice, string chat) => $"notice-{notice.Id}@{chat}";

    /// <summary>What went wrong; null when nothing did.</summary>
    private static async Task<Exception?> TriedAsync(Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // It is thrown once everything else has been said.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }

    /// <summary>Never given before, also when the book was lost: a key the channel knows would send nothing.</summary>
    private static string NewId(DateTimeOffset now) => now.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetHexString(6, lowercase: true);

    /// <summary>Waits for investigations that run; for an orderly end, and for tests.</summary>
    public async Task SettleAsync() => await ((Task)Task.WhenAll(_looking.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public static AlarmSummary Summary(Alarm alarm) => new(alarm.Key, alarm.Host, alarm.Rule, alarm.Thing, alarm.Severity, alarm.What, alarm.Detail, alarm.Since);

    /// <summary>The alarms of a notice; the caller holds the gate.</summary>
    public IReadOnlyList<Alarm> AlarmsOf(Notice notice) => [.. notice.Alarms.Select(k => book.Alarms.GetValueOrDefault(k)).OfType<Alarm>().Where(a => a.Notice == notice.Id)];

    private IReadOnlyList<Notice> Snapshot()
    {
        lock (book.Gate)
        {
            return [.. book.Notices.Values.Where(n => n.Stage is NoticeStage.Sending or NoticeStage.Sent).OrderByDescending(n => n.Severity).ThenBy(n => n.CreatedAt)];
        }
    }

    /// <summary>A dead man's switch on itself: whoever was not watching says so.</summary>
    private bool NoteGap(DateTimeOffset now)
    {
        if (book.LastTick is { } last && now - last > Gap)
        {
            book.Overnight.Add($"I was not watching from {NoticeText.Clock(last, settings)} to {NoticeText.Clock(now, settings)} ({RuleWords.Span(now - last)}); what began and ended in that time was not seen.");
            book.LastTick = now;
            return true;
        }

        book.LastDigest ??= now;
        return false;
    }

    private bool Gather(DateTimeOffset now)
    {
        var changed = false;
        var quiet = LocalClock.IsQuiet(settings.Quiet, now, settings.Zone);
        foreach (var alarm in book.Alarms.Values.Where(a => a.IsOpen && a.Notice is null).OrderBy(a => a.FiredAt).ToList())
        {
            if (alarm.Held)
            {
                if (alarm.Severity < Severity.Critical || !quiet)
                {
                    continue;
                }

                // It became critical while it waited.
                alarm.Held = false;
            }

            if (book.IsSilenced(alarm, now) || (alarm.Rule != "host" && IsDown(alarm.Host)))
            {
                continue;
            }

            changed = true;
            if (alarm.Severity <= Severity.Info || (quiet && alarm.Severity < Severity.Critical))
            {
                alarm.Held = true;
                continue;
            }

            var notice = book.Notices.Values.FirstOrDefault(n => n.Host == alarm.Host && n.Digest is null && (n.Stage == NoticeStage.Forming
                || (n.Stage == NoticeStage.Sent && now - n.SentAt < (alarm.Severity < Severity.Critical ? Evolves : EvolvesCritically) && alarm.Severity <= n.Severity && n is { FailedEdits: 0, Edits: < MostEdits, Alarms.Count: < NoticeText.AlarmsShown } && AlarmsOf(n).Any(a => a.IsOpen && a.AckedBy is null))));
            if (notice is null)
            {
                notice = new Notice { Id = NewId(now), Host = alarm.Host, CreatedAt = now };
                book.Notices[notice.Id] = notice;
            }

            notice.Alarms.Add(alarm.Key);
            alarm.Notice = notice.Id;
            if (alarm.Severity > notice.Severity)
            {
                notice.Severity = alarm.Severity;
            }
        }

        return changed;
    }

    private bool Form(DateTimeOffset now, CancellationToken cancellation)
    {
        var changed = false;
        foreach (var notice in book.Notices.Values.Where(n => n.Stage == NoticeStage.Forming).OrderByDescending(n => n.Severity).ThenBy(n => n.CreatedAt).ToList())
        {
            var open = AlarmsOf(notice).Where(a => a.IsOpen).ToList();
            if (!open.Exists(a => a.Phase == AlarmPhase.Firing || a.Flapping) && now - notice.CreatedAt >= settings.GroupWait && open.Count == 0)
            {
                // Over before anybody was told: it is kept among the past, and nobody is woken.
                Close(notice);
                changed = true;
                continue;
            }

            var (isLooking, explanation) = Look(notice, open, now, cancellation);
            if (now - notice.CreatedAt < settings.GroupWait || (isLooking && now - notice.CreatedAt < settings.Investigation))
            {
                continue;
            }

            changed = true;
            if (!HasBudget(now, notice.Severity))
            {
                foreach (var alarm in open)
                {
                    alarm.Notice = null;
                    alarm.Held = true;
                }

                Close(notice);
                continue;
            }

            Explain(notice, explanation);
            if (isLooking)
            {
                notice.Evidence = [$"Why is not known: looking took longer than {settings.Investigation.TotalSeconds:0} s."];
            }

            notice.Plan = open.Count > 0 ? plans?.Offer([.. open.Select(Summary)], explanation, settings.Chats) : null;
            notice.Stage = NoticeStage.Sending;
            book.Said.Add(now);
        }

        return changed;
    }

    /// <summary>The investigation of a notice, which is begun here.</summary>
    private (bool IsLooking, AlarmExplanation? Found) Look(Notice notice, List<Alarm> open, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_looking.TryGetValue(notice.Id, out var running))
        {
            if (running.Exception?.InnerException is { } failure)
            {
                notice.Evidence = [$"The investigation itself failed: {OutsideText.Line(failure.Message, 160)}"];
            }

            return running.IsCompletedSuccessfully ? (false, running.Result) : (!running.IsCompleted, null);
        }

        book.Investigated.RemoveAll(i => now - i >= TimeSpan.FromHours(1));
        if (investigator is null || open.Count == 0 || book.Investigated.Count >= settings.Budget.InvestigationsPerHour)
        {
            return (false, null);
        }

        book.Investigated.Add(now);
        var subject = new AlarmSubject(notice.Host, [.. open.Select(Summary)], open.Min(a => a.Since));
        _looking[notice.Id] = Task.Run(() => ExplainAsync(subject, cancellation), cancellation);
        return (true, null);
    }

    private async Task<AlarmExplanation?> ExplainAsync(AlarmSubject subject, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(settings.Investigation, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            return await investigator!.ExplainAsync(subject, both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"it took longer than {settings.Investigation.TotalSeconds:0} s", e);
        }
    }

    private static void Explain(Notice notice, AlarmExplanation? explanation)
    {
        notice.Cause = explanation is null ? "" : OutsideText.Line(explanation.Cause, 300);
        notice.Evidence = explanation is null ? notice.Evidence : [.. explanation.Evidence.Take(5).Select(e => OutsideText.Line(e, 200))];
    }

    private bool HasBudget(DateTimeOffset now, Severity severity)
    {
        book.Said.RemoveAll(s => now - s >= TimeSpan.FromHours(1));
        return book.Said.Count < settings.Budget.PerHour - (severity >= Severity.Critical ? 0 : Math.Min(Reserve, settings.Budget.PerHour - 1));
    }

    private void Close(Notice notice)
    {
        notice.Stage = NoticeStage.Closed;
        _looking.TryRemove(notice.Id, out _);
        foreach (var old in book.Notices.Values.Where(n => n.IsClosed).OrderByDescending(n => n.CreatedAt).Skip(100).ToList())
        {
            book.Notices.Remove(old.Id);
        }
    }

    /// <summary>What waited for the end of quiet hours, or for the budget, in one message.</summary>
    private bool Digest(DateTimeOffset now)
    {
        if (LocalClock.IsQuiet(settings.Quiet, now, settings.Zone))
        {
            return false;
        }

        var held = book.Alarms.Values.Where(a => a.Held && !book.IsSilenced(a, now)).OrderByDescending(a => a.Severity).ThenBy(a => a.FiredAt).ToList();
        var due = held.Exists(a => a.Severity > Severity.Info) || book.Overnight.Count > 0
            ? now - book.LastDigest >= BetweenDigests
            : held.Count > 0 && now - book.LastDigest >= TimeSpan.FromHours(20);
        if (!due)
        {
            return false;
        }

        var notice = new Notice { Id = NewId(now), Host = "", CreatedAt = now, Digest = string.Join('\n', book.Overnight.TakeLast(12)), Stage = NoticeStage.Sending, Severity = held.Count > 0 ? held[0].Severity : Severity.Info, Cause = "" };
        foreach (var alarm in held)
        {
            alarm.Held = false;
            alarm.Notice = notice.Id;
            notice.Alarms.Add(alarm.Key);
        }

        book.Notices[notice.Id] = notice;
        book.Overnight.Clear();
        book.LastDigest = now;
        book.Said.Add(now);
        return true;
    }

    private async Task TellAsync(Notice notice, DateTimeOffset now, CancellationToken cancellation)
    {
        string text;
        List<(string Chat, NoticePost? Post)> posts;
        List<string> shows;
        List<Alarm> added;
        lock (book.Gate)
        {
            text = Text(notice, now);
            posts = [.. settings.Chats.Select(c => (c, notice.Posts.GetValueOrDefault(c)))];
            shows = [.. notice.Alarms];
            added = [.. AlarmsOf(notice).Where(a => a.IsOpen && posts.Exists(p => p.Post is { Timestamp: not null } post && !post.Shows.Contains(a.Key)))];
        }

        bool edited = false, failed = false;
        foreach (var (chat, post) in posts)
        {
            if (post?.Timestamp is not { } timestamp)
            {
                // The same key always stands for the same message: asking again sends nothing twice.
                var sent = await channel.SendAsync(chat, post?.Text ?? text, Key(notice, chat), null, cancellation).ConfigureAwait(false);

                // The plan first: who taps at once means it, and not that the alert was seen.
                if (sent is { } posted && notice.Plan is { } plan)
                {
                    plans?.Posted(plan, chat, posted);
                }

                Record(notice, chat, new NoticePost(sent, post?.Text ?? text) { Shows = post?.Shows ?? shows }, save: post is null || sent is not null);
            }
            else if (post.Text != text && !(now - notice.LastEdit < BetweenEdits))
            {
                edited = true;
                if (await channel.EditAsync(chat, timestamp, text, cancellation).ConfigureAwait(false))
                {
                    Record(notice, chat, post with { Text = text, Shows = shows }, save: true);
                }
                else
                {
                    failed = true;
                    if (notice.FailedEdits + 1 >= MostFailedEdits)
                    {
                        // A message too old to be edited stays as it is; what matters is said anew elsewhere.
                        Record(notice, chat, post with { Text = text }, save: true);
                    }
                }
            }
        }

        List<Further> more = [];
        lock (book.Gate)
        {
            if (edited)
            {
                notice.LastEdit = now;
                notice.Edits++;
                notice.FailedEdits = failed ? notice.FailedEdits + 1 : 0;
            }

            if (failed)
            {
                // An alert must not hang on an edit that does not get through: it gets a message of its own.
                foreach (var alarm in added.Where(a => a.Notice == notice.Id && notice.Alarms.Remove(a.Key)))
                {
                    (alarm.Notice, alarm.Told) = (null, false);
                }

                book.Save();
            }

            if (notice.Stage == NoticeStage.Sending)
            {
                notice.Stage = NoticeStage.Sent;
                notice.SentAt = notice.LastSaid = now;
                book.Save();
            }

            MoreToSay(notice, now, text, more);
        }

        foreach (var further in more)
        {
            foreach (var chat in settings.Chats)
            {
                var quote = notice.Posts.GetValueOrDefault(chat) is { Timestamp: { } original } post ? new ChatQuote(original, channel.Self, post.Text) : null;
                await channel.SendAsync(chat, further.Text, $"{further.Key}@{chat}", quote, cancellation).ConfigureAwait(false);
            }

            lock (book.Gate)
            {
                book.Said.Add(now);
                further.Noted();
                book.Save();
            }
        }
    }

    /// <param name="Noted">Stores that it was said, once the channel has it. Killed before, it is said again under the same key, which sends nothing twice.</param>
    private sealed record Further(string Key, string Text, Action Noted);

    /// <summary>Repeats and recoveries.</summary>
    private void MoreToSay(Notice notice, DateTimeOffset now, string text, List<Further> more)
    {
        var alarms = AlarmsOf(notice);
        var open = alarms.Where(a => a.IsOpen).ToList();
        var quiet = LocalClock.IsQuiet(settings.Quiet, now, settings.Zone);
        if (open.Count == 0)
        {
            var delivered = notice.Posts.Count == 0 || notice.Posts.Values.Any(p => p.Timestamp is not null);
            if (!delivered && now - notice.SentAt < LongestWait)
            {
                return;
            }

            if (!notice.RecoverySaid)
            {
                var worth = notice.Digest is null && alarms.Count > 0 && delivered && !alarms.All(a => book.IsSilenced(a, now));
                if (worth && (!quiet || notice.Severity >= Severity.Critical) && HasBudget(now, notice.Severity))
                {
                    more.Add(new Further($"notice-{notice.Id}-recovered", NoticeText.Recovery(notice, alarms), () => notice.RecoverySaid = true));
                    return;
                }

                notice.RecoverySaid = true;
                if (worth)
                {
                    book.Overnight.Add($"✅ {notice.Host} recovered: {string.Join("; ", alarms.Take(4).Select(a => $"{a.What} ({RuleWords.Span(a.Lasted(now))})"))}");
                }

                book.Save();
            }

            if (notice.Posts.Values.All(p => p.Timestamp is null || p.Text == text))
            {
                Close(notice);
                book.Save();
            }

            return;
        }

        // Of a host that does not answer nothing is known but that.
        var loud = open.Where(a => a.AckedBy is null && !a.Flapping && a.Phase == AlarmPhase.Firing && !book.IsSilenced(a, now) && (a.Rule == "host" || !IsDown(a.Host))).ToList();
        if (notice.Stage != NoticeStage.Sent || loud.Count == 0)
        {
            return;
        }

        var worst = loud.Max(a => a.Severity);
        var worse = worst > notice.Severity && worst > Severity.Info;
        var wait = (worst >= Severity.Critical ? TimeSpan.FromHours(1) : TimeSpan.FromHours(4)) * Math.Pow(1.5, notice.Repeats);
        var due = worst > Severity.Info && now - notice.LastSaid >= (wait < LongestWait ? wait : LongestWait);
        if ((worse || due) && (!quiet || worst >= Severity.Critical) && HasBudget(now, worst))
        {
            more.Add(new Further($"notice-{notice.Id}-again-{notice.Messages + 1}", NoticeText.Again(notice, loud, now), () =>
            {
                if (worse)
                {
                    notice.Severity = worst;
                    notice.Repeats = 0;
                    notice.EscalatedAt = null;
                }

                notice.Repeats++;
                notice.Messages++;
                notice.LastSaid = now;
            }));
        }
    }

    private bool IsDown(string host) => book.Alarms.GetValueOrDefault(Alarm.MakeKey(host, "host", "")) is { IsOpen: true };

    private void Record(Notice notice, string chat, NoticePost post, bool save)
    {
        lock (book.Gate)
        {
            notice.Posts[chat] = post;
            if (post.Timestamp is not null)
            {
                foreach (var alarm in AlarmsOf(notice).Where(a => post.Shows.Contains(a.Key)))
                {
                    alarm.Told = true;
                }
            }

            if (save)
            {
                book.Save();
            }
        }
    }

    private string Text(Notice notice, DateTimeOffset now)
    {
        var alarms = AlarmsOf(notice);
        if (notice.Digest is { } lines)
        {
            var shown = alarms.Take(20).Select(a => (a.Phase == AlarmPhase.Over ? "✅ " : "") + NoticeText.Short(a, notice.CreatedAt, settings)).ToList();
            var rest = alarms.Count > shown.Count ? $"\n… and {alarms.Count - shown.Count} more on {alarms.Skip(shown.Count).Select(a => a.Host).Distinct().Count()} hosts: say \"alerts\"" : "";
            return NoticeText.Cut($"Digest: {alarms.Count} alerts\n{string.Join('\n', shown)}{rest}\n{lines}".TrimEnd());
        }

        return NoticeText.Render(notice, alarms, notice.Plan is { } plan ? plans?.Describe(plan) ?? "" : "", settings, now);
    }

    /// <summary>What is critical and unanswered, or does not get through, goes the second way; once per notice.</summary>
    private async Task EscalateAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (second is null || (now >= _escalationTried && now - _escalationTried < TimeSpan.FromSeconds(30)))
        {
            return;
        }

        List<(Notice Notice, string Text)> due = [];
        lock (book.Gate)
        {
            foreach (var notice in book.Notices.Values.Where(n => n.Stage == NoticeStage.Sent && n.EscalatedAt is null && n.Severity >= Severity.Critical))
            {
                var open = AlarmsOf(notice).Where(a => a.IsOpen && a.Severity >= Severity.Critical && a.AckedBy is null && !book.IsSilenced(a, now)).ToList();
                var stuck = notice.Posts.Count > 0 && notice.Posts.Values.All(p => p.Timestamp is null) && now - notice.SentAt >= Undelivered;
                if (open.Count > 0 && (stuck || now - notice.SentAt >= settings.Escalation || open.Exists(a => a.Rule == "channel")))
                {
                    due.Add((notice, NoticeText.Again(notice, open, now)));
                }
            }
        }

        foreach (var (notice, text) in due)
        {
            _escalationTried = now;
            if (await second.TellAsync(text, cancellation).ConfigureAwait(false))
            {
                lock (book.Gate)
                {
                    notice.EscalatedAt = now;
                    book.Save();
                }
            }
        }
    }
}
