using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A chat of Gemini CLI: one JSON file that is written anew, or one message a line, where a message that has changed comes
/// again and <c>$set</c> replaces fields of the whole. A message counts once, by its id. Cached tokens are part of the input;
/// thoughts are billed as output. Tools are told when they have ended.
/// </summary>
/// <param name="path">The chat.</param>
public sealed class GeminiLog(string path) : IAgentLog
{
    private static readonly string[] Writers = ["write_file", "replace", "edit"];

    private readonly LineTail? _tail = path.EndsWith(".jsonl", StringComparison.Ordinal) ? new LineTail(path) : null;
    private readonly Dictionary<string, TokenUse> _counted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private DateTime _read;

    public string Path => path;

    public IReadOnlyList<Activity> Read()
    {
        List<Activity> activities = [];
        if (_tail is not null)
        {
            _tail.Read(line => Parse(line, activities));
            return activities;
        }

        try
        {
            var written = File.GetLastWriteTimeUtc(path);
            if (written != _read)
            {
                _read = written;
                Parse(File.ReadAllBytes(path), activities);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _read = default;
        }

        return activities;
    }

    private void Parse(ReadOnlyMemory<byte> json, List<Activity> into)
    {
        if (!Json.TryParse(json, out var document))
        {
            // In the middle of being written: it is read again.
            _read = default;
            return;
        }

        using (document)
        {
            var root = document.RootElement.Object("$set") ?? document.RootElement;
            var number = 0;
            foreach (var message in root.Has("messages") ? root.Items("messages") : [root])
            {
                Message(message, number++, into);
            }
        }
    }

    private void Message(JsonElement message, int number, List<Activity> into)
    {
        var at = message.Time();
        var key = message.Text("id") is { Length: > 0 } id ? id : $"{number} {message.Text("timestamp")}";
        switch (message.Text("type"))
        {
            case "user" when _told.Add(key) && IsSaid(message):
                into.Add(new TurnStarted(at));
                break;
            case "error" when _told.Add(key):
                into.Add(RequestFailed.Of(at, message.Text("content")));
                break;
            case "gemini":
                Answer(message, key, at, into);
                break;
        }
    }

    private void Answer(JsonElement message, string key, DateTimeOffset at, List<Activity> into)
    {
        if (message.Object("tokens") is { } tokens)
        {
            var cached = tokens.Number("cached");
            var use = new TokenUse(tokens.Number("input") - cached + tokens.Number("tool"), tokens.Number("output") + tokens.Number("thoughts"), cached);
            var before = _counted.GetValueOrDefault(key);
            if (use != before)
            {
                _counted[key] = use;
                into.Add(new TokensUsed(at, message.Text("model"), use - before));
                into.Add(new ContextSeen(at, tokens.Number("input"), 0));
            }
        }

        var calls = 0;
        foreach (var call in message.Items("toolCalls"))
        {
            calls++;
            if (_told.Add(call.Text("id")))
            {
                Tool(call, into);
            }
        }

        // Without calls it is the last word; calls that follow take that back.
        if (calls == 0 && _told.Add("end " + key))
        {
            into.Add(new TurnEnded(at));
        }
    }

    private static void Tool(JsonElement call, List<Activity> into)
    {
        var (id, name, at) = (call.Text("id"), call.Text("name"), call.Time());
        var input = call.Object("args") ?? default;
        var text = input.ValueKind == JsonValueKind.Object ? input.GetRawText() : "";
        var file = Array.Exists(Writers, w => w == name) ? input.Text("file_path") : "";
        into.Add(new ToolStarted(at, id, name, text, file.Length > 0 ? [file] : [], file.Length > 0 ? string.Concat(input.Text("content"), input.Text("new_string")) : "", name + text));
        into.Add(new ToolEnded(at, id, call.Text("status") == "error"));
    }

    /// <summary>A person said it; answers of tools and what the program adds by itself are of the same type.</summary>
    private static bool IsSaid(JsonElement message) =>
        !message.Items("content").Any(p => p.Has("functionResponse") || p.Text("text").StartsWith("<session_context>", StringComparison.Ordinal));
}
