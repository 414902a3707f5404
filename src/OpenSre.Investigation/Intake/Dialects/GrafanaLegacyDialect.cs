using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>The dashboard alerts of Grafana before version 11: one rule, its state and what matched.</summary>
internal sealed class GrafanaLegacyDialect : IAlertDialect
{
    public string Name => "grafana-legacy";

    public string Vendor => "Grafana";

    public bool Recognises(JsonElement body, IntakeContext context) => body.Has("ruleId") && (body.Has("evalMatches") || body.HasText("ruleName"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var draft = new AlertDraft(Name)
        {
            Name = body.Text("ruleName", "title"),
            Summary = body.Text("message", "title"),
            Status = StatusWords.Of(body.Text("state")) ?? AlertStatus.Firing,
            Key = $"rule-{body.Text("ruleId")}",
        };
        draft.LabelTags(body.Get("tags"));
        draft.Severity = SeverityScale.Of(draft.Labels.GetValueOrDefault("severity"), draft.Labels.GetValueOrDefault("priority"));
        var index = 0;
        foreach (var match in body.Items("evalMatches").Take(20))
        {
            draft.Annotation($"match.{index++}", $"{match.Text("metric")} = {match.Text("value")}");
            draft.LabelAll(match.Get("tags"));
        }

        draft.Label("dashboard_id", body.Text("dashboardId"));
        draft.Label("panel_id", body.Text("panelId"));
        if (draft.Labels.Count > 0)
        {
            draft.Key = $"rule-{body.Text("ruleId")}-{AlertIdentity.Of("", draft.Labels)}";
        }

        draft.LinksIn(body);
        return Reading.Of(this, draft);
    }
}
