using System.Collections.Concurrent;
using System.Threading.Channels;

namespace OpenSre.Home;

/// <summary>
/// The person at this machine, over HTTP or the command line: one chat named <see cref="Chat"/>. What is sent there is
/// read by whoever waits for an answer at the moment; there is no other place to show it.
/// </summary>
public sealed class LocalChannel(TimeProvider time) : IChatChannel
{
    /// <summary>The name of the chat and of the person in it.</summary>
    public const string Chat = "local";
    private readonly ConcurrentDictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<string>, bool> _readers = new();
    private long _last;

    public string Self => SignalChannel.OwnName;

    public Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, CancellationToken cancellation)
    {
        var fresh = Next();
        var timestamp = _keys.GetOrAdd(key, fresh);
        if (timestamp == fresh)
        {
            Show(text);
        }

        return Task.FromResult<long?>(timestamp);
    }

    public Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation)
    {
        Show(text);
        return Task.FromResult(true);
    }

    public Task ReactAsync(ChatMessage message, string emoji, CancellationToken cancellation) => Task.CompletedTask;

    public Task TypingAsync(string chat, bool on, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>A message of the person at this machine.</summary>
    public ChatMessage Message(string text) => new(Chat, Chat, Next(), Core.SafeText.Clean(text).Trim(), ReceivedAt: time.GetUtcNow());

    /// <summary>Reads what is sent to the chat until disposed.</summary>
    public Reader Listen() => new(this);

    private void Show(string text)
    {
        foreach (var reader in _readers.Keys)
        {
            reader.Writer.TryWrite(Outgoing.Clean(text));
        }
    }

    /// <summary>Milliseconds, and never the same twice.</summary>
    private long Next()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }

    public sealed class Reader : IDisposable
    {
        private readonly LocalChannel _owner;
        private readonly Channel<string> _texts = System.Threading.Channels.Channel.CreateUnbounded<string>();

        internal Reader(LocalChannel owner)
        {
            _owner = owner;
            owner._readers[_texts] = true;
        }

        /// <summary>What was sent since the last call.</summary>
        public IEnumerable<string> Taken()
        {
            while (_texts.Reader.TryRead(out var text))
            {
                yield return text;
            }
        }

        public void Dispose() => _owner._readers.TryRemove(_texts, out _);
    }
}

/// <summary>Sends each chat its own way: the local one here, every other over Signal.</summary>
public sealed class HomeChannel(IChatChannel signal, LocalChannel local) : IChatChannel
{
    public string Self => signal.Self;

    public int LongestText => signal.LongestText;

    public Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, CancellationToken cancellation) => Of(chat).SendAsync(chat, text, key, quote, cancellation);

    public long? SentUnder(string key) => signal.SentUnder(key);

    public Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation) => Of(chat).EditAsync(chat, timestamp, text, cancellation);

    public Task ReactAsync(ChatMessage message, string emoji, CancellationToken cancellation) => Of(message.Chat).ReactAsync(message, emoji, cancellation);

    public Task TypingAsync(string chat, bool on, CancellationToken cancellation) => Of(chat).TypingAsync(chat, on, cancellation);

    private IChatChannel Of(string chat) => chat == LocalChannel.Chat ? local : signal;
}
