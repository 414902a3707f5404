using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A chat of Qwen Code. Every answer of the model is told twice, as what the program measured (<c>ui_telemetry</c>) and, when
/// it is part of the chat, as a message with the same numbers: it counts once. Cached tokens are part of the input.
/// </summary>
/// <param name="path"><c>projects/FOLDER/chats/SESSION.jsonl</c>.</param>
public sealed class QwenLog(string path) : JsonLinesLog(path)
{
    private const int MostUnmatched = 1_000;
    private static readonly string[] Writers = ["write_file", "edit", "replace"];

    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    /// <summary>Measured, and not yet seen as a message.</summary>
    private readonly List<TokenUse> _measured = [];

    protected override void Read(JsonElement line, List<Activity> into)
    {
        if (line.Text("uuid") is { Length: > 0 } id && !_counted.Add(id))
        {
            return;
        }

        var at = line.Time();
        switch (line.Text("type"), line.Text("subtype"))
        {
            case ("user", _):
                into.Add(new TurnStarted(at));
                break;
            case ("assistant", _):
                Answer(line, at, into);
                break;
            case ("tool_result", _) when line.Object("toolCallResult") is { } result:
                into.Add(new ToolEnded(at, result.Text("callId"), result.Text("status") == "error"));
                break;
            case ("system", "ui_telemetry") when line.Object("systemPayload")?.Object("uiEvent") is { } measured:
                Measured(measured, at, into);
                break;
        }
    }

    private void Measured(JsonElement measured, DateTimeOffset at, List<Activity> into)
    {
        switch (measured.Text("event.name"))
        {
            case "qwen-code.api_response":
                var use = Use(measured.Number("input_token_count"), measured.Number("output_token_count"), measured.Number("thoughts_token_count"), measured.Number("cached_content_token_count"), measured.Number("total_token_count"));
                into.Add(new TokensUsed(at, measured.Text("model"), use));
                _measured.Add(use);
                if (_measured.Count > MostUnmatched)
                {
                    _measured.RemoveAt(0);
                }

                break;
            case "qwen-code.api_error":
                into.Add(RequestFailed.Of(at, $"{measured.Number("status_code")} {measured.Text("error_message")} {measured.Text("error")}"));
                break;
        }
    }

    private void Answer(JsonElement line, DateTimeOffset at, List<Activity> into)
    {
        if (line.Object("usageMetadata") is { } usage)
        {
            var use = Use(usage.Number("promptTokenCount"), usage.Number("candidatesTokenCount"), usage.Number("thoughtsTokenCount"), usage.Number("cachedContentTokenCount"), usage.Number("totalTokenCount"));
            if (!_measured.Remove(use))
            {
                into.Add(new TokensUsed(at, line.Text("model"), use));
            }

            into.Add(new ContextSeen(at, usage.Number("promptTokenCount"), line.Number("contextWindowSize")));
        }

        var calls = 0;
        foreach (var call in (line.Object("message") ?? default).Items("parts").Select(p => p.Object("functionCall")).OfType<JsonElement>())
        {
            calls++;
            var (name, input) = (call.Text("name"), call.Object("args") ?? default);
            var text = input.ValueKind == JsonValueKind.Object ? input.GetRawText() : "";
            var file = Array.Exists(Writers, w => w == name) ? input.Text("file_path") : "";
            into.Add(new ToolStarted(at, call.Text("id"), name, text, file.Length > 0 ? [file] : [], file.Length > 0 ? string.Concat(input.Text("content"), input.Text("new_string")) : "", name + text));
        }

        if (calls == 0)
        {
            into.Add(new TurnEnded(at));
        }
    }

    /// <summary>Whether thoughts are part of the output depends on the provider; the total tells.</summary>
    private static TokenUse Use(long input, long output, long thoughts, long cached, long total) =>
        new(input - cached, total == input + output + thoughts ? output + thoughts : output, cached);
}
