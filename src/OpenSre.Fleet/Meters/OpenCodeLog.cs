using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// The messages of OpenCode in its SQLite database, those of one working directory since a time. A message is written anew
/// while it grows: it counts once, with its latest numbers. The database is read as a file and never opened for writing.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="folder">Only messages of sessions that work there.</param>
/// <param name="since">Only messages made since then.</param>
public sealed class OpenCodeLog(string database, string folder, DateTimeOffset since) : IAgentLog
{
    private readonly Dictionary<string, (TokenUse Use, decimal Cost, bool Ended)> _seen = new(StringComparer.Ordinal);
    private (DateTime, long, DateTime, long) _stamp;

    /// <summary>One database serves all folders, so the folder is part of the name.</summary>
    public string Path => NameOf(database, folder);

    public static string NameOf(string database, string folder) => $"{database}#{folder}";

    public IReadOnlyList<Activity> Read()
    {
        var stamp = SqliteTable.Stamp(database);
        if (stamp == _stamp || SqliteTable.Newest(database, "message", "id", "data", row => Made(row.Data) >= since) is not { } rows || SqliteTable.Stamp(database) != stamp)
        {
            // Nothing new, or written in the middle of reading: then it is read again at the next look.
            return [];
        }

        _stamp = stamp;
        List<Activity> activities = [];
        foreach (var (id, data) in rows.Reverse())
        {
            if (Json.TryParse(data, out var document))
            {
                using (document)
                {
                    Message(id, document.RootElement, activities);
                }
            }
        }

        return activities;
    }

    private static DateTimeOffset Made(ReadOnlyMemory<byte> data)
    {
        if (!Json.TryParse(data, out var document))
        {
            return DateTimeOffset.MaxValue;
        }

        using (document)
        {
            return document.RootElement.Object("time") is { } time && time.Number("created") is > 0 and var created ? DateTimeOffset.FromUnixTimeMilliseconds(created) : DateTimeOffset.MaxValue;
        }
    }

    private void Message(string id, JsonElement message, List<Activity> into)
    {
        var time = message.Object("time") ?? default;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(time.Number("created"));
        if (message.Text("role") != "assistant" || message.Object("path") is { } path && path.Text("cwd") is { Length: > 0 } cwd && cwd != folder)
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

    /// <summary>Thoughts are counted beside the output, unless the total says that they are part of it.</summary>
    private static TokenUse Use(JsonElement tokens)
    {
        var cache = tokens.Object("cache") ?? default;
        var (input, output, thoughts, read, written) = (tokens.Number("input"), tokens.Number("output"), tokens.Number("reasoning"), cache.Number("read"), cache.Number("write"));
        var inside = tokens.Number("total") == input + output + read + written && thoughts > 0;
        return new TokenUse(input, inside ? output : output + thoughts, read, written);
    }
}
