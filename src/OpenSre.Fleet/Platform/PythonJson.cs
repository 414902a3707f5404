using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// JSON byte for byte as Python's <c>json.dumps</c> writes it: ASCII only, small hexadecimal digits, and one of its two
/// habits of separators. Files and frames that two programs share stay the same whoever wrote them.
/// </summary>
/// <param name="spaced">", " and ": ", as is Python's habit; else no spaces.</param>
internal sealed class PythonJson(bool spaced)
{
    private readonly StringBuilder _text = new();
    private bool _needsComma;

    public override string ToString() => _text.ToString();

    public byte[] ToLine()
    {
        _text.Append('\n');
        var bytes = new byte[_text.Length];
        Encoding.ASCII.GetBytes(_text.ToString(), bytes);
        return bytes;
    }

    public PythonJson Begin(char bracket)
    {
        Separate();
        _text.Append(bracket);
        _needsComma = false;
        return this;
    }

    public PythonJson End(char bracket)
    {
        _text.Append(bracket);
        _needsComma = true;
        return this;
    }

    public PythonJson Key(string name)
    {
        Separate();
        Quote(name);
        _text.Append(spaced ? ": " : ":");
        _needsComma = false;
        return this;
    }

    public PythonJson Value(string? text)
    {
        if (text is null)
        {
            return Raw("null");
        }

        Separate();
        Quote(text);
        _needsComma = true;
        return this;
    }

    public PythonJson Value(long number) => Raw(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Any JSON value; numbers stay as they were written.</summary>
    public PythonJson Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Begin('{');
                foreach (var property in value.EnumerateObject())
                {
                    Key(property.Name).Value(property.Value);
                }

                return End('}');
            case JsonValueKind.Array:
                Begin('[');
                foreach (var item in value.EnumerateArray())
                {
                    Value(item);
                }

                return End(']');
            case JsonValueKind.String:
                return Value(Text(value));
            default:
                return Raw(value.GetRawText());
        }
    }

    /// <summary>A string value. A lone half of a surrogate pair, which Python lets pass, becomes U+FFFD.</summary>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Unescaped(value.GetRawText().AsSpan(1..^1));
        }
    }

    /// <summary>A time as Python's <c>isoformat()</c> writes it in UTC: microseconds, left out when they are zero.</summary>
    public static string Time(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.Ticks % TimeSpan.TicksPerSecond / 10 == 0
            ? utc.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture)
            : utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
    }

    private static string Unescaped(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.Slice(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var same => same });
        }

        // Encoding replaces what cannot be encoded.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private PythonJson Raw(string text)
    {
        Separate();
        _text.Append(text);
        _needsComma = true;
        return this;
    }

    private void Separate()
    {
        if (_needsComma)
        {
            _text.Append(spaced ? ", " : ",");
        }
    }

    private void Quote(string text)
    {
        _text.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                case >= ' ' and <= '~': _text.Append(c); break;
                default: _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
            }
        }

        _text.Append('"');
    }
}
