using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>A session on disk: the events of its investigations and its own records, in the order they happened.</summary>
public sealed class SessionFile(string path) : IDisposable
{
    /// <summary>How a session record's line begins; no event's does.</summary>
    internal const string Mark = "{\"type\":\"session.";

    private readonly JsonlFile _file = new(path);

    public string Path => path;

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Append(InvestigationEvent investigationEvent) =>
        _file.Append(JsonSerializer.SerializeToUtf8Bytes(investigationEvent, CoreJson.Default.InvestigationEvent));

    /// <inheritdoc cref="Append(InvestigationEvent)"/>
    public void Append(SessionRecord record) => _file.Append(JsonSerializer.SerializeToUtf8Bytes(record, CoreJson.Default.SessionRecord));

    public void Dispose() => _file.Dispose();

    internal static SessionRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CoreJson.Default.SessionRecord);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // What a killed process left of its last line, or a kind of record only a newer version knows.
            return null;
        }
    }
}
