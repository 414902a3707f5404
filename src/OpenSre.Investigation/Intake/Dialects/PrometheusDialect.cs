using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What Prometheus answers to <c>/api/v1/alerts</c> and <c>/api/v1/rules</c>.</summary>
internal sealed class PrometheusDialect : IAlertDialect
{
    public string Name => "prometheus";

    public string Vendor => "Prometheus";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        body.Is("status", "success") && (body.Get("data").HasArray("alerts") || body.Get("data").HasArray("groups"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var data = body.Get("data");
        var alerts = new List<Alert>();
        foreach (var item in data.Items("alerts").Concat(OfRules(data)))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                alerts.Add(AlertGroup.ReadAlert(this, item, default, context));
            }
        }

        return alerts.Count == 0
            ? Reading.Nothing(this, "Prometheus lists no active alert")
            : Reading.Of(this, alerts);
    }

    private static IEnumerable<JsonElement> OfRules(JsonElement data) =>
        data.Items("groups").SelectMany(g => g.Items("rules")).SelectMany(r => r.Items("alerts"));
}
