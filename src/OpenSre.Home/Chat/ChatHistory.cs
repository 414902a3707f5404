using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <param name="IsOurs">The assistant said it.</param>
public sealed record HistoryEntry(DateTimeOffset At, bool IsOurs, string Text);

/// <summary>The last twenty messages of each chat, one JSON file a chat, with credentials taken out.</summary>
public sealed class ChatHistory(string folder, TimeProvider time)
{
    public const int Most = 20;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<HistoryEntry>> _chats = new(StringComparer.Ordinal);

    /// <summary>Told when a file cannot be read, in a sentence.</summary>
    public Action<string> Said { get; init; } = _ => { };

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Of(string chat)
    {
        lock (_gate)
        {
            return [.. Entries(chat)];
        }
    }

    public void Add(string chat, string question, string answer)
    {
        lock (_gate)
        {
            var entries = Entries(chat);
            entries.Add(new HistoryEntry(time.GetUtcNow(), false, Redaction.Apply(SafeText.Clean(question))));
            entries.Add(new HistoryEntry(time.GetUtcNow(), true, Outgoing.Clean(answer)));
            entries.RemoveRange(0, Math.Max(0, entries.Count - Most));
            WholeFile.Replace(PathOf(chat), JsonSerializer.SerializeToUtf8Bytes(entries, HistoryJson.Default.ListHistoryEntry));
        }
    }

    public void Clear(string chat)
    {
        lock (_gate)
        {
            _chats.Remove(chat);
            File.Delete(PathOf(chat));
        }
    }

    private List<HistoryEntry> Entries(string chat)
    {
        if (!_chats.TryGetValue(chat, out var entries))
        {
            var path = PathOf(chat);
            try
            {
                entries = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), HistoryJson.Default.ListHistoryEntry) ?? [] : [];
            }
            catch (JsonException)
            {
                entries = [];
                Said(Unreadable.Keep(path, "what was said before in a chat cannot be read, so its history begins anew"));
            }

            _chats[chat] = entries;
        }

        return entries;
    }

    /// <summary>Names of files say nothing about who talks to whom.</summary>
    private string PathOf(string chat) => Path.Combine(folder, "history", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chat)).AsSpan(0, 8)) + ".json");
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<HistoryEntry>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
