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

    public ContextPlaces Places => places;

    public IReadOnlyList<string> RunbookFolders => runbooks;

    public int Bytes => bytes;

    /// <summary>What is known besides the present. What cannot be read is a problem, said in a sentence; it never throws.</summary>
    /// <param name="diagnosis">What the engine holds so far.</param>
    public CaseBackground For(Incident incident, Diagnosis diagnosis)
    {
        List<string> problems = [];
        var fault = diagnosis.Top is { Kind: HypothesisKind.Fault } top ? top.FaultType : "";
        var books = Safely(() => Runbooks.Load(runbooks), problems);
        var matches = books?.For(incident, fault) ?? [];
        problems.AddRange(books?.Problems ?? []);
        var before = Safely(() => memory?.Like(incident, diagnosis), problems) ?? [];
        var (files, unread) = Safely(() => ContextFiles.Read(places), problems);
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

        return new CaseBackground(notes, matches, before, problems);
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
