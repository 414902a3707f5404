using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>
/// Anthropic's Messages API (version 2023-06-01): streaming, tools, prompt caching, extended thinking. Own wire client,
/// because the official one needs reflection and costs more start-up time than everything else together.
/// </summary>
/// <param name="baseUrl">Without <c>/v1/messages</c>.</param>
/// <param name="thinking">Tokens of extended thinking; 0 for none.</param>
internal sealed class AnthropicClient(HttpClient http, Uri baseUrl, Func<string> key, string model, int maxOutput, int thinking) : ProviderClient("anthropic", model)
{
    private readonly ModelWire _wire = new(http, "Anthropic");
    private readonly Uri _messages = new(baseUrl.AbsoluteUri.TrimEnd('/') + "/v1/messages");

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var body = ModelWire.Json(json => AnthropicRequest.Write(json, Model, messages, options, maxOutput, thinking));
        KeyValuePair<string, string>[] headers = [new("x-api-key", key()), new("anthropic-version", "2023-06-01")];
        Dictionary<long, Block> blocks = [];
        string? id = null;
        long input = 0, cached = 0, written = 0, output = 0;
        var finish = ChatFinishReason.Stop;
        var ended = false;
        await foreach (var (name, data) in _wire.EventsAsync(_messages, headers, body, cancellationToken).ConfigureAwait(false))
        {
            using var document = Parse(data);
            var root = document.RootElement;
            switch (root.Text("type") ?? name)
            {
                case "message_start":
                    var message = root.Find("message");
                    id = message.Text("id");
                    ReadUsage(message.Find("usage"));
                    break;
                case "content_block_start":
                    blocks[root.Number("index")] = new Block(root.Find("content_block") ?? default);
                    break;
                case "content_block_delta" when blocks.TryGetValue(root.Number("index"), out var block) && root.Find("delta") is { } delta:
                    switch (delta.Text("type"))
                    {
                        case "text_delta":
                            yield return Update(new TextContent(delta.Text("text") ?? ""), id);
                            break;
                        case "thinking_delta":
                            yield return Update(new TextReasoningContent(delta.Text("thinking") ?? ""), id);
                            break;
                        case "signature_delta":
                            block.Signature.Append(delta.Text("signature"));
                            break;
                        case "input_json_delta":
                            block.Input.Append(delta.Text("partial_json"));
                            break;
                    }

                    break;
                case "content_block_stop" when blocks.Remove(root.Number("index"), out var done):
                    if (done.Type == "tool_use")
                    {
                        yield return Update(WireArguments.Call(done.Id, done.Name, done.Input.ToString()), id);
                    }
                    else if (done.Type == "thinking" && done.Signature.Length > 0)
                    {
                        yield return Update(new TextReasoningContent("") { ProtectedData = done.Signature.ToString() }, id);
                    }
                    else if (done.Type == "redacted_thinking" && done.Data is not null)
                    {
                        yield return Update(new TextReasoningContent("") { ProtectedData = done.Data, AdditionalProperties = new() { [AnthropicRequest.Redacted] = true } }, id);
                    }

                    break;
                case "message_delta":
                    ReadUsage(root.Find("usage"));
                    finish = root.Find("delta").Text("stop_reason") switch
                    {
                        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
                        "refusal" => ChatFinishReason.ContentFilter,
                        "tool_use" => ChatFinishReason.ToolCalls,
                        _ => finish,
                    };
                    break;
                case "message_stop":
                    ended = true;
                    break;
                case "error":
                    throw new ModelException(ModelWire.FailureOf(0, data), $"Anthropic broke off: {ModelWire.Words(data)}");
            }
        }

        if (!ended)
        {
            throw new ModelException(ModelFailure.Network, "Anthropic's answer ended in the middle");
        }

        yield return Update(Usage(input + cached + written, output, cached, written), id);
        yield return Finish(finish, id);

        void ReadUsage(JsonElement? usage)
        {
            // The last event repeats some counts and leaves others out; what was said once stays.
            input = Math.Max(input, usage.Number("input_tokens"));
            cached = Math.Max(cached, usage.Number("cache_read_input_tokens"));
            written = Math.Max(written, usage.Number("cache_creation_input_tokens"));
            output = Math.Max(output, usage.Number("output_tokens"));
        }
    }

    private static JsonDocument Parse(string data)
    {
        try
        {
            return JsonDocument.Parse(data);
        }
        catch (JsonException e)
        {
            throw new ModelException(ModelFailure.Protocol, $"Anthropic sent what is no JSON: {data}", inner: e);
        }
    }

    private sealed class Block(JsonElement start)
    {
        public string Type { get; } = start.Text("type") ?? "";

        public string Id { get; } = start.Text("id") ?? "";

        public string Name { get; } = start.Text("name") ?? "";

        public string? Data { get; } = start.Text("data");

        public StringBuilder Input { get; } = new();

        public StringBuilder Signature { get; } = new();
    }
}
