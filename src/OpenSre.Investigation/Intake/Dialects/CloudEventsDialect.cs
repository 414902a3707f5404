using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// CloudEvents 1.0: structured, as a batch, or binary, where the attributes are request headers and the body is the
/// data. Data in a dialect of its own is read as such; the envelope fills in what it left out.
/// </summary>
internal sealed class CloudEventsDialect : IAlertDialect
{
    public string Name => "cloudevents";

    public string Vendor => "A CloudEvents sender";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        IsEvent(body) || context.Header("ce-specversion") is not null || (body.Items().Any() && body.Items().All(IsEvent));

    public Reading Read(JsonElement body, IntakeContext context)
    {
        if (body.ValueKind == JsonValueKind.Array && body.Items().All(IsEvent))
        {
            return Readings.Of(body.Items().ToList(), e => ReadEvent(Attributes.Of(e), DataOf(e), context));
        }

        return IsEvent(body)
            ? ReadEvent(Attributes.Of(body), DataOf(body), context)
            : ReadEvent(Attributes.Of(context), body, context);
    }

    private static bool IsEvent(JsonElement body) => body.HasText("specversion") && body.HasText("type");

    private Reading ReadEvent(Attributes attributes, JsonElement data, IntakeContext context)
    {
        var inside = context.Inside();
        if (context.MayUnwrap && DialectRegistry.Known(data, inside) is { } dialect)
        {
            var reading = dialect.Read(data, inside);
            return reading with { Alerts = [.. reading.Alerts.Select(a => a with { StartsAt = a.StartsAt ?? attributes.Time })] };
        }

        var draft = UnknownJsonDialect.Draft(Name, data);
        draft.Name ??= attributes.Type;
        draft.Summary ??= data.AsText();
        draft.StartsAt ??= attributes.Time;
        if (StatusWords.Of(attributes.Type?[(attributes.Type.LastIndexOf('.') + 1)..]) == AlertStatus.Resolved)
        {
            draft.Status = AlertStatus.Resolved;
            draft.EndsAt ??= attributes.Time;
            draft.StartsAt = draft.StartsAt == attributes.Time ? null : draft.StartsAt;
        }

        draft.Label("source", attributes.Source);
        draft.Label("subject", attributes.Subject);
        draft.Label("type", attributes.Type);
        draft.Key ??= attributes.Id is null ? null : AlertIdentity.OfParts(attributes.Source, attributes.Id);
        return Reading.Of(this, draft);
    }

    private static JsonElement DataOf(JsonElement body)
    {
        var data = body.Get("data");
        var text = data.ValueKind == JsonValueKind.String ? data.GetString() : Decoded(body.Text("data_base64"));
        return IntakeContext.TryOpen(text, out var inner) ? inner : data;
    }

    private static string? Decoded(string? base64)
    {
        var buffer = new byte[(base64 ?? "").Length];
        return Convert.TryFromBase64String(base64 ?? "", buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }

    /// <summary>The context attributes, from wherever they were sent.</summary>
    private sealed record Attributes(string? Id, string? Source, string? Type, string? Subject, DateTimeOffset? Time)
    {
        public static Attributes Of(JsonElement body) =>
            new(body.Text("id"), body.Text("source"), body.Text("type"), body.Text("subject"), body.Time("time"));

        public static Attributes Of(IntakeContext context) =>
            new(context.Header("ce-id"), context.Header("ce-source"), context.Header("ce-type"), context.Header("ce-subject"), VendorTime.Of(context.Header("ce-time")));
    }
}
