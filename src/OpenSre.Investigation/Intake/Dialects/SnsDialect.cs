using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// A message of Amazon's Simple Notification Service. Its <c>Message</c> is a string that usually holds the JSON of
/// another dialect. Whether to confirm a subscription is for a person to decide; no address is ever visited.
/// </summary>
internal sealed class SnsDialect : IAlertDialect
{
    public string Name => "sns";

    public string Vendor => "Amazon SNS";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        body.HasText("TopicArn") && body.Text("Type") is "Notification" or "SubscriptionConfirmation" or "UnsubscribeConfirmation";

    public Reading Read(JsonElement body, IntakeContext context)
    {
        if (!body.Is("Type", "Notification"))
        {
            return Reading.Nothing(this, Subscription(body));
        }

        var message = body.Text("Message") ?? "";
        var reading = context.MayUnwrap && IntakeContext.TryOpen(message, out var inner)
            ? DialectRegistry.Read(inner, context.Inside())
            : ReadText(body, message, context);
        return reading with { Alerts = [.. reading.Alerts.Select(a => WithTopic(a, body))] };
    }

    private Reading ReadText(JsonElement body, string message, IntakeContext context)
    {
        if (body.Text("Subject") is not { } subject)
        {
            return PlainText.Read(message, context);
        }

        var draft = new AlertDraft(Name) { Name = subject, Summary = message, StartsAt = body.Time("Timestamp") };
        draft.Severity = SeverityScale.Named(subject);
        return Reading.Of(this, draft);
    }

    private static Alert WithTopic(Alert alert, JsonElement body)
    {
        var annotations = new Dictionary<string, string>(alert.Annotations, StringComparer.Ordinal)
        {
            ["sns_topic"] = SafeText.Line(body.Text("TopicArn") ?? "", 300),
        };
        return alert with { Annotations = annotations, StartsAt = alert.StartsAt ?? (alert.Status == AlertStatus.Resolved ? null : body.Time("Timestamp")) };
    }

    private static string Subscription(JsonElement body)
    {
        var topic = SafeText.Line(body.Text("TopicArn") ?? "", 200);
        if (body.Is("Type", "UnsubscribeConfirmation"))
        {
            return $"Amazon SNS says that the subscription to {topic} has ended; there is nothing to look into";
        }

        var url = SafeText.Line(body.Text("SubscribeURL") ?? "", 1000);
        return IsAmazon(url)
            ? $"Amazon SNS asks to confirm a subscription to {topic}; if you asked for it, visit this SubscribeURL: {url}"
            : $"this asks to confirm a subscription to {topic}, but its SubscribeURL is not an address of Amazon SNS; do not visit it";
    }

    private static bool IsAmazon(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
        && uri.Host.StartsWith("sns.", StringComparison.Ordinal)
        && (uri.Host.EndsWith(".amazonaws.com", StringComparison.Ordinal) || uri.Host.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal))
        && !uri.Host["sns.".Length..uri.Host.IndexOf(".amazonaws.com", StringComparison.Ordinal)].Contains('.');
}
