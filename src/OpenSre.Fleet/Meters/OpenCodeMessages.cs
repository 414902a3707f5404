using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// What the messages of OpenCode and their parts tell, wherever they are kept. A message is written anew while it grows: it
/// counts once, with its latest numbers.
/// </summary>
/// <param name="folder">Only messages of sessions that work there.</param>
/// <param name="since">Only messages made since then.</param>
internal sealed class OpenCodeMessages(string folder, DateTimeOffset since)
{
    private static readonly string[] Writers = ["write", "edit", "multiedit"];

    private readonly Dictionary<string, (TokenUse Use, decimal Cost, bool Ended)> _seen = new(StringComparer.Ordinal);

    /// <summary>Calls of tools: false while they run.</summary>
    private readonly Dictionary<string, bool> _calls = new(StringComparer.Ordinal);

    /// <summary>When a message was made; the end of time where it does not say.</summary>
    public static DateTimeOffset Made(JsonElement message) => Time(message, "created") ?? DateTimeOffset.MaxValue;

    /// <summary>When a part began; the end of time where it does not say.</summary>
    public static DateTimeOffset Begun(JsonElement part) => Time(part.Object("state") ?? part, "start") ?? DateTimeOffset.MaxValue;

    /// <summary>Takes a message as it is now.</summary>
    public void Message(string id, JsonElement message, List<Activity> into)
    {
        var time = message.Object("time") ?? default;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(time.Number("created"));
        if (at < since || message.Text("role") != "assistant" || message.Object("path") is { } path && path.Text("cwd") is { Length: > 0 } cwd && cwd != folder)
        {
            return;
        }

        if (!_seen.TryGetValue(id, out var before))
        {
            into.Add(new TurnStarted(at));
        }

        var (use, cost) = (message.Object("tokens") is { } tokens ? Use(tokens) : default, message.Amount("cost"));
        if (use != before.Use)
        {
            into.Add(new TokensUsed(at, message.Text("modelID"), use - before.Use, cost - before.Cost));
            into.Add(new ContextSeen(at, use.Input + use.CacheRead + use.CacheWrite, 0));
        }

        var ended = time.Number("completed") > 0;
        if (ended && !before.Ended)
        {
            var end = DateTimeOffset.FromUnixTimeMilliseconds(time.Number("completed"));
            if (message.Object("error") is { } error)
            {
                into.Add(RequestFailed.Of(end, error.Object("data")?.GetRawText() ?? error.GetRawText()));
            }

            if (message.Text("finish") != "tool-calls")
            {
                into.Add(new TurnEnded(end));
            }
        }

        _seen[id] = (use, cost ?? 0, ended);
    }

    /// <summary>Takes a part as it is now, of a message that was taken before.</summary>
    public void Part(string message, JsonElement part, List<Activity> into)
    {
        if (!_seen.ContainsKey(message) || part.Text("type") != "tool" || part.Object("state") is not { } state || state.Text("status") is not ("running" or "completed" or "error"))
        {
            return;
        }

        var (id, tool, input) = (part.Text("callID"), part.Text("tool"), state.Object("input") ?? default);
        if (_calls.TryAdd(id, false))
        {
            var text = input.ValueKind == JsonValueKind.Object ? input.GetRawText() : "";
            var file = Array.Exists(Writers, w => w == tool) ? input.Text("filePath") : "";
            into.Add(new ToolStarted(Time(state, "start") ?? DateTimeOffset.MinValue, id, tool, text, file.Length > 0 ? [file] : [], file.Length > 0 ? string.Concat(input.Text("content"), input.Text("newString")) : "", tool + text));
        }

        if (state.Text("status") != "running" && !_calls[id])
        {
            _calls[id] = true;
            into.Add(new ToolEnded(Time(state, "end") ?? DateTimeOffset.MinValue, id, state.Text("status") == "error"));
        }
    }

    private static DateTimeOffset? Time(JsonElement from, string name) =>
        from.Object("time") is { } time && time.Number(name) is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>Thoughts are counted beside the output, unless the total says that they are part of it.</summary>
    private static TokenUse Use(JsonElement tokens)
    {
        var cache = tokens.Object("cache") ?? default;
        var (input, output, thoughts, read, written) = (tokens.Number("input"), tokens.Number("output"), tokens.Number("reasoning"), cache.Number("read"), cache.Number("write"));
        var inside = tokens.Number("total") == input + output + read + written && thoughts > 0;
        return new TokenUse(input, inside ? output : output + thoughts, read, written);
    }
}
