using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A rollout of Codex. It tells the total of a session again and again, changed or not: only differences count. A fork
/// begins with the history of the session it came from; that is where counting starts, and no use of its own.
/// </summary>
/// <param name="path">The rollout.</param>
public sealed class CodexLog(string path) : JsonLinesLog(path)
{
    /// <summary>Lines of a copied history are written in one go.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(2);

    private string _model = "";
    private TokenUse _total;
    private DateTimeOffset _begun = DateTimeOffset.MinValue;
    private bool _isFork;

    protected override void Read(JsonElement line, List<Activity> into)
    {
        var at = line.Time();
        if (line.Object("payload") is not { } payload)
        {
            return;
        }

        switch (line.Text("type"), payload.Text("type"))
        {
            case ("session_meta", _):
                // A fork carries the head of the session it came from after its own.
                _isFork |= _begun != DateTimeOffset.MinValue || payload.Has("forked_from_id");
                _begun = _begun == DateTimeOffset.MinValue ? at : _begun;
                break;
            case ("turn_context", _):
                _model = payload.Text("model") is { Length: > 0 } model ? model : _model;
                break;
            case ("event_msg", "token_count") when payload.Object("info") is { } info:
                Count(info, at, into);
                break;
            case ("event_msg", "task_started"):
                into.Add(new TurnStarted(at));
                break;
            case ("event_msg", "task_complete" or "turn_aborted"):
                into.Add(new TurnEnded(at));
                break;
            case ("event_msg", "error" or "stream_error"):
                into.Add(RequestFailed.Of(at, payload.Text("message")));
                break;
            case ("event_msg", "exec_command_end"):
                into.Add(new ToolEnded(at, payload.Text("call_id"), payload.Number("exit_code") != 0));
                break;
            case ("response_item", "function_call" or "custom_tool_call"):
                var input = payload.Text("arguments") is { Length: > 0 } arguments ? arguments : payload.Text("input");
                var files = payload.Text("name") == "apply_patch" || input.Contains("*** Begin Patch", StringComparison.Ordinal) ? PatchedFiles(input) : [];
                into.Add(new ToolStarted(at, payload.Text("call_id"), payload.Text("name"), input, files, files.Count > 0 ? input : "", payload.Text("name") + input));
                break;
            case ("response_item", "custom_tool_call_output" or "function_call_output"):
                into.Add(new ToolEnded(at, payload.Text("call_id"), Failed: false));
                break;
        }
    }

    private void Count(JsonElement info, DateTimeOffset at, List<Activity> into)
    {
        if (info.Object("total_token_usage") is not { } usage)
        {
            return;
        }

        var cached = usage.Number("cached_input_tokens");
        var total = new TokenUse(usage.Number("input_tokens") - cached, usage.Number("output_tokens"), cached);
        var last = info.Object("last_token_usage");
        into.Add(new ContextSeen(at, last?.Number("input_tokens") ?? 0, info.Number("model_context_window")));
        if (_isFork && at - _begun <= Burst)
        {
            _total = total;
            return;
        }

        if (total == _total)
        {
            return;
        }

        // After a total that shrinks, as when a session is compacted, counting starts again.
        var difference = total.Total >= _total.Total ? total - _total : total;
        _total = total;
        into.Add(new TokensUsed(at, _model, difference));
    }

    /// <summary>The files a patch names: <c>*** Update File: PATH</c>, also Add and Delete.</summary>
    private static List<string> PatchedFiles(string patch)
    {
        List<string> files = [];
        foreach (var line in patch.Replace("\\n", "\n", StringComparison.Ordinal).Split('\n'))
        {
            if (line.StartsWith("*** ", StringComparison.Ordinal) && line.IndexOf(" File: ", StringComparison.Ordinal) is > 0 and var at)
            {
                files.Add(line[(at + 7)..].Trim());
            }
        }

        return files;
    }
}
