using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>One alert on a service or node that carries the values it was raised on.</summary>
/// <param name="Kind">Service or Node; empty for an alert about requests.</param>
/// <param name="Signals">Each finding in the words of the output.</param>
public sealed partial record MetricAlert(string Kind, string Name, IReadOnlyList<string> Signals, string RawError, int Occurrences)
{
    private const double Floor = 5;

    public bool Says(string word) => Signals.Any(s => s.Contains(word, StringComparison.OrdinalIgnoreCase));

    public string? Signal(string word) => Signals.FirstOrDefault(s => s.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The greatest growth of a latency quantile, as a ratio over at least 5 ms; 0 when latency is not complained of.</summary>
    public double LatencyRatio => Latencies().Select(l => l.Now / Math.Max(Floor, l.Before)).DefaultIfEmpty(0).Max();

    /// <summary>The greatest growth of a latency quantile in milliseconds.</summary>
    public double LatencyGrowth => Latencies().Select(l => l.Now - l.Before).DefaultIfEmpty(0).Max();

    public static IReadOnlyList<MetricAlert> Read(string text)
    {
        List<MetricAlert> alerts = [];
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("alerts", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                return alerts;
            }

            foreach (var alert in list.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.Object))
            {
                string Word(string name) => alert.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
                var signals = alert.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Array
                    ? evidence.EnumerateArray().Select(Raw).Where(s => s.Length > 0).ToList()
                    : [];
                var occurrences = alert.TryGetProperty("occurrences", out var count) && count.TryGetInt32(out var number) ? number : 0;
                alerts.Add(new MetricAlert(Word("type"), Word("name") is { Length: > 0 } name ? name : Word("entry_service"), signals, alert.TryGetProperty("raw_error", out var error) ? Raw(error) : "", occurrences));
            }
        }
        catch (JsonException)
        {
            // Alerts in another form say nothing here; the intake has read what it could of them.
            return [];
        }

        return alerts;
    }

    /// <summary>The words as they stand in the text, so that they can be quoted.</summary>
    private static string Raw(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetRawText()[1..^1] : "";

    private IEnumerable<(double Before, double Now)> Latencies() =>
        Signals.SelectMany(s => Latency().Matches(s)).Select(m => (Number(m, "before"), Number(m, "now")));

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"p[0-9]+latency: Normal=(?<before>[0-9.]+)ms -(>|\\u003e) Current=(?<now>[0-9.]+)ms", RegexOptions.ExplicitCapture)]
    private static partial Regex Latency();
}
