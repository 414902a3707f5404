using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// The group of alerts that Alertmanager invented and Grafana and others send as well: <c>alerts[]</c> with labels and
/// annotations, and what they have in common beside it.
/// </summary>
internal static class AlertGroup
{
    public static Reading Read(IAlertDialect dialect, JsonElement body, IntakeContext context)
    {
        var alerts = new List<Alert>();
        foreach (var item in body.Items("alerts"))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                alerts.Add(ReadAlert(dialect, item, body, context));
            }
        }

        if (alerts.Count == 0 && (body.HasObject("commonLabels") || body.HasObject("groupLabels") || body.HasText("title")))
        {
            alerts.Add(ReadAlert(dialect, default, body, context));
        }

        return alerts.Count == 0
            ? Reading.Nothing(dialect, $"the {dialect.Vendor} message holds no alert")
            : Reading.Of(dialect, alerts, Notice(body));
    }

    /// <summary>One alert with what its group has in common; <paramref name="item"/> is undefined when only that is known.</summary>
    public static Alert ReadAlert(IAlertDialect dialect, JsonElement item, JsonElement group, IntakeContext context)
    {
        var draft = new AlertDraft(dialect.Name);
        draft.LabelAll(group.Get("groupLabels"));
        draft.LabelAll(group.Get("commonLabels"));
        draft.LabelAll(item.Get("labels"));
        draft.AnnotateAll(group.Get("commonAnnotations"));
        draft.AnnotateAll(item.Get("annotations"));
        foreach (var (name, value) in item.Fields("values"))
        {
            draft.Annotation("values." + name, value.AsText());
        }

        draft.Annotation("valueString", item.Text("valueString"));
        draft.Annotation("value", item.Text("value"));
        draft.Annotation("notification_reason", group.Text("notification_reason"));

        string? Label(string name) => draft.Labels.GetValueOrDefault(name);
        string? Annotation(string name) => draft.Annotations.GetValueOrDefault(name);

        draft.Summary = Annotation("summary") ?? Annotation("description") ?? Annotation("message") ?? group.Text("message");
        draft.Name = Label("alertname") ?? Label("alert_name") ?? group.Text("alert_name", "title") ?? Label("job");
        draft.Severity = SeverityScale.Of(Label("severity"), Label("priority"), Label("level"), Annotation("severity"), group.Text("severity"));
        draft.StartsAt = item.Time("startsAt", "activeAt");
        draft.GroupKey = group.Text("groupKey");
        draft.Key = item.Text("fingerprint");

        var ends = item.Time("endsAt");
        var state = item.Get("status").AsText() ?? item.Text("status", "state") ?? item.Get("status", "state").AsText();
        draft.Status = StatusWords.Of(state ?? group.Text("status", "state")) ?? AlertStatus.Firing;
        if (state is null && ends <= context.Now)
        {
            draft.Status = AlertStatus.Resolved;
        }

        // An end that lies ahead is only the sender's promise to repeat the alert before then.
        draft.EndsAt = draft.Status == AlertStatus.Resolved ? ends : null;
        if (state is "pending" or "suppressed")
        {
            draft.Annotation("state", state);
        }

        draft.LinksIn(item.Get("annotations"));
        draft.LinksIn(group.Get("commonAnnotations"));
        draft.LinksIn(item);
        draft.LinksIn(group);
        return draft.Build();
    }

    private static string? Notice(JsonElement body)
    {
        var notices = new List<string>();
        if (body.Number("truncatedAlerts") is > 0 and var left)
        {
            notices.Add($"the sender left out {left:0} more alerts of the group");
        }

        if (body.Text("notification_reason") is { } reason)
        {
            notices.Add($"sent because: {SafeText.Line(reason, 80)}");
        }

        return notices.Count == 0 ? null : string.Join("; ", notices);
    }
}
