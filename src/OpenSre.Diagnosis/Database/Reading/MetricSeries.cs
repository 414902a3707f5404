using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A metric of a DB instance over the window, oldest value first.</summary>
/// <param name="Values">In the metric's own unit; times in seconds whatever the unit was.</param>
public sealed record MetricSeries(Record Record, string Name, string Instance, IReadOnlyList<double> Values, DateTimeOffset From, double Every)
{
    public StoredOutput Output => Record.Output;

    public string Quote => Record.Line;

    /// <summary>The middle of the last three values: one odd point is not a state.</summary>
    public double Now => Median(Values.Skip(Math.Max(0, Values.Count - 3)));

    /// <summary>The least of the first three values.</summary>
    public double Start => Values.Take(3).Min();

    public double Last => Values[^1];

    public double Max => Values.Max();

    public double Min => Values.Min();

    /// <summary>The middle of the last five: what has lasted a while.</summary>
    public double Lasting => Median(Values.Skip(Math.Max(0, Values.Count - 5)));

    /// <summary>Change per second over the last third of the window, from its first to its last value.</summary>
    public double Slope
    {
        get
        {
            var tail = Values.Skip(Values.Count - Math.Max(2, Values.Count / 3)).ToList();
            return Every <= 0 || tail.Count < 2 ? 0 : (tail[^1] - tail[0]) / (Every * (tail.Count - 1));
        }
    }

    /// <summary>Reads a record; null when it holds no values.</summary>
    public static MetricSeries? Read(Record record)
    {
        var factor = record["unit"] switch { "Milliseconds" => 0.001, "Microseconds" => 1e-6, "Megabytes" => 1048576.0, "Gigabytes" => 1073741824.0, "Kilobytes" => 1024.0, _ => 1.0 };
        List<double> values = [];
        foreach (var word in record["values"].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                values.Add(value * factor);
            }
        }

        if (values.Count == 0)
        {
            return null;
        }

        var from = DateTimeOffset.TryParse(record["from"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default;
        return new MetricSeries(record, record["name"], record["instance"], values, from, record.Number("every") ?? 60);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
