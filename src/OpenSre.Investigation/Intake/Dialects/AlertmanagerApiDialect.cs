using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Alertmanager's API, version 2: the bare list of alerts that Prometheus pushes, and the list the API returns, whose
/// alerts have a <c>status</c> object. A pushed alert is over once its <c>endsAt</c> has passed.
/// </summary>
internal sealed class AlertmanagerApiDialect : IAlertDialect
{
    public string Name => "alertmanager-api";

    public string Vendor => "The Alertmanager API";

    public bool Recognises(JsonElement body, IntakeContext context) => body.Items().Any() && body.Items().All(IsAlert);

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var alerts = new List<Alert>();
        foreach (var item in body.Items())
        {
            alerts.Add(AlertGroup.ReadAlert(this, item, default, context));
        }

        return Reading.Of(this, alerts);
    }

    private static bool IsAlert(JsonElement item) => item.HasObject("labels") && !item.HasArray("alerts") && !item.Has("specversion");
}
