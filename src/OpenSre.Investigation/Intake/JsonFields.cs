using System.Globalization;
using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>
/// Access to foreign JSON that never fails: what is absent, null or of another type than expected is simply not there.
/// </summary>
internal static class JsonFields
{
    /// <summary>The field's value, or an undefined element; fields that are null count as absent.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : default;

    public static JsonElement Get(this JsonElement element, string first, params ReadOnlySpan<string> more)
    {
        element = element.Get(first);
        foreach (var name in more)
        {
            element = element.Get(name);
        }

        return element;
    }

    public static bool Has(this JsonElement element, string name) => element.Get(name).ValueKind != JsonValueKind.Undefined;

    public static bool HasObject(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.Object;

    public static bool HasArray(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.Array;

    /// <summary>Whether the field is a string that is not blank; <see cref="Text"/> then returns it.</summary>
    public static bool HasText(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } text && text.AsText() is not null;

    /// <summary>A string, number or boolean as trimmed text; null for anything else and for blank text.</summary>
    public static string? AsText(this JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!.Trim(),
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "",
        };
        return text.Length == 0 ? null : text;
    }

    /// <summary>The first of the named fields that holds text, a number or a boolean.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Get(name).AsText() is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The number in the field, also when it was written as a string.</summary>
    public static double? Number(this JsonElement element, string name) =>
        double.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    public static bool Is(this JsonElement element, string name, string value) =>
        string.Equals(element.Text(name), value, StringComparison.OrdinalIgnoreCase);

    /// <summary>The elements of an array; nothing for anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                yield return item;
            }
        }
    }

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Get(name).Items();

    /// <summary>The fields of an object; nothing for anything else.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Fields(this JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                yield return (field.Name, field.Value);
            }
        }
    }

    public static IEnumerable<(string Name, JsonElement Value)> Fields(this JsonElement element, string name) =>
        element.Get(name).Fields();

    /// <summary>The scalar items of an array, or the one scalar, joined with commas; null when there is none.</summary>
    public static string? List(this JsonElement element, string name)
    {
        var value = element.Get(name);
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.AsText();
        }

        var joined = string.Join(", ", value.Items().Select(AsText).Where(t => t is not null));
        return joined.Length == 0 ? null : joined;
    }
}
