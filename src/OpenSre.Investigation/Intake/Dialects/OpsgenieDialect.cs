using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Opsgenie's webhook, and Jira Service Management's, which kept its shape. The times beside each other are in
/// different units: <c>createdAt</c> in milliseconds, <c>updatedAt</c> in nanoseconds.
/// </summary>
internal sealed class OpsgenieDialect : IAlertDialect
{
    public string Name => "opsgenie";

    public string Vendor => "Opsgenie";

    public bool Recognises(JsonElement body, IntakeContext context) => body.HasText("action") && body.Get("alert").Has("alertId");

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var alert = body.Get("alert");
        var action = body.Text("action")!;
        var resolved = action is "Close" or "Delete" || alert.Is("status", "closed");
        var draft = new AlertDraft(Name)
        {
            Name = alert.Text("message", "alias", "alertId"),
            Summary = alert.Text("description", "message"),
            Severity = SeverityScale.Of(alert.Text("priority")),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = alert.Time("createdAt", "insertedAt"),
            EndsAt = resolved ? alert.Time("updatedAt") : null,
            Key = alert.Text("alias", "alertId"),
        };
        draft.LabelAll(alert.Get("details"));
        draft.Label("entity", alert.Text("entity"));
        draft.Label("priority", alert.Text("priority"));
        draft.Label("source", alert.Text("source"));
        draft.Label("tags", alert.List("tags"));
        draft.Annotation("action", action);
        draft.Annotation("note", alert.Text("note"));
        draft.LinksIn(alert.Get("details"));
        return Reading.Of(this, draft, action == "Create" || resolved ? null : $"the action is {SafeText.Line(action, 60)}");
    }
}
