using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which log lines came, went, rose and fell with the incident.</summary>
public sealed class LogShiftCheck : ICheck
{
    /// <summary>The first part of the time before the alert that counts as usual; what comes after may be the incident already.</summary>
    private const double Usual = 0.4;

    public CheckInfo Info { get; } = new(
        "telemetry.log_shift",
        [TelemetryTools.Logs],
        "Log templates of the first two fifths before the alert against those after, log by log, by the G statistic of counts scaled by volume, weighted for errors and for what is seen first. The service of the earliest new error is where to look.",
        [TelemetryFaults.Failing],
        "the baseline has the same lines as often");

    public void Examine(CheckContext context)
    {
        var lines = context.Records(TelemetryTools.Logs, "log").Select(r => (Record: r, At: FailureSignals.Time(r["at"]))).Where(l => l.At is not null).OrderBy(l => l.At).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        var alert = context.Incident.Window.Start;
        var start = context.Records(TelemetryTools.Logs, "window").Select(r => FailureSignals.Time(r["from"])).FirstOrDefault(t => t is not null) ?? lines[0].At!.Value;
        var border = start + ((alert - start) * Usual);
        var last = lines[^1].At!.Value;
        if (border <= start || last <= border)
        {
            return;
        }

        var comparison = new LogComparison((last - border) / (border - start));
        foreach (var service in lines.GroupBy(l => l.Record["service"], StringComparer.Ordinal))
        {
            comparison.AddBaseline(service.Key, [.. service.Where(l => l.At < border).Select(Text)]);
            var during = service.Where(l => l.At >= border).ToList();
            comparison.AddIncident(service.Key, [.. during.Select(Text)], [.. during.Select(l => l.At)]);
        }

        var changes = comparison.Changes();
        var greatest = changes.Count == 0 ? 0 : changes[0].Score;
        foreach (var change in changes.Where(c => c.Score >= greatest / 2).Take(4))
        {
            var shown = lines.First(l => l.Record["service"] == change.Source && Text(l) == change.Example).Record;
            var service = TelemetryView.Service(change.Source);
            var first = change is { Trend: TemplateTrend.FirstSeen, Error: true } && comparison.FirstErrors()[0] == change;
            context.Found(shown.Output, service, "log.shift", shown.Line, Claim(change, first), Currency.Now, [new Bearing(TelemetryFaults.Failing, service, (first ? 1.5 : 0.7) * Math.Min(1, change.Score / 40))]);
        }
    }

    private static string Claim(TemplateChange change, bool first) => string.Create(CultureInfo.InvariantCulture, $"{change.Source} logged this {change.Before} times before and {change.Now} times in the incident{(first ? ", the first new error of all" : change.Trend == TemplateTrend.Disappeared ? ", it is gone" : "")}");

    // The level stands in a field of its own; the comparison reads it in the line.
    private static string Text((Record Record, DateTimeOffset? At) line) => $"{line.Record["severity"]} {line.Record["text"]}";
}
