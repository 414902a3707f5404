using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Tests;

/// <summary>Writes a scripted reply in the format of the request.</summary>
internal sealed class WireWriter(HttpListenerResponse response, ModelRequest request, CancellationToken stop)
{
    private static readonly JsonSerializerOptions Plain = new() { TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };
    private readonly string _id = $"{Guid.NewGuid():N}"[..12];
    private string Model => request.Model;
    private int _sequence;

    public async Task WriteAsync(ModelReply reply)
    {
        if (reply.Status != 200)
        {
            response.StatusCode = reply.Status;
            response.ContentType = "application/json";
            if (reply.RetryAfter is not null)
            {
                response.Headers["retry-after"] = reply.RetryAfter;
            }

            JsonNode error = request.Wire switch
            {
                Wire.Anthropic => new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = reply.ErrorType, ["message"] = reply.Error } },
                Wire.Ollama => new JsonObject { ["error"] = reply.Error },
                Wire.Gemini => new JsonObject { ["error"] = new JsonObject { ["code"] = reply.Status, ["message"] = reply.Error, ["status"] = reply.ErrorType } },
                _ => new JsonObject { ["error"] = new JsonObject { ["message"] = reply.Error, ["type"] = reply.ErrorType, ["code"] = reply.ErrorType } },
            };
            response.OutputStream.Write(Encoding.UTF8.GetBytes(error.ToJsonString(Plain)));
            response.Close();
            return;
        }

        response.SendChunked = true;
        response.ContentType = request.Wire == Wire.Ollama ? "application/x-ndjson" : request.Streams ? "text/event-stream" : "application/json";
        await (request.Wire switch
        {
            Wire.Anthropic => AnthropicAsync(reply),
            Wire.Responses => ResponsesAsync(reply),
            Wire.Chat => ChatAsync(reply),
            Wire.Gemini => GeminiAsync(reply),
            _ => OllamaAsync(reply),
        });
        response.Close();
    }

    private async Task AnthropicAsync(ModelReply reply)
    {
        await EventAsync("message_start", new JsonObject { ["message"] = new JsonObject { ["id"] = "msg_" + _id, ["type"] = "message", ["role"] = "assistant", ["model"] = Model, ["content"] = new JsonArray(), ["stop_reason"] = null, ["usage"] = new JsonObject { ["input_tokens"] = reply.Input - reply.Cached, ["cache_read_input_tokens"] = reply.Cached, ["cache_creation_input_tokens"] = 0, ["output_tokens"] = 1 } } });
        await EventAsync("ping", []);
        foreach (var (index, piece) in reply.Pieces.Index())
        {
            switch (piece)
            {
                case Say say:
                    await EventAsync("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } });
                    foreach (var word in Words(say.Text))
                    {
                        await EventAsync("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = word } });
                    }

                    break;
                case Think think:
                    await EventAsync("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" } });
                    await EventAsync("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = "thinking_delta", ["thinking"] = think.Text } });
                    await EventAsync("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = "signature_delta", ["signature"] = "c2lnbmVk" } });
                    break;
                case Call call:
                    await EventAsync("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "tool_use", ["id"] = $"toolu_{_id}_{index}", ["name"] = call.Tool, ["input"] = new JsonObject() } });
                    foreach (var half in Halves(call.Arguments))
                    {
                        await EventAsync("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = half } });
                    }

                    break;
                case BreakOff error:
                    await EventAsync("error", new JsonObject { ["error"] = new JsonObject { ["type"] = error.Type, ["message"] = error.Message } });
                    return;
                default:
                    await TroubleAsync(piece);
                    continue;
            }

            await EventAsync("content_block_stop", new JsonObject { ["index"] = index });
        }

        var reason = reply.Refuses ? "refusal" : reply.Pieces.Any(p => p is Call) ? "tool_use" : "end_turn";
        await EventAsync("message_delta", new JsonObject { ["delta"] = new JsonObject { ["stop_reason"] = reason, ["stop_sequence"] = null }, ["usage"] = new JsonObject { ["output_tokens"] = reply.Output } });
        await EventAsync("message_stop", []);
    }

    private async Task ResponsesAsync(ModelReply reply)
    {
        JsonObject Response(string status) => new() { ["id"] = "resp_" + _id, ["object"] = "response", ["created_at"] = 0, ["model"] = Model, ["status"] = status, ["output"] = new JsonArray() };
        await EventAsync("response.created", new JsonObject { ["response"] = Response("in_progress") });
        foreach (var (index, piece) in reply.Pieces.Index())
        {
            switch (piece)
            {
                case Say say:
                    var message = $"msg_{_id}_{index}";
                    await EventAsync("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = new JsonObject { ["type"] = "message", ["id"] = message, ["role"] = "assistant", ["status"] = "in_progress", ["content"] = new JsonArray() } });
                    foreach (var word in Words(say.Text))
                    {
                        await EventAsync(reply.Refuses ? "response.refusal.delta" : "response.output_text.delta", new JsonObject { ["item_id"] = message, ["output_index"] = index, ["content_index"] = 0, ["delta"] = word });
                    }

                    await EventAsync("response.output_item.done", new JsonObject { ["output_index"] = index, ["item"] = new JsonObject { ["type"] = "message", ["id"] = message, ["role"] = "assistant", ["status"] = "completed", ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = say.Text, ["annotations"] = new JsonArray() }) } });
                    break;
                case Think think:
                    var reasoning = $"rs_{_id}_{index}";
                    await EventAsync("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = new JsonObject { ["type"] = "reasoning", ["id"] = reasoning, ["summary"] = new JsonArray() } });
                    await EventAsync("response.reasoning_summary_text.delta", new JsonObject { ["item_id"] = reasoning, ["output_index"] = index, ["summary_index"] = 0, ["delta"] = think.Text });
                    await EventAsync("response.output_item.done", new JsonObject { ["output_index"] = index, ["item"] = new JsonObject { ["type"] = "reasoning", ["id"] = reasoning, ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = think.Text }), ["encrypted_content"] = "c2VjcmV0" } });
                    break;
                case Call call:
                    JsonObject Item() => new() { ["type"] = "function_call", ["id"] = $"fc_{_id}_{index}", ["call_id"] = $"call_{_id}_{index}", ["name"] = call.Tool, ["arguments"] = call.Arguments };
                    await EventAsync("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = Item() });
                    await EventAsync("response.output_item.done", new JsonObject { ["output_index"] = index, ["item"] = Item() });
                    break;
                case BreakOff error:
                    var failed = Response("failed");
                    failed["error"] = new JsonObject { ["code"] = error.Type, ["message"] = error.Message };
                    await EventAsync("response.failed", new JsonObject { ["response"] = failed });
                    return;
                default:
                    await TroubleAsync(piece);
                    break;
            }
        }

        var done = Response("completed");
        done["usage"] = new JsonObject { ["input_tokens"] = reply.Input, ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.Cached }, ["output_tokens"] = reply.Output, ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 }, ["total_tokens"] = reply.Input + reply.Output };
        await EventAsync("response.completed", new JsonObject { ["response"] = done });
    }

    private async Task ChatAsync(ModelReply reply)
    {
        Task ChunkAsync(JsonObject delta, string? finish = null) => DataAsync(new JsonObject { ["id"] = "chatcmpl-" + _id, ["object"] = "chat.completion.chunk", ["created"] = 0, ["model"] = Model, ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }) }.ToJsonString(Plain));
        await ChunkAsync(new JsonObject { ["role"] = "assistant", ["content"] = "" });
        var calls = 0;
        foreach (var piece in reply.Pieces)
        {
            switch (piece)
            {
                case Say say:
                    foreach (var word in Words(say.Text))
                    {
                        await ChunkAsync(new JsonObject { [reply.Refuses ? "refusal" : "content"] = word });
                    }

                    break;
                case Think think:
                    await ChunkAsync(new JsonObject { ["reasoning_content"] = think.Text });
                    break;
                case Call call:
                    var first = true;
                    foreach (var half in Halves(call.Arguments))
                    {
                        var function = new JsonObject { ["arguments"] = half };
                        var tool = new JsonObject { ["index"] = calls, ["function"] = function };
                        if (first)
                        {
                            function["name"] = call.Tool;
                            tool["id"] = $"call_{_id}_{calls}";
                            tool["type"] = "function";
                            first = false;
                        }

                        await ChunkAsync(new JsonObject { ["tool_calls"] = new JsonArray(tool) });
                    }

                    calls++;
                    break;
                case BreakOff error:
                    await DataAsync(new JsonObject { ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Type } }.ToJsonString(Plain));
                    return;
                default:
                    await TroubleAsync(piece);
                    break;
            }
        }

        await ChunkAsync([], calls > 0 ? "tool_calls" : "stop");
        await DataAsync(new JsonObject { ["id"] = "chatcmpl-" + _id, ["choices"] = new JsonArray(), ["usage"] = new JsonObject { ["prompt_tokens"] = reply.Input, ["completion_tokens"] = reply.Output + reply.Thoughts, ["total_tokens"] = reply.Input + reply.Output + reply.Thoughts, ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.Cached }, ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.Thoughts } } }.ToJsonString(Plain));
        await DataAsync("[DONE]");
    }

    /// <summary>Each piece in a chunk of its own; what was used is told with every one, as Gemini does.</summary>
    private async Task GeminiAsync(ModelReply reply)
    {
        JsonObject Chunk(JsonArray parts, string? finish) => new()
        {
            ["candidates"] = new JsonArray(new JsonObject { ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts }, ["index"] = 0, ["finishReason"] = finish }),
            ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = reply.Input, ["cachedContentTokenCount"] = reply.Cached, ["candidatesTokenCount"] = finish is null ? 1 : reply.Output, ["thoughtsTokenCount"] = reply.Thoughts, ["totalTokenCount"] = reply.Input + reply.Thoughts + (finish is null ? 1 : reply.Output) },
            ["modelVersion"] = Model,
            ["responseId"] = "resp_" + _id,
        };
        var all = new JsonArray();
        foreach (var piece in reply.Pieces)
        {
            JsonObject part;
            switch (piece)
            {
                case Say say:
                    part = new JsonObject { ["text"] = say.Text };
                    break;
                case Think think:
                    part = new JsonObject { ["text"] = think.Text, ["thought"] = true };
                    break;
                case Call call:
                    part = new JsonObject { ["functionCall"] = new JsonObject { ["name"] = call.Tool, ["args"] = JsonNode.Parse(call.Arguments) } };
                    break;
                default:
                    await TroubleAsync(piece);
                    continue;
            }

            if (request.Streams)
            {
                await DataAsync(Chunk(new JsonArray(part), null).ToJsonString(Plain));
            }
            else
            {
                all.Add(part);
            }
        }

        var last = Chunk(request.Streams ? new JsonArray(new JsonObject { ["text"] = "" }) : all, "STOP").ToJsonString(Plain);
        await (request.Streams ? DataAsync(last) : RawAsync(last));
    }

    private async Task OllamaAsync(ModelReply reply)
    {
        Task LineAsync(JsonObject message) => RawAsync(new JsonObject { ["model"] = Model, ["message"] = message, ["done"] = false }.ToJsonString(Plain) + "\n");
        foreach (var piece in reply.Pieces)
        {
            switch (piece)
            {
                case Say say:
                    foreach (var word in Words(say.Text))
                    {
                        await LineAsync(new JsonObject { ["role"] = "assistant", ["content"] = word });
                    }

                    break;
                case Think think:
                    await LineAsync(new JsonObject { ["role"] = "assistant", ["content"] = "", ["thinking"] = think.Text });
                    break;
                case Call call:
                    await LineAsync(new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["name"] = call.Tool, ["arguments"] = JsonNode.Parse(call.Arguments) } }) });
                    break;
                case BreakOff error:
                    await RawAsync(new JsonObject { ["error"] = $"{error.Type}: {error.Message}" }.ToJsonString(Plain) + "\n");
                    return;
                default:
                    await TroubleAsync(piece);
                    break;
            }
        }

        await RawAsync(new JsonObject { ["model"] = Model, ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "" }, ["done"] = true, ["done_reason"] = "stop", ["prompt_eval_count"] = reply.Input, ["eval_count"] = reply.Output }.ToJsonString(Plain) + "\n");
    }

    private async Task TroubleAsync(Piece piece)
    {
        switch (piece)
        {
            case Drop:
                response.Abort();
                throw new IOException("dropped on purpose");
            case Silence silence:
                await Task.Delay(silence.For, stop);
                break;
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var space = text.IndexOf(' '); space >= 0; space = text.IndexOf(' ', space + 1))
        {
            yield return text[start..(space + 1)];
            start = space + 1;
        }

        yield return text[start..];
    }

    private static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private Task EventAsync(string name, JsonObject data)
    {
        data["type"] = name;
        if (request.Wire == Wire.Responses)
        {
            data["sequence_number"] = _sequence++;
        }

        return RawAsync($"event: {name}\ndata: {data.ToJsonString(Plain)}\n\n");
    }

    private Task DataAsync(string data) => RawAsync($"data: {data}\n\n");

    private async Task RawAsync(string text)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
        await response.OutputStream.FlushAsync(stop);
    }
}
