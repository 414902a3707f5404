using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Everything a session file holds, in the shape a session needs to go on.</summary>
public sealed record KeptSession(
    string Id,
    string Name,
    string WorkingDirectory,
    DateTimeOffset StartedAt,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<SessionNote> Notes,
    IReadOnlyList<CaseFile> Cases)
{
    // Nothing of a case is built from these, and they are most of a file.
    private static readonly string[] Passing = ["{\"type\":\"message.delta\"", "{\"type\":\"plan.made\"", "{\"type\":\"hypothesis.changed\"", "{\"type\":\"model.spent\""];

    private const string OutputMark = "{\"type\":\"tool.output\"";
    private const string IdMark = "\"investigationId\":\"";

    /// <summary>Cases that come back with their whole outputs; of older ones the quoted words do.</summary>
    private const int WholeCases = 5;

    /// <summary>Reads a whole file; lines that are torn or of a newer version are left out.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static KeptSession Read(string path)
    {
        var id = Path.GetFileNameWithoutExtension(path);
        var (name, folder) = ("", "");
        DateTimeOffset? began = null;
        List<string> inputs = [];
        List<SessionNote> notes = [];
        List<KeptCase> cases = [];
        Dictionary<string, KeptCase> running = new(StringComparer.Ordinal);
        foreach (var line in JsonlFile.Lines(path))
        {
            if (line.StartsWith(SessionFile.Mark, StringComparison.Ordinal))
            {
                var record = SessionFile.Parse(line);
                began ??= record?.At;
                switch (record)
                {
                    case SessionOpened r:
                        folder = r.WorkingDirectory;
                        break;
                    case SessionNamed r:
                        name = r.Name;
                        break;
                    case SessionInput r:
                        inputs.Add(r.Text);
                        break;
                    case SessionNote r:
                        notes.Add(r);
                        break;
                    case SessionCase r when running.Remove(r.InvestigationId, out var ended):
                        ended.Add(r);
                        break;
                }
            }
            else if (line.StartsWith(OutputMark, StringComparison.Ordinal))
            {
                // Most of a large file; read only where it will be wanted.
                if (running.TryGetValue(IdOf(line), out var current))
                {
                    current.AddOutput(line);
                }
            }
            else if (!Array.Exists(Passing, p => line.StartsWith(p, StringComparison.Ordinal)) && JsonlEventLog.Parse(line) is { } e)
            {
                began ??= e.At;
                if (e is InvestigationStarted || !running.TryGetValue(e.InvestigationId, out var current))
                {
                    cases.Add(running[e.InvestigationId] = current = new KeptCase());
                }

                current.Add(e);
            }
        }

        foreach (var recent in cases.TakeLast(WholeCases))
        {
            recent.ReadOutputs();
        }

        return new KeptSession(id, name, folder, began ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path)), inputs, notes, [.. cases.Select(c => c.Build()).OfType<CaseFile>()]);
    }

    /// <summary>The investigation a line belongs to, without reading the line; the last of these words, because an output may have them too.</summary>
    private static string IdOf(string line)
    {
        var from = line.LastIndexOf(IdMark, StringComparison.Ordinal) + IdMark.Length;
        var to = from >= IdMark.Length ? line.IndexOf('"', from) : -1;
        return to < 0 ? "" : line[from..to];
    }
}
