using System.Globalization;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>Reads fields of records that others write: what is missing or of another kind is simply not there.</summary>
internal static class Json
{
    public static JsonElement? Object(this JsonElement from, string key) => from.Get(key) is { ValueKind: JsonValueKind.Object } value ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement from, string key) => from.Get(key) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static string Text(this JsonElement from, string key) => from.Get(key) is { ValueKind: JsonValueKind.String } value ? PythonJson.Text(value) : "";

    public static long Number(this JsonElement from, string key) =>
        from.Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && Math.Abs(number) < 1e15 ? (long)number : 0;

    public static decimal? Amount(this JsonElement from, string key) => from.Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var amount) ? amount : null;

    public static bool Flag(this JsonElement from, string key) => from.Get(key) is { ValueKind: JsonValueKind.True };

    public static bool Has(this JsonElement from, string key) => from.Get(key) is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined };

    public static DateTimeOffset Time(this JsonElement from, string key = "timestamp") =>
        DateTimeOffset.TryParse(from.Text(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;

    public static bool TryParse(ReadOnlyMemory<byte> line, out JsonDocument document)
    {
        try
        {
            document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            return true;
        }
        catch (JsonException)
        {
            document = null!;
            return false;
        }
    }

    private static JsonElement? Get(this JsonElement from, string key) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(key, out var value) ? value : null;
}
