using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>
/// OpenAI's Responses API. Nothing is stored at the provider: reasoning travels along encrypted and is sent back.
/// </summary>
/// <param name="effort">How much it may reason: <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c>; empty for a model that does not.</param>
internal sealed class ResponsesClient(HttpClient http, OpenAiEndpoint endpoint, string model, int maxOutput, string effort) : ProviderClient(endpoint.Provider, model)
{
    private readonly ModelWire _wire = new(http, endpoint.Provider);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var body = ModelWire.Json(json => WriteRequest(json, messages, options));
        string? id = null;
        var called = false;
        var refused = false;
        await foreach (var (name, data) in _wire.EventsAsync(endpoint.At("responses"), endpoint.AllHeaders(), body, cancellationToken).ConfigureAwait(false))
        {
            using var document = Parse(data);
            var root = document.RootElement;
            switch (root.Text("type") ?? name)
            {
                case "response.created":
                    id = root.Find("response").Text("id");
                    break;
                case "response.output_text.delta":
                    yield return Update(new TextContent(root.Text("delta") ?? ""), id);
                    break;
                case "response.refusal.delta":
                    refused = true;
                    yield return Update(new TextContent(root.Text("delta") ?? ""), id);
                    break;
                case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                    yield return Update(new TextReasoningContent(root.Text("delta") ?? ""), id);
                    break;
                case "response.output_item.done" when root.Find("item") is { } item:
                    if (item.Text("type") == "function_call")
                    {
                        called = true;
                        yield return Update(WireArguments.Call(item.Text("call_id") ?? item.Text("id") ?? "", item.Text("name") ?? "", item.Text("arguments") ?? ""), id);
                    }
                    else if (item.Text("type") == "reasoning" && item.Text("encrypted_content") is { Length: > 0 } secret)
                    {
                        yield return Update(new TextReasoningContent("") { ProtectedData = secret, AdditionalProperties = new() { [ItemId] = item.Text("id") ?? "" } }, id);
                    }

                    break;
                case "response.completed" or "response.incomplete":
                    var usage = root.Find("response").Find("usage");
                    yield return Update(Usage(usage.Number("input_tokens"), usage.Number("output_tokens"), usage.Find("input_tokens_details").Number("cached_tokens")), id);
                    yield return Finish(
                        refused ? ChatFinishReason.ContentFilter
                        : root.Find("response").Find("incomplete_details").Text("reason") switch
                        {
                            "content_filter" => ChatFinishReason.ContentFilter,
                            "max_output_tokens" => ChatFinishReason.Length,
                            _ => called ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
                        },
                        id);
                    yield break;
                case "response.failed":
                    var error = root.Find("response").Find("error");
                    throw new ModelException(ModelWire.FailureOf(0, error?.GetRawText() ?? data), $"{endpoint.Provider} failed: {error.Text("message") ?? error.Text("code") ?? "no reason given"}");
                case "error":
                    throw new ModelException(ModelWire.FailureOf(0, data), $"{endpoint.Provider} broke off: {ModelWire.Words(data)}");
            }
        }

        throw new ModelException(ModelFailure.Network, $"{endpoint.Provider}'s answer ended in the middle");
    }

    private void WriteRequest(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteBoolean("stream", true);
        json.WriteBoolean("store", false);
        json.WriteNumber("max_output_tokens", options?.MaxOutputTokens ?? maxOutput);
        json.WriteBoolean("parallel_tool_calls", true);
        if (effort.Length > 0)
        {
            json.WriteStartArray("include");
            json.WriteStringValue("reasoning.encrypted_content");
            json.WriteEndArray();
            json.WriteStartObject("reasoning");
            json.WriteString("effort", effort);
            json.WriteString("summary", "auto");
            json.WriteEndObject();
        }

        if (options?.Instructions is { Length: > 0 } instructions)
        {
            json.WriteString("instructions", instructions);
        }

        var tools = options?.Tools?.OfType<AIFunctionDeclaration>().ToList() ?? [];
        if (tools.Count > 0)
        {
            json.WriteStartArray("tools");
            foreach (var tool in tools)
            {
                json.WriteStartObject();
                json.WriteString("type", "function");
                json.WriteString("name", tool.Name);
                json.WriteString("description", tool.Description);
                json.WriteBoolean("strict", false);
                json.WritePropertyName("parameters");
                WireArguments.WriteSchema(json, tool);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("input");
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                WriteItem(json, message.Role, content);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter json, ChatRole role, AIContent content)
    {
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                json.WriteStartObject();
                json.WriteString("type", "message");
                json.WriteString("role", role.Value);
                json.WriteStartArray("content");
                json.WriteStartObject();
                json.WriteString("type", role == ChatRole.Assistant ? "output_text" : "input_text");
                json.WriteString("text", text.Text);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case TextReasoningContent { ProtectedData: { } secret } thought:
                json.WriteStartObject();
                json.WriteString("type", "reasoning");
                if (thought.AdditionalProperties?.TryGetValue(ItemId, out var id) == true && id is string { Length: > 0 } name)
                {
                    json.WriteString("id", name);
                }

                json.WriteStartArray("summary");
                json.WriteEndArray();
                json.WriteString("encrypted_content", secret);
                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteString("type", "function_call");
                json.WriteString("call_id", call.CallId);
                json.WriteString("name", call.Name);
                json.WriteString("arguments", WireArguments.Text(call));
                json.WriteEndObject();
                break;
            case FunctionResultContent result:
                json.WriteStartObject();
                json.WriteString("type", "function_call_output");
                json.WriteString("call_id", result.CallId);
                json.WriteString("output", WireArguments.Result(result));
                json.WriteEndObject();
                break;
        }
    }

    private JsonDocument Parse(string data)
    {
        try
        {
            return JsonDocument.Parse(data);
        }
        catch (JsonException e)
        {
            throw new ModelException(ModelFailure.Protocol, $"{endpoint.Provider} sent what is no JSON: {data}", inner: e);
        }
    }
}
