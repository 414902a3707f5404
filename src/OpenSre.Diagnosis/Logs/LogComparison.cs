namespace OpenSre.Diagnostics;

/// <summary>How the lines of a template changed from the baseline to the incident.</summary>
public enum TemplateTrend
{
    Rose,
    Fell,

    /// <summary>Not once in the baseline.</summary>
    FirstSeen,

    /// <summary>In the baseline, and not once in the incident.</summary>
    Disappeared,
}

/// <summary>A template whose share of its log changed.</summary>
/// <param name="Source">Whose log it is.</param>
/// <param name="Before">Lines in the baseline.</param>
/// <param name="Now">Lines in the incident.</param>
/// <param name="Expected">Lines there would be in the incident if the log had grown evenly.</param>
/// <param name="G">The G statistic of the count against what was expected; 3.84 is rare (5 %) by chance.</param>
/// <param name="Score">G, doubled for what is seen first, threefold for errors, fourfold for both.</param>
/// <param name="Error">Its first line has a level of error or above, or is an exception.</param>
/// <param name="First">When it was first seen in the incident, if the lines tell.</param>
/// <param name="Example">The first line that had it.</param>
public sealed record TemplateChange(string Source, string Template, long Before, long Now, double Expected, double G, double Score, TemplateTrend Trend, bool Error, DateTimeOffset? First, string Example);

/// <summary>
/// Compares the log lines of an incident with those of a baseline, template by template, log by log. Counts are scaled
/// by the volume of each log, so a busier hour alone is no change. Stack traces count as one line.
/// </summary>
/// <remarks>G = 2 (o ln((o + ½)/(e + ½)) − (o − e)) with o lines seen and e expected. A log without a baseline shows
/// its errors alone: what else it says cannot be told from what it always says.</remarks>
/// <param name="windows">The length of the incident in lengths of the baseline; it scales logs that fell silent.</param>
/// <param name="isSelection">The lines were chosen for speaking of trouble: their number says nothing of how busy a log is, so
/// all are scaled by time.</param>
public sealed class LogComparison(double windows = 1, bool isSelection = false)
{
    /// <summary>A change below this G is left out: as great a one comes by chance in a case of twenty.</summary>
    private const double ByChance = 3.84;

    private readonly Dictionary<string, Log> logs = new(StringComparer.Ordinal);

    /// <summary>Adds lines of the time when all was well, in their order.</summary>
    public void AddBaseline(string source, IReadOnlyList<string> lines) => Add(source, lines, null, false);

    /// <summary>Adds lines of the incident, in their order.</summary>
    /// <param name="at">When each was written, if that is known; as many as there are lines.</param>
    public void AddIncident(string source, IReadOnlyList<string> lines, IReadOnlyList<DateTimeOffset?>? at = null) => Add(source, lines, at, true);

    /// <summary>What changed, greatest first.</summary>
    public IReadOnlyList<TemplateChange> Changes() =>
        [.. logs.SelectMany(l => Changes(l.Key, l.Value))
            .Where(c => c.G >= ByChance || (c.Trend == TemplateTrend.FirstSeen && c.Error))
            .OrderByDescending(c => c.Score).ThenBy(c => c.First ?? DateTimeOffset.MaxValue).ThenBy(c => c.Source, StringComparer.Ordinal).ThenBy(c => c.Template, StringComparer.Ordinal)];

    /// <summary>Errors the baseline does not know, the earliest first; those without a time come last.</summary>
    public IReadOnlyList<TemplateChange> FirstErrors() =>
        [.. Changes().Where(c => c is { Trend: TemplateTrend.FirstSeen, Error: true }).OrderBy(c => c.First ?? DateTimeOffset.MaxValue)];

    private void Add(string source, IReadOnlyList<string> lines, IReadOnlyList<DateTimeOffset?>? at, bool incident)
    {
        if (!logs.TryGetValue(source, out var log))
        {
            logs[source] = log = new Log();
        }

        foreach (var line in StackTraces.Fold(lines))
        {
            log.Add(line, at?[line.First], incident);
        }
    }

    private IEnumerable<TemplateChange> Changes(string source, Log log)
    {
        var (before, now) = (log.Seen.Values.Sum(s => s.Before), log.Seen.Values.Sum(s => s.Now));
        var scale = now == 0 || isSelection ? windows : before == 0 ? 0 : (double)now / before;
        foreach (var (template, seen) in log.Final())
        {
            if (before == 0 && !seen.Error)
            {
                continue;
            }

            var expected = seen.Before * scale;
            var g = Math.Max(0, 2 * ((seen.Now * Math.Log((seen.Now + 0.5) / (expected + 0.5))) - (seen.Now - expected)));
            var trend = seen.Before == 0 ? TemplateTrend.FirstSeen : seen.Now == 0 ? TemplateTrend.Disappeared : seen.Now > expected ? TemplateTrend.Rose : TemplateTrend.Fell;
            var weight = 1 + (seen.Error ? 2 : 0) + (trend == TemplateTrend.FirstSeen ? 1 : 0);
            yield return new TemplateChange(source, template, seen.Before, seen.Now, expected, g, g * weight, trend, seen.Error, seen.First, seen.Example);
        }
    }

    private readonly record struct Seen(long Before, long Now, bool Error, DateTimeOffset? First, string Example)
    {
        public Seen And(Seen later) => this with
        {
            Before = Before + later.Before,
            Now = Now + later.Now,
            Error = Error || later.Error,
            First = First is null || later.First < First ? later.First ?? First : First,
        };
    }

    private sealed class Log
    {
        private readonly LogTemplateMiner miner = new();

        /// <summary>By template as it was when the line was read.</summary>
        public Dictionary<int, Seen> Seen { get; } = [];

        public void Add(FoldedLine line, DateTimeOffset? at, bool incident)
        {
            // The time at the head would make every line begin alike.
            var text = line.Exception is null ? LogLines.Message(line.Text) : line.Text;
            var template = miner.Add(text);
            var seen = new Seen(incident ? 0 : 1, incident ? 1 : 0, line.Exception is not null || LogLevel.IsError(line.Text), incident ? at : null, line.Text);
            Seen[template] = Seen.TryGetValue(template, out var known) ? known.And(seen) : seen;
        }

        /// <summary>By text of the final template.</summary>
        public IEnumerable<(string Template, Seen Seen)> Final() =>
            Seen.OrderBy(s => s.Key).GroupBy(s => miner.Resolve(s.Key), s => s.Value).Select(g => (miner.Text(g.Key), g.Aggregate((a, b) => a.And(b))));
    }
}
