using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Turns any payload text into alerts: the webhooks of the usual vendors, JSON of unknown senders, logs, sentences and
/// questions. It does no I/O, visits no address, and treats all text in a payload as data.
/// </summary>
public static class AlertIntake
{
    /// <summary>The largest input that is read, in bytes of UTF-8.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads a payload. Never fails: what cannot be read is <see cref="IntakeKind.Unusable"/> with a reason.</summary>
    /// <param name="text">The payload as it came, or what a person typed or pasted.</param>
    /// <param name="now">Decides whether an end has passed and what "since 10:05" means (in its zone).</param>
    /// <param name="headers">The request's headers, if it came by HTTP; some dialects put their envelope there.</param>
    public static IntakeResult Read(string text, DateTimeOffset now, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            var size = Encoding.UTF8.GetByteCount(text) / (1024.0 * 1024.0);
            return Unusable($"The input has {size:0.0} MB and at most {MaxBytes / (1024 * 1024)} MB are read: give the part that matters, such as one alert or the lines around the error.");
        }

        var payload = Payload.Of(text, headers ?? IntakeContext.NoHeaders);
        var context = new IntakeContext(now, payload.Headers);
        if (!payload.LooksLikeJson)
        {
            var whole = ReadText(payload.Body, context);
            return Result(whole, question: null);
        }

        if (!JsonDocuments.TryParse(payload.Body, out var documents, out var mistake))
        {
            return Unusable(Mistake(text, payload, mistake));
        }

        var reading = Readings.Of(documents, d => DialectRegistry.Read(d, context));
        return Result(reading, Speech.QuestionIn(SafeText.Clean(payload.Prose)));
    }

    private static Reading ReadText(string body, IntakeContext context)
    {
        // A JSON document that was turned into a string once too often.
        if (body is ['"', '{' or '[', .., '"'] && JsonDocuments.TryParse(body, out var documents, out _) && documents.Count == 1)
        {
            return DialectRegistry.Read(documents[0], context);
        }

        return PlainText.Read(body, context);
    }

    private static IntakeResult Result(Reading reading, string? question)
    {
        var alerts = reading.Alerts;
        if (alerts.Count == 0)
        {
            return new IntakeResult(IntakeKind.Noise, alerts, reading.Dialect, Sentence(reading.Notice ?? "there is no alert in it"));
        }

        if (question is not null)
        {
            alerts = [.. alerts.Select(a => a with { Question = a.Question ?? question })];
        }

        var kind = reading.Asks ? IntakeKind.Question
            : alerts.All(a => a.Status == AlertStatus.Resolved && a.Question is null) ? IntakeKind.Resolved
            : IntakeKind.Alerts;
        return new IntakeResult(kind, alerts, reading.Dialect, Sentence(Describe(kind, reading, alerts)));
    }

    private static string Describe(IntakeKind kind, Reading reading, IReadOnlyList<Alert> alerts)
    {
        var lead = alerts is [var only] ? only : alerts.OrderBy(a => a.Status == AlertStatus.Resolved).ThenByDescending(a => a.Severity).First();
        var name = $"\"{SafeText.Line(lead.Name, 100)}\"";
        var severity = lead.Severity == Severity.Unknown ? "" : $" ({lead.Severity.ToString().ToLowerInvariant()})";
        var text = (kind, alerts.Count) switch
        {
            (IntakeKind.Question, _) => $"The question is {name}",
            (IntakeKind.Resolved, 1) => $"{reading.Vendor} says that {name} is resolved",
            (IntakeKind.Resolved, var n) => $"{reading.Vendor} says that all {n} alerts are resolved, {name} among them",
            (_, 1) => $"{reading.Vendor} reports {name}{severity}",
            (_, var n) => $"{reading.Vendor} reports {n} alerts{Over(alerts)}, first of them {name}{severity}",
        };
        return reading.Notice is null ? text : $"{text}; {reading.Notice}";
    }

    private static string Over(IReadOnlyList<Alert> alerts) =>
        alerts.Count(a => a.Status == AlertStatus.Resolved) is > 0 and var over ? $" ({over} of them resolved)" : "";

    private static IntakeResult Unusable(string message) => new(IntakeKind.Unusable, [], "json", message);

    private static string Mistake(string text, Payload payload, JsonMistake mistake)
    {
        var source = payload.Decoded ? payload.Body : text;
        var index = Math.Min(source.Length, payload.Decoded ? mistake.Index : payload.Start + mistake.Index);
        var before = source.AsSpan(0, index);
        var line = before.Count('\n') + 1;
        var column = index - (before.LastIndexOf('\n') + 1) + 1;
        return $"The JSON is malformed at line {line}, column {column}: {SafeText.Line(mistake.Reason, 200)}.";
    }

    private static string Sentence(string text)
    {
        text = SafeText.Line(text, 2000);
        return char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '?' or '!' ? "" : ".");
    }
}
