namespace OpenSre.Terminal;

/// <summary>Figures and series of figures for people: with their unit, and as a line of small bars.</summary>
internal static class Figures
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static string Text(string metric, double value) => metric switch
    {
        "cpu" => $"{value:0.#} %",
        "memory" or "size" => Size(value),
        "time" => value < 1 ? $"{value * 1000:0} ms" : $"{value:0.0} s",
        _ => $"{value:0.##}",
    };

    /// <summary>The newest figures that fit, each a bar between the least and the greatest of them.</summary>
    public static string Sparkline(IReadOnlyList<double> series, int columns)
    {
        var shown = series.Where(double.IsFinite).TakeLast(Math.Max(1, columns)).ToList();
        if (shown.Count == 0)
        {
            return "";
        }

        var (least, greatest) = (shown.Min(), shown.Max());
        return string.Concat(shown.Select(v => Bars[greatest <= least ? 0 : (int)Math.Round((v - least) / (greatest - least) * (Bars.Length - 1))]));
    }

    private static string Size(double bytes) => bytes switch
    {
        < 1024 * 1024 => $"{bytes / 1024:0} KiB",
        < 1024.0 * 1024 * 1024 => $"{bytes / (1024 * 1024):0} MiB",
        _ => $"{bytes / (1024.0 * 1024 * 1024):0.0} GiB",
    };
}
