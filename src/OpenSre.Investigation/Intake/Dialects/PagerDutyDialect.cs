using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// PagerDuty's webhooks, version 3. Incidents are alerts; messages about services, and the test message
/// <c>pagey.ping</c>, are not.
/// </summary>
internal sealed class PagerDutyDialect : IAlertDialect
{
    public string Name => "pagerduty";

    public string Vendor => "PagerDuty";

    public bool Recognises(JsonElement body, IntakeContext context) => body.Get("event").HasText("event_type") && body.Get("event").Has("data");

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var happening = body.Get("event");
        var type = happening.Text("event_type")!;
        var data = happening.Get("data");
        if (type == "pagey.ping")
        {
            return Reading.Nothing(this, "PagerDuty sent its test message, so the connection works; there is nothing to look into");
        }

        // Notes, responders and status updates carry a reference to the incident they belong to.
        var incident = data.Has("title") ? data : data.Get("incident");
        if (!type.StartsWith("incident.", StringComparison.Ordinal) || incident.ValueKind != JsonValueKind.Object)
        {
            return Reading.Nothing(this, $"PagerDuty reports \"{SafeText.Line(type, 60)}\", which names no incident to look into");
        }

        var resolved = type == "incident.resolved" || incident.Is("status", "resolved");
        var draft = new AlertDraft(Name)
        {
            Name = incident.Text("title", "summary", "id"),
            Summary = incident.Text("description") ?? incident.Get("body").Text("details") ?? incident.Text("title", "summary"),
            Severity = SeverityScale.Of(incident.Get("priority").Text("summary", "name"), incident.Text("urgency")),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = incident.Time("created_at") ?? (resolved ? null : happening.Time("occurred_at")),
            EndsAt = resolved ? incident.Time("resolved_at") ?? happening.Time("occurred_at") : null,
            Key = incident.Text("id", "incident_key"),
        };
        draft.Label("service", incident.Get("service").Text("summary"));
        draft.Label("incident", incident.Text("number", "id"));
        draft.Label("urgency", incident.Text("urgency"));
        draft.Label("status", incident.Text("status"));
        draft.Label("escalation_policy", incident.Get("escalation_policy").Text("summary"));
        draft.Annotation("event_type", type);
        draft.Annotation("note", data.Text("content") ?? data.Text("message"));
        draft.LinksIn(incident);
        draft.Link("Conference", incident.Get("conference_bridge").Text("conference_url"));
        return Reading.Of(this, draft, type is "incident.triggered" or "incident.resolved" ? null : $"the event is {SafeText.Line(type, 60)}");
    }
}
