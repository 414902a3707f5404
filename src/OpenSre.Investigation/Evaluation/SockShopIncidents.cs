using System.Text;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>
/// Faults of resources in Sock Shop: <c>SERVICE-cpu|mem/N/{normal,anomalous}.csv</c>, a column <c>SERVICE_METRIC</c> for each
/// metric, a line a second. The folder's name is the label.
/// </summary>
public sealed class SockShopIncidents : IIncidentSet
{
    private const int SecondsPerPoint = 10;

    public string Kind => "sockshop";

    public string Title => "Sock Shop faults";

    public double Temperature => TelemetryProfile.Instance.Weighing.Temperature;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var (number, normal) in Directory.EnumerateFiles(folder, "normal.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Index())
        {
            var place = Path.GetDirectoryName(normal)!;
            var name = Path.GetFileName(Path.GetDirectoryName(place)!);
            var dash = name.LastIndexOf('-');
            var fault = dash < 0 ? null : name[(dash + 1)..] switch { "cpu" => TelemetryFaults.Cpu, "mem" => TelemetryFaults.Memory, _ => null };
            if (fault is null)
            {
                throw new InvalidDataException($"{name} is not SERVICE-cpu or SERVICE-mem; the folder's name is the label");
            }

            var truth = new CaseLabel($"{name}/{Path.GetFileName(place)}", "root_cause", "service", name[..dash], fault, name[(dash + 1)..]);
            yield return new LabelledCase(truth, (options, cancellation) => TelemetryEvaluation.RunAsync(Load(place), truth, options, number, cancellation)) { Faults = [fault] };
        }
    }

    /// <summary>What is shown of a case.</summary>
    /// <exception cref="InvalidDataException">A file is missing or cannot be read.</exception>
    public static TelemetryCase Load(string place)
    {
        var before = Read(Path.Combine(place, "normal.csv"), out _, out _, out _);
        var during = Read(Path.Combine(place, "anomalous.csv"), out var began, out var ended, out var names);
        var alert = new Alert { Name = "Services behave unusually", Summary = "Something is wrong; no service is named", StartsAt = began };
        return new TelemetryCase(alert, ended,
        [
            TelemetryEvaluation.Tool(TelemetryTools.Series, "Metrics of all services in one window, means of ten seconds", a => a("window") == "baseline" ? before : during, new ToolParameter("window", "baseline or incident")),
        ], names);
    }

    private static string Read(string path, out DateTimeOffset began, out DateTimeOffset ended, out List<string> names)
    {
        var rows = CsvTable.Read(path);
        var time = Array.IndexOf(rows[0], "time");
        if (time < 0 || rows.Count < 3)
        {
            throw new InvalidDataException($"{path} has no column time or no values");
        }

        began = DateTimeOffset.FromUnixTimeSeconds((long)CsvTable.Number(rows[1][time]));
        ended = DateTimeOffset.FromUnixTimeSeconds((long)CsvTable.Number(rows[^1][time]));
        names = [.. rows[0].Where((_, i) => i != time).Select(c => Split(c).Service).Distinct()];
        var text = new StringBuilder();
        for (var column = 0; column < rows[0].Length; column++)
        {
            if (column != time)
            {
                var split = Split(rows[0][column]);
                var values = Means(rows, column);
                text.Append(Series.Write(split.Service, split.Metric, began, [.. values.Select((_, i) => (double)i * SecondsPerPoint)], values)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The service of a column ends at the first underscore.</summary>
    private static (string Service, string Metric) Split(string column)
    {
        var border = column.IndexOf('_', StringComparison.Ordinal);
        return border < 0 ? (column, "value") : (column[..border], column[(border + 1)..]);
    }

    private static double[] Means(List<string[]> rows, int column)
    {
        var means = new double[(rows.Count - 2 + SecondsPerPoint) / SecondsPerPoint];
        for (var i = 0; i < means.Length; i++)
        {
            var (sum, count) = (0.0, 0);
            for (var row = 1 + (i * SecondsPerPoint); row < Math.Min(rows.Count, 1 + ((i + 1) * SecondsPerPoint)); row++)
            {
                var value = column < rows[row].Length ? CsvTable.Number(rows[row][column]) : double.NaN;
                (sum, count) = double.IsNaN(value) ? (sum, count) : (sum + value, count + 1);
            }

            means[i] = count == 0 ? double.NaN : sum / count;
        }

        return means;
    }
}
