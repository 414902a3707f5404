using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A metric of a thing over time, as a tool prints it: one record a line.</summary>
/// <param name="Of">The thing it was measured at.</param>
/// <param name="Metric">Its name.</param>
/// <param name="From">Time of the first value.</param>
/// <param name="Offsets">Seconds after <paramref name="From"/>, one for each value.</param>
/// <param name="Values">NaN where nothing was measured.</param>
/// <param name="Line">The line it was read from: what is quoted.</param>
public sealed record Series(string Of, string Metric, DateTimeOffset From, double[] Offsets, double[] Values, string Line)
{
    private const string Kind = "series";

    /// <summary>
    /// Writes <c>series metric= from= step_s=|times= values= text=THING</c>; the name stands last, because it may hold spaces.
    /// </summary>
    public static string Write(string of, string metric, DateTimeOffset from, ReadOnlySpan<double> offsets, ReadOnlySpan<double> values)
    {
        var text = new StringBuilder(64 + (values.Length * 8));
        text.Append(CultureInfo.InvariantCulture, $"{Kind} metric={metric.Replace(' ', '_')} from={from.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
        if (Regular(offsets) is { } step)
        {
            text.Append(CultureInfo.InvariantCulture, $" step_s={step:G6} values=");
        }
        else
        {
            text.Append(" times=");
            Append(text, offsets, "G9");
            text.Append(" values=");
        }

        Append(text, values, "G5");
        text.Append(" text=").Append(SafeText.Line(of, 200));
        return text.ToString();
    }

    /// <summary>The series of an output; lines of other kinds are left out.</summary>
    public static IReadOnlyList<Series> Read(StoredOutput output)
    {
        List<Series> all = [];
        foreach (var range in output.Text.AsSpan().Split('\n'))
        {
            var line = output.Text[range].TrimEnd('\r');
            if (!line.StartsWith(Kind + " ", StringComparison.Ordinal))
            {
                continue;
            }

            var record = new Record(output, line, Kind);
            var values = Numbers(record["values"]);
            if (DateTimeOffset.TryParse(record["from"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from) && values.Length > 0)
            {
                var times = record["times"];
                var step = record.Number("step_s") ?? 0;
                var offsets = times.Length > 0 ? Numbers(times) : [.. Enumerable.Range(0, values.Length).Select(i => i * step)];
                if (offsets.Length == values.Length)
                {
                    all.Add(new Series(record["text"], record["metric"], from, offsets, values, line));
                }
            }
        }

        return all;
    }

    public DateTimeOffset TimeAt(int index) => From + TimeSpan.FromSeconds(Offsets[index]);

    /// <summary>The values before a time, and those from it on.</summary>
    public (double[] Before, double[] After) Split(DateTimeOffset at)
    {
        var border = Array.FindIndex(Offsets, o => From + TimeSpan.FromSeconds(o) >= at);
        border = border < 0 ? Values.Length : border;
        return (Values[..border], Values[border..]);
    }

    private static double? Regular(ReadOnlySpan<double> offsets)
    {
        var step = offsets.Length > 1 ? offsets[1] - offsets[0] : 0;
        for (var i = 0; i < offsets.Length; i++)
        {
            if (Math.Abs(offsets[i] - (i * step)) > 1e-6)
            {
                return null;
            }
        }

        return step;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<double> values, string format)
    {
        Span<char> digits = stackalloc char[32];
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            if (!double.IsNaN(values[i]) && values[i].TryFormat(digits, out var written, format, CultureInfo.InvariantCulture))
            {
                text.Append(digits[..written]);
            }
        }
    }

    private static double[] Numbers(string list)
    {
        if (list.Length == 0)
        {
            return [];
        }

        var numbers = new double[list.AsSpan().Count(',') + 1];
        var at = 0;
        foreach (var range in list.AsSpan().Split(','))
        {
            numbers[at++] = double.TryParse(list.AsSpan(range), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
        }

        return numbers;
    }
}
