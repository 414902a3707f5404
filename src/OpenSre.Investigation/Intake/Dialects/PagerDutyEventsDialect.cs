using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Events as any tool sends them to PagerDuty's Events API, version 2. The routing key is a credential and is dropped.
/// </summary>
internal sealed class PagerDutyEventsDialect : IAlertDialect
{
    public string Name => "pagerduty-events";

    public string Vendor => "A PagerDuty event sender";

    public bool Recognises(JsonElement body, IntakeContext context) => body.HasText("event_action") && (body.Has("routing_key") || body.Has("dedup_key") || body.HasObject("payload"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var payload = body.Get("payload");
        var resolved = body.Is("event_action", "resolve");
        var draft = new AlertDraft(Name)
        {
            Name = payload.Text("summary") ?? body.Text("dedup_key"),
            Summary = payload.Text("summary"),
            Severity = SeverityScale.Of(payload.Text("severity")),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = resolved ? null : payload.Time("timestamp"),
            EndsAt = resolved ? payload.Time("timestamp") : null,
            Key = body.Text("dedup_key"),
        };
        foreach (var name in (string[])["source", "component", "group", "class"])
        {
            draft.Label(name, payload.Text(name));
        }

        draft.Label("client", body.Text("client"));
        foreach (var (name, value) in payload.Fields("custom_details"))
        {
            draft.Annotation(name, value.AsText());
        }

        draft.Annotation("details", payload.Text("custom_details"));
        foreach (var link in body.Items("links"))
        {
            draft.Link(link.Text("text") ?? "Link", link.Text("href"));
        }

        foreach (var image in body.Items("images"))
        {
            draft.Link(image.Text("alt") ?? "Image", image.Text("href", "src"));
        }

        draft.LinksIn(body);
        return Reading.Of(this, draft);
    }
}
