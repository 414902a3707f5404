using System.Collections.Concurrent;

namespace OpenSre.Home;

/// <summary>In which room people said they are, for "here" and for orders without a room. For several threads.</summary>
internal sealed class HomeWhereabouts(TimeProvider time)
{
    public static readonly TimeSpan Keeps = TimeSpan.FromHours(4);
    private readonly ConcurrentDictionary<(string Chat, string Sender), (string Room, DateTimeOffset At)> _said = new();

    /// <summary>The room a person is in; null when they did not say, or long ago.</summary>
    public string? Of(ChatMessage message) => _said.TryGetValue((message.Chat, message.Sender), out var said) && time.GetUtcNow() - said.At < Keeps ? said.Room : null;

    /// <summary>The room that "I am in the study" names; null for any other sentence.</summary>
    public static Area? Read(string text, House house)
    {
        string[]? rest = Sentence.WordsOf(text.Trim().TrimEnd('.', '!')) switch
        {
            ["i", "am", "in" or "at", .. var place] => place,
            ["i'm" or "im", "in" or "at", .. var place] => place,
            _ => null,
        };
        return rest is null ? null : house.FindArea(string.Join(' ', rest is ["the" or "my", ..] ? rest[1..] : rest));
    }

    public void Note(ChatMessage message, Area area) => _said[(message.Chat, message.Sender)] = (area.Name, time.GetUtcNow());
}
