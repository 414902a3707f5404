namespace OpenSre.Home;

/// <summary>What a person did in a chat, whatever the chat is: Signal, the terminal session, HTTP.</summary>
/// <param name="Chat">Where answers go: a person or a group, in the channel's own form.</param>
/// <param name="Sender">Who it is: the UUID of a Signal account, or the channel's own name of a person.</param>
/// <param name="Timestamp">Unix milliseconds as the sender's device set them; with <paramref name="Sender"/> the identity of the message.</param>
/// <param name="Text">Empty when there is only a reaction.</param>
/// <param name="IsEdit">It replaces an earlier message; what it asks is answered, and nothing is ever done or approved by one.</param>
/// <param name="Deletes">The sender took back the message of this timestamp; the text is empty then.</param>
/// <param name="Unread">What was sent in place of words and is not read, such as "a voice message"; the text is empty then.</param>
public sealed record ChatMessage(
    string Chat,
    string Sender,
    long Timestamp,
    string Text,
    ChatQuote? Quote = null,
    ChatReaction? Reaction = null,
    bool IsGroup = false,
    bool MentionsMe = false,
    bool IsEdit = false,
    DateTimeOffset ReceivedAt = default,
    long? Deletes = null,
    string? Unread = null);

/// <param name="Timestamp">The message answered to, by its Unix milliseconds.</param>
/// <param name="Author">Who wrote that message.</param>
public sealed record ChatQuote(long Timestamp, string Author, string Text);

/// <param name="TargetTimestamp">The message reacted to, by its Unix milliseconds.</param>
/// <param name="IsRemoved">The reaction was taken back.</param>
public sealed record ChatReaction(string Emoji, long TargetTimestamp, string TargetAuthor, bool IsRemoved);
