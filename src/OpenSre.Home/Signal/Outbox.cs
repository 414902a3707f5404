using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <param name="Grace">How long a receipt may take to settle whether a message went out.</param>
/// <param name="Retries">Waits between tries; the last repeats.</param>
/// <param name="MostTries">A message the service heard and refused so often is given up.</param>
/// <param name="Burst">Messages that may go at once.</param>
/// <param name="Every">Time in which one more may go; zero for no limit.</param>
/// <param name="AliveFor">A sign of life younger than this needs no other before sending.</param>
/// <param name="Keep">How long it is remembered what was sent.</param>
public sealed record OutboxTiming(TimeSpan Grace, IReadOnlyList<TimeSpan> Retries, int MostTries, int Burst, TimeSpan Every, TimeSpan AliveFor, TimeSpan Keep)
{
    public static OutboxTiming Usual { get; } = new(TimeSpan.FromSeconds(60), [.. new[] { 2, 10, 30, 120, 300 }.Select(s => TimeSpan.FromSeconds(s))], 6, 30, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromDays(30));
}

/// <summary>
/// What is to be sent, kept in <c>outbox.jsonl</c> until it is out. Each message has a key; each step is on the disk
/// before the next is taken, so that a restart at any moment neither loses nor doubles one. Where it cannot be known
/// whether a message went out (no answer, a killed process), it is not sent again: a delivery receipt settles it, else
/// the person is told what it began with and can ask for it. While the disk takes nothing for longer than a moment, messages go
/// out all the same, each once, with no memory of it beyond this process: an alert about a full disk must not wait for room on it.
/// </summary>
public sealed class Outbox : IAsyncDisposable
{
    private const string AskedMark = "!asked";
    private const string NewMark = "!new";
    private const string AgainMark = "!again";

    /// <summary>Tries at writing a message down, five seconds apart, before it is sent without.</summary>
    private const int WritesBeforeWithout = 3;
    private static readonly TimeSpan ReceiptSlack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(60);
    private readonly SignalApi _api;
    private readonly SignalSettings _settings;
    private readonly OutboxTiming _timing;
    private readonly TimeProvider _time;
    private readonly HomeMetrics _metrics;
    private readonly Action<string> _log;
    private readonly Journal _journal;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _waiting = new();
    private readonly Dictionary<long, Entry> _sent = [];
    private readonly Dictionary<string, DateTimeOffset> _held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _more = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _unwritten;
    private DateTimeOffset? _alive;
    private DateTimeOffset _downUntil;
    private int _downs;
    private double _allowance;
    private DateTimeOffset _allowanceAt;

    public Outbox(string folder, SignalSettings settings, SignalApi api, OutboxTiming timing, RateLimit limit, Distrust distrust, HomeMetrics metrics, TimeProvider time, Action<string> log)
    {
        (_settings, _api, _timing, Limit, Distrusted, _metrics, _time, _log) = (settings, api, timing, limit, distrust, metrics, time, log);
        var path = Path.Combine(folder, "outbox.jsonl");
        Load(path);
        _journal = new Journal(path);
        (_allowance, _allowanceAt) = (timing.Burst, time.GetUtcNow());
        _loop = Task.Run(RunAsync);
    }

    public RateLimit Limit { get; }

    public Distrust Distrusted { get; }

    /// <summary>Messages that wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether a message was handed over under this key, now or before a restart.</summary>
    public bool Has(string key)
    {
        lock (_gate)
        {
            return _entries.ContainsKey(key);
        }
    }

    /// <summary>Whether a message of ours has this timestamp, as first sent or as edited.</summary>
    public bool IsOurs(long timestamp) => OriginalOf(timestamp) is not null;

    /// <summary>The first timestamp of a message of ours, whichever of its edits is named; null when it is not ours.</summary>
    public long? OriginalOf(long timestamp)
    {
        lock (_gate)
        {
            return _sent.TryGetValue(timestamp, out var entry) ? entry.Timestamp : null;
        }
    }

