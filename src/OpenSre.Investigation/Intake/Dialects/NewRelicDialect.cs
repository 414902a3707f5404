using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>New Relic's workflows, with their default template, and the alert channels that came before them.</summary>
internal sealed class NewRelicDialect : IAlertDialect
{
    public string Name => "newrelic";

    public string Vendor => "New Relic";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        (body.Has("issueUrl") && (body.Has("isCorrelated") || body.Has("alertConditionNames") || body.Has("impactedEntities")))
        || (body.HasText("condition_name") && body.HasText("current_state"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var state = body.Text("state", "current_state") ?? "";
        var draft = new AlertDraft(Name)
        {
            Name = body.Text("title") ?? body.List("alertConditionNames") ?? body.Text("condition_name"),
            Summary = body.Text("details", "title") ?? body.List("alertConditionDescription"),
            Severity = SeverityScale.Of(body.Text("priority", "severity")),
            Status = StatusWords.Of(state) ?? AlertStatus.Firing,
            StartsAt = body.Time("activatedAt", "createdAt", "timestamp"),
            Key = body.Text("id", "issueId", "incident_id"),
        };
        if (draft.Status == AlertStatus.Resolved)
        {
            draft.EndsAt = body.Time("closedAt", "updatedAt");
        }

        draft.Label("entity", body.List("impactedEntities"));
        draft.Label("policy", body.List("alertPolicyNames") ?? body.Text("policy_name"));
        draft.Label("condition", body.List("alertConditionNames") ?? body.Text("condition_name"));
        draft.Label("workflow", body.Text("workflowName"));
        foreach (var target in body.Items("targets"))
        {
            draft.Label("entity", target.Text("name"));
            draft.LabelAll(target.Get("labels"));
        }

        draft.Annotation("trigger", body.Text("trigger"));
        draft.Annotation("incidents", body.Text("totalIncidents"));
        draft.LinksIn(body);
        return Reading.Of(this, draft);
    }
}
