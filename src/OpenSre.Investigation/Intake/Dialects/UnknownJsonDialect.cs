using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// JSON of a sender nobody told us about. It is never refused: the fields that are usually called name, summary,
/// severity, status and time are looked for, everything else that is short becomes a label.
/// </summary>
internal sealed class UnknownJsonDialect : IAlertDialect
{
    public const string DialectName = "json";

    /// <summary>The annotation that holds the line of a JSON log record, and marks the alert as one.</summary>
    public const string LogLine = "log";

    private static readonly string[] NameFields =
    [
        "alertname", "alerttitle", "monitorname", "rulename", "checkname", "eventname", "incidentname", "problemtitle",
        "title", "name", "subject", "headline", "monitor", "check", "rule", "detailtype",
    ];

    private static readonly string[] SummaryFields =
        ["summary", "message", "msg", "description", "text", "details", "body", "reason", "error", "errormessage", "log", "query", "info"];

    private static readonly string[] SeverityFields = ["severity", "alertseverity", "priority", "level", "loglevel", "lvl", "urgency", "alertlevel", "levelname", "criticality"];

    private static readonly string[] StatusFields = ["status", "state", "alertstatus", "alertstate", "currentstate", "newstate", "action", "alerttransition", "eventtype"];

    private static readonly string[] StartFields =
    [
        "startsat", "startedat", "starttime", "startdate", "firedat", "triggeredat", "activeat", "occurredat", "detectedat", "beganat", "openedat",
        "createdat", "eventtime", "timestamp", "time", "datetime", "date", "receivedat", "when", "ts", "t",
    ];

    private static readonly string[] EndFields = ["endsat", "endedat", "endtime", "resolvedat", "closedat", "recoveredat"];

    private static readonly string[] KeyFields = ["fingerprint", "dedupkey", "deduplicationkey", "alertid", "incidentkey", "alertkey"];

    private static readonly HashSet<string> Consumed = new(StringComparer.Ordinal)
    {
        "summary", "severity", "status", "startsat", "endsat", "fingerprint", "groupkey",
        "labels", "annotations", "commonlabels", "commonannotations", "grouplabels", "tags", "links",
    };

