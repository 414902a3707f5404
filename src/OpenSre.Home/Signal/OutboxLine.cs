using System.Text.Json.Serialization;

namespace OpenSre.Home;

/// <summary>One line of the outbox's journal. The last lines of a key say how it stands.</summary>
/// <param name="Key">The message's name for ever.</param>
/// <param name="State">wait, try, later, sent, unknown, asked or refused; edit for a later text of a sent one.</param>
/// <param name="At">Unix milliseconds.</param>
internal sealed record OutboxLine(string Key, string State, long At)
{
    public string? Chat { get; init; }
    public string? Text { get; init; }
    public string? File { get; init; }
    public ChatQuote? Quote { get; init; }

    /// <summary>Of the message on Signal, once known.</summary>
    public long? Timestamp { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxLine))]
[JsonSerializable(typeof(RateLimitState))]
internal sealed partial class OutboxJson : JsonSerializerContext;
