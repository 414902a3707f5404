using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Keeps events in a <see cref="JsonlFile"/>.</summary>
public sealed class JsonlEventLog(string path) : IEventLog, IDisposable
{
    private readonly JsonlFile _file = new(path);

    public string Path => path;

    /// <summary>Lines the last <see cref="Read"/> could not understand: what a killed process left, or damage.</summary>
    public int BrokenLines { get; private set; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Append(InvestigationEvent investigationEvent) =>
        _file.Append(JsonSerializer.SerializeToUtf8Bytes(investigationEvent, CoreJson.Default.InvestigationEvent));

    public IEnumerable<InvestigationEvent> Read(string investigationId)
    {
        foreach (var e in ReadAll())
        {
            if (e.InvestigationId == investigationId)
            {
                yield return e;
            }
        }
    }

    /// <summary>All events of the file, in the order they were written.</summary>
    public IEnumerable<InvestigationEvent> ReadAll()
    {
        BrokenLines = 0;
        foreach (var line in JsonlFile.Lines(path))
        {
            if (Parse(line) is { } e)
            {
                yield return e;
            }
            else
            {
                BrokenLines++;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    internal static InvestigationEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CoreJson.Default.InvestigationEvent);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Counted by the caller. NotSupported: a kind of event only a newer version knows.
            return null;
        }
    }
}
