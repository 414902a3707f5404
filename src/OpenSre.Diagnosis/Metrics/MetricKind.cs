using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>What a metric measures, as far as its name tells.</summary>
public enum MetricQuantity
{
    Other,
    Cpu,
    Memory,
    Latency,
    Errors,
    Availability,
    Throughput,
    Saturation,
}

/// <summary>What a metric measures, which way is bad, and how much of a change is too little to matter.</summary>
/// <param name="BadWay">+1 when growth is bad, −1 when a fall is, 0 when neither is known.</param>
/// <param name="Epsilon">The smallest change worth naming, in the metric's unit.</param>
public readonly partial record struct MetricKind(MetricQuantity Quantity, int BadWay, double Epsilon)
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const double Megabyte = 1e6;

    /// <summary>The beginning of the name of what an alert's own expression measures; the rest says which way it alerts.</summary>
    public const string AlertCondition = "alert_condition";

    /// <summary>Reads a metric's name, such as <c>cpu</c>, <c>http_server_duration_p99_ms</c> or <c>availability</c>.</summary>
    /// <param name="typical">A usual value; it tells bytes from megabytes, and shares from percent, where the name does not.</param>
    public static MetricKind Of(string name, double typical)
    {
        var size = Math.Abs(typical);
        if (name.StartsWith(AlertCondition, StringComparison.Ordinal))
        {
            return new(MetricQuantity.Other, name.EndsWith("_above", StringComparison.Ordinal) ? 1 : name.EndsWith("_below", StringComparison.Ordinal) ? -1 : 0, size <= 1 ? 0.001 : 0.5);
        }

        if (GoodWords().IsMatch(name))
        {
            return new(MetricQuantity.Other, -1, size <= 1 ? 0.01 : 0.5);
        }

        if (ErrorWords().IsMatch(name))
        {
            var share = ShareWords().IsMatch(name) && size <= 1;
            return new(MetricQuantity.Errors, 1, share ? 0.001 : ShareWords().IsMatch(name) ? 0.1 : 0.5);
        }

        if (AvailabilityWords().IsMatch(name))
        {
            return new(MetricQuantity.Availability, -1, size <= 1 ? 0.001 : 0.1);
        }

        if (LatencyWords().IsMatch(name))
        {
            return new(MetricQuantity.Latency, 1, MillisecondWords().IsMatch(name) ? 1 : 0.001);
        }

        if (CpuWords().IsMatch(name))
        {
            return new(MetricQuantity.Cpu, 1, size <= 1 && ShareWords().IsMatch(name) ? 0.005 : 0.5);
        }

        if (MemoryWords().IsMatch(name))
        {
            return new(MetricQuantity.Memory, 1, ShareWords().IsMatch(name) ? (size <= 1 ? 0.01 : 1) : size >= 1e5 ? 5 * Megabyte : 5);
        }

        if (SaturationWords().IsMatch(name))
        {
            return new(MetricQuantity.Saturation, 1, size <= 1 ? 0.01 : 0.5);
        }

        if (ThroughputWords().IsMatch(name))
        {
            return new(MetricQuantity.Throughput, -1, 0.5);
        }

        return new(MetricQuantity.Other, 0, size <= 1 ? 0.01 : 0.5);
    }

    [GeneratedRegex(@"error|fail|5xx|servfail|exception|reject|timeouts?(?!_ms)|drop|oom|restart", Options)]
    private static partial Regex ErrorWords();

    [GeneratedRegex(@"availab|success|uptime|healthy|hit_(ratio|rate)|ready", Options)]
    private static partial Regex AvailabilityWords();

    [GeneratedRegex(@"latency|duration|(^|_)lat(_|$)|response_time|wait|_time(_|$)|delay|(^|_)(ms|millis|seconds)(_|$)", Options)]
    private static partial Regex LatencyWords();

    [GeneratedRegex(@"(_|^)(ms|millis|milliseconds)(_|$)", Options)]
    private static partial Regex MillisecondWords();

    [GeneratedRegex(@"cpu|processor|throttl", Options)]
    private static partial Regex CpuWords();

    [GeneratedRegex(@"(^|_)mem|memory|rss|heap|working_set|(^|_)ram(_|$)", Options)]
    private static partial Regex MemoryWords();

    [GeneratedRegex(@"in_use|used|queue|backlog|lag|pending|depth|utili[sz]ation|saturation|connections|threads|goroutines|fds?(_|$)|inflight|waiting|size|bytes|count", Options)]
    private static partial Regex SaturationWords();

    [GeneratedRegex(@"requests|throughput|(^|_)(rps|qps|tps|lod|load|req)(_|$)|_per_sec|traffic", Options)]
    private static partial Regex ThroughputWords();

    [GeneratedRegex(@"ratio|rate|pct|percent|share|fraction|utili[sz]ation|servfail", Options)]
    private static partial Regex ShareWords();

    [GeneratedRegex(@"(^|_)(free|remaining|until|left|available|headroom)(_|$)", Options)]
    private static partial Regex GoodWords();
}
