using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>
/// Writes a request of the Messages API. The instructions, the tools and the end of the conversation are marked for the
/// provider's cache, so that a further step pays for what is new.
/// </summary>
internal static class AnthropicRequest
{
    /// <summary>Marks a reasoning content whose text the provider hides.</summary>
    public const string Redacted = "redacted";

    private const int LeastThinking = 1024;

    public static void Write(Utf8JsonWriter json, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, int maxOutput, int thinking)
    {
        var all = messages.ToList();
        var limit = options?.MaxOutputTokens ?? maxOutput;
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteNumber("max_tokens", limit);
        json.WriteBoolean("stream", true);

        // The provider wants a budget of at least 1024 that leaves room for an answer.
        if (thinking >= LeastThinking && limit > LeastThinking)
        {
            json.WriteStartObject("thinking");
            json.WriteString("type", "enabled");
            json.WriteNumber("budget_tokens", Math.Min(thinking, limit - 1));
            json.WriteEndObject();
        }

        var instructions = string.Join("\n\n", new[] { options?.Instructions }.Concat(all.Where(m => m.Role == ChatRole.System).Select(m => m.Text)).Where(t => !string.IsNullOrEmpty(t)));
        if (instructions.Length > 0)
        {
            json.WriteStartArray("system");
            WriteText(json, instructions, cache: true);
            json.WriteEndArray();
        }

        WriteTools(json, [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []]);
        WriteMessages(json, all);
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<AIFunctionDeclaration> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var (index, tool) in tools.Index())
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("input_schema");
            WireArguments.WriteSchema(json, tool);
            if (index == tools.Count - 1)
            {
                WriteCache(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMessages(Utf8JsonWriter json, List<ChatMessage> messages)
    {
        // The roles have to alternate: neighbours of one role are one message.
        List<(bool Assistant, List<AIContent> Contents)> turns = [];
        foreach (var message in messages.Where(m => m.Role != ChatRole.System))
        {
            var assistant = message.Role == ChatRole.Assistant;
            if (turns.Count == 0 || turns[^1].Assistant != assistant)
            {
                turns.Add((assistant, []));
            }

            turns[^1].Contents.AddRange(message.Contents.Where(c => c is not UsageContent and not TextContent { Text.Length: 0 }));
        }

        turns.RemoveAll(t => t.Contents.Count == 0);
        json.WriteStartArray("messages");
        foreach (var (index, (assistant, contents)) in turns.Index())
        {
            json.WriteStartObject();
            json.WriteString("role", assistant ? "assistant" : "user");
            json.WriteStartArray("content");

            // Answers of tools come first in a message, or the provider refuses it.
            var ordered = assistant ? contents : [.. contents.OrderByDescending(c => c is FunctionResultContent)];
            foreach (var (place, content) in ordered.Index())
            {
                WriteContent(json, content, cache: index == turns.Count - 1 && place == ordered.Count - 1);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter json, AIContent content, bool cache)
    {
        switch (content)
        {
            case TextContent text:
                WriteText(json, text.Text, cache);
                break;
            case TextReasoningContent { ProtectedData: { } proof } thought:
                json.WriteStartObject();
                if (thought.AdditionalProperties?.ContainsKey(Redacted) == true)
                {
                    json.WriteString("type", "redacted_thinking");
                    json.WriteString("data", proof);
                }
                else
                {
                    json.WriteString("type", "thinking");
                    json.WriteString("thinking", thought.Text);
                    json.WriteString("signature", proof);
                }

                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteString("type", "tool_use");
                json.WriteString("id", call.CallId);
                json.WriteString("name", call.Name);
                json.WritePropertyName("input");
                WireArguments.Write(json, call);
                json.WriteEndObject();
                break;
            case FunctionResultContent result:
                json.WriteStartObject();
                json.WriteString("type", "tool_result");
                json.WriteString("tool_use_id", result.CallId);
                if (result.Exception is not null)
                {
                    json.WriteBoolean("is_error", true);
                }

                json.WriteString("content", WireArguments.Result(result));
                if (cache)
                {
                    WriteCache(json);
                }

                json.WriteEndObject();
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool cache)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        if (cache)
        {
            WriteCache(json);
        }

        json.WriteEndObject();
    }

    private static void WriteCache(Utf8JsonWriter json)
    {
        json.WriteStartObject("cache_control");
        json.WriteString("type", "ephemeral");
        json.WriteEndObject();
    }
}
