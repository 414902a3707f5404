using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>
/// The Chat Completions API, as OpenAI made it and OpenRouter, Groq, DeepSeek, Gemini, vLLM, LM Studio and others speak it.
/// </summary>
internal sealed class ChatCompletionsClient(HttpClient http, OpenAiEndpoint endpoint, string model, int maxOutput) : ProviderClient(endpoint.Provider, model)
{
    private readonly ModelWire _wire = new(http, endpoint.Provider);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var body = ModelWire.Json(json => WriteRequest(json, messages, options));
        SortedDictionary<long, Call> calls = [];
        string? id = null;
        UsageContent? usage = null;
        ChatFinishReason? finish = null;
        var ended = false;
        await foreach (var (_, data) in _wire.EventsAsync(endpoint.At("chat/completions"), endpoint.AllHeaders(), body, cancellationToken).ConfigureAwait(false))
        {
            if (data == "[DONE]")
            {
                ended = true;
                break;
            }

            using var document = Parse(data);
            var root = document.RootElement;
            if (root.Find("error") is not null)
            {
                throw new ModelException(ModelWire.FailureOf(0, data), $"{endpoint.Provider} broke off: {ModelWire.Words(data)}");
            }

            id ??= root.Text("id");
            if (root.Find("usage") is { } counted)
            {
                usage = Usage(counted.Number("prompt_tokens"), counted.Number("completion_tokens"), Math.Max(counted.Find("prompt_tokens_details").Number("cached_tokens"), counted.Number("prompt_cache_hit_tokens")));
            }

            foreach (var choice in root.Items("choices"))
            {
                if (choice.Find("delta") is { } delta)
                {
                    if ((delta.Text("reasoning_content") ?? delta.Text("reasoning")) is { Length: > 0 } thought)
                    {
                        yield return Update(new TextReasoningContent(thought), id);
                    }

                    if (delta.Text("content") is { Length: > 0 } text)
                    {
                        yield return Update(new TextContent(text), id);
                    }

                    if (delta.Text("refusal") is { Length: > 0 } refusal)
                    {
                        finish = ChatFinishReason.ContentFilter;
                        yield return Update(new TextContent(refusal), id);
                    }

                    foreach (var piece in delta.Items("tool_calls"))
                    {
                        Collect(calls, piece);
                    }
                }

                finish = choice.Text("finish_reason") switch
                {
                    "length" => ChatFinishReason.Length,
                    "content_filter" => ChatFinishReason.ContentFilter,
                    "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
                    "stop" => finish ?? ChatFinishReason.Stop,
                    _ => finish,
                };
            }
        }

        // Some servers close without the last word; a finish reason is as good.
        if (!ended && finish is null)
        {
            throw new ModelException(ModelFailure.Network, $"{endpoint.Provider}'s answer ended in the middle");
        }

        foreach (var (index, call) in calls)
        {
            yield return Update(WireArguments.Call(call.Id.Length > 0 ? call.Id : $"call_{id}_{index}", call.Name, call.Arguments.ToString()), id);
        }

        if (usage is not null)
        {
            yield return Update(usage, id);
        }

        yield return Finish(finish ?? ChatFinishReason.Stop, id);
    }

    private static void Collect(SortedDictionary<long, Call> calls, JsonElement piece)
    {
        var index = piece.Find("index") is null ? calls.Count : piece.Number("index");
        if (!calls.TryGetValue(index, out var call))
        {
            calls.Add(index, call = new Call());
        }

        call.Id = piece.Text("id") is { Length: > 0 } id ? id : call.Id;
        call.Name += piece.Find("function").Text("name");
        call.Arguments.Append(piece.Find("function").Text("arguments"));
    }

    private void WriteRequest(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
        json.WriteNumber("max_tokens", options?.MaxOutputTokens ?? maxOutput);
        WireArguments.WriteTools(json, options);

        json.WriteStartArray("messages");
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            WriteMessage(json, "system", instructions);
        }

        foreach (var message in messages)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                json.WriteStartObject();
                json.WriteString("role", "tool");
                json.WriteString("tool_call_id", result.CallId);
                json.WriteString("content", WireArguments.Result(result));
                json.WriteEndObject();
            }

            var calls = message.Contents.OfType<FunctionCallContent>().ToList();
            if (calls.Count > 0)
            {
                WriteCalls(json, message.Text, calls);
            }
            else if (message.Text.Length > 0)
            {
                WriteMessage(json, message.Role.Value, message.Text);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, string text, List<FunctionCallContent> calls)
    {
        json.WriteStartObject();
        json.WriteString("role", "assistant");
        if (text.Length > 0)
        {
            json.WriteString("content", text);
        }
        else
        {
            json.WriteNull("content");
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.CallId);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", WireArguments.Text(call));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
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

    private sealed class Call
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
