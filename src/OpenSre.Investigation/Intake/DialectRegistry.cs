using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>Every dialect, in the order they are tried: the ones with the surest marks first, guesses last.</summary>
internal static class DialectRegistry
{
    private static readonly IAlertDialect[] Vendors =
    [
        new CloudEventsDialect(),
        new SnsDialect(),
        new CloudWatchDialect(),
        new PagerDutyDialect(),
        new PagerDutyEventsDialect(),
        new PrometheusDialect(),
        new AlertmanagerApiDialect(),
        new GrafanaDialect(),
        new GrafanaLegacyDialect(),
        new AlertmanagerDialect(),
        new OpsgenieDialect(),
        new NewRelicDialect(),
        new SentryDialect(),
        new DatadogDialect(),
        new UptimeKumaDialect(),
        new NetdataDialect(),
        new HealthchecksDialect(),
        new ZabbixDialect(),
        new HomeAssistantDialect(),
        new OpenSreDialect(),
    ];

    private static readonly EnvelopeDialect Envelope = new();
    private static readonly UnknownJsonDialect Unknown = new();

    /// <summary>The dialect of a known sender, or null.</summary>
    public static IAlertDialect? Known(JsonElement body, IntakeContext context) =>
        Array.Find(Vendors, d => d.Recognises(body, context));

    public static Reading Read(JsonElement body, IntakeContext context)
    {
        if (Known(body, context) is { } dialect)
        {
            return dialect.Read(body, context);
        }

        return body.ValueKind switch
        {
            JsonValueKind.Array => ReadEach(body, context),
            JsonValueKind.String => ReadString(body.GetString()!, context),
            _ when Envelope.Recognises(body, context) => Envelope.Read(body, context),
            _ => Unknown.Read(body, context),
        };
    }

    /// <summary>A list of payloads; each is read by itself.</summary>
    private static Reading ReadEach(JsonElement list, IntakeContext context)
    {
        if (list.GetArrayLength() == 0 || !context.MayUnwrap)
        {
            return Reading.Nothing(Unknown, "the JSON holds no alert: it is an empty list");
        }

        return Readings.Of(list.Items().ToList(), item => Read(item, context.Inside()));
    }

    private static Reading ReadString(string text, IntakeContext context) =>
        context.MayUnwrap && IntakeContext.TryOpen(text, out var inner) ? Read(inner, context.Inside()) : PlainText.Read(text, context);
}
