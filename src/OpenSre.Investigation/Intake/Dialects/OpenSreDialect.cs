using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// OpenSRE's own alert listener: <c>{text, alert_name, severity, source, received_at}</c>, of which only the text is
/// owed. The text is read like anything a person types, so it may also be a question or a whole payload.
/// </summary>
internal sealed class OpenSreDialect : IAlertDialect
{
    private static readonly string[] TextNames = ["text", "raw_alert", "input", "question", "prompt"];

    private static readonly HashSet<string> OwnFields = new(StringComparer.Ordinal)
    {
        "text", "raw_alert", "input", "question", "prompt", "alert_name", "severity", "source", "alert_source", "received_at",
    };

    public string Name => "opensre";

    public string Vendor => "The alert listener";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        TextOf(body) is not null && body.Fields().All(f => OwnFields.Contains(f.Name) || f.Value.ValueKind == JsonValueKind.Null);

    public Reading Read(JsonElement body, IntakeContext context)
    {
        var text = TextOf(body)!;
        if (context.MayUnwrap && IntakeContext.TryOpen(text, out var inner))
        {
            return DialectRegistry.Read(inner, context.Inside());
        }

        // A time of day in the text is meant as of when the text was written.
        var reading = PlainText.Read(text, context with { Now = body.Time("received_at") ?? context.Now });
        if (body.HasText("alert_name") && reading.Alerts.Count == 0)
        {
            // Somebody named the alert: it is no small talk, whatever its text says.
            reading = new Reading(Name, Vendor, [new Alert { Name = "", Summary = SafeText.Clean(text) }]);
        }

        return reading with { Dialect = Name, Vendor = Vendor, Alerts = [.. reading.Alerts.Select(a => Fill(a, body))] };
    }

    private Alert Fill(Alert alert, JsonElement body)
    {
        var draft = new AlertDraft(Name)
        {
            Name = body.Text("alert_name") ?? alert.Name,
            Summary = alert.Summary,
            Severity = SeverityScale.Of(body.Text("severity")) is var severity and not Severity.Unknown ? severity : alert.Severity,
            Status = alert.Status,
            StartsAt = alert.StartsAt ?? body.Time("received_at"),
            EndsAt = alert.EndsAt,
            Question = body.HasText("alert_name") && !body.HasText("question") ? null : alert.Question,
        };
        foreach (var (name, value) in alert.Labels)
        {
            draft.Label(name, value);
        }

        foreach (var (name, value) in alert.Annotations)
        {
            draft.Annotation(name, value);
        }

        foreach (var link in alert.Links)
        {
            draft.Link(link.Title, link.Url);
        }

        draft.Label("alert_source", body.Text("source", "alert_source"));
        return draft.Build();
    }

    private static string? TextOf(JsonElement body)
    {
        foreach (var name in TextNames)
        {
            if (body.HasText(name) && body.Text(name) is { } text)
            {
                return text;
            }
        }

        return null;
    }
}
