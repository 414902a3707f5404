using System.Text;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// A finding one agent tells the others: a hint from an unverified peer, never evidence. Fields and order are those of
/// the wire.
/// </summary>
/// <param name="Agent"><c>name:pid</c>.</param>
/// <param name="Topic"><c>finding</c> is the usual one.</param>
/// <param name="Summary">One line for a person.</param>
/// <param name="Source">Where it comes from; empty when not said.</param>
/// <param name="Path"><c>file.py:42</c>; empty when not said.</param>
/// <param name="Data">A JSON object, free of form.</param>
/// <param name="Id">A UUID.</param>
/// <param name="Timestamp">ISO 8601, UTC.</param>
public sealed record BusMessage(string Agent, string Topic, string Summary, string Source, string Path, JsonElement Data, string Id, string Timestamp, int SchemaVersion)
{
    private static readonly JsonElement NoData = Parse("{}"u8);

    /// <summary>A new message, with an id and the time.</summary>
    public static BusMessage Create(string agent, string summary, DateTimeOffset now, string topic = "finding", string source = "", string path = "", JsonElement? data = null) =>
        new(agent, topic, summary, source, path, data ?? NoData, Guid.NewGuid().ToString(), PythonJson.Time(now), 1);

    /// <summary>The frame as Python's <c>json.dumps(separators=(",",":"))</c> writes it, with its line end.</summary>
    public byte[] ToFrame() => new PythonJson(spaced: false)
        .Begin('{')
        .Key("agent").Value(Agent).Key("topic").Value(Topic).Key("summary").Value(Summary).Key("source").Value(Source).Key("path").Value(Path)
        .Key("data").Value(Data).Key("id").Value(Id).Key("timestamp").Value(Timestamp).Key("schema_version").Value(SchemaVersion)
        .End('}')
        .ToLine();

    /// <summary>
    /// Reads a frame without its line end, as tolerantly as the original does: every scalar becomes text, unknown keys
    /// are ignored, what lacks agent, topic or summary is no message.
    /// </summary>
    /// <returns>Null when it is no message.</returns>
    public static BusMessage? Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var document = Document(frame);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Word(root, "agent") is not { } agent || Word(root, "topic") is not { } topic || Word(root, "summary") is not { } summary)
            {
                return null;
            }

            if (!TryData(root, out var data) || !TryVersion(root, out var version))
            {
                return null;
            }

            return new BusMessage(agent, topic, summary, Word(root, "source") ?? "", Word(root, "path") ?? "", data, Word(root, "id") ?? Guid.NewGuid().ToString(), Word(root, "timestamp") ?? "", version);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> frame)
    {
        var options = new JsonDocumentOptions { MaxDepth = 512 };
        try
        {
            return JsonDocument.Parse(frame, options);
        }
        catch (JsonException) when (frame.Span.IndexOf("NaN"u8) >= 0 || frame.Span.IndexOf("Infinity"u8) >= 0)
        {
            // Python writes and reads numbers JSON does not have; here they are nothing.
            return JsonDocument.Parse(WithoutOddNumbers(frame.Span), options);
        }
    }

    private static byte[] WithoutOddNumbers(ReadOnlySpan<byte> frame)
    {
        var text = Encoding.UTF8.GetString(frame);
        var clean = new StringBuilder(text.Length);
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\' && i + 1 < text.Length)
            {
                clean.Append(text[i++]);
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && OddNumber(text.AsSpan(i)) is > 0 and var length)
            {
                clean.Append("null");
                i += length - 1;
                continue;
            }

            clean.Append(text[i]);
        }

        return Encoding.UTF8.GetBytes(clean.ToString());
    }

    private static int OddNumber(ReadOnlySpan<char> text) =>
        text.StartsWith("NaN") ? 3 : text.StartsWith("Infinity") ? 8 : text.StartsWith("-Infinity") ? 9 : 0;

    private static string? Word(JsonElement root, string key) => !root.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => PythonJson.Text(value),
        JsonValueKind.Null => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        _ => value.GetRawText(),
    };

    private static bool TryData(JsonElement root, out JsonElement data)
    {
        data = NoData;
        if (!root.TryGetProperty("data", out var value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            data = value.Clone();
            return true;
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0 || value.ValueKind == JsonValueKind.String && value.GetRawText().Length == 2;
    }

    private static bool TryVersion(JsonElement root, out int version)
    {
        version = 1;
        if (!root.TryGetProperty("schema_version", out var value))
        {
            return true;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                version = value.GetBoolean() ? 1 : 0;
                return true;
            case JsonValueKind.Number when value.TryGetDouble(out var number) && Math.Abs(number) < int.MaxValue:
                version = (int)number;
                return true;
            case JsonValueKind.String:
                return int.TryParse(PythonJson.Text(value), out version);
            default:
                return false;
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }
}
