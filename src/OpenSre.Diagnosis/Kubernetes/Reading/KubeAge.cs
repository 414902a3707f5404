using System.Globalization;

namespace OpenSre.Diagnostics;

/// <summary>Ages and amounts as Kubernetes writes them.</summary>
public static class KubeAge
{
    /// <summary>"5m14s", "3d7h", "90s" in seconds; null when it is no age.</summary>
    public static double? Seconds(string text)
    {
        var total = 0.0;
        var number = 0;
        var digits = false;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                number = Math.Min((number * 10) + (c - '0'), 100_000_000);
                digits = true;
                continue;
            }

            double? unit = c switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'y' => 31_536_000, _ => null };
            if (!digits || unit is null)
            {
                return null;
            }

            total += number * unit.Value;
            (number, digits) = (0, false);
        }

        return digits || text.Length == 0 ? null : total;
    }

    /// <summary>"300Mi", "10", "250m", "1Gi" as a number; null when it is no amount.</summary>
    public static double? Amount(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsAsciiDigit(text[end - 1]))
        {
            end--;
        }

        if (!double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[end..] switch
        {
            "" => number,
            "m" => number / 1000,
            "k" => number * 1e3,
            "M" => number * 1e6,
            "G" => number * 1e9,
            "T" => number * 1e12,
            "Ki" => number * 1024,
            "Mi" => number * 1024 * 1024,
            "Gi" => number * 1024 * 1024 * 1024,
            "Ti" => number * 1024d * 1024 * 1024 * 1024,
            _ => null,
        };
    }
}
