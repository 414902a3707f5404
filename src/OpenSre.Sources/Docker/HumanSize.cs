using System.Globalization;

namespace OpenSre.Sources;

/// <summary>Reads sizes as the docker program prints them: 31.2MiB (powers of 1024) and 2.1MB or 2.1kB (powers of 1000).</summary>
internal static class HumanSize
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789.");
    private static readonly string[] Prefixes = ["", "k", "m", "g", "t", "p"];

    /// <summary>Bytes, or null if the text is no size.</summary>
    public static long? Parse(string? text)
    {
        var clean = (text ?? "").Trim();
        var digits = clean.AsSpan().IndexOfAnyExcept(Digits);
        if (digits <= 0 || !double.TryParse(clean.AsSpan(0, digits), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var unit = clean[digits..].Trim().ToLowerInvariant();
        var binary = unit.EndsWith("ib", StringComparison.Ordinal);
        var prefix = Array.IndexOf(Prefixes, unit.Length == 0 ? "?" : unit[..^(binary ? 2 : 1)]);
        return prefix < 0 || unit[^1] != 'b' ? null : (long)Math.Round(number * Math.Pow(binary ? 1024 : 1000, prefix));
    }
}
