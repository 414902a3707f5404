using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>
/// Grafana's unified alerting: Alertmanager's group with an organisation, a title and a state of its own. Tools that
/// imitate it often send the common part without the list of alerts.
/// </summary>
internal sealed class GrafanaDialect : IAlertDialect
{
    public string Name => "grafana";

    public string Vendor => "Grafana";

    public bool Recognises(JsonElement body, IntakeContext context)
    {
        var ownFields = body.HasText("title") && body.HasText("state");
        return body.HasArray("alerts")
            ? body.Has("orgId") || ownFields
            : ownFields && body.HasObject("commonLabels") && (body.Has("groupKey") || body.Has("orgId"));
    }

    public Reading Read(JsonElement body, IntakeContext context) => AlertGroup.Read(this, body, context);
}
