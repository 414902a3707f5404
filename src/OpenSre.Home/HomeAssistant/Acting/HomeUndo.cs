using System.Collections.Concurrent;

namespace OpenSre.Home;

/// <summary>The ways back of what was done lately, by chat, the latest first. For several threads.</summary>
internal sealed class HomeUndo(TimeProvider time)
{
    private static readonly TimeSpan Keeps = TimeSpan.FromHours(1);
    private const int Most = 10;
    private readonly ConcurrentDictionary<string, IReadOnlyList<(HomePlan Back, DateTimeOffset At)>> _byChat = new(StringComparer.Ordinal);

    public void Keep(string chat, HomePlan back) =>
        _byChat.AddOrUpdate(chat, _ => [(back, time.GetUtcNow())], (_, old) => [(back, time.GetUtcNow()), .. old.Take(Most - 1)]);

    public bool Has(string chat) => _byChat.TryGetValue(chat, out var kept) && kept.Any(k => time.GetUtcNow() - k.At < Keeps);

    /// <summary>The latest way back, which is then used up; null when there is none.</summary>
    public HomePlan? Take(string chat)
    {
        while (_byChat.TryGetValue(chat, out var kept))
        {
            if (kept.Count == 0 || time.GetUtcNow() - kept[0].At >= Keeps)
            {
                return null;
            }

            if (_byChat.TryUpdate(chat, [.. kept.Skip(1)], kept))
            {
                return kept[0].Back;
            }
        }

        return null;
    }
}
