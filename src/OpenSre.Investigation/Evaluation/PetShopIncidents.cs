using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>
/// Issues of the PetShop application: a folder with <c>graph.csv</c>, <c>noissue/metrics.csv</c> and <c>…/issue_N/{metrics.csv,target.json}</c>;
/// three heading lines (service, metric, statistic), a line for each five minutes.
/// </summary>
public sealed class PetShopIncidents : IIncidentSet
{
    public string Kind => "petshop";

    public string Title => "PetShop issues";

    public double Temperature => TelemetryProfile.Instance.Weighing.Temperature;

    public Func<CaseLabel, string>? Group => l => l.Note;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        var system = PetShopSystem.Read(folder);
        foreach (var (number, target) in Directory.EnumerateFiles(folder, "target.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Index())
        {
            var place = Path.GetDirectoryName(target)!;
            var symptom = PetShopSymptom.Read(place);
            var truth = new CaseLabel(Path.GetRelativePath(folder, place), "root_cause", "service", Root(target), symptom.Fault, symptom.Metric);
            yield return new LabelledCase(truth, (options, cancellation) => TelemetryEvaluation.RunAsync(system.Case(place), truth, options, number, cancellation)) { Faults = [symptom.Fault] };
        }
    }

    private static string Root(string target)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(target));
            return json.RootElement.GetProperty("root_cause").GetProperty("node").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{target} names no root cause: {e.Message}", e);
        }
    }
}

/// <summary>What complains in an issue of PetShop; of its <c>target.json</c> only the part that an alert would say is read.</summary>
public sealed record PetShopSymptom(string Service, string Metric, string Statistic, DateTimeOffset At)
{
    public string Fault => Metric == "availability" ? TelemetryFaults.Failing : TelemetryFaults.Slow;

    /// <exception cref="InvalidDataException">The file is missing or says nothing of a target.</exception>
    public static PetShopSymptom Read(string place)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(place, "target.json")));
            var target = json.RootElement.GetProperty("target");
            return new PetShopSymptom(
                target.GetProperty("node").GetString()!,
                target.GetProperty("metric").GetString()!,
                target.TryGetProperty("agg", out var statistic) ? statistic.GetString()! : "Average",
                DateTimeOffset.FromUnixTimeSeconds((long)target.GetProperty("timestamp").GetDouble()));
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{place} says nothing of a target: {e.Message}", e);
        }
    }
}

/// <summary>The application as it usually is: who calls whom, and what is measured when nothing is wrong.</summary>
public sealed class PetShopSystem
{
    /// <summary>Points of usual times that are shown: a day of five minutes.</summary>
    private const int BaselinePoints = 288;

    private readonly string _calls;
    private readonly Table _usual;

    private PetShopSystem(string calls, Table usual) => (_calls, _usual) = (calls, usual);

    /// <exception cref="InvalidDataException">A file is missing or cannot be read.</exception>
    public static PetShopSystem Read(string folder) => new(Calls(Path.Combine(folder, "graph.csv")), Table.Read(Path.Combine(folder, "noissue", "metrics.csv")));

    /// <summary>What is shown of an issue: what complains, not what is to blame.</summary>
    public TelemetryCase Case(string place)
    {
        var symptom = PetShopSymptom.Read(place);
        var issue = Table.Read(Path.Combine(place, "metrics.csv"));
        var alert = new Alert
        {
            Name = $"{symptom.Service} {symptom.Metric}",
            Summary = symptom.Fault == TelemetryFaults.Slow ? $"the latency of {symptom.Service} is above its usual level" : $"{symptom.Service} has a higher error rate than usual",
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["service"] = symptom.Service, ["metric"] = symptom.Metric },
            StartsAt = symptom.At,
        };
        string Show(Table table, int most) => table.Print([(symptom.Metric, symptom.Statistic), ("requests", "Sum")], most);
        return new TelemetryCase(alert, issue.Times.Count > 0 ? issue.Times[^1] : symptom.At,
        [
            TelemetryEvaluation.Tool(TelemetryTools.Series, "The metric of the alert and the requests, of all services, in one window", a => a("window") == "baseline" ? Show(_usual, BaselinePoints) : Show(issue, int.MaxValue), new ToolParameter("window", "baseline or incident")),
            TelemetryEvaluation.Tool(TelemetryTools.Topology, "Who calls whom", _ => _calls),
        ], [.. issue.Columns.Select(c => c.Service).Distinct()]);
    }

    private static string Calls(string path)
    {
        var rows = CsvTable.Read(path);
        var text = new StringBuilder();
        foreach (var row in rows.Skip(1))
        {
            for (var i = 1; i < Math.Min(row.Length, rows[0].Length); i++)
            {
                if (CsvTable.Number(row[i]) > 0)
                {
                    text.Append($"call text={row[0]} -> {rows[0][i]}\n");
                }
            }
        }

        return text.ToString();
    }

    private sealed record Table(List<(string Service, string Metric, string Statistic)> Columns, List<DateTimeOffset> Times, List<double[]> Rows)
    {
        public static Table Read(string path)
        {
            var rows = CsvTable.Read(path);
            if (rows.Count < 4 || rows[0].Length != rows[1].Length || rows[0].Length != rows[2].Length)
            {
                throw new InvalidDataException($"{path} has no heading of three lines");
            }

            var columns = Enumerable.Range(1, rows[0].Length - 1).Select(i => (rows[0][i], rows[1][i], rows[2][i])).ToList();
            var values = rows.Skip(3).Where(r => !double.IsNaN(CsvTable.Number(r[0]))).ToList();
            return new Table(columns, [.. values.Select(r => DateTimeOffset.FromUnixTimeSeconds((long)CsvTable.Number(r[0])))], [.. values.Select(r => r.Skip(1).Select(CsvTable.Number).ToArray())]);
        }

        public string Print(ReadOnlySpan<(string Metric, string Statistic)> wanted, int most)
        {
            var text = new StringBuilder();
            var from = Math.Max(0, Rows.Count - most);
            double[] offsets = [.. Times.Skip(from).Select(t => (t - Times[from]).TotalSeconds)];
            var values = new double[offsets.Length];
            for (var column = 0; column < Columns.Count; column++)
            {
                foreach (var (metric, statistic) in wanted)
                {
                    if (Columns[column].Metric == metric && Columns[column].Statistic == statistic)
                    {
                        for (var i = 0; i < values.Length; i++)
                        {
                            values[i] = column < Rows[from + i].Length ? Rows[from + i][column] : double.NaN;
                        }

                        text.Append(Series.Write(Columns[column].Service, metric, Times[from], offsets, values)).Append('\n');
                    }
                }
            }

            return text.ToString();
        }
    }
}
