using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A transcript of Claude Code. It writes a line for each block of an answer and repeats the tokens on each, first perhaps
/// with a part of them: a message counts once, with its largest numbers. Forks of a session copy lines, so what was counted
/// is remembered for all transcripts of an agent together.
/// </summary>
/// <param name="path">The transcript.</param>
/// <param name="counted">Messages already counted, by id and request.</param>
public sealed class ClaudeLog(string path, Dictionary<string, TokenUse> counted) : JsonLinesLog(path)
{
    private static readonly string[] Writers = ["Edit", "Write", "MultiEdit", "NotebookEdit"];

    protected override void Read(JsonElement line, List<Activity> into)
    {
        var at = line.Time();
        switch (line.Text("type"))
        {
            case "assistant" when line.Object("message") is { } message:
                Assistant(line, message, at, into);
                break;
            case "user" when line.Object("message") is { } message:
                var isResult = false;
                foreach (var block in message.Items("content"))
                {
                    if (block.Text("type") == "tool_result")
                    {
                        isResult = true;
                        into.Add(new ToolEnded(at, block.Text("tool_use_id"), block.Flag("is_error")));
                    }
                }

                if (!isResult && !line.Flag("isMeta"))
                {
                    into.Add(new TurnStarted(at));
                }

                break;
            case "system" when line.Text("subtype") == "api_error":
                into.Add(RequestFailed.Of(at, line.Object("error")?.GetRawText() ?? line.Text("content")));
                break;
            case "system" when line.Text("subtype") == "turn_duration":
                into.Add(new TurnEnded(at));
                break;
        }
    }

    private void Assistant(JsonElement line, JsonElement message, DateTimeOffset at, List<Activity> into)
    {
        if (line.Flag("isApiErrorMessage"))
        {
            into.Add(RequestFailed.Of(at, string.Join(' ', message.Items("content").Select(c => c.Text("text")))));
            return;
        }

        var model = message.Text("model");
        if (model == "<synthetic>")
        {
            return;
        }

        if (message.Object("usage") is { } usage && message.Text("id") is { Length: > 0 } id)
        {
            Count($"{id} {line.Text("requestId")}", model, Use(usage), at, into);
            if (!line.Flag("isSidechain"))
            {
                into.Add(new ContextSeen(at, usage.Number("input_tokens") + usage.Number("cache_read_input_tokens") + usage.Number("cache_creation_input_tokens"), 0));
            }
        }

        foreach (var block in message.Items("content"))
        {
            if (block.Text("type") == "tool_use")
            {
                into.Add(Tool(block, at));
            }
        }

        if (message.Text("stop_reason") is "end_turn" or "stop_sequence" && !line.Flag("isSidechain"))
        {
            into.Add(new TurnEnded(at));
        }
    }

    private void Count(string key, string model, TokenUse use, DateTimeOffset at, List<Activity> into)
    {
        var before = counted.GetValueOrDefault(key);
        if (counted.ContainsKey(key) && use.Output <= before.Output)
        {
            return;
        }

        counted[key] = use;
        into.Add(new TokensUsed(at, model, use - before));
    }

    private static TokenUse Use(JsonElement usage)
    {
        var hour = usage.Object("cache_creation")?.Number("ephemeral_1h_input_tokens") ?? 0;
        return new TokenUse(usage.Number("input_tokens"), usage.Number("output_tokens"), usage.Number("cache_read_input_tokens"), usage.Number("cache_creation_input_tokens") - hour, hour);
    }

    private static ToolStarted Tool(JsonElement block, DateTimeOffset at)
    {
        var tool = block.Text("name");
        var input = block.Object("input") ?? default;
        var file = input.Text("file_path") is { Length: > 0 } path ? path : input.Text("notebook_path");
        var change = tool == "Write" ? input.Text("content") : input.Text("new_string");
        return new ToolStarted(at, block.Text("id"), tool, input.Text("command") is { Length: > 0 } command ? command : file.Length > 0 ? file : input.Text("pattern"),
            Writers.Contains(tool) && file.Length > 0 ? [file] : [], change, tool + (input.ValueKind == JsonValueKind.Object ? input.GetRawText() : ""));
    }
}
