using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which log lines came, went, rose and fell with the incident.</summary>
public sealed class LogShiftCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "telemetry.log_shift",
        [TelemetryTools.Logs],
        "Log templates of the first two fifths before the alert against those after, log by log, by the G statistic of counts scaled by volume, weighted for errors and for what is seen first. The service of the earliest new error is where to look.",
        [TelemetryFaults.Failing],
        "the baseline has the same lines as often");

    public void Examine(CheckContext context)
    {
        if (TimedLogs.Of(context) is not { } logs)
        {
            return;
        }

        var last = logs.Lines[^1].At;
        if (logs.Border <= logs.Start || last <= logs.Border)
        {
            return;
        }

        var comparison = new LogComparison((last - logs.Border) / (logs.Border - logs.Start), logs.IsSelection);
        foreach (var service in logs.Lines.GroupBy(l => l.Service, StringComparer.Ordinal))
        {
            comparison.AddBaseline(service.Key, [.. service.Where(l => l.At < logs.Border).Select(Text)]);
            var during = service.Where(l => l.At >= logs.Border).ToList();
            comparison.AddIncident(service.Key, [.. during.Select(Text)], [.. during.Select(l => (DateTimeOffset?)l.At)]);
        }

        var changes = comparison.Changes();
        // Who speaks of another in an error that is new has to do with it.
        var services = logs.Lines.Select(l => l.Service).Distinct(StringComparer.Ordinal).ToList();
        foreach (var change in changes.Where(c => c is { Trend: TemplateTrend.FirstSeen, Error: true }))
        {
            foreach (var other in services.Where(s => s != change.Source && Speaks(change.Example, s)))
            {
                context.Relate(TelemetryView.Service(change.Source), TelemetryView.Service(other), RelationKind.DependsOn);
            }
        }

        var greatest = changes.Count == 0 ? 0 : changes[0].Score;
        var firstError = comparison.FirstErrors() is [var earliest, ..] ? earliest : null;
        foreach (var change in changes.Where(c => c.Score >= greatest / 2).Take(4))
        {
            var shown = logs.Lines.First(l => l.Service == change.Source && Text(l) == change.Example).Record;
            var service = TelemetryView.Service(change.Source);
            var first = change is { Trend: TemplateTrend.FirstSeen, Error: true } && change == firstError;
            context.Found(shown.Output, service, "log.shift", shown.Line, Claim(change, first), Currency.Now, [new Bearing(TelemetryFaults.Failing, service, (first ? 1.5 : 0.7) * Math.Min(1, change.Score / 40))]);
        }
    }

    private static string Claim(TemplateChange change, bool first) => string.Create(CultureInfo.InvariantCulture, $"{change.Source} logged this {change.Before} times before and {change.Now} times in the incident{(first ? ", the first new error of all" : change.Trend == TemplateTrend.Disappeared ? ", it is gone" : "")}");

    /// <summary>Whether a name stands in a text as a word of its own.</summary>
    private static bool Speaks(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsOfName(text[at - 1])) && (at + name.Length == text.Length || !IsOfName(text[at + name.Length])))
            {
                return name.Length > 2;
            }
        }

        return false;

        static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
    }

    // The level stands in a field of its own; the comparison reads it in the line.
    private static string Text(TimedLog line) => $"{line.Severity} {line.Text}";
}
