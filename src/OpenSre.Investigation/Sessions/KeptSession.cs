using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Everything a session file holds, in the shape a session needs to go on.</summary>
/// <param name="Recent">The newest cases, with their whole outputs; older ones are read when they are asked for.</param>
public sealed record KeptSession(
    string Id,
    string Name,
    string WorkingDirectory,
    DateTimeOffset StartedAt,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<SessionNote> Notes,
    IReadOnlyList<CaseFile> Recent)
{
    // Nothing of a case is built from these, and they are most of a file.
    private static readonly string[] Passing = ["{\"type\":\"message.delta\"", "{\"type\":\"plan.made\"", "{\"type\":\"hypothesis.changed\"", "{\"type\":\"model.spent\""];

    private const string BeginMark = "{\"type\":\"investigation.started\"";
    private const string EndMark = "{\"type\":\"session.case\"";
    private const string IdMark = "\"investigationId\":\"";

    /// <summary>Cases that come back with their whole outputs; of older ones the quoted words do.</summary>
    private const int WholeCases = 5;

    /// <summary>How many cases came before <see cref="Recent"/>.</summary>
    public int OlderCount { get; private init; }

    /// <summary>The cases before <see cref="Recent"/>, oldest first; reading them takes a while in a large file.</summary>
    public Lazy<IReadOnlyList<CaseFile>> Older { get; private init; } = new([]);

    /// <summary>Alerts that came by themselves, with what became of them, oldest first.</summary>
    public IReadOnlyList<SessionAlert> Alerts { get; private init; } = [];

    /// <summary>What was being watched when the session was left, in the words it was asked for.</summary>
    public IReadOnlyList<string> Watches { get; private init; } = [];

    /// <summary>All cases, oldest first.</summary>
    public IReadOnlyList<CaseFile> Cases => [.. Older.Value, .. Recent];

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
        List<SessionAlert> alerts = [];
        List<string> watches = [];
        List<KeptCase> cases = [];
        Dictionary<string, KeptCase> running = new(StringComparer.Ordinal);
        foreach (var line in JsonlFile.Lines(path))
        {
            if (line.StartsWith(EndMark, StringComparison.Ordinal))
            {
                if (running.Remove(IdOf(line) ?? "", out var ended))
                {
                    ended.AddLine(line);
                }
            }
            else if (line.StartsWith(SessionFile.Mark, StringComparison.Ordinal))
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
                    case SessionAlert { Alert: not null } r:
                        alerts.Add(r);
                        break;
                    case SessionAlert r when alerts.FindIndex(a => a.Id == r.Id) is >= 0 and var at:
                        alerts[at] = alerts[at] with { IsOver = r.IsOver, IsTaken = r.IsTaken };
                        break;
                    case SessionWatch r:
                        watches.Remove(r.Words);
                        if (r.IsOn)
                        {
                            watches.Add(r.Words);
                        }

                        break;
                }
            }
            else if (!Array.Exists(Passing, p => line.StartsWith(p, StringComparison.Ordinal)) && IdOf(line) is { } of)
            {
                // A large file has thousands of these; they are read only where the case will be wanted.
                began ??= JsonlEventLog.Parse(line)?.At;
                if (line.StartsWith(BeginMark, StringComparison.Ordinal) || !running.TryGetValue(of, out var current))
                {
                    cases.Add(running[of] = current = new KeptCase());
                    if (cases.Count > WholeCases)
                    {
                        cases[^(WholeCases + 1)].DropOutputs();
                    }
                }

                current.AddLine(line);
            }
        }

        var older = cases.SkipLast(WholeCases).ToList();
        older.ForEach(c => c.DropOutputs());
        return new KeptSession(id, name, folder, began ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path)), inputs, notes, Read(cases.TakeLast(WholeCases)))
        {
            Alerts = alerts,
            Watches = watches,
            OlderCount = older.Count(c => c.IsAboutSomething),
            Older = new Lazy<IReadOnlyList<CaseFile>>(() => Read(older)),
        };

        static IReadOnlyList<CaseFile> Read(IEnumerable<KeptCase> cases) => [.. cases.Select(c => c.Read()).OfType<CaseFile>()];
    }

    /// <summary>The investigation a line belongs to, without reading the line; the last of these words, because an output may have them too. Null where the line is torn before it.</summary>
    private static string? IdOf(string line)
    {
        var from = line.LastIndexOf(IdMark, StringComparison.Ordinal) + IdMark.Length;
        var to = from >= IdMark.Length ? line.IndexOf('"', from) : -1;
        return to < 0 ? null : line[from..to];
    }
}
