using System.Text.Json;

namespace OpenSre.Sentry;

/// <summary>Reads JSON in which anything may be missing, null, or of another kind.</summary>
internal static class JsonReading
{
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element, string name) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public static int Number(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

    public static bool Is(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.True;

    public static bool Has(this JsonElement element, string name) => element.Get(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];
}
