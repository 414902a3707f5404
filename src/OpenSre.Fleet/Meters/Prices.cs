namespace OpenSre.Fleet;

/// <summary>What a model costs.</summary>
/// <param name="Input">USD for a million tokens read anew.</param>
/// <param name="Output">USD for a million tokens written.</param>
/// <param name="CacheRead">USD for a million tokens read from a cache.</param>
public sealed record Price(decimal Input, decimal Output, decimal CacheRead)
{
    /// <summary>USD. Writing into a cache costs a quarter more than reading anew, for an hour twice as much (Anthropic's list).</summary>
    public decimal Of(TokenUse use) =>
        (use.Input * Input + use.Output * Output + use.CacheRead * CacheRead + use.CacheWrite * Input * 1.25m + use.CacheWriteHour * Input * 2m) / 1_000_000m;
}

/// <summary>List prices of models, as of <see cref="AsOf"/>. Agents that are paid otherwise set their own in agents.yaml.</summary>
public static class Prices
{
    public const string AsOf = "2025-11";

    /// <summary>By the beginning of the model's name; the longest that fits counts.</summary>
    private static readonly (string Model, Price Price)[] Table =
    [
        ("claude-opus-4-5", new(5m, 25m, 0.5m)),
        ("claude-opus-4", new(15m, 75m, 1.5m)),
        ("claude-sonnet-4", new(3m, 15m, 0.3m)),
        ("claude-3-7-sonnet", new(3m, 15m, 0.3m)),
        ("claude-3-5-sonnet", new(3m, 15m, 0.3m)),
        ("claude-haiku-4-5", new(1m, 5m, 0.1m)),
        ("claude-3-5-haiku", new(0.8m, 4m, 0.08m)),
        ("gpt-5-mini", new(0.25m, 2m, 0.025m)),
        ("gpt-5-nano", new(0.05m, 0.4m, 0.005m)),
        ("gpt-5", new(1.25m, 10m, 0.125m)),
        ("gpt-4.1", new(2m, 8m, 0.5m)),
        ("o3", new(2m, 8m, 0.5m)),
        ("o4-mini", new(1.1m, 4.4m, 0.275m)),
        ("gemini-2.5-pro", new(1.25m, 10m, 0.125m)),
        ("gemini-2.5-flash-lite", new(0.1m, 0.4m, 0.01m)),
        ("gemini-2.5-flash", new(0.3m, 2.5m, 0.03m)),
    ];

    /// <summary>Null for a model that is not in the table: its cost is not known.</summary>
    public static Price? Of(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        return Table.Where(t => name.StartsWith(t.Model, StringComparison.Ordinal)).OrderByDescending(t => t.Model.Length).Select(t => t.Price).FirstOrDefault();
    }
}
