namespace OpenSre.Home;

/// <summary>People on Signal: what is said to them goes through the outbox, signs of life go at once or not at all.</summary>
public sealed class SignalChannel(SignalSettings settings, SignalApi api, Outbox outbox) : IChatChannel
{
    /// <summary>What our account is called where its UUID is not configured.</summary>
    public const string OwnName = "self";

    public string Self { get; } = settings.Account ?? OwnName;

    public int LongestText => MessageParts.MostBytes;

    /// <inheritdoc/>
    /// <remarks>Text that is too long becomes several messages, or one with a file; the timestamp is that of the first.</remarks>
    public async Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, CancellationToken cancellation)
    {
        var (parts, file) = MessageParts.Of(Outgoing.Clean(text));
        var sending = parts.Select((part, i) => outbox.SendAsync(chat, part, i == 0 ? key : $"{key}#{i + 1}", i == 0 ? quote : null, i == 0 ? file : null, cancellation)).ToList();
        await Task.WhenAll(sending).ConfigureAwait(false);
        return await sending[0].ConfigureAwait(false);
    }

    public long? SentUnder(string key) => outbox.SentUnder(key);

    public Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation) =>
        outbox.EditAsync(chat, timestamp, MessageParts.Short(Outgoing.Clean(text)), cancellation);

    public Task ReactAsync(ChatMessage message, string emoji, CancellationToken cancellation) =>
        IsQuiet(message.Chat) ? Task.CompletedTask : api.ReactAsync(message.Chat, emoji, message.Sender, message.Timestamp, cancellation);

    public Task TypingAsync(string chat, bool on, CancellationToken cancellation) =>
        IsQuiet(chat) ? Task.CompletedTask : api.TypingAsync(chat, on, cancellation);

    /// <summary>Signs of life are calls to Signal as well; while it limits us they would make it worse.</summary>
    private bool IsQuiet(string chat) => outbox.Limit.Present is not null || outbox.Distrusted.Contains(chat);
}
