using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// What a Home Assistant automation sends about an entity, as a few fields of its own or as the state_changed event.
/// A sensor that detects something bad is over when it turns off; of other entities an automation tells because its
/// author wanted to know, so they fire.
/// </summary>
internal sealed class HomeAssistantDialect : IAlertDialect
{
    private static readonly string[] BadWhenOn =
        ["leak", "moisture", "smoke", "gas", "carbon_monoxide", "problem", "tamper", "safety", "heat", "cold", "vibration", "flood"];

    public string Name => "home-assistant";

    public string Vendor => "Home Assistant";

    public bool Recognises(JsonElement body, IntakeContext context)
    {
        var change = Change(body);
        return change.Text("entity_id") is { } id && id.Contains('.')
            && (change.Has("to") || change.Has("to_state") || change.Has("state") || change.Has("new_state") || change.Has("friendly_name"));
    }

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var change = Change(body);
        var id = change.Text("entity_id")!;
        var after = change.HasObject("new_state") ? change.Get("new_state") : change.Get("to_state");
        var (from, to) = (State(change, "from", "old_state", "from_state"), State(change, "to", "new_state", "to_state") ?? change.Text("state"));
        var label = change.Text("friendly_name") ?? after.Get("attributes").Text("friendly_name") ?? body.Text("title", "name") ?? id;
        var kind = change.Text("device_class") ?? after.Get("attributes").Text("device_class") ?? id;
        var over = to == "off" && id.StartsWith("binary_sensor.", StringComparison.Ordinal) && Array.Exists(BadWhenOn, kind.Contains);
        var time = change.Time("when", "last_changed", "time", "timestamp") ?? after.Time("last_changed") ?? body.Time("time_fired");

        var draft = new AlertDraft(Name)
        {
            Name = label,
            Summary = body.Text("message", "text") ?? (to is null ? null : from is null ? $"{label} is {to}." : $"{label} went from {from} to {to}."),
            Severity = SeverityScale.Of(body.Text("severity", "priority")),
            Status = over ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = over ? null : time,
            EndsAt = over ? time : null,
            Key = id,
        };
        draft.Label("entity_id", id);
        draft.Label("state", to);
        draft.Label("area", body.Text("area"));
        draft.Label("device_class", change.Text("device_class") ?? after.Get("attributes").Text("device_class"));
        draft.Annotation("previous_state", from);
        draft.LinksIn(body);
        return Reading.Of(this, draft);
    }

    private static JsonElement Change(JsonElement body) =>
        body.HasText("entity_id") ? body
        : body.Get("data").HasText("entity_id") ? body.Get("data")
        : body.Get("trigger").HasText("entity_id") ? body.Get("trigger")
        : body.Get("event", "data");

    private static string? State(JsonElement change, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if ((change.Text(name) ?? change.Get(name).Text("state")) is { } state)
            {
                return state;
            }
        }

        return null;
    }
}
