using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>Reads JSON somebody else wrote: what is missing or of another type is null, never an exception.</summary>
internal static class JsonReading
{
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    public static string? TextAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    public static long? NumberAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } found
            ? found.TryGetInt64(out var number) ? number : found.TryGetDouble(out var real) && double.IsFinite(real) && Math.Abs(real) < 9e18 ? (long)real : null
            : null;

    /// <summary>Null for 0 and less, which is how Docker says "no limit".</summary>
    public static long? PositiveAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.NumberAt(path) is { } number and > 0 ? number : null;

    public static bool? FlagAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public static IEnumerable<JsonElement> ItemsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> MembersAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : [];

    public static IEnumerable<string> TextsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.ItemsAt(path).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!);

    /// <summary>One JSON value, or null if the text is none.</summary>
    public static JsonElement? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The values of JSON lines; lines that are no JSON are counted and left out.</summary>
    public static List<JsonElement> ParseLines(string text, out int unreadable)
    {
        List<JsonElement> found = [];
        unreadable = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TryParse(line) is { } element)
            {
                found.Add(element);
            }
            else
            {
                unreadable++;
            }
        }

        return found;
    }
}
