using System.Text.Json;

namespace OpenSre.Models;

/// <summary>Lenient reading: what is not there, or is of another kind, is null; unknown fields do not matter.</summary>
internal static class JsonReading
{
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    public static JsonElement? Find(this JsonElement? element, string name) => element?.Find(name);

    public static string? Text(this JsonElement element, string name) => element.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Text(this JsonElement? element, string name) => element?.Text(name);

    public static long Number(this JsonElement element, string name) => element.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    public static long Number(this JsonElement? element, string name) => element?.Number(name) ?? 0;

    public static bool IsTrue(this JsonElement element, string name) => element.Find(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A value as the text a tool takes: strings as they are, everything else as JSON.</summary>
    public static string AsArgument(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>The members of an object as arguments of a tool; nulls are left out.</summary>
    public static Dictionary<string, string> AsArguments(this JsonElement? element)
    {
        Dictionary<string, string> arguments = new(StringComparer.Ordinal);
        if (element is { ValueKind: JsonValueKind.Object } value)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    arguments[member.Name] = member.Value.AsArgument();
                }
            }
        }

        return arguments;
    }
}
