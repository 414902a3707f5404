namespace OpenSre.Home;

/// <summary>What one way through a pattern caught, by slot.</summary>
internal sealed class Captures
{
    private readonly Dictionary<string, object> _bySlot = new(StringComparer.Ordinal);

    public Captures(Capture? last)
    {
        for (var capture = last; capture is not null; capture = capture.Before)
        {
            if (_bySlot.TryGetValue(capture.Slot, out var other) && !other.Equals(capture.Value))
            {
                Contradict = true;
            }

            _bySlot[capture.Slot] = capture.Value;
        }
    }

    /// <summary>One slot was said twice, and differently: two rooms, two names.</summary>
    public bool Contradict { get; }

    public bool Has(string slot) => _bySlot.ContainsKey(slot);

    public T? Get<T>(string slot) where T : class => _bySlot.GetValueOrDefault(slot) as T;
}
