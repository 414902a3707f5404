using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>
/// Reads one or several JSON documents that follow each other in a text (concatenated, or one a line).
/// Strict JSON; nesting deeper than <see cref="MaxDepth"/> is refused like any other mistake.
/// </summary>
internal static class JsonDocuments
{
    public const int MaxDepth = 64;

    private static readonly SearchValues<string> SurrogateEscapes = SearchValues.Create(["\\ud"], StringComparison.OrdinalIgnoreCase);

    /// <summary>True and the documents, or false and where the text stops being JSON.</summary>
    public static bool TryParse(string json, out List<JsonElement> documents, out JsonMistake mistake)
    {
        documents = [];
        mistake = default;
        json = ReplaceLoneSurrogates(json);
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                documents.Add(JsonElement.ParseValue(ref reader));
            }
        }
        catch (JsonException e)
        {
            mistake = Locate(bytes, e);
            return false;
        }

        return documents.Count > 0;
    }

    private static JsonMistake Locate(byte[] bytes, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            start += bytes.AsSpan(start).IndexOf((byte)'\n') + 1;
        }

        var index = start + (int)Math.Clamp(e.BytePositionInLine ?? 0, 0, bytes.Length - start);
        if (e.Message.Contains("end of data", StringComparison.Ordinal))
        {
            index = bytes.Length;
        }

        return new JsonMistake(Encoding.UTF8.GetCharCount(bytes.AsSpan(0, index)), Reason(e, atEnd: index == bytes.Length));
    }

    private static string Reason(JsonException e, bool atEnd)
    {
        if (e.Message.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            return $"it is nested deeper than {MaxDepth} levels";
        }

        if (atEnd)
        {
            return "it ends too early";
        }

        // The parser's message ends in its own, zero-based position; ours replaces it.
        var reason = e.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        reason = (position < 0 ? reason : reason[..position]).TrimEnd('.');
        return reason.Length == 0 ? "it is not JSON" : char.ToLowerInvariant(reason[0]) + reason[1..];
    }

    /// <summary>
    /// Writes U+FFFD for escapes of half a character: they are legal JSON that no string can hold, and reading them throws.
    /// The length stays, so positions stay true.
    /// </summary>
    private static string ReplaceLoneSurrogates(string json)
    {
        if (!json.AsSpan().ContainsAny(SurrogateEscapes))
        {
            return json;
        }

        var clean = json.ToCharArray();
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                continue;
            }

            var unit = EscapedUnit(json, i);
            if (unit is not (>= 0xD800 and <= 0xDFFF))
            {
                i++;
                continue;
            }

            if (unit < 0xDC00 && EscapedUnit(json, i + 6) is >= 0xDC00 and <= 0xDFFF)
            {
                i += 11;
                continue;
            }

            "\\ufffd".CopyTo(0, clean, i, 6);
            i += 5;
        }

        return new string(clean);
    }

    private static int EscapedUnit(string json, int i) =>
        i + 6 <= json.Length && json[i] == '\\' && json[i + 1] == 'u'
            && ushort.TryParse(json.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? unit
            : -1;
}

/// <summary>Where (a character index) and why a text stops being JSON.</summary>
internal readonly record struct JsonMistake(int Index, string Reason);
