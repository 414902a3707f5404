using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>Ollama's own API (<c>/api/chat</c>), JSON Lines: unlike its OpenAI-compatible one it lets the window be set.</summary>
/// <param name="window">Tokens of context to ask for; Ollama's default of a few thousand would cut the case short.</param>
internal sealed class OllamaClient(HttpClient http, Uri baseUrl, string model, int window, int maxOutput) : ProviderClient("ollama", model)
{
    private readonly ModelWire _wire = new(http, "Ollama");
    private readonly Uri _chat = new(baseUrl.AbsoluteUri.TrimEnd('/') + "/api/chat");

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var body = ModelWire.Json(json => WriteRequest(json, messages, options));
        var calls = 0;
        await foreach (var line in _wire.LinesAsync(_chat, [], body, cancellationToken).ConfigureAwait(false))
        {
            using var document = Parse(line);
            var root = document.RootElement;
            if (root.Find("error") is not null)
            {
                throw new ModelException(ModelWire.FailureOf(0, line), $"Ollama broke off: {ModelWire.Words(line)}");
            }

            if (root.Find("message") is { } message)
            {
                if (message.Text("thinking") is { Length: > 0 } thought)
                {
                    yield return Update(new TextReasoningContent(thought));
                }

                if (message.Text("content") is { Length: > 0 } text)
                {
                    yield return Update(new TextContent(text));
                }

                foreach (var call in message.Items("tool_calls"))
                {
                    var function = call.Find("function");
                    yield return Update(WireArguments.Call($"call_{Guid.NewGuid():N}_{++calls}", function.Text("name") ?? "", function.Find("arguments")?.GetRawText() ?? "{}"));
                }
            }

            if (root.IsTrue("done"))
            {
                yield return Update(Usage(root.Number("prompt_eval_count"), root.Number("eval_count"), 0));
                yield return Finish(calls > 0 ? ChatFinishReason.ToolCalls : root.Text("done_reason") == "length" ? ChatFinishReason.Length : ChatFinishReason.Stop);
                yield break;
            }
        }

        throw new ModelException(ModelFailure.Network, "Ollama's answer ended in the middle");
    }

    private void WriteRequest(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteBoolean("stream", true);
        json.WriteStartObject("options");
        json.WriteNumber("num_ctx", window);
        json.WriteNumber("num_predict", options?.MaxOutputTokens ?? maxOutput);
        json.WriteEndObject();
        WireArguments.WriteTools(json, options);

        json.WriteStartArray("messages");
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            WriteMessage(json, "system", instructions, null, []);
        }

        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            var calls = message.Contents.OfType<FunctionCallContent>().ToList();
            calls.ForEach(c => names[c.CallId] = c.Name);
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                WriteMessage(json, "tool", WireArguments.Result(result), names.GetValueOrDefault(result.CallId), []);
            }

            if (calls.Count > 0 || message.Text.Length > 0)
            {
                WriteMessage(json, message.Role.Value, message.Text, null, calls);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string text, string? toolName, List<FunctionCallContent> calls)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        if (toolName is not null)
        {
            json.WriteString("tool_name", toolName);
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                json.WriteStartObject();
                json.WriteStartObject("function");
                json.WriteString("name", call.Name);
                json.WritePropertyName("arguments");
                WireArguments.Write(json, call);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new ModelException(ModelFailure.Protocol, $"Ollama sent what is no JSON: {line}", inner: e);
        }
    }
}
