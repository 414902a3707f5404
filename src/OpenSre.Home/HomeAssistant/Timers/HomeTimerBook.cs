using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>A timer of a chat: when it is over, this is said, or an order is carried out.</summary>
/// <param name="Name">As it was called; empty without a name.</param>
/// <param name="Length">As it was set at first.</param>
public sealed record HomeTimer(string Id, string Chat, string Sender, string Name, TimeSpan Length, DateTimeOffset Ends)
{
    /// <summary>What is left while it is held; null while it runs.</summary>
    public TimeSpan? Held { get; init; }

    /// <summary>What is to be done, as it was said; null for a timer that only rings.</summary>
    public string? Order { get; init; }

    public TimeSpan Left(DateTimeOffset now) => Held ?? (Ends > now ? Ends - now : TimeSpan.Zero);
}

/// <summary>All timers, in a file that is always whole, so that a restart stops none. For several threads.</summary>
/// <param name="path">Null for memory alone.</param>
/// <param name="log">Told when it cannot be read, in a sentence; it is kept aside then.</param>
public sealed class HomeTimerBook(string? path, Action<string>? log = null)
{
    private readonly Lock _gate = new();
    private List<HomeTimer>? _timers;

    public IReadOnlyList<HomeTimer> All
    {
        get
        {
            lock (_gate)
            {
                return [.. Read()];
            }
        }
    }

    /// <summary>Adds a timer, or puts it in the place of the one with its id.</summary>
    public void Put(HomeTimer timer) => Change(t =>
    {
        t.RemoveAll(o => o.Id == timer.Id);
        t.Add(timer);
        return true;
    });

    /// <summary>False when it was not there any more: somebody else took it.</summary>
    public bool Remove(HomeTimer timer) => Change(t => t.RemoveAll(o => o.Id == timer.Id) > 0);

    private bool Change(Func<List<HomeTimer>, bool> change)
    {
        lock (_gate)
        {
            var changed = change(Read());
            if (changed && path is not null)
            {
                WholeFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(Read(), HomeTimerJson.Default.ListHomeTimer));
            }

            return changed;
        }
    }

    private List<HomeTimer> Read()
    {
        if (_timers is null)
        {
            try
            {
                _timers = path is not null && File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), HomeTimerJson.Default.ListHomeTimer) ?? [] : [];
            }
            catch (JsonException)
            {
                _timers = [];
                var kept = Unreadable.Keep(path!, "it cannot be read, so no timer that was set before rings");
                log?.Invoke(kept);
            }
        }

        return _timers;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<HomeTimer>))]
internal sealed partial class HomeTimerJson : JsonSerializerContext;
