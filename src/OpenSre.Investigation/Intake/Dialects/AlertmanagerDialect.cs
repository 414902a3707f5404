using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>
/// The webhook of Prometheus Alertmanager, version 4. Payloads made by hand often lack the version or the group key;
/// a list of alerts with something that groups them is enough.
/// </summary>
internal sealed class AlertmanagerDialect : IAlertDialect
{
    public string Name => "alertmanager";

    public string Vendor => "Alertmanager";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        body.HasArray("alerts")
        && (body.Has("groupKey") || body.Has("version") || body.Has("receiver") || body.HasObject("commonLabels")
            || body.HasObject("groupLabels") || body.HasObject("commonAnnotations") || HasLabels(body.Items("alerts")));

    public Reading Read(JsonElement body, IntakeContext context) => AlertGroup.Read(this, body, context);

    private static bool HasLabels(IEnumerable<JsonElement> alerts) => alerts.Any(a => a.HasObject("labels"));
}
