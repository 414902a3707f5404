using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>What all providers' clients have in common: streaming is the one way to ask, the rest is derived from it.</summary>
internal abstract class ProviderClient(string provider, string model) : IChatClient
{
    /// <summary>Key of <see cref="UsageDetails.AdditionalCounts"/> for input tokens written to the provider's cache.</summary>
    public const string CacheWritten = "cache_written";

    /// <summary>Key of additional properties of a reasoning content: the provider's id of the item.</summary>
    public const string ItemId = "item_id";

    protected string Model { get; } = model;

    protected ChatClientMetadata Metadata { get; } = new(provider, defaultModelId: model);

    public abstract IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    protected static ChatResponseUpdate Update(AIContent content, string? responseId = null) => new(ChatRole.Assistant, [content]) { ResponseId = responseId, MessageId = responseId };

    protected static ChatResponseUpdate Finish(ChatFinishReason reason, string? responseId = null) => new() { Role = ChatRole.Assistant, FinishReason = reason, ResponseId = responseId, MessageId = responseId };

    protected static UsageContent Usage(long input, long output, long cached, long cacheWritten = 0) => new(new UsageDetails
    {
        InputTokenCount = input,
        OutputTokenCount = output,
        TotalTokenCount = input + output,
        CachedInputTokenCount = cached,
        AdditionalCounts = new AdditionalPropertiesDictionary<long> { [CacheWritten] = cacheWritten },
    });
}
