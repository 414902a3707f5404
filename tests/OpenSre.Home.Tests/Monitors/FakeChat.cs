using System.Globalization;

namespace OpenSre.Home.Tests;

/// <summary>A chat that keeps what it was given, and sends nothing twice under one key, as the contract has it.</summary>
internal sealed class FakeChat(TimeProvider time) : IChatChannel
{
    public sealed record Sent(string Chat, string Text, string Key, long Timestamp, ChatQuote? Quote, DateTimeOffset At);

    private readonly Dictionary<string, Sent> _byKey = [];

    private readonly Lock _lock = new();
    private readonly List<Sent> _messages = [];
    private readonly List<(string Chat, long Timestamp, string Text)> _edits = [];

    public IReadOnlyList<Sent> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    public IReadOnlyList<(string Chat, long Timestamp, string Text)> Edits
    {
        get
        {
            lock (_lock)
            {
                return [.. _edits];
            }
        }
    }

    /// <summary>While true nothing gets out: it is kept for later.</summary>
    public bool Down { get; set; }

    /// <summary>Throws after it has sent: the program dies before it could note that.</summary>
    public bool DieAfterSending { get; set; }

    /// <summary>Throws instead of taking what is new: the program dies before it could hand it over.</summary>
    public bool DieBeforeSending { get; set; }

    public string Self => "bot";

    private long _last;

    public Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var before))
            {
                return before.Chat == chat ? Task.FromResult<long?>(before.Timestamp) : throw new ArgumentException($"{key} names a message in another chat already.");
            }

            if (DieBeforeSending)
            {
                throw new IOException("killed");
            }

            if (Down)
            {
                return Task.FromResult<long?>(null);
            }

            _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            var sent = new Sent(chat, text, key, _last, quote, time.GetUtcNow());
            _byKey[key] = sent;
            _messages.Add(sent);
            return DieAfterSending ? throw new IOException("killed") : Task.FromResult<long?>(sent.Timestamp);
        }
    }

    public long? SentUnder(string key)
    {
        lock (_lock)
        {
            return _byKey.GetValueOrDefault(key)?.Timestamp;
        }
    }

    public Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (Down)
            {
                return Task.FromResult(false);
            }

            _edits.Add((chat, timestamp, text));
        }

        return Task.FromResult(Messages.Any(m => m.Chat == chat && m.Timestamp == timestamp));
    }

    public Task ReactAsync(ChatMessage message, string emoji, CancellationToken cancellation) => Task.CompletedTask;

    public Task TypingAsync(string chat, bool on, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>What a message says now, after its edits.</summary>
    public string Now(Sent message) => Edits.LastOrDefault(e => e.Chat == message.Chat && e.Timestamp == message.Timestamp).Text ?? message.Text;

    public string All => string.Join("\n---\n", Messages.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.At:dd HH:mm} {m.Text}")));
}
