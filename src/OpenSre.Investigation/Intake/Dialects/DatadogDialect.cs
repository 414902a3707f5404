using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Datadog's webhook, with its default template or one of the usual custom ones. The default template does not say
/// whether the monitor recovered; the title does.
/// </summary>
internal sealed partial class DatadogDialect : IAlertDialect
{
    public string Name => "datadog";

    public string Vendor => "Datadog";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        (body.Has("event_type") && body.Has("last_updated") && body.Get("org").Has("id"))
        || (body.HasText("alert_transition") && (body.Has("monitor_id") || body.Has("alert_id") || body.HasText("title")))
        || (body.HasText("alert_query") && body.HasText("alert_type"));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var title = body.Text("title", "event_title", "alert_title", "monitor_name") ?? "";
        var marks = Marks().Match(title).Value;
        var transition = body.Text("alert_transition", "transition") ?? marks;
        var draft = new AlertDraft(Name)
        {
            Name = title[marks.Length..],
            Summary = Plain(body.Text("body", "text_only_msg", "event_msg", "message")) ?? body.Text("alert_title"),
            Status = StatusOf(transition, body.Text("alert_type")),
            StartsAt = body.Time("alert_start", "date", "last_updated"),
            GroupKey = body.Text("monitor_id", "alert_id"),
        };
        draft.LabelTags(body.Get("tags"));
        draft.LabelTags(body.Get("scopes").ValueKind == JsonValueKind.Undefined ? body.Get("alert_scope") : body.Get("scopes"));
        foreach (Match scope in Scope().Matches(marks).Take(20))
        {
            draft.Label(scope.Groups[1].Value, scope.Groups[2].Value);
        }

        draft.Label("host", body.Text("hostname", "host"));
        draft.Label("monitor_id", body.Text("monitor_id", "alert_id"));
        draft.Label("metric", body.Text("alert_metric", "metric"));
        draft.Label("org", body.Get("org").Text("name"));
        draft.Annotation("query", body.Text("alert_query", "query"));
        draft.Annotation("transition", body.Text("alert_transition"));
        draft.Severity = SeverityScale.Of(
            body.Text("priority", "alert_priority"),
            body.Text("severity"),
            Priority().Match(marks).Value,
            transition.StartsWith("Warn", StringComparison.OrdinalIgnoreCase) ? "warning" : null,
            body.Text("alert_type"));
        draft.Key = body.Text("aggreg_key", "alert_cycle_key")
            ?? (body.Text("monitor_id", "alert_id") is { } monitor ? AlertIdentity.OfParts(monitor, body.List("scopes") ?? body.List("alert_scope")) : null);
        draft.LinksIn(body);
        draft.Link("Snapshot", body.Text("snapshot"));
        if (draft.Status == AlertStatus.Resolved)
        {
            draft.EndsAt = body.Time("last_updated", "date");
            draft.StartsAt = body.Time("alert_start");
        }

        return Reading.Of(this, draft);
    }

    private static AlertStatus StatusOf(string transition, string? alertType)
    {
        if (transition.Contains("recovered", StringComparison.OrdinalIgnoreCase))
        {
            return AlertStatus.Resolved;
        }

        return transition.Length == 0 && alertType == "success" ? AlertStatus.Resolved : AlertStatus.Firing;
    }

    /// <summary>The body without the marks that fence its Markdown and without the people it notifies.</summary>
    private static string? Plain(string? body) => body is null ? null : Mention().Replace(body.Replace("%%%", "", StringComparison.Ordinal), "").Trim();

    [GeneratedRegex(@"^(\s*\[(P[1-5]|(Re-)?(Triggered|Warn|No Data|Alert|Recovered|Resolved|Warn Recovered|Renotify|Muted|Test)[^\]]*)\])*\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Marks();

    [GeneratedRegex(@"([A-Za-z_][\w.-]{0,60}):([^,{}\[\]\s]{1,200})")]
    private static partial Regex Scope();

    [GeneratedRegex(@"P[1-5]", RegexOptions.IgnoreCase)]
    private static partial Regex Priority();

    [GeneratedRegex(@"(?<=^|\s)@[\w.@-]{2,100}", RegexOptions.Multiline)]
    private static partial Regex Mention();
}