    /// <summary>What differs between two deliveries of one alert; kept, but not as labels, which identify it.</summary>
    private static readonly HashSet<string> Passing = new(
        [
            .. SeverityFields, .. StatusFields, .. StartFields, .. EndFields, .. KeyFields, "updatedat",
            "id", "uuid", "eventid", "messageid", "requestid", "deliveryid", "value", "currentvalue", "observed", "actual", "count", "duration",
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> Prose = new(StringComparer.Ordinal)
    {
        "title", "message", "msg", "description", "text", "details", "body", "error", "log", "query",
    };

    public string Name => DialectName;

    public string Vendor => "A sender of JSON";

    public bool Recognises(JsonElement body, IntakeContext context) => true;

    public Reading Read(JsonElement body, IntakeContext context)
    {
        if (body.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) || !body.Fields().Any())
        {
            return Reading.Nothing(this, "the JSON holds no alert");
        }

        var draft = Draft(Name, body);
        var asks = body.Text("question", "prompt");
        draft.Question = asks ?? (draft.Name is null && body.Text("query", "input", "text") is { } text ? Speech.QuestionIn(text) : null);
        draft.Name ??= draft.Question ?? draft.Summary ?? body.Fields().Select(f => f.Value.AsText()).FirstOrDefault(t => t is not null);
        return Reading.Of(this, draft) with { Asks = draft.Question is not null };
    }

    /// <summary>The name the object gives to its alert, or null.</summary>
    public static string? NameOf(JsonElement body)
    {
        var fields = Normalised(body);
        return First(fields, NameFields[..1]) ?? LabelsOf(body).Select(l => l.Text("alertname", "alert_name")).FirstOrDefault(n => n is not null) ?? First(fields, NameFields);
    }

    /// <summary>Fills an alert from an object of any shape.</summary>
    public static AlertDraft Draft(string source, JsonElement body)
    {
        var fields = Normalised(body);
        var draft = new AlertDraft(source) { Name = NameOf(body) };
        foreach (var labels in LabelsOf(body))
        {
            draft.LabelAll(labels);
        }

        draft.LabelTags(body.Get("tags"));
        foreach (var name in (string[])["commonAnnotations", "annotations"])
        {
            draft.AnnotateAll(body.Get(name));
            draft.LinksIn(body.Get(name));
        }

        Flatten(draft, body, "", 0);

        string? Of(string name) => draft.Labels.GetValueOrDefault(name) ?? draft.Annotations.GetValueOrDefault(name);
        draft.Summary = draft.Annotations.GetValueOrDefault("summary") ?? First(fields, SummaryFields[..1])
            ?? draft.Annotations.GetValueOrDefault("description") ?? draft.Annotations.GetValueOrDefault("message") ?? First(fields, SummaryFields);
        draft.Severity = SeverityScale.Of([First(fields, SeverityFields), .. SeverityFields.Select(f => fields.GetValueOrDefault(f).AsText()), Of("severity"), Of("priority"), Of("level")]);
        draft.Status = StatusFields.Select(f => StatusWords.Of(fields.GetValueOrDefault(f).AsText())).FirstOrDefault(s => s is not null) ?? AlertStatus.Firing;
        draft.StartsAt = FirstTime(fields, StartFields) ?? VendorTime.Of(Of("startsAt"));
        if (draft.Status == AlertStatus.Resolved)
        {
            draft.EndsAt = FirstTime(fields, EndFields);
        }

        draft.Key = First(fields, KeyFields);
        draft.GroupKey = First(fields, ["groupkey"]);
        draft.LinksIn(body);
        foreach (var link in body.Items("links"))
        {
            draft.Link(link.Text("text", "title", "name", "rel") ?? "Link", link.AsText() ?? link.Text("href", "url"));
        }

        if (First(fields, ["level", "loglevel", "lvl", "levelname"]) is { } level && First(fields, ["msg", "message", "log"]) is { } line
            && !fields.ContainsKey("alertname") && draft.Name is null)
        {
            draft.Annotation(LogLine, $"{First(fields, StartFields)} {level} {line}".Trim());
        }

        return draft;
    }

    private static JsonElement[] LabelsOf(JsonElement body) => [body.Get("groupLabels"), body.Get("commonLabels"), body.Get("labels")];

    /// <summary>The fields by name in lower case without separators, so that alert_name, alertName and AlertName are one.</summary>
    private static Dictionary<string, JsonElement> Normalised(JsonElement body)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in body.Fields())
        {
            if (fields.Count < 1000)
            {
                fields.TryAdd(Normal(name), value);
            }
        }

        return fields;
    }

    private static string Normal(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static string? First(Dictionary<string, JsonElement> fields, string[] names)
    {
        foreach (var name in names)
        {
            if (fields.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.AsText() is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private static DateTimeOffset? FirstTime(Dictionary<string, JsonElement> fields, string[] names)
    {
        foreach (var name in names)
        {
            if (fields.TryGetValue(name, out var value) && VendorTime.Of(value) is { } time)
            {
                return time;
            }
        }

        return null;
    }

    /// <summary>Short scalars become labels under their path, long ones annotations; names that begin with an underscore are private.</summary>
    private static void Flatten(AlertDraft draft, JsonElement element, string path, int depth)
    {
        foreach (var (name, value) in element.Fields())
        {
            if (name.StartsWith('_') || (depth == 0 && Consumed.Contains(Normal(name))))
            {
                continue;
            }

            var full = path.Length == 0 ? name : $"{path}.{name}";
            if (value.ValueKind == JsonValueKind.Object && depth < 4)
            {
                Flatten(draft, value, full, depth + 1);
            }
            else if (!IsCredential(name) && element.List(name) is { } text)
            {
                if (depth == 0 && text == draft.Name)
                {
                    continue;
                }

                if (text.Length > 200 || text.Contains('\n') || Prose.Contains(Normal(name)) || Passing.Contains(Normal(name)))
                {
                    draft.Annotation(full, text);
                }
                else
                {
                    draft.Label(full, text);
                }
            }
        }
    }

    private static bool IsCredential(string name) =>
        Normal(name) is var n && (n.EndsWith("token", StringComparison.Ordinal) || n.EndsWith("password", StringComparison.Ordinal)
            || n.EndsWith("secret", StringComparison.Ordinal) || n.EndsWith("apikey", StringComparison.Ordinal) || n is "authorization" or "routingkey" or "signature");
}
