using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>
/// A payload inside another JSON object, as queues, relays and recorded cases keep it: <c>{"alert_payload": {…}}</c>.
/// The inner object is read when it is in a known dialect, or when the outer one names nothing itself.
/// </summary>
internal sealed class EnvelopeDialect : IAlertDialect
{
    private static readonly string[] Names = ["alert_payload", "raw_alert", "alert", "payload", "data", "body", "detail", "event", "message", "incident", "problem"];

    public string Name => UnknownJsonDialect.DialectName;

    public string Vendor => "A relay";

    public bool Recognises(JsonElement body, IntakeContext context) => context.MayUnwrap && Inner(body, context).ValueKind != JsonValueKind.Undefined;

    public Reading Read(JsonElement body, IntakeContext context) => DialectRegistry.Read(Inner(body, context), context.Inside());

    private static JsonElement Inner(JsonElement body, IntakeContext context)
    {
        foreach (var name in Names)
        {
            var inner = body.Get(name);
            if (inner.ValueKind == JsonValueKind.String && IntakeContext.TryOpen(inner.GetString(), out var opened))
            {
                inner = opened;
            }

            if (inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                && (DialectRegistry.Known(inner, context.Inside()) is not null
                    || (UnknownJsonDialect.NameOf(inner) is not null && UnknownJsonDialect.NameOf(body) is null)))
            {
                return inner;
            }
        }

        return default;
    }
}
