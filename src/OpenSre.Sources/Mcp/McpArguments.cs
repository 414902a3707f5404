using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Arguments as our tools take them, by name and as text, made what the schema of an MCP tool wants.</summary>
internal static class McpArguments
{
    private const int MostParameters = 40;
    private const int LongestSchema = 16_000;

    public static IReadOnlyList<ToolParameter> Parameters(JsonElement schema)
    {
        if (Properties(schema) is not { } properties)
        {
            return [];
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. properties.EnumerateObject().Take(MostParameters).Select(p => new ToolParameter(p.Name, SafeText.Line(Text(p.Value, "description"), 200), required.Contains(p.Name)))];
    }

    /// <summary>The schema as it goes to a model; null when it is too long, and the plain one of the parameters has to do.</summary>
    public static string? Schema(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Which dialect it is written in is of no use to a model, and some providers refuse to be told.
        var node = JsonObject.Create(schema)!;
        node.Remove("$schema");
        var text = SafeText.Clean(node.ToJsonString());
        return text.Length <= LongestSchema ? text : null;
    }

    /// <summary>Each text as a number, a truth value, an object or a list where the schema asks for one and it reads as one.</summary>
    public static Dictionary<string, JsonElement> Values(IReadOnlyDictionary<string, string> arguments, JsonElement schema)
    {
        Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);
        foreach (var (name, text) in arguments)
        {
            var kinds = Properties(schema) is { } properties && properties.TryGetProperty(name, out var property) ? Kinds(property) : [];
            values[name] = Value(text, kinds);
        }

        return values;
    }

    private static JsonElement Value(string text, IReadOnlyList<string> kinds)
    {
        if (kinds.Contains("string"))
        {
            return Quoted(text);
        }

        // What the schema leaves open is JSON only when it looks like an object or a list.
        var open = kinds.Count == 0 && text.Length > 0 && text[0] is '{' or '[';
        return open || kinds.Count > 0 && Fits(text, kinds) ? Parsed(text) ?? Quoted(text) : Quoted(text);
    }

    private static bool Fits(string text, IReadOnlyList<string> kinds) =>
        ((kinds.Contains("integer") || kinds.Contains("number")) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        || (kinds.Contains("boolean") && text is "true" or "false")
        || (kinds.Contains("object") && text.StartsWith('{'))
        || (kinds.Contains("array") && text.StartsWith('['));

    private static JsonElement? Parsed(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // It goes as text, and the server says what it misses.
            return null;
        }
    }

    private static JsonElement Quoted(string text)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStringValue(text);
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    private static List<string> Kinds(JsonElement property)
    {
        List<string> kinds = [];
        if (property.ValueKind != JsonValueKind.Object)
        {
            return kinds;
        }

        if (property.TryGetProperty("type", out var type))
        {
            kinds.AddRange(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!) : type.ValueKind == JsonValueKind.String ? [type.GetString()!] : []);
        }

        foreach (var either in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (property.TryGetProperty(either, out var choices) && choices.ValueKind == JsonValueKind.Array)
            {
                kinds.AddRange(choices.EnumerateArray().SelectMany(Kinds));
            }
        }

        return kinds;
    }

    private static JsonElement? Properties(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object ? properties : null;

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
