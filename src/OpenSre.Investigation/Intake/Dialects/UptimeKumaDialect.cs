using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Uptime Kuma's webhook. A test message has neither heartbeat nor monitor; nor has the warning that a certificate
/// expires, which is told apart by its words.
/// </summary>
internal sealed class UptimeKumaDialect : IAlertDialect
{
    public string Name => "uptime-kuma";

    public string Vendor => "Uptime Kuma";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("heartbeat", out _) && body.TryGetProperty("monitor", out _);

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var (heartbeat, monitor) = (body.Get("heartbeat"), body.Get("monitor"));
        var message = body.Text("msg");
        if (heartbeat.ValueKind != JsonValueKind.Object && monitor.ValueKind != JsonValueKind.Object)
        {
            return message is null || message.EndsWith("Testing", StringComparison.OrdinalIgnoreCase)
                ? Reading.Nothing(this, "Uptime Kuma sent its test message, so the connection works; there is nothing to look into")
                : Notification(message);
        }

        var name = monitor.Text("name", "pathName", "url", "hostname") ?? message;
        var state = heartbeat.Text("status");
        var status = state switch { "1" => AlertStatus.Resolved, "0" or "2" or null => AlertStatus.Firing, _ => AlertStatus.Unknown };
        var time = heartbeat.Time("time");
        var draft = new AlertDraft(Name)
        {
            Name = state switch { "0" => $"{name} is down", "1" => $"{name} is up", _ => name },
            Summary = message ?? heartbeat.Text("msg"),
            Severity = state switch { "0" => Severity.Error, "2" => Severity.Warning, _ => Severity.Unknown },
            Status = status,
            StartsAt = status == AlertStatus.Resolved ? null : time,
            EndsAt = status == AlertStatus.Resolved ? time : null,
            Key = $"monitor-{monitor.Text("id") ?? heartbeat.Text("monitorID", "monitor_id")}",
        };
        draft.LabelTags(monitor.Get("tags"));
        draft.Label("monitor", monitor.Text("name"));
        draft.Label("type", monitor.Text("type"));
        draft.Label("url", monitor.Text("url") is { } url && url != "https://" ? url : null);
        draft.Label("host", monitor.Text("hostname"));
        draft.Label("port", monitor.Text("port"));
        draft.Label("container", monitor.Text("docker_container"));
        draft.Annotation("description", monitor.Text("description"));
        draft.Annotation("error", state == "0" ? heartbeat.Text("msg") : null);
        draft.Link("Monitored address", monitor.Text("url"));
        return Reading.Of(this, draft);
    }

    private Reading Notification(string message) =>
        Reading.Of(this, new AlertDraft(Name) { Name = message, Summary = message, Severity = Severity.Warning });
}
