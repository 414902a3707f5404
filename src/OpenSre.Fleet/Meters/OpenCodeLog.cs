using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// The messages of OpenCode in its SQLite database, those of one working directory since a time. The database is read as a
/// file and never opened for writing.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="folder">Only messages of sessions that work there.</param>
/// <param name="since">Only messages made since then.</param>
public sealed class OpenCodeLog(string database, string folder, DateTimeOffset since) : IAgentLog
{
    private readonly OpenCodeMessages _messages = new(folder, since);
    private (DateTime, long, DateTime, long) _stamp;

    /// <summary>One database serves all folders, so the folder is part of the name.</summary>
    public string Path => NameOf(database, folder);

    public static string NameOf(string database, string folder) => $"{database}#{folder}";

    public IReadOnlyList<Activity> Read()
    {
        // Nothing new, or written in the middle of reading: then it is read again at the next look.
        var stamp = SqliteTable.Stamp(database);
        if (stamp == _stamp
            || SqliteTable.Newest(database, "message", "id", "data", row => Time(row.Data, OpenCodeMessages.Made) >= since) is not { } messages
            || SqliteTable.Stamp(database) != stamp)
        {
            return [];
        }

        var parts = SqliteTable.Newest(database, "part", "message_id", "data", row => Time(row.Data, OpenCodeMessages.Begun) >= since) ?? [];
        if (SqliteTable.Stamp(database) != stamp)
        {
            return [];
        }

        _stamp = stamp;
        List<Activity> activities = [];
        foreach (var (id, data) in messages.Reverse())
        {
            Take(data, m => _messages.Message(id, m, activities));
        }

        foreach (var (message, data) in parts.Reverse())
        {
            Take(data, p => _messages.Part(message, p, activities));
        }

        return [.. activities.OrderBy(a => a.At)];
    }

    private static DateTimeOffset Time(ReadOnlyMemory<byte> data, Func<JsonElement, DateTimeOffset> read)
    {
        var at = DateTimeOffset.MaxValue;
        Take(data, e => at = read(e));
        return at;
    }

    private static void Take(ReadOnlyMemory<byte> data, Action<JsonElement> take)
    {
        if (Json.TryParse(data, out var document))
        {
            using (document)
            {
                take(document.RootElement);
            }
        }
    }
}
