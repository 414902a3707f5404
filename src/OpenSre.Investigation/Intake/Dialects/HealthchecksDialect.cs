using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Healthchecks has no body of its own: the template is the user's. Recognised are its check object, bare or as
/// <c>check</c> in a template, and templates made of its <c>$CODE</c> and <c>$STATUS</c>.
/// </summary>
internal sealed class HealthchecksDialect : IAlertDialect
{
    public string Name => "healthchecks";

    public string Vendor => "Healthchecks";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        body.HasText("status") && (IsCheck(body) || IsCheck(body.Get("check"))
            || (body.Has("code") && body.Has("name") && body.Text("status") is "up" or "down"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var check = body.HasObject("check") ? body.Get("check") : body;
        var name = body.Text("name") ?? check.Text("name", "slug", "uuid") ?? body.Text("code");
        var status = StatusWords.Of(body.Text("status")) ?? AlertStatus.Unknown;
        var lastPing = check.Time("last_ping");
        var time = body.Time("now");
        var draft = new AlertDraft(Name)
        {
            Name = $"{name} is {body.Text("status")}",
            Summary = body.Text("message", "error") ?? Describe(name, body.Text("status"), lastPing),
            Severity = status == AlertStatus.Firing ? Severity.Error : Severity.Unknown,
            Status = status,
            StartsAt = status == AlertStatus.Resolved ? null : time,
            EndsAt = status == AlertStatus.Resolved ? time : null,
            Key = body.Text("code") ?? check.Text("uuid", "unique_key", "ping_url"),
        };
        draft.Label("check", check.Text("slug", "name") ?? name);
        draft.Label("tags", body.List("tags") ?? check.List("tags"));
        draft.Label("exit_status", body.Text("exit_status", "exitstatus"));
        draft.Annotation("description", check.Text("desc"));
        draft.Annotation("schedule", check.Text("schedule"));
        draft.Annotation("grace", check.Text("grace"));
        draft.Annotation("last_ping", check.Text("last_ping"));
        draft.Annotation("next_ping", check.Text("next_ping"));
        draft.Annotation("body", body.Text("body"));
        return Reading.Of(this, draft);
    }

    private static bool IsCheck(JsonElement check) =>
        check.HasText("status") && (check.Has("ping_url") || check.Has("n_pings") || check.Has("unique_key"));

    private static string Describe(string? name, string? status, DateTimeOffset? lastPing) =>
        lastPing is { } ping ? $"{name} is {status}, its last ping came at {ping.UtcDateTime:yyyy-MM-dd HH:mm} UTC." : $"{name} is {status}.";
}
