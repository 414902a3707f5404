using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Reads the frames of signal-cli-rest-api: <c>{"account","envelope"}</c> from the websocket, the same as
/// <c>params</c> of a JSON-RPC line from the webhook.
/// </summary>
public sealed class EnvelopeReader(string phone, string self)
{
    private const int LongestText = 4096;

    /// <summary>Reads the first JSON value of a frame. What follows it, such as a stack trace, is left alone.</summary>
    /// <param name="isOurs">Whether we sent the message of a timestamp; a quote or reaction on it is on ours.</param>
    public SignalInbound Read(ReadOnlySpan<byte> frame, DateTimeOffset at, Func<long, bool> isOurs)
    {
        JsonDocument document;
        try
        {
            var reader = new Utf8JsonReader(frame);
            document = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return new SignalInbound.Broken("the frame is no JSON");
        }

        using (document)
        {
            try
            {
                var root = document.RootElement;
                if (Find(root, "params") is { } parameters)
                {
                    root = Find(parameters, "result") ?? parameters;
                }

                return ReadFrame(root, at, isOurs);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException)
            {
                // A field of another type than the contract says.
                return new SignalInbound.Broken("a field of the frame has an unexpected form");
            }
        }
    }

    private SignalInbound ReadFrame(JsonElement root, DateTimeOffset at, Func<long, bool> isOurs)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new SignalInbound.Broken("the frame is no object");
        }

        if (Text(root, "error") is { } error)
        {
            return new SignalInbound.Failed(SafeText.Line(Redaction.Apply(error.Replace(phone, "our number", StringComparison.Ordinal)), 160));
        }

        if (Text(root, "account") is { } account && account != phone)
        {
            return new SignalInbound.Nothing("another account");
        }

        if (Find(root, "envelope") is not { } envelope)
        {
            return new SignalInbound.Nothing("no envelope");
        }

        var sender = Text(envelope, "sourceUuid")?.ToLowerInvariant();
        if (Find(root, "exception") is { } exception)
        {
            return new SignalInbound.Distrusted(sender, SafeText.Line(Text(exception, "type") ?? "exception", 60));
        }

        if (Find(envelope, "receiptMessage") is { } receipt)
        {
            return sender is not null && Find(receipt, "timestamps") is { ValueKind: JsonValueKind.Array } timestamps
                ? new SignalInbound.Received(sender, [.. timestamps.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.Number).Select(t => t.GetInt64())])
                : new SignalInbound.Nothing("receipt");
        }

        if (Find(envelope, "syncMessage") is { } sync)
        {
            return ReadOwn(sync, sender, at, isOurs);
        }

        var edit = Find(envelope, "editMessage");
        if ((edit is { } edited ? Find(edited, "dataMessage") : Find(envelope, "dataMessage")) is not { } data)
        {
            return new SignalInbound.Nothing("nothing said");
        }

        // Numbers can be hidden and change hands: whoever has no UUID is nobody.
        return sender is null
            ? new SignalInbound.Nothing("a sender without a UUID")
            : Said(data, sender, sender, Number(envelope, "timestamp"), edit is not null, isOwn: false, at, isOurs);
    }

    /// <summary>What our own other devices did: only notes to ourselves are something said.</summary>
    private SignalInbound ReadOwn(JsonElement sync, string? sender, DateTimeOffset at, Func<long, bool> isOurs)
    {
        if (Find(sync, "sentMessage") is not { } sent || Find(sent, "groupInfo") is not null || sender is null)
        {
            return new SignalInbound.Nothing("synchronisation");
        }

        var toUs = Text(sent, "destinationNumber") == phone || Text(sent, "destinationUuid")?.ToLowerInvariant() == sender
            || (Text(sent, "destination") is null && Text(sent, "destinationNumber") is null && Text(sent, "destinationUuid") is null);
        var edit = Find(sent, "editMessage");
        var data = edit is { } edited ? Find(edited, "dataMessage") ?? sent : sent;
        return toUs && Number(data, "timestamp") is { } timestamp && !isOurs(timestamp)
            ? Said(data, sender, sender, timestamp, edit is not null, isOwn: true, at, isOurs)
            : new SignalInbound.Nothing("synchronisation");
    }

    private SignalInbound Said(JsonElement data, string sender, string direct, long? envelopeTimestamp, bool isEdit, bool isOwn, DateTimeOffset at, Func<long, bool> isOurs)
    {
        if ((Number(data, "timestamp") ?? envelopeTimestamp) is not { } timestamp)
        {
            return new SignalInbound.Broken("a message without a timestamp");
        }

        var group = Find(data, "groupInfo");
        if (group is { } changed && Text(changed, "type") == "UPDATE")
        {
            return new SignalInbound.Nothing("a group that changed");
        }

        var chat = group is { } of && Text(of, "groupId") is { Length: > 0 } id ? SignalAddress.Group(id) : direct;
        var message = new ChatMessage(chat, sender, timestamp, "", IsGroup: group is not null, IsEdit: isEdit, ReceivedAt: at);
        if (Find(data, "remoteDelete") is { } delete && Number(delete, "timestamp") is { } deleted)
        {
            return new SignalInbound.Said(message with { Deletes = deleted }, isOwn);
        }

        if (Find(data, "reaction") is { } reaction)
        {
            return Text(reaction, "emoji") is { } emoji && Number(reaction, "targetSentTimestamp") is { } target
                ? new SignalInbound.Said(message with { Reaction = new ChatReaction(SafeText.Line(emoji, 16), target, Author(reaction, "targetAuthor", target, isOurs), Flag(reaction, "isRemove")) }, isOwn)
                : new SignalInbound.Nothing("a reaction to nothing");
        }

        var text = SafeText.Clean(Text(data, "message") ?? "").Trim();
        if (text.Length == 0)
        {
            return Wordless(data) is { } what ? new SignalInbound.Said(message with { Unread = what, MentionsMe = Mentions(data) }, isOwn) : new SignalInbound.Nothing("no text");
        }

        if (text.Length > LongestText)
        {
            text = text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
        }

        var quote = Find(data, "quote") is { } quoted && Number(quoted, "id") is { } quotedId
            ? new ChatQuote(quotedId, Author(quoted, "author", quotedId, isOurs), SafeText.Clean(Text(quoted, "text") ?? ""))
            : null;
        return new SignalInbound.Said(message with { Text = WithoutMention(text), Quote = quote, MentionsMe = Mentions(data) }, isOwn);
    }

    /// <summary>What a message without words brings; null when it brings nothing that somebody would wait for an answer to.</summary>
    private static string? Wordless(JsonElement data)
    {
        if (Find(data, "attachments") is { ValueKind: JsonValueKind.Array } files && files.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } file)
        {
            var kind = Text(file, "contentType") ?? "";
            return kind.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? "a voice message"
                : kind.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? "a picture"
                : kind.StartsWith("video/", StringComparison.OrdinalIgnoreCase) ? "a video" : "a file";
        }

        return Find(data, "sticker") is not null ? "a sticker" : Find(data, "contacts") is not null ? "a contact" : Find(data, "pollCreate") is not null ? "a poll" : null;
    }

    /// <summary>The author of what is quoted or reacted to; ours becomes the name we go by.</summary>
    private string Author(JsonElement element, string name, long timestamp, Func<long, bool> isOurs)
    {
        var uuid = Text(element, name + "Uuid")?.ToLowerInvariant();
        var number = Text(element, name + "Number") ?? Text(element, name);
        var ours = uuid == self || number == phone || (uuid is null && number is null && isOurs(timestamp));
        return ours ? self : uuid ?? number ?? "";
    }

    private bool Mentions(JsonElement data) => Find(data, "mentions") is { ValueKind: JsonValueKind.Array } mentions
        && mentions.EnumerateArray().Any(m => m.ValueKind == JsonValueKind.Object && (Text(m, "number") == phone || Text(m, "uuid")?.ToLowerInvariant() == self));

    /// <summary>A mention stands in the text as an object replacement character.</summary>
    private static string WithoutMention(string text) => text.Replace("\ufffc", "", StringComparison.Ordinal).Trim();

    private static JsonElement? Find(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    private static bool Flag(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.True };
}
