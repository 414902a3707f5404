using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// The events of a session of Copilot CLI. While it runs it tells only the tokens it wrote; what it read is known when the
/// session has ended, so until then the use is less than the truth and has no price.
/// </summary>
/// <param name="path"><c>session-state/ID/events.jsonl</c>.</param>
public sealed class CopilotLog(string path) : JsonLinesLog(path)
{
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    protected override void Read(JsonElement line, List<Activity> into)
    {
        var at = line.Time();
        if (line.Object("data") is not { } data || line.Text("id") is { Length: > 0 } id && !_counted.Add(id))
        {
            return;
        }

        switch (line.Text("type"))
        {
            case "user.message":
                into.Add(new TurnStarted(at));
                break;
            case "assistant.message":
                if (data.Number("outputTokens") is > 0 and var written)
                {
                    into.Add(new TokensUsed(at, "", new TokenUse(0, written)));
                }

                break;
            case "assistant.turn_end":
                into.Add(new TurnEnded(at));
                break;
            case "tool.execution_start":
                var input = data.Object("arguments")?.GetRawText() ?? "";
                into.Add(new ToolStarted(at, data.Text("toolCallId"), data.Text("toolName"), input, [], "", data.Text("toolName") + input));
                break;
            case "tool.execution_complete":
                into.Add(new ToolEnded(at, data.Text("toolCallId"), data.Has("success") && !data.Flag("success")));
                break;
            case "session.error":
                into.Add(RequestFailed.Of(at, data.Text("message")));
                break;
        }
    }
}
