using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Reads what <c>/v2/send</c> answers: an object up to release 0.99, an array after it, failures of single recipients
/// inside a success, and errors as <c>{"error":…}</c>.
/// </summary>
public static partial class SendReply
{
    public static SendOutcome Read(int status, string body)
    {
        if (status is 502 or 503)
        {
            return new SendOutcome.Later($"the service in front of Signal answered {status}", Heard: false);
        }

        using var document = Parse(body);
        var root = document?.RootElement;
        return status switch
        {
            201 or 200 => ReadSuccess(root),
            429 => new SendOutcome.RateLimited(Tokens(root), Wait(Error(root))),
            400 => ReadError(Error(root)),
            401 or 403 => new SendOutcome.Later($"the service refuses us with {status}; check SIGNAL_API_TOKEN", Heard: false),
            404 => new SendOutcome.Later("the service does not know /v2/send; is SIGNAL_SERVICE signal-cli-rest-api?", Heard: false),
            413 => new SendOutcome.Refused("the message is too large for the service"),
            _ => new SendOutcome.Unknown($"the service answered {status}"),
        };
    }

    private static SendOutcome ReadSuccess(JsonElement? root)
    {
        var reply = root is { ValueKind: JsonValueKind.Array } array ? (array.GetArrayLength() > 0 ? array[0] : null) : root;
        if (reply is not { ValueKind: JsonValueKind.Object } sent || Timestamp(sent) is not { } timestamp)
        {
            return new SendOutcome.Unknown("the service said it was sent, but not with which timestamp");
        }

        List<string> reasons = [];
        if (sent.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object && errors.TryGetProperty("recipients", out var recipients) && recipients.ValueKind == JsonValueKind.Array)
        {
            reasons.AddRange(recipients.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.Object && r.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String ? SafeText.Line(reason.GetString()!, 60) : "unknown reason"));
        }

        return new SendOutcome.Sent(timestamp, reasons);
    }

    private static SendOutcome ReadError(string error) =>
        error.Contains("untrusted recipient keys", StringComparison.OrdinalIgnoreCase) || error.Contains("untrusted identity", StringComparison.OrdinalIgnoreCase) ? new SendOutcome.Untrusted()
        : RateLimit().IsMatch(error) ? new SendOutcome.RateLimited([], Wait(error))
        : error.Contains("Couldn't process request", StringComparison.Ordinal) || error.Contains("nregistered user", StringComparison.Ordinal) ? new SendOutcome.Refused(SafeText.Line(Redaction.Apply(Numbers().Replace(error, "+…")), 200))
        : new SendOutcome.Later(SafeText.Line(Redaction.Apply(Numbers().Replace(error, "+…")), 200), Heard: true);

    private static long? Timestamp(JsonElement sent) => sent.TryGetProperty("timestamp", out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => parsed,
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            _ => null,
        }
        : null;

    private static string[] Tokens(JsonElement? root) =>
        root is { ValueKind: JsonValueKind.Object } reply && reply.TryGetProperty("challenge_tokens", out var tokens) && tokens.ValueKind == JsonValueKind.Array
            ? [.. tokens.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)]
            : [];

    private static string Error(JsonElement? root) =>
        root is { ValueKind: JsonValueKind.Object } reply && reply.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()! : "";

    private static TimeSpan? Wait(string error) => WaitSeconds().Match(error) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        ? TimeSpan.FromSeconds(seconds)
        : null;

    private static JsonDocument? Parse(string body)
    {
        try
        {
            return body.Length == 0 ? null : JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            // A proxy's page; the status alone says what there is to know.
            return null;
        }
    }

    [GeneratedRegex(@"rate.?limit|CAPTCHA proof required|too many requests", RegexOptions.IgnoreCase)]
    private static partial Regex RateLimit();

    [GeneratedRegex(@"wait ""?(\d{1,8})""? seconds", RegexOptions.IgnoreCase)]
    private static partial Regex WaitSeconds();

    [GeneratedRegex(@"\+\d{5,}")]
    internal static partial Regex Numbers();
}
