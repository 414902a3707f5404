using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What the monitoring itself says now: whether the alert holds, what else does, what it cannot reach, how the alert's own value went.</summary>
public sealed class AlertStateCheck : ICheck
{
    private const int MostOthers = 5;
    private const double PlainShift = 3;

    /// <summary>A record's text is cut at 500 characters; a longer expression may not be whole.</summary>
    private const int WholeText = 490;

    /// <summary>Labels that say how loud an alert is, and not what it is of.</summary>
    private static readonly string[] Manners = ["alertname", "severity", "priority", "level", "team", "prometheus", "cluster", "replica", "receiver"];

    public CheckInfo Info { get; } = new(
        "telemetry.alert_state",
        [TelemetryTools.Alerts, TelemetryTools.Targets, TelemetryTools.Series],
        "Whether the alert's own rule holds now for the same labels (decisive for healthy or not); other alerts that fire; targets that refuse connections or stay silent when scraped (strong for their being unreachable); how far what the alert's expression measures moved. Facts about the alert itself speak to no fault.",
        ["service.unreachable"],
        "the target is scraped well now");

    public void Examine(CheckContext context)
    {
        Condition(context);
        Targets(context);
        foreach (var metric in TelemetryView.Of(context).Metrics.Where(m => m.Series.Metric.StartsWith(MetricKind.AlertCondition, StringComparison.Ordinal) && Math.Abs(m.Shift.Score) >= PlainShift))
        {
            var since = metric.Since is { } at ? string.Create(CultureInfo.InvariantCulture, $", since {at.UtcDateTime:HH:mm}") : "";
            context.Found(metric.Output, TelemetryView.Service(metric.Series.Of), "metric.condition", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"what the alert measures of {metric.Series.Of} went from {metric.Shift.Before:G4} to {metric.Shift.During:G4}{since}"), Currency.Now, []);
        }
    }

    private static void Condition(CheckContext context)
    {
        var rules = context.Records(TelemetryTools.Alerts, "rule").ToList();
        var active = context.Records(TelemetryTools.Alerts, "alert").ToList();
        HashSet<string> ours = new(StringComparer.Ordinal);
        foreach (var alert in context.Incident.Alerts.DistinctBy(a => a.Name))
        {
            var name = Word(alert.Name);
            ours.Add(name);
            if (rules.Find(r => r["name"] == name) is not { Output: not null } rule)
            {
                continue;
            }

            if (LiveTelemetry.Expression(context) is null && alert == context.Incident.Primary && rule["text"] is { Length: > 0 and < WholeText } expression)
            {
                context.SuggestNow(LiveTelemetry.Series(context, expression), "what the rule of the alert measures", 0.8);
            }

            if (active.Find(a => a["name"] == name && Agrees(alert, a["text"])) is { Output: not null } holds)
            {
                Tell(holds, holds: true, $"{alert.Name} {(holds["state"] == "pending" ? "is pending" : "fires")} there now, since {holds["since"]}");
            }
            else if (rule["health"] is "ok" or "")
            {
                Tell(rule, holds: false, $"{alert.Name} does not fire there now");
            }
        }

        foreach (var other in active.Where(a => a["state"] == "firing" && !ours.Contains(a["name"])).Take(MostOthers))
        {
            context.Found(other.Output, context.Host, "alert.other", other.Line, $"{other["name"]} fires as well, since {other["since"]}: {SafeText.Line(other["text"], 160)}", Currency.Now, []);
        }

        void Tell(Record record, bool holds, string claim) =>
            context.Found(record.Output, context.Host, "recheck", record.Line, claim, Currency.Now, [new Bearing(FaultCatalogue.Healthy, context.Host, holds ? -4 : 4)]);
    }

    private static void Targets(CheckContext context)
    {
        foreach (var target in context.Records(TelemetryTools.Targets, "target").Where(t => t["instance"].Contains(':', StringComparison.Ordinal)))
        {
            var endpoint = Entities.Endpoint(target["instance"]);
            var service = TelemetryView.Service(target["job"]);
            context.Relate(endpoint, service, RelationKind.PartOf);
            // An endpoint that answers, only not with metrics, can be reached.
            var silent = target["text"].Contains("refused", StringComparison.Ordinal) || target["text"].Contains("deadline exceeded", StringComparison.Ordinal) || target["text"].Contains("no route", StringComparison.Ordinal) || target["text"].Contains("timeout", StringComparison.OrdinalIgnoreCase);
            context.Found(target, endpoint, "metric.target", $"the monitoring cannot scrape {target["job"]} at {target["instance"]}: {SafeText.Line(target["text"], 160)}", "service.unreachable", silent ? 3 : 1);
            if (context.Reading.Names(target["instance"]) || context.Reading.Names(target["job"]))
            {
                context.Rechecked(target.Output, Symptom.Down | Symptom.Network, endpoint, holds: true, target.Line, $"{target["job"]} at {target["instance"]} is not reached by the monitoring now", 3);
            }
        }

        foreach (var job in context.Records(TelemetryTools.Targets, "job").Where(j => j["down"] == "0" && j.Number("up") > 0 && context.Reading.ServiceNames.Contains(j["name"])))
        {
            context.Rechecked(job.Output, Symptom.Down, TelemetryView.Service(job["name"]), holds: false, job.Line, $"all {job["up"]} targets of {job["name"]} are scraped now", 2);
        }
    }

    /// <summary>Whether an active alert is the one that came: no label that both have differs.</summary>
    private static bool Agrees(Alert alert, string labels)
    {
        foreach (var pair in labels.Split(", "))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !Manners.Contains(pair[..equals]) && alert.Labels.TryGetValue(pair[..equals], out var value) && value != pair[(equals + 1)..])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name as a record has it: without spaces.</summary>
    private static string Word(string name) => string.Concat(SafeText.Line(name, 500).Select(c => char.IsWhiteSpace(c) ? '_' : c));
}
