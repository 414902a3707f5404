using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>How much a line of the log matters; higher is graver.</summary>
public enum LogLevel { Debug, Info, Warning, Error }

/// <summary>How lines of the log are written: for people, or one JSON object a line.</summary>
public enum LogFormat { Text, Json }

/// <summary>
/// The server's log: one line for each thing worth knowing, with the ids it is about (<c>request</c>, <c>run</c>,
/// <c>incident</c>). Credentials are masked and control sequences taken out before anything is written.
/// </summary>
/// <param name="write">Takes a whole line without its end; called by one thread at a time.</param>
/// <param name="least">Lines that matter less are left out.</param>
public sealed class ServerLog(Action<LogLevel, string> write, LogFormat format, LogLevel least, TimeProvider time)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _lock = new();

    /// <summary>Whether lines of this level are written; what they cost can be saved otherwise.</summary>
    public bool Writes(LogLevel level) => level >= least;

    public void Info(string sentence, params ReadOnlySpan<(string Name, object? Value)> fields) => Write(LogLevel.Info, sentence, fields);

    public void Warn(string sentence, params ReadOnlySpan<(string Name, object? Value)> fields) => Write(LogLevel.Warning, sentence, fields);

    /// <param name="fields">What the line is about; those that are null or empty are left out.</param>
    public void Write(LogLevel level, string sentence, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        if (!Writes(level))
        {
            return;
        }

        var line = format == LogFormat.Json ? Json(level, sentence, fields) : Text(level, sentence, fields);
        lock (_lock)
        {
            write(level, line);
        }
    }

    private static string Safe(string text) => SafeText.Line(Redaction.Apply(text), 2000);

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private string Text(LogLevel level, string sentence, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var line = new StringBuilder($"{Now()} {level.ToString().ToLowerInvariant(),-7} {Safe(sentence)}");
        foreach (var (name, value) in fields)
        {
            if (Value(value) is { Length: > 0 } text)
            {
                var isPlain = !text.AsSpan().ContainsAny(' ', '"');
                line.Append(' ').Append(name).Append('=').Append(isPlain ? text : '"' + text.Replace('"', '\'') + '"');
            }
        }

        return line.ToString();
    }

    private string Json(LogLevel level, string sentence, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteString("at", Now());
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteString("message", Safe(sentence));
            foreach (var (name, value) in fields)
            {
                if (value is int or long or double)
                {
                    json.WriteNumber(name, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                }
                else if (Value(value) is { Length: > 0 } text)
                {
                    json.WriteString(name, text);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Value(object? value) => value switch
    {
        null => "",
        double number => number.ToString("0.###", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Safe(value.ToString() ?? ""),
    };
}
