namespace OpenSre.Models;

/// <summary>What a model costs, in US dollars for a million tokens.</summary>
/// <param name="Cached">Input read from the provider's cache.</param>
/// <param name="CacheWritten">Input written to it; the input price where writing costs nothing more.</param>
public sealed record Price(decimal Input, decimal Output, decimal Cached, decimal CacheWritten)
{
    private const decimal Million = 1_000_000;

    public decimal Of(TokenUsage usage)
    {
        var plain = Math.Max(0, usage.Input - usage.Cached - usage.CacheWritten);
        return ((plain * Input) + (usage.Cached * Cached) + (usage.CacheWritten * CacheWritten) + (usage.Output * Output)) / Million;
    }
}
