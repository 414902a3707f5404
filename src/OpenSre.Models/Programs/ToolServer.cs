using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// The tools of a task as a Model Context Protocol server without a transport: one message in, one message out. Agent
/// programs that take tools only over MCP are served by it inside this process.
/// </summary>
internal sealed class ToolServer(IReadOnlyList<AgentTool> tools)
{
    /// <summary>Writes the reply to a message, as a JSON-RPC object; false when none is due.</summary>
    public async Task<Action<Utf8JsonWriter>?> AnswerAsync(JsonElement message, CancellationToken cancellation)
    {
        if (message.Find("id") is not { } id || message.Text("method") is not { } method)
        {
            return null;
        }

        id = id.Clone();
        switch (method)
        {
            case "initialize":
                var version = message.Find("params").Text("protocolVersion") ?? "2025-06-18";
                return Result(id, json =>
                {
                    json.WriteString("protocolVersion", version);
                    json.WriteStartObject("capabilities");
                    json.WriteStartObject("tools");
                    json.WriteEndObject();
                    json.WriteEndObject();
                    json.WriteStartObject("serverInfo");
                    json.WriteString("name", "opensre");
                    json.WriteString("version", "1");
                    json.WriteEndObject();
                });
            case "ping":
                return Result(id, _ => { });
            case "tools/list":
                return Result(id, json =>
                {
                    json.WriteStartArray("tools");
                    foreach (var tool in tools)
                    {
                        json.WriteStartObject();
                        json.WriteString("name", tool.Name);
                        json.WriteString("description", tool.Description);
                        json.WritePropertyName("inputSchema");
                        json.WriteRawValue(tool.JsonSchema);
                        json.WriteStartObject("annotations");
                        json.WriteBoolean("readOnlyHint", true);
                        json.WriteEndObject();
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                });
            case "tools/call":
                var name = message.Find("params").Text("name") ?? "";
                var arguments = message.Find("params").Find("arguments").AsArguments();
                var answer = tools.FirstOrDefault(t => t.Name == name) is { } found
                    ? await found.CallAsync(arguments, cancellation).ConfigureAwait(false)
                    : new AgentToolAnswer($"There is no tool {name}.", "", Failed: true);
                return Result(id, json =>
                {
                    json.WriteStartArray("content");
                    json.WriteStartObject();
                    json.WriteString("type", "text");
                    json.WriteString("text", answer.Text);
                    json.WriteEndObject();
                    json.WriteEndArray();
                    json.WriteBoolean("isError", answer.Failed);
                });
            default:
                return json =>
                {
                    Head(json, id);
                    json.WriteStartObject("error");
                    json.WriteNumber("code", -32601);
                    json.WriteString("message", $"{method} is not known here");
                    json.WriteEndObject();
                    json.WriteEndObject();
                };
        }
    }

    /// <summary>What is said to a line that is no JSON; to whom it should go, it did not say.</summary>
    public static Action<Utf8JsonWriter> Unreadable(string problem) => json =>
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteNull("id");
        json.WriteStartObject("error");
        json.WriteNumber("code", -32700);
        json.WriteString("message", problem);
        json.WriteEndObject();
        json.WriteEndObject();
    };

    private static Action<Utf8JsonWriter> Result(JsonElement id, Action<Utf8JsonWriter> write) => json =>
    {
        Head(json, id);
        json.WriteStartObject("result");
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    };

    private static void Head(Utf8JsonWriter json, JsonElement id)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        id.WriteTo(json);
    }
}
