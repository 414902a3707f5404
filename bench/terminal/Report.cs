namespace OpenSre.Bench.Terminal;

/// <summary>One line a figure: what, how much, and whether the goal is met.</summary>
internal static class Report
{
    public static void Line(string what, double value, string unit, double? goal = null)
    {
        var verdict = goal is null ? "" : double.IsNaN(value) ? "MISSED" : value <= goal ? $"goal {goal} {unit}: met" : $"goal {goal} {unit}: MISSED";
        Console.WriteLine($"  {what,-52} {value,10:0.##} {unit,-9} {verdict}");
    }

    public static double Quantile(IReadOnlyCollection<double> values, double q)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(q * sorted.Count))];
    }
}
