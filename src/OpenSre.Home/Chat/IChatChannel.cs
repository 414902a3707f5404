namespace OpenSre.Home;

/// <summary>
/// A way to reach people. What is handed over is delivered in order within a chat, survives a restart, and is sent once;
/// a channel without edits or reactions does the nearest thing it can, and never nothing.
/// </summary>
public interface IChatChannel
{
    /// <summary>What the program itself is called there: its UUID, for telling quotes and reactions on its own messages.</summary>
    string Self { get; }

    /// <summary>Bytes of UTF-8 that one message holds; longer text is sent as several, and an edit is cut.</summary>
    int LongestText => int.MaxValue;

    /// <summary>Sends text and waits until it is out.</summary>
    /// <param name="key">Names the message for ever, over all chats: what was sent under a key is not sent again after a restart.
    /// Text handed over again under the same key replaces what is still waiting to be sent.</param>
    /// <returns>The timestamp that identifies the message there, or null where it is kept for a later try.</returns>
    Task<long?> SendAsync(string chat, string text, string key, ChatQuote? quote, CancellationToken cancellation);

    /// <summary>The timestamp of what was sent under a key, also before a restart; null where it is not out, or nobody knows.</summary>
    long? SentUnder(string key) => null;

    /// <summary>Replaces the text of a message sent before. False where that is not possible any more; the caller then sends anew.</summary>
    Task<bool> EditAsync(string chat, long timestamp, string text, CancellationToken cancellation);

    /// <summary>Puts an emoji on somebody's message.</summary>
    Task ReactAsync(ChatMessage message, string emoji, CancellationToken cancellation);

    /// <summary>Shows, or stops showing, that an answer is being worked on. Shown for 15 seconds at most unless repeated.</summary>
    Task TypingAsync(string chat, bool on, CancellationToken cancellation);
}
