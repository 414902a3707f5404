namespace OpenSre.Sources;

/// <summary>Keeps what a <see cref="RecordingRunner"/> saw. May be written from several threads at once.</summary>
public interface IExchangeLog
{
    void Add(BundleExchange exchange);
}

/// <summary>A recording that stays in memory.</summary>
public sealed class MemoryRecording(BundleHeader header, string input = "") : IExchangeLog
{
    private readonly Lock _lock = new();
    private readonly List<BundleExchange> _exchanges = [];

    public void Add(BundleExchange exchange)
    {
        lock (_lock)
        {
            _exchanges.Add(exchange);
        }
    }

    /// <summary>What was recorded until now.</summary>
    public Bundle ToBundle()
    {
        lock (_lock)
        {
            return new Bundle(header, input, [.. _exchanges]);
        }
    }
}
