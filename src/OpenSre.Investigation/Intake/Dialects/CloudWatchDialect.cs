using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Alarms of Amazon CloudWatch, as their notification writes them and as EventBridge does. CloudWatch knows no
/// severity: a word for one in the name or description is taken. Composite alarms have a rule, others a metric or an
/// expression over several.
/// </summary>
internal sealed class CloudWatchDialect : IAlertDialect
{
    public string Name => "cloudwatch";

    public string Vendor => "CloudWatch";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        (body.HasText("AlarmName") && body.HasText("NewStateValue")) || body.Get("detail").HasText("alarmName");

    public Reading Read(JsonElement body, IntakeContext context) =>
        Reading.Of(this, body.HasText("AlarmName") ? ReadNotification(body) : ReadEvent(body));

    private AlertDraft ReadNotification(JsonElement body)
    {
        var draft = Draft(body.Text("AlarmName"), body.Text("AlarmDescription"), body.Text("NewStateReason"), body.Text("NewStateValue"), body.Time("StateChangeTime"));
        draft.Key = body.Text("AlarmArn");
        draft.Label("region", RegionOf(body.Text("AlarmArn")) ?? body.Text("Region"));
        draft.Label("account", body.Text("AWSAccountId"));
        draft.Annotation("rule", body.Text("AlarmRule"));

        var trigger = body.Get("Trigger");
        draft.Label("metric", trigger.Text("MetricName"));
        draft.Label("namespace", trigger.Text("Namespace"));
        Dimensions(draft, trigger.Get("Dimensions"));
        draft.Annotation("statistic", trigger.Text("Statistic", "ExtendedStatistic"));
        draft.Annotation("period", trigger.Text("Period"));
        draft.Annotation("comparison", trigger.Text("ComparisonOperator"));
        draft.Annotation("threshold", trigger.Text("Threshold"));
        foreach (var metric in trigger.Items("Metrics"))
        {
            var stat = metric.Get("MetricStat", "Metric");
            draft.Annotation($"metric.{metric.Text("Id")}", metric.Text("Expression") ?? $"{stat.Text("Namespace")} {stat.Text("MetricName")}".Trim());
            Dimensions(draft, stat.Get("Dimensions"));
        }

        return draft;
    }

    private AlertDraft ReadEvent(JsonElement body)
    {
        var detail = body.Get("detail");
        var (state, configuration) = (detail.Get("state"), detail.Get("configuration"));
        var draft = Draft(detail.Text("alarmName"), configuration.Text("description"), state.Text("reason"), state.Text("value"), state.Time("timestamp") ?? body.Time("time"));
        draft.Key = body.Items("resources").Select(r => r.AsText()).FirstOrDefault();
        draft.Label("region", body.Text("region"));
        draft.Label("account", body.Text("account"));
        draft.Annotation("rule", configuration.Text("alarmRule"));
        foreach (var entry in configuration.Items("metrics"))
        {
            var metric = entry.Get("metricStat", "metric");
            draft.Label("metric", metric.Text("name"));
            draft.Label("namespace", metric.Text("namespace"));
            draft.LabelAll(metric.Get("dimensions"));
            draft.Annotation($"metric.{entry.Text("id")}", entry.Text("expression"));
        }

        return draft;
    }

    private AlertDraft Draft(string? name, string? description, string? reason, string? state, DateTimeOffset? changed)
    {
        var status = StatusWords.Of(state) ?? AlertStatus.Unknown;
        var draft = new AlertDraft(Name)
        {
            Name = name,
            Summary = description ?? reason,
            Status = status,
            Severity = SeverityScale.Named($"{name} {description}".Replace('-', ' ').Replace('_', ' ')),
            StartsAt = status == AlertStatus.Resolved ? null : changed,
            EndsAt = status == AlertStatus.Resolved ? changed : null,
        };
        draft.Annotation("reason", reason);
        draft.Annotation("state", state);
        return draft;
    }

    private static void Dimensions(AlertDraft draft, JsonElement dimensions)
    {
        foreach (var dimension in dimensions.Items())
        {
            if (dimension.Text("name", "Name") is { } name)
            {
                draft.Label(name, dimension.Text("value", "Value"));
            }
        }
    }

    /// <summary>The region's id; the notification itself writes its display name.</summary>
    private static string? RegionOf(string? arn) => arn?.Split(':') is [_, _, _, { Length: > 0 } region, ..] ? region : null;
}