    /// <summary>
    /// Hands a message over and waits for the first try. The timestamp, or null where it is kept for later. A key that is
    /// known is not sent again; a text that still waits is replaced.
    /// </summary>
    public Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, string? file, CancellationToken cancellation)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var known))
            {
                entry = Add(new Entry(key, chat, text, quote, file, Now));
            }
            else if (known.State is EntryState.Waiting or EntryState.Trying)
            {
                entry = known;
                if (known.State == EntryState.Waiting && known.Text != text)
                {
                    (known.Text, known.File) = (text, file);
                    known.Durable = AppendAsync(known.Line("wait", Now));
                }
            }
            else if (known.State is EntryState.Unknown or EntryState.Asked && known.Text != text && !_entries.ContainsKey(key + NewMark))
            {
                // The text that is in doubt is overtaken by this one; nobody needs to ask for it any more.
                known.State = EntryState.Asked;
                _ = AppendAsync(new OutboxLine(key, "asked", Now));
                entry = Add(new Entry(key + NewMark, chat, text, quote, file, Now));
            }
            else
            {
                return Task.FromResult<long?>(known.State == EntryState.Sent ? known.Timestamp : null);
            }
        }

        Wake();
        return entry.FirstTry.Task.WaitAsync(cancellation);
    }

    /// <summary>Gives a sent message another text. False where that did not work; nothing is kept then.</summary>
    public async Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation)
    {
        if (OriginalOf(timestamp) is not { } original || Limit.Present is not null || Distrusted.Contains(chat))
        {
            return false;
        }

        for (var attempt = 0; attempt < 3; attempt++)
        {
            switch (await _api.SendAsync(new SignalSend(chat, text, Edits: original, NotifySelf: !_settings.NoteToSelf), cancellation).ConfigureAwait(false))
            {
                case SendOutcome.Sent sent:
                    lock (_gate)
                    {
                        _sent[sent.Timestamp] = _sent[original];
                        _ = AppendAsync(new OutboxLine(_sent[original].Key, "edit", Now) { Timestamp = sent.Timestamp });
                    }

                    _metrics.Edited.Add();
                    return true;
                case SendOutcome.RateLimited limited:
                    Block(limited);
                    return false;
                case SendOutcome.Unknown or SendOutcome.Later when attempt < 2:
                    // The same text twice on the same message is one text.
                    await Task.Delay(TimeSpan.FromMilliseconds(500 << attempt), _time, cancellation).ConfigureAwait(false);
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The timestamp of what was sent under a key, or of what took its place; null where it is not out, or in doubt.</summary>
    public long? SentUnder(string key)
    {
        lock (_gate)
        {
            return new[] { key, key + NewMark, key + AgainMark }.Select(k => _entries.GetValueOrDefault(k)).FirstOrDefault(e => e is { State: EntryState.Sent })?.Timestamp;
        }
    }

    /// <summary>
    /// Somebody quotes or reacts to a message of ours that we know nothing of. Where only one in their chat is in doubt, and it
    /// was on its way at that moment, it is that one, and it arrived.
    /// </summary>
    public void Answered(string chat, long timestamp)
    {
        lock (_gate)
        {
            if (!_sent.ContainsKey(timestamp) && _entries.Values.Where(e => e.Chat == chat && e.State is EntryState.Unknown or EntryState.Asked).ToList() is [var only]
                && timestamp >= only.TriedAt - ClockSlack.TotalMilliseconds && timestamp <= only.TriedAt + OnItsWay.TotalMilliseconds)
            {
                Settle(only, timestamp);
            }
        }
    }

    /// <summary>A receipt of somebody's device: it settles what was in doubt.</summary>
    public void Receipt(string sender, IReadOnlyList<long> timestamps)
    {
        lock (_gate)
        {
            foreach (var timestamp in timestamps.Where(t => !_sent.ContainsKey(t)))
            {
                var entry = _entries.Values.Where(e => e.State == EntryState.Unknown && (e.Chat == sender || SignalAddress.IsGroup(e.Chat)) && timestamp >= e.TriedAt - ReceiptSlack.TotalMilliseconds && timestamp <= e.TriedAt + TimeSpan.FromMinutes(10).TotalMilliseconds).MinBy(e => e.TriedAt);
                if (entry is not null)
                {
                    Settle(entry, timestamp);
                }
            }
        }
    }

    /// <summary>Sends once more what may not have arrived in a chat. How many that were.</summary>
    public async Task<int> AgainAsync(string chat, CancellationToken cancellation)
    {
        List<Entry> doubtful;
        lock (_gate)
        {
            doubtful = [.. _entries.Values.Where(e => e.Chat == chat && e.State is EntryState.Unknown or EntryState.Asked && !_entries.ContainsKey(e.Key + AgainMark) && !e.Key.EndsWith(AskedMark, StringComparison.Ordinal)).OrderBy(e => e.TriedAt)];
        }

        foreach (var entry in doubtful)
        {
            await SendAsync(chat, entry.Text, entry.Key + AgainMark, entry.Quote, entry.File, cancellation).ConfigureAwait(false);
        }

        return doubtful.Count;
    }

    /// <summary>Lets what is on its way end, and keeps the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(_loop, Task.Delay(TimeSpan.FromSeconds(5))).ConfigureAwait(false);
        await _journal.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var entry in _waiting)
            {
                entry.FirstTry.TrySetResult(null);
            }
        }

        _stop.Dispose();
        _more.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (entry, wait) = Next();
                if (entry is null)
                {
                    await WaitAsync(wait).ConfigureAwait(false);
                }
                else
                {
                    await TryAsync(entry).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (IOException e)
            {
                // Without the disk a message would be sent with no memory of it; better late than twice.
                _log($"the outbox cannot be written ({SafeText.Line(e.Message, 200)}); it is tried again in 5 s");
                await Task.Delay(TimeSpan.FromSeconds(5), _time).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One message's trouble must not keep all others from being sent.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _log($"sending ended in an internal error ({e.GetType().Name} {SafeText.Line(e.StackTrace?.Split('\n', 2)[0] ?? "", 200)})");
                await Task.Delay(TimeSpan.FromSeconds(1), _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The oldest message that may go now; else how long to wait.</summary>
    private (Entry? Entry, TimeSpan Wait) Next()
    {
        var now = _time.GetUtcNow();
        var wait = TimeSpan.FromSeconds(30);
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(e => e.State == EntryState.Unknown))
            {
                if (entry.AskAt <= now)
                {
                    Ask(entry);
                    break;
                }

                wait = Least(wait, entry.AskAt - now);
            }

            if (_waiting.Count == 0)
            {
                return (null, wait);
            }

            var until = Limit.Present?.Until ?? _downUntil;
            if (until > now)
            {
                foreach (var entry in _waiting)
                {
                    entry.FirstTry.TrySetResult(null);
                }

                // The limit can be lifted from outside, so it is looked at now and then.
                return (null, Least(TimeSpan.FromSeconds(5), until - now));
            }

            foreach (var entry in _waiting)
            {
                if (Distrusted.Contains(entry.Chat))
                {
                    entry.FirstTry.TrySetResult(null);
                }
                else if (!_held.TryGetValue(entry.Chat, out var held) || held <= now)
                {
                    return (entry, default);
                }
                else
                {
                    wait = Least(wait, held - now);
                }
            }
        }

        return (null, wait);
    }

    private async Task TryAsync(Entry entry)
    {
        if (_alive is not { } alive || _time.GetUtcNow() - alive > _timing.AliveFor)
        {
            // A dead signal-cli behind a living service makes a send hang, and then nobody knows. So it is asked first.
            if (await _api.WhyNotAliveAsync(_stop.Token).ConfigureAwait(false) is { } why)
            {
                Down(why);
                return;
            }

            Up();
        }

        await PaceAsync().ConfigureAwait(false);
        string text;
        string? file;
        Task noted;
        lock (_gate)
        {
            if (entry.Durable.IsFaulted)
            {
                entry.Durable = AppendAsync(entry.Line("wait", Now));
            }

            entry.State = EntryState.Trying;
            entry.TriedAt = Now;
            (text, file) = (entry.Text, entry.File);
            noted = AppendAsync(new OutboxLine(entry.Key, "try", entry.TriedAt));
        }

        try
        {
            await entry.Durable.ConfigureAwait(false);
            await noted.ConfigureAwait(false);
            _unwritten = 0;
        }
        catch (IOException) when (++_unwritten < WritesBeforeWithout)
        {
            lock (_gate)
            {
                entry.State = EntryState.Waiting;
            }

            entry.FirstTry.TrySetResult(null);
            throw;
        }
        catch (IOException e)
        {
            if (_unwritten == WritesBeforeWithout)
            {
                _log($"the outbox still cannot be written ({SafeText.Line(e.Message, 200)}); messages are sent without being noted, so after a restart some may come again");
            }
        }

        var author = entry.Quote is null ? null : entry.Quote.Author == (_settings.Account ?? SignalChannel.OwnName) ? _settings.Phone.Reveal() : entry.Quote.Author;
        // Once begun it is not cut short: what was cut short would be in doubt.
        var outcome = await _api.SendAsync(new SignalSend(entry.Chat, text, entry.Quote, author, null, file, !_settings.NoteToSelf), CancellationToken.None).ConfigureAwait(false);
        lock (_gate)
        {
            Conclude(entry, Single(entry, outcome));
        }

        entry.FirstTry.TrySetResult(entry.State == EntryState.Sent ? entry.Timestamp : null);
    }

    /// <summary>For one person a failure inside a success is a failure.</summary>
    private static SendOutcome Single(Entry entry, SendOutcome outcome) => outcome is SendOutcome.Sent { Failures: [var reason, ..] } && !SignalAddress.IsGroup(entry.Chat)
        ? reason switch
        {
            "IDENTITY_FAILURE" => new SendOutcome.Untrusted(),
            "UNREGISTERED_FAILURE" => new SendOutcome.Refused("the recipient is not registered with Signal any more"),
            "RATE_LIMIT_FAILURE" => new SendOutcome.RateLimited([], null),
            _ => new SendOutcome.Later($"Signal did not deliver it ({reason})", Heard: true),
        }
        : outcome;

    private void Conclude(Entry entry, SendOutcome outcome)
    {
        if (outcome is not (SendOutcome.Unknown or SendOutcome.Later { Heard: false }))
        {
            _alive = _time.GetUtcNow();
        }

        switch (outcome)
        {
            case SendOutcome.Sent sent:
                _metrics.Sent.Add();
                Limit.End();
                Settle(entry, sent.Timestamp);
                if (sent.Failures.Count > 0)
                {
                    _log($"a message to a group did not reach {sent.Failures.Count} of its members ({string.Join(", ", sent.Failures.Distinct())})");
                }

                break;
            case SendOutcome.Later later:
                Back(entry, later.Heard);
                if (!later.Heard)
                {
                    Down(later.Why);
                }
                else if (entry.Tries >= _timing.MostTries)
                {
                    Refuse(entry, $"tried {entry.Tries} times, last: {later.Why}");
                }
                else
                {
                    _held[entry.Chat] = _time.GetUtcNow() + _timing.Retries[Math.Min(entry.Tries - 1, _timing.Retries.Count - 1)];
                    _log($"a message waits for another try: {later.Why}");
                }

                break;
            case SendOutcome.RateLimited limited:
                Back(entry, heard: false);
                Block(limited);
                break;
            case SendOutcome.Untrusted:
                Back(entry, heard: false);
                if (Distrusted.Add(entry.Chat))
                {
                    _log("a safety number changed: nothing is sent to that person until it was compared; run: opensre home trust NAME SAFETY-NUMBER");
                }

                break;
            case SendOutcome.Refused refused:
                Refuse(entry, refused.Why);
                break;
            case SendOutcome.Unknown unknown:
                _metrics.InDoubt.Add();
                _waiting.Remove(entry);
                entry.State = EntryState.Unknown;
                entry.AskAt = _time.GetUtcNow() + _timing.Grace;
                _ = AppendAsync(new OutboxLine(entry.Key, "unknown", Now));
                _alive = null;
                _log($"nobody knows whether a message went out: {unknown.Why}");
                break;
        }
    }

    private void Settle(Entry entry, long timestamp)
    {
        _waiting.Remove(entry);
        if (entry.Durable.IsFaulted)
        {
            // It was sent while the disk took nothing; perhaps it does by now.
            entry.Durable = AppendAsync(entry.Line("wait", Now));
        }

        entry.State = EntryState.Sent;
        entry.Timestamp = timestamp;
        _sent[timestamp] = entry;
        _ = AppendAsync(new OutboxLine(entry.Key, "sent", Now) { Timestamp = timestamp });
    }

    private void Back(Entry entry, bool heard)
    {
        entry.State = EntryState.Waiting;
        entry.Tries += heard ? 1 : 0;
        _ = AppendAsync(new OutboxLine(entry.Key, "later", Now));
    }

    private void Refuse(Entry entry, string why)
    {
        _metrics.Refused.Add();
        _waiting.Remove(entry);
        entry.State = EntryState.Refused;
        _ = AppendAsync(new OutboxLine(entry.Key, "refused", Now));
        _log($"a message is given up: {why}");
    }

    /// <summary>Tells the person what may be missing, under a key of its own; the message itself is not sent twice.</summary>
    private void Ask(Entry entry)
    {
        entry.State = EntryState.Asked;
        _ = AppendAsync(new OutboxLine(entry.Key, "asked", Now));
        var isNotice = entry.Key.EndsWith(AskedMark, StringComparison.Ordinal);
        if (entry.Key.EndsWith(AskedMark + AskedMark + AskedMark, StringComparison.Ordinal))
        {
            return;
        }

        // The notice itself can be in doubt as well; saying it again, twice at most, harms nobody.
        var text = isNotice ? entry.Text : $"A message of mine may not have reached you: the connection broke while I sent it. It began “{SafeText.Line(entry.Text, 300)}”. Say “again” to get all of it.";
        var asked = new Entry(entry.Key + AskedMark, entry.Chat, text, null, null, Now);
        if (!_entries.ContainsKey(asked.Key))
        {
            Add(asked);
        }
    }

    private Entry Add(Entry entry)
    {
        entry.Durable = AppendAsync(entry.Line("wait", Now));
        _entries.Add(entry.Key, entry);
        _waiting.AddLast(entry);
        return entry;
    }

    private void Block(SendOutcome.RateLimited limited)
    {
        var state = Limit.Begin(limited.Tokens, limited.Wait);
        _metrics.RateLimited.Add();
        _log($"Signal limits sending until {state.Until:yyyy-MM-dd HH:mm}Z; nothing is sent before{(state.Tokens.Count > 0 ? ". To lift it: solve the captcha at https://signalcaptchas.org/challenge/generate.html from this network and run: opensre home unblock" : "")}");
    }

    private void Down(string why)
    {
        _alive = null;
        var wait = _timing.Retries[Math.Min(_downs++, _timing.Retries.Count - 1)];
        _downUntil = _time.GetUtcNow() + wait;
        if (_downs == 1)
        {
            _log($"{why}; what is to be sent waits");
        }
    }

    private void Up()
    {
        _alive = _time.GetUtcNow();
        if (_downs > 0)
        {
            _log("signal-cli answers again");
        }

        _downs = 0;
    }

    private async Task PaceAsync()
    {
        if (_timing.Every == TimeSpan.Zero)
        {
            return;
        }

        var now = _time.GetUtcNow();
        _allowance = Math.Min(_timing.Burst, _allowance + ((now - _allowanceAt) / _timing.Every));
        _allowanceAt = now;
        if (_allowance < 1)
        {
            await Task.Delay(_timing.Every * (1 - _allowance), _time, _stop.Token).ConfigureAwait(false);
            _allowance = 1;
            _allowanceAt = _time.GetUtcNow();
        }

        _allowance--;
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var woken = _more.WaitAsync(limit.Token);
        await Task.WhenAny(woken, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), _time, limit.Token)).ConfigureAwait(false);
        await limit.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(woken).ConfigureAwait(false);
    }

    private void Wake()
    {
        try
        {
            _more.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private Task AppendAsync(OutboxLine line)
    {
        var written = _journal.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(line, OutboxJson.Default.OutboxLine));
        // Who needs the line on the disk waits for it; of the others a failure is said once, here.
        _ = written.ContinueWith(t => _log($"a line of the outbox was not written: {SafeText.Line(t.Exception!.InnerException!.Message, 200)}"), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return written;
    }

    /// <summary>Reads the journal, and writes it anew without what needs no remembering.</summary>
    private void Load(string path)
    {
        List<(long Edit, string Key)> edits = [];
        var unreadable = 0;
        foreach (var text in Journal.Read(path))
        {
            OutboxLine? line;
            try
            {
                line = JsonSerializer.Deserialize(text, OutboxJson.Default.OutboxLine);
            }
            catch (JsonException)
            {
                unreadable++;
                continue;
            }

            if (line is not { Key: not null })
            {
                unreadable++;
                continue;
            }

            if (line is { State: "wait", Chat: { } chat, Text: { } content })
            {
                if (_entries.TryGetValue(line.Key, out var again))
                {
                    (again.Text, again.File) = (content, line.File);
                }
                else
                {
                    _entries.Add(line.Key, new Entry(line.Key, chat, content, line.Quote, line.File, line.At) { Durable = Task.CompletedTask });
                }
            }
            else if (_entries.TryGetValue(line.Key, out var entry))
            {
                Apply(entry, line, edits);
            }
        }

        if (unreadable > 0)
        {
            _log(Unreadable.Keep(path, unreadable, "sent"));
        }

        var oldest = (_time.GetUtcNow() - _timing.Keep).ToUnixTimeMilliseconds();
        foreach (var entry in _entries.Values.Where(e => e.State is EntryState.Sent or EntryState.Refused or EntryState.Asked && e.At < oldest).ToList())
        {
            _entries.Remove(entry.Key);
        }

        foreach (var entry in _entries.Values.OrderBy(e => e.At))
        {
            entry.AskAt = _time.GetUtcNow() + _timing.Grace;
            switch (entry.State)
            {
                case EntryState.Waiting:
                    _waiting.AddLast(entry);
                    break;
                case EntryState.Asked when !_entries.ContainsKey(entry.Key + AskedMark) && !_entries.ContainsKey(entry.Key + NewMark):
                    // The process ended before the question was written down.
                    entry.State = EntryState.Unknown;
                    break;
                case EntryState.Trying:
                    // It was on its way when the process ended.
                    entry.State = EntryState.Unknown;
                    _metrics.InDoubt.Add();
                    break;
                case EntryState.Sent:
                    _sent[entry.Timestamp] = entry;
                    break;
            }
        }

        edits.RemoveAll(e => !_entries.ContainsKey(e.Key));
        edits.ForEach(e => _sent[e.Edit] = _entries[e.Key]);
        if (File.Exists(path))
        {
            Rewrite(path, edits);
        }
    }

    private static void Apply(Entry entry, OutboxLine line, List<(long Edit, string Key)> edits)
    {
        switch (line.State)
        {
            case "try":
                (entry.State, entry.TriedAt) = (EntryState.Trying, line.At);
                break;
            case "later":
                entry.State = EntryState.Waiting;
                break;
            case "unknown":
                entry.State = EntryState.Unknown;
                break;
            case "asked":
                entry.State = EntryState.Asked;
                break;
            case "refused":
                entry.State = EntryState.Refused;
                break;
            case "sent" when line.Timestamp is { } timestamp:
                (entry.State, entry.Timestamp) = (EntryState.Sent, timestamp);
                break;
            case "edit" when line.Timestamp is { } edit:
                edits.Add((edit, entry.Key));
                break;
        }
    }

    private void Rewrite(string path, List<(long Edit, string Key)> edits)
    {
        using var content = new MemoryStream();
        void Write(OutboxLine line)
        {
            content.Write(JsonSerializer.SerializeToUtf8Bytes(line, OutboxJson.Default.OutboxLine));
            content.WriteByte((byte)'\n');
        }

        foreach (var entry in _entries.Values.OrderBy(e => e.At))
        {
            // Of what is out only the key and the timestamp are needed.
            Write(entry.State is EntryState.Sent or EntryState.Refused ? entry.Line("wait", entry.At) with { Text = "", File = null, Quote = null } : entry.Line("wait", entry.At));
            switch (entry.State)
            {
                case EntryState.Sent:
                    Write(new OutboxLine(entry.Key, "sent", entry.At) { Timestamp = entry.Timestamp });
                    break;
                case EntryState.Unknown or EntryState.Asked:
                    Write(new OutboxLine(entry.Key, "try", entry.TriedAt));
                    Write(new OutboxLine(entry.Key, entry.State == EntryState.Asked ? "asked" : "unknown", entry.TriedAt));
                    break;
                case EntryState.Refused:
                    Write(new OutboxLine(entry.Key, "refused", entry.At));
                    break;
            }
        }

        edits.ForEach(e => Write(new OutboxLine(e.Key, "edit", e.Edit) { Timestamp = e.Edit }));
        WholeFile.Replace(path, content.ToArray());
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private enum EntryState { Waiting, Trying, Sent, Unknown, Asked, Refused }

    private sealed class Entry(string key, string chat, string text, ChatQuote? quote, string? file, long at)
    {
        public string Key => key;
        public string Chat => chat;
        public string Text { get; set; } = text;
        public ChatQuote? Quote => quote;
        public string? File { get; set; } = file;
        public long At => at;
        public EntryState State { get; set; }
        public int Tries { get; set; }
        public long TriedAt { get; set; }
        public long Timestamp { get; set; }
        public DateTimeOffset AskAt { get; set; }

        /// <summary>The message is on the disk.</summary>
        public Task Durable { get; set; } = Task.CompletedTask;
        public TaskCompletionSource<long?> FirstTry { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OutboxLine Line(string state, long now) => new(key, state, now) { Chat = chat, Text = Text, File = File, Quote = quote };
    }
}
