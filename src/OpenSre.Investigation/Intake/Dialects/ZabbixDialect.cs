using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// The parameters of a Zabbix media type, whose names are the administrator's choice: usually the macros' own
/// (<c>EVENT.ID</c>) or their snake case (<c>event_id</c>). A macro without a value arrives as its own name in braces
/// and counts as absent. Zabbix writes times without a zone; they are read as UTC.
/// </summary>
internal sealed partial class ZabbixDialect : IAlertDialect
{
    public string Name => "zabbix";

    public string Vendor => "Zabbix";

    public bool Recognises(JsonElement body, IntakeContext context)
    {
        if (body.ValueKind != JsonValueKind.Object || body.GetPropertyCount() > 200)
        {
            return false;
        }

        var fields = Normalised(body);
        return fields.ContainsKey("event_id") && (fields.ContainsKey("trigger_id") || fields.ContainsKey("event_nseverity") || fields.ContainsKey("zabbix_url"));
    }

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var fields = Normalised(body);
        string? Field(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (fields.TryGetValue(name, out var value) && value.Length > 0)
                {
                    return value;
                }
            }

            return null;
        }

        var resolved = Field("event_value") == "0"
            || (Field("event_value") is null && StatusWords.Of(Field("event_status", "status", "trigger_status")) == AlertStatus.Resolved);
        var draft = new AlertDraft(Name)
        {
            Name = Field("event_name", "trigger_name", "alert_subject", "subject", "name"),
            Summary = Field("alert_message", "message", "trigger_description") ?? Field("event_name", "trigger_name"),
            Severity = Numbered(Field("event_nseverity", "nseverity", "trigger_nseverity")) ?? Worded(Field("event_severity", "severity", "trigger_severity")),
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = Moment(Field("event_date"), Field("event_time")) ?? VendorTime.Of(Field("event_timestamp")),
            EndsAt = resolved ? Moment(Field("event_recovery_date"), Field("event_recovery_time")) : null,
            Key = Field("trigger_id") is { } trigger ? AlertIdentity.OfParts(trigger, Field("host_name", "hostname", "host_host", "host")) : Field("event_id"),
            GroupKey = Field("trigger_id"),
        };
        draft.Label("host", Field("host_name", "hostname", "host_host", "host"));
        draft.Label("ip", Field("host_ip", "host_conn"));
        draft.Label("item", Field("item_key", "item_name"));
        draft.Label("trigger_id", Field("trigger_id"));
        draft.Label("event_id", Field("event_id"));
        foreach (var tag in (Field("event_tags", "tags") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = tag.IndexOf(':');
            draft.Label(colon > 0 ? tag[..colon].Trim() : tag, colon > 0 ? tag[(colon + 1)..] : "true");
        }

        draft.Annotation("value", Field("item_value", "item_lastvalue"));
        draft.Annotation("operational_data", Field("event_opdata"));
        draft.Annotation("expression", Field("trigger_expression"));
        draft.Link("Trigger", Field("trigger_url"));
        draft.Link("Zabbix", Field("zabbix_url"));
        return Reading.Of(this, draft);
    }

    private static Dictionary<string, string> Normalised(JsonElement body)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in body.Fields())
        {
            var text = value.AsText() ?? "";
            fields[name.Trim('{', '}').Replace('.', '_').Replace(' ', '_').ToLowerInvariant()] = Macro().IsMatch(text) ? "" : text;
        }

        return fields;
    }

    private static Severity? Numbered(string? severity) => severity switch
    {
        "0" or "1" => Severity.Info,
        "2" or "3" => Severity.Warning,
        "4" => Severity.Error,
        "5" => Severity.Critical,
        _ => null,
    };

    private static Severity Worded(string? severity) => Numbered(severity) ?? SeverityScale.Of(severity);

    private static DateTimeOffset? Moment(string? date, string? time) => date is null ? null : VendorTime.Of($"{date} {time}".Trim());

    [GeneratedRegex(@"^(\{[$#?A-Z][A-Z0-9_.,:$#""<>() ]*\}|\*UNKNOWN\*)$")]
    private static partial Regex Macro();
}
