using System.Collections.Concurrent;

namespace OpenSre.Home;

/// <summary>
/// What each person asked last in each chat, so that "and on atom?" goes on with that and with nothing older. Whoever answers
/// a question keeps it here in its own form.
/// </summary>
public sealed class LastAsked(TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private const int MostChats = 500;
    private readonly ConcurrentDictionary<(string Chat, string Sender), (object Question, DateTimeOffset At)> _last = new();

    /// <summary>The last question, if it was one of this kind and not long ago.</summary>
    public T? Of<T>(ChatMessage message)
        where T : class => _last.TryGetValue((message.Chat, message.Sender), out var last) && time.GetUtcNow() - last.At < Remembered ? last.Question as T : null;

    public void Note(ChatMessage message, object question)
    {
        if (_last.Count >= MostChats)
        {
            _last.Clear();
        }

        _last[(message.Chat, message.Sender)] = (question, time.GetUtcNow());
    }
}
