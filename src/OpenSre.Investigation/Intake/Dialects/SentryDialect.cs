using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Sentry's webhooks: issue alerts, issues, metric alerts and errors. Installations, comments and Seer's progress are
/// no alerts.
/// </summary>
internal sealed class SentryDialect : IAlertDialect
{
    private static readonly string[] Resources = ["event", "issue", "metric_alert", "error"];

    public string Name => "sentry";

    public string Vendor => "Sentry";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        context.Header("Sentry-Hook-Resource") is not null
        || (body.HasText("action") && body.HasObject("data") && (body.Has("installation") || Array.Exists(Resources, r => body.Get("data").HasObject(r))));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var (data, action) = (body.Get("data"), body.Text("action") ?? "");
        if (data.HasObject("metric_alert"))
        {
            return Reading.Of(this, MetricAlert(data, action));
        }

        foreach (var name in (string[])["event", "error"])
        {
            if (data.HasObject(name))
            {
                return Reading.Of(this, Event(data.Get(name), data));
            }
        }

        if (data.HasObject("issue"))
        {
            return Reading.Of(this, Issue(data.Get("issue"), action));
        }

        var resource = SafeText.Line(context.Header("Sentry-Hook-Resource") ?? (data.Has("comment") ? "comment" : data.Has("installation") ? "installation" : "message"), 40);
        return Reading.Nothing(this, $"Sentry sent a notice of kind \"{resource}\" ({SafeText.Line(action, 40)}), which reports no problem");
    }

    private AlertDraft Event(JsonElement happening, JsonElement data)
    {
        var exception = happening.Get("exception").Items("values").LastOrDefault();
        var draft = new AlertDraft(Name)
        {
            Name = happening.Text("title") ?? (exception.Has("type") ? $"{exception.Text("type")}: {exception.Text("value")}" : happening.Text("message", "culprit")),
            Summary = happening.Text("message") ?? happening.Get("metadata").Text("value") ?? happening.Text("title"),
            Severity = SeverityScale.Of(happening.Text("level")),
            StartsAt = happening.Time("datetime", "timestamp", "received"),
            Key = happening.Text("issue_id", "event_id"),
        };
        draft.LabelTags(happening.Get("tags"));
        draft.Label("project", happening.Text("project_slug", "project_name", "project"));
        draft.Label("platform", happening.Text("platform"));
        draft.Label("environment", happening.Text("environment"));
        draft.Label("release", happening.Text("release"));
        draft.Annotation("culprit", happening.Text("culprit"));
        draft.Annotation("rule", data.Text("triggered_rule"));
        draft.Annotation("exception", exception.Has("type") ? $"{exception.Text("type")}: {exception.Text("value")}" : null);
        draft.Link("Issue", happening.Text("web_url", "url"));
        return draft;
    }

    private AlertDraft Issue(JsonElement issue, string action)
    {
        var resolved = action == "resolved" || issue.Is("status", "resolved");
        var draft = new AlertDraft(Name)
        {
            Name = issue.Text("title", "shortId", "id"),
            Summary = issue.Get("metadata").Text("value", "title") ?? issue.Text("title"),
            Severity = SeverityScale.Of(issue.Text("level"), issue.Text("priority")),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = issue.Time("firstSeen"),
            EndsAt = resolved ? issue.Time("lastSeen") : null,
            Key = issue.Text("id"),
        };
        draft.Label("project", issue.Get("project").Text("slug", "name"));
        draft.Label("platform", issue.Text("platform"));
        draft.Label("issue", issue.Text("shortId"));
        draft.Annotation("culprit", issue.Text("culprit"));
        draft.Annotation("action", action);
        draft.Annotation("count", issue.Text("count"));
        draft.LinksIn(issue);
        return draft;
    }

    private AlertDraft MetricAlert(JsonElement data, string action)
    {
        var incident = data.Get("metric_alert");
        var rule = incident.Get("alert_rule");
        var resolved = action == "resolved";
        var draft = new AlertDraft(Name)
        {
            Name = rule.Text("name") ?? incident.Text("title") ?? data.Text("description_title"),
            Summary = data.Text("description_text", "description_title") ?? incident.Text("title"),
            Severity = SeverityScale.Of(action),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = incident.Time("date_started", "date_detected", "date_created"),
            EndsAt = resolved ? incident.Time("date_closed") : null,
            Key = incident.Text("id", "identifier"),
        };
        draft.Label("project", incident.List("projects"));
        draft.Label("environment", rule.Text("environment"));
        draft.Annotation("query", rule.Text("query"));
        draft.Annotation("aggregate", rule.Text("aggregate"));
        draft.LinksIn(data);
        return draft;
    }
}
