namespace OpenSre.Fleet;

/// <summary>Tokens by the way they are billed. No token is in two of the numbers.</summary>
/// <param name="Input">Read anew.</param>
/// <param name="Output">Written, thoughts included.</param>
/// <param name="CacheRead">Read from a cache.</param>
/// <param name="CacheWrite">Put into a cache for five minutes.</param>
/// <param name="CacheWriteHour">Put into a cache for an hour.</param>
public readonly record struct TokenUse(long Input, long Output, long CacheRead = 0, long CacheWrite = 0, long CacheWriteHour = 0)
{
    public long Total => Input + Output + CacheRead + CacheWrite + CacheWriteHour;

    public static TokenUse operator +(TokenUse a, TokenUse b) => new(a.Input + b.Input, a.Output + b.Output, a.CacheRead + b.CacheRead, a.CacheWrite + b.CacheWrite, a.CacheWriteHour + b.CacheWriteHour);

    public static TokenUse operator -(TokenUse a, TokenUse b) => new(a.Input - b.Input, a.Output - b.Output, a.CacheRead - b.CacheRead, a.CacheWrite - b.CacheWrite, a.CacheWriteHour - b.CacheWriteHour);

    public static TokenUse Add(TokenUse left, TokenUse right) => left + right;

    public static TokenUse Subtract(TokenUse left, TokenUse right) => left - right;
}
