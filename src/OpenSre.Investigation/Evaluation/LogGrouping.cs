using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>How well the lines of one labelled log file were grouped.</summary>
/// <param name="Name">The name of the data set.</param>
/// <param name="Grouping">The share of lines whose group is exactly the true one, neither more nor fewer lines.</param>
/// <param name="Templates">Groups found.</param>
/// <param name="TrueTemplates">Groups labelled.</param>
/// <param name="LinesPerSecond">Of a miner that has seen the lines before, on one core.</param>
/// <param name="Drain3">Grouping accuracy of Drain3 with the masks of its example configuration, where it was measured.</param>
/// <param name="Drain">Grouping accuracy of Drain as published.</param>
public sealed record LogGroupingScore(string Name, int Lines, double Grouping, int Templates, int TrueTemplates, double LinesPerSecond, double? Drain3, double? Drain);

/// <summary>
/// Scores the grouping of log lines on files in the manner of loghub: <c>NAME_structured.csv</c> with the columns
/// <c>Content</c> and <c>EventId</c>, anywhere below a folder.
/// </summary>
public static class LogGrouping
{
    private const int BytesToTime = 4 << 20;
    private static readonly TimeSpan TimeToTime = TimeSpan.FromMilliseconds(250);

    /// <summary>The word after <c>opensre eval</c>.</summary>
    public const string Kind = "logs";

    // Drain3: commit 0fb6d6e with its example drain3.ini on the same files. Drain: Zhu et al., Tools and Benchmarks for
    // Automated Log Parsing, ICSE-SEIP 2019, with parameters and masks chosen for each file.
    private static readonly Dictionary<string, (double? Drain3, double Drain)> Published = new(StringComparer.Ordinal)
    {
        ["Android"] = (null, 0.911),
        ["Apache"] = (1, 1),
        ["BGL"] = (0.916, 0.963),
        ["HDFS"] = (0.998, 0.998),
        ["HPC"] = (null, 0.887),
        ["Hadoop"] = (0.964, 0.948),
        ["HealthApp"] = (null, 0.780),
        ["Linux"] = (0.686, 0.690),
        ["Mac"] = (null, 0.787),
        ["OpenSSH"] = (0.718, 0.788),
        ["OpenStack"] = (0.309, 0.733),
        ["Proxifier"] = (null, 0.527),
        ["Spark"] = (null, 0.920),
        ["Thunderbird"] = (0.905, 0.955),
        ["Windows"] = (null, 0.997),
        ["Zookeeper"] = (null, 0.967),
    };

    /// <summary>The scores of all files below a folder, by name.</summary>
    /// <exception cref="InvalidDataException">A file lacks a column or cannot be read.</exception>
    public static IEnumerable<LogGroupingScore> Score(string folder) =>
        Directory.EnumerateFiles(folder, "*_structured.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(ScoreFile);

    /// <summary>The name of the data set of a file.</summary>
    public static string NameOf(string file) => Path.GetFileName(file).Split('_')[0];

    /// <summary>The figures as a table.</summary>
    public static string Print(string title, IReadOnlyList<LogGroupingScore> scores)
    {
        var text = new StringBuilder();
        text.Append($"{title}: {scores.Count} files, {scores.Sum(s => s.Lines)} lines\n\n");
        text.Append($"  {"grouping accuracy",-20} {"OpenSRE",8} {"Drain3",8} {"Drain",8}   {"templates",10} {"labelled",9}   {"M lines/s",9}\n");
        foreach (var s in scores)
        {
            text.Append($"  {Core.SafeText.Line(s.Name, 20),-20} {s.Grouping,8:0.000} {Figure(s.Drain3),8} {Figure(s.Drain),8}   {s.Templates,10} {s.TrueTemplates,9}   {s.LinesPerSecond / 1e6,9:0.0}\n");
        }

        text.Append($"  {"mean",-20} {scores.Average(s => s.Grouping),8:0.000} {"",8} {Figure(scores.Average(s => s.Drain)),8}   {"",10} {"geo mean",9}   {Math.Exp(scores.Average(s => Math.Log(s.LinesPerSecond))) / 1e6,9:0.0}\n");
        var both = scores.Where(s => s.Drain3 is not null).ToList();
        if (both.Count > 0)
        {
            text.Append($"  {$"mean of the {both.Count} with Drain3",-20} {both.Average(s => s.Grouping),6:0.000} {Figure(both.Average(s => s.Drain3)),8} {Figure(both.Average(s => s.Drain)),8}\n");
        }

        text.Append("\n  Drain3: with the masks of its example configuration. Drain: as published (Zhu et al. 2019), with parameters\n");
        text.Append("  chosen for each file. OpenSRE: one configuration for all. Lines/s: lines seen before, on a core of this machine.\n");
        return text.ToString();
    }

    private static string Figure(double? value) => value is { } v ? $"{v:0.000}" : "–";

    private static LogGroupingScore ScoreFile(string file)
    {
        var rows = CsvTable.Read(file);
        var (content, id) = (Array.IndexOf(rows[0], "Content"), Array.IndexOf(rows[0], "EventId"));
        var lines = rows.Skip(1).ToList();
        if (content < 0 || id < 0 || lines.Count == 0 || lines.Exists(l => l.Length <= Math.Max(content, id)))
        {
            throw new InvalidDataException($"{file} is no labelled log: it needs the columns Content and EventId in every line");
        }

        var miner = new LogTemplateMiner();
        var found = lines.ConvertAll(l => miner.Add(l[content]));
        var accuracy = Accuracy([.. found.Select(miner.Resolve)], [.. lines.Select(l => l[id])]);
        var name = NameOf(file);
        var (drain3, drain) = Published.TryGetValue(name, out var known) ? (known.Drain3, known.Drain) : (default(double?), default(double?));
        return new LogGroupingScore(name, lines.Count, accuracy, miner.Templates().Count, lines.Select(l => l[id]).Distinct(StringComparer.Ordinal).Count(), Speed(miner, lines.Select(l => l[content])), drain3, drain);
    }

    /// <summary>The share of lines whose group has exactly the lines of the label.</summary>
    public static double Accuracy(IReadOnlyList<int> found, IReadOnlyList<string> labels)
    {
        var groups = found.Select((group, line) => (group, line)).GroupBy(p => p.group).ToList();
        var sizes = labels.GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var right = groups.Where(g => g.All(p => labels[p.line] == labels[g.First().line]) && g.Count() == sizes[labels[g.First().line]]).Sum(g => g.Count());
        return found.Count == 0 ? 0 : (double)right / found.Count;
    }

    // The best of several passes: the others measure what else the machine does.
    private static double Speed(LogTemplateMiner miner, IEnumerable<string> lines)
    {
        var once = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        var text = new byte[once.Length * Math.Max(1, BytesToTime / once.Length)];
        for (var at = 0; at < text.Length; at += once.Length)
        {
            once.CopyTo(text, at);
        }

        var best = 0d;
        var all = Stopwatch.StartNew();
        for (var pass = 0; pass < 2 || all.Elapsed < TimeToTime; pass++)
        {
            var before = miner.Lines;
            var watch = Stopwatch.StartNew();
            miner.AddLines(text);
            best = Math.Max(best, (miner.Lines - before) / watch.Elapsed.TotalSeconds);
        }

        return best;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LogGroupingScore))]
public sealed partial class LogGroupingJson : JsonSerializerContext;
