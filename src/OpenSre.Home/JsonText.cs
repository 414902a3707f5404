using System.Text.Json;

namespace OpenSre.Home;

/// <summary>Texts of JSON objects.</summary>
internal static class JsonText
{
    /// <summary>The text of a field; null where there is none, or something else.</summary>
    public static string? Text(this JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
