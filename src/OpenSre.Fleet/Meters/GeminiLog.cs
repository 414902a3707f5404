using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A chat of Gemini CLI: one JSON file that is written anew, or one message a line. A message counts once, by its id.
/// Cached tokens are part of the input; thoughts are billed as output.
/// </summary>
/// <param name="path">The chat.</param>
public sealed class GeminiLog(string path) : IAgentLog
{
    private readonly LineTail? _tail = path.EndsWith(".jsonl", StringComparison.Ordinal) ? new LineTail(path) : null;
    private readonly Dictionary<string, TokenUse> _counted = new(StringComparer.Ordinal);
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
            var root = document.RootElement;
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
        if (message.Text("type") == "user" && _counted.TryAdd("user " + key, default))
        {
            into.Add(new TurnStarted(at));
        }

        if (message.Text("type") != "gemini" || message.Object("tokens") is not { } tokens)
        {
            return;
        }

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
}
