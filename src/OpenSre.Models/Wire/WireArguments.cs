using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>Arguments of tool calls, between JSON text and contents.</summary>
internal static class WireArguments
{
    /// <summary>A call as a model made it; arguments that are no JSON object are kept as an exception of the call.</summary>
    public static FunctionCallContent Call(string id, string name, string json)
    {
        Dictionary<string, object?> arguments = new(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return new FunctionCallContent(id, name, arguments) { Exception = new JsonException("The arguments are no JSON object.") };
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                arguments[member.Name] = member.Value.Clone();
            }

            return new FunctionCallContent(id, name, arguments);
        }
        catch (JsonException e)
        {
            return new FunctionCallContent(id, name, arguments) { Exception = e };
        }
    }

    public static void Write(Utf8JsonWriter json, FunctionCallContent call)
    {
        json.WriteStartObject();
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            json.WritePropertyName(name);
            if (value is JsonElement element)
            {
                element.WriteTo(json);
            }
            else
            {
                json.WriteStringValue(value?.ToString());
            }
        }

        json.WriteEndObject();
    }

    public static string Text(FunctionCallContent call) => System.Text.Encoding.UTF8.GetString(ModelWire.Json(json => Write(json, call)));

    /// <summary>What a tool takes; nulls are left out.</summary>
    public static Dictionary<string, string> Strings(FunctionCallContent call)
    {
        Dictionary<string, string> arguments = new(StringComparer.Ordinal);
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            var text = value switch { null => null, JsonElement { ValueKind: JsonValueKind.Null } => null, JsonElement element => element.AsArgument(), _ => value.ToString() };
            if (text is not null)
            {
                arguments[name] = text;
            }
        }

        return arguments;
    }

    public static void WriteSchema(Utf8JsonWriter json, AIFunctionDeclaration tool) => tool.JsonSchema.WriteTo(json);

    /// <summary>The tools as Chat Completions has them, which others took over; nothing when there are none.</summary>
    public static void WriteTools(Utf8JsonWriter json, ChatOptions? options)
    {
        var tools = options?.Tools?.OfType<AIFunctionDeclaration>().ToList() ?? [];
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            WriteSchema(json, tool);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static string Result(FunctionResultContent result) => result.Result?.ToString() ?? "";
}
