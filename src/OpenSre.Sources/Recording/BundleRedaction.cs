using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Masks credentials in what goes into a recording. JSON is cleaned value by value, because a pattern that runs over
/// its punctuation could leave something that is no JSON any more; all other text goes through <see cref="Redaction"/>.
/// </summary>
internal static class BundleRedaction
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static CommandResult Clean(CommandResult result) =>
        result with { Output = Clean(result.Output), Error = Redaction.Apply(result.Error) };

    /// <summary>Arguments are cleaned as well: a recording and its replay agree on the cleaned form.</summary>
    public static RecordedRequest Clean(RecordedRequest request) =>
        request with { Arguments = [.. request.Arguments.Select(Redaction.Apply)] };

    public static string Clean(string text)
    {
        if (!StartsLikeJson(text))
        {
            return Redaction.Apply(text);
        }

        if (TryCleanJson(text) is { } whole)
        {
            return whole;
        }

        // JSON lines, possibly among lines that are none.
        return string.Join('\n', text.Split('\n').Select(line => StartsLikeJson(line) ? TryCleanJson(line) ?? Redaction.Apply(line) : Redaction.Apply(line)));
    }

    private static bool StartsLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    private static string? TryCleanJson(string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }

        using (document)
        {
            var target = new System.Buffers.ArrayBufferWriter<byte>(text.Length);
            var changed = false;
            using (var writer = new Utf8JsonWriter(target, Compact))
            {
                Copy(document.RootElement, writer, name: null, ref changed);
            }

            return changed ? Encoding.UTF8.GetString(target.WrittenSpan) : text;
        }
    }

    private static void Copy(JsonElement element, Utf8JsonWriter writer, string? name, ref bool changed)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var secretPair = IsSecretPair(element);
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    var inner = secretPair && property.NameEquals("value") ? "password" : property.Name;
                    Copy(property.Value, writer, inner, ref changed);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Copy(item, writer, name, ref changed);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var value = element.GetString()!;
                var clean = SecretNames.CleanValue(name, value);
                changed |= clean != value;
                writer.WriteStringValue(clean);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>An object such as {"name":"DB_PASSWORD","value":"…"}, as Kubernetes writes environments.</summary>
    private static bool IsSecretPair(JsonElement element) =>
        element.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        && element.TryGetProperty("value", out _) && SecretNames.IsSecretVariable(name.GetString()!);
}
