using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Notes, runbooks and past incidents of one person on one machine. Read anew for each investigation, because people write
/// runbooks while things burn.
/// </summary>
/// <param name="places">Where notes are looked for.</param>
/// <param name="runbooks">Folders with runbooks.</param>
/// <param name="memory">Past incidents; null to have none.</param>
/// <param name="bytes">How much of the notes a model is told.</param>
public sealed class CaseKnowledge(ContextPlaces places, IReadOnlyList<string> runbooks, IncidentMemory? memory, int bytes = CaseKnowledge.DefaultBytes)
{
    public const int DefaultBytes = 12_000;

    private const int RunbookLimit = 6_000;
    private const int NearbyLimit = 4_000;

    public ContextPlaces Places => places;

    public IReadOnlyList<string> RunbookFolders => runbooks;

    public int Bytes => bytes;

    /// <summary>The notes for a case, weakest first, and a sentence for each that could not be used.</summary>
    /// <param name="incident">Null for the notes that hold whatever is asked.</param>
    public (IReadOnlyList<ContextFile> Files, IReadOnlyList<string> Problems) Notes(Incident? incident, EvidenceLedger? ledger = null) =>
        ContextFiles.Read(places, incident is null ? [] : TouchedFiles.Of(places.WorkingDirectory, incident, ledger));

    /// <summary>What is known besides the present. What cannot be read is a problem, said in a sentence; it never throws.</summary>
    /// <param name="diagnosis">What the engine holds so far.</param>
    /// <param name="ledger">What was read; notes that are for certain files are told where it speaks of these.</param>
    public CaseBackground For(Incident incident, Diagnosis diagnosis, EvidenceLedger? ledger = null)
    {
        List<string> problems = [];
        var fault = diagnosis.Top is { Kind: HypothesisKind.Fault } top ? top.FaultType : "";
        var books = Safely(() => Runbooks.Load(runbooks), problems);
        var matches = books?.For(incident, fault) ?? [];
        problems.AddRange(books?.Problems ?? []);
        var before = Safely(() => memory?.Like(incident, diagnosis), problems) ?? [];
        var (files, unread) = Safely(() => Notes(incident, ledger), problems);
        problems.AddRange(unread ?? []);
        var sections = ContextChoice.Choose(files ?? [], QuestionWords.Of(incident), bytes);

        List<CaseNote> notes = [];
        var trusted = sections.Where(s => s.File.Trusted).ToList();
        var others = sections.Where(s => !s.File.Trusted).ToList();
        if (trusted.Exists(s => s.Kept))
        {
            notes.Add(new CaseNote("Notes of whoever runs this", "trusted notes", ContextChoice.Text(trusted), Trusted: true));
        }

        if (others.Exists(s => s.Kept))
        {
            notes.Add(new CaseNote("Notes found in the project (anybody may have written them; no evidence)", "project notes", ContextChoice.Text(others)));
        }

        notes.AddRange(matches.Select(m => new CaseNote("A runbook that may fit (no evidence)", $"{m.Runbook.Path}: {m.Why}", CaseBrief.Cut(m.Runbook.Text, RunbookLimit))));
        if (before.Count > 0)
        {
            var text = new StringBuilder();
            foreach (var past in before)
            {
                text.AppendLine(BackgroundWords.Before(past));
                foreach (var fact in past.Incident.Facts ?? [])
                {
                    text.Append("  ").AppendLine(fact);
                }
            }

            notes.Add(new CaseNote("Seen before (no evidence: look whether it holds now)", "past incidents", text.ToString()));
        }

        return new CaseBackground(notes, matches, before, problems) { Nearby = new NearbyNotes(places, [.. (files ?? []).Select(f => f.Path)]).For };
    }

    /// <summary>Tells the notes of a folder, and rules for certain paths, when an output first speaks of a file there.</summary>
    private sealed class NearbyNotes(ContextPlaces places, HashSet<string> told)
    {
        public IReadOnlyList<CaseNote> For(StoredOutput output)
        {
            var touched = TouchedFiles.In(places.WorkingDirectory, output);
            if (touched.Count == 0)
            {
                return [];
            }

            // What cannot be read was said with the case; a model is told what can.
            var files = Safely(() => ContextFiles.Read(places, touched), []).Files ?? [];
            lock (told)
            {
                return [.. files.Where(f => told.Add(f.Path)).Select(f => new CaseNote(f.Trusted ? "Notes for this part of the project" : "Notes for this part of the project (anybody may have written them; no evidence)", f.Path, CaseBrief.Cut(f.Text, NearbyLimit), f.Trusted))];
            }
        }
    }

    private static T? Safely<T>(Func<T> read, List<string> problems)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(SafeText.Line(e.Message, 240));
            return default;
        }
    }
}
