using System.Text.Json;

namespace OpenSre.Server;

public enum SeedWish { Nothing, Turn, Alert, Answer, Interrupt, Refused }

/// <summary>
/// What a client of <c>/api/stream/investigate</c> wants, in whichever of its dialects it says so: a bare alert or
/// <c>{input|message|text}</c>; the same inside <c>payload</c>; an answer <c>{id, result}</c>; a JSON-RPC call.
/// </summary>
/// <param name="Text">What is to be investigated or said: words, or the alert as JSON.</param>
/// <param name="RequestId">The question an answer is for; 0 is one.</param>
/// <param name="Stop">A no that ends the turn as well.</param>
/// <param name="Why">Why a call is refused.</param>
public sealed record SeedBody(SeedWish Wish, string? ConnectionId, string Text = "", long RequestId = -1, bool Approve = false, bool Stop = false, string Why = "", bool IsHolmes = false)
{
    private static readonly string[] TextNames = ["input", "message", "text"];

    public static SeedBody Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new SeedBody(SeedWish.Nothing, null);
        }

        var connection = root.TryGetProperty("connectionId", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id.ToString() : null;
        // What is inside a payload counts first; a body without one is its own payload.
        var body = root.TryGetProperty("payload", out var payload) && payload.ValueKind is JsonValueKind.Object or JsonValueKind.String ? payload : root;
        return Wished(body) with { ConnectionId = connection };
    }

    private static SeedBody Wished(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.String)
        {
            return Turn(body.GetString()!);
        }

        if (body.TryGetProperty("method", out var method))
        {
            return Called(method.ToString(), body);
        }

        if (body.TryGetProperty("result", out var result) && body.TryGetProperty("id", out var request) && request.TryGetInt64(out var number))
        {
            var decision = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("decision", out var d) ? d.ToString() : result.ToString();
            return new SeedBody(SeedWish.Answer, null, RequestId: number, Approve: decision is "accept" or "acceptForSession" or "approved" or "approved_for_session", Stop: decision is "cancel" or "abort");
        }

        if (body.TryGetProperty("tool_decisions", out var decisions) && decisions.ValueKind == JsonValueKind.Array && decisions.GetArrayLength() > 0)
        {
            var first = decisions[0];
            return new SeedBody(SeedWish.Answer, null, first.TryGetProperty("tool_call_id", out var call) ? call.ToString() : "", Approve: first.TryGetProperty("approved", out var yes) && yes.ValueKind == JsonValueKind.True);
        }

        if (IsThere(body, "source") && IsThere(body, "title") && IsThere(body, "subject"))
        {
            return new SeedBody(SeedWish.Alert, null, Alert(body), IsHolmes: body.TryGetProperty("description", out _));
        }

        foreach (var name in TextNames)
        {
            if (body.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } words)
            {
                return Turn(words);
            }
        }

        return body.TryGetProperty("ask", out var ask) && ask.ValueKind == JsonValueKind.String ? Turn(ask.GetString()!) with { IsHolmes = true } : new SeedBody(SeedWish.Nothing, null);
    }

    /// <summary>Calls are few: what a conversation needs. Anything else could do anything to this machine.</summary>
    private static SeedBody Called(string method, JsonElement body)
    {
        switch (method)
        {
            case "turn/interrupt":
                return new SeedBody(SeedWish.Interrupt, null);
            case "turn/start" or "turn/steer":
                var texts = body.TryGetProperty("params", out var p) && p.ValueKind == JsonValueKind.Object && p.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Array
                    ? string.Join('\n', input.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object && i.TryGetProperty("text", out _)).Select(i => i.GetProperty("text").ToString()))
                    : "";
                return texts.Length > 0 ? Turn(texts) : new SeedBody(SeedWish.Refused, null, Why: $"{method} carries no text");
            case "initialize" or "initialized" or "thread/start" or "thread/resume":
                return new SeedBody(SeedWish.Nothing, null);
            default:
                return new SeedBody(SeedWish.Refused, null, Why: $"the method {OpenSre.Core.SafeText.Line(method, 60)} is not allowed here");
        }
    }

    /// <summary>The alert in the words the intake reads: name, summary, severity and labels at the top.</summary>
    private static string Alert(JsonElement body)
    {
        var subject = body.GetProperty("subject");
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", subject.ValueKind == JsonValueKind.Object && subject.TryGetProperty("labels", out var l) && l.ValueKind == JsonValueKind.Object && l.TryGetProperty("alertname", out var n) ? n.ToString() : body.GetProperty("title").ToString());
            json.WriteString("title", body.GetProperty("title").ToString());
            json.WriteString("source", body.GetProperty("source").ToString());
            json.WriteString("description", body.TryGetProperty("description", out var description) && description.ToString().Length > 0 ? description.ToString() : body.GetProperty("title").ToString());
            if (subject.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in subject.EnumerateObject().Where(f => f.Name is not ("name" or "title" or "source" or "description")))
                {
                    field.WriteTo(json);
                }
            }
            else
            {
                json.WriteString("subject", subject.ToString());
            }

            if (body.TryGetProperty("context", out var context) && context.ValueKind == JsonValueKind.Object)
            {
                json.WritePropertyName("context");
                context.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static SeedBody Turn(string text) => new(SeedWish.Turn, null, text);

    private static bool IsThere(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind switch { JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => false, JsonValueKind.String => value.GetString()!.Length > 0, _ => true };
}
