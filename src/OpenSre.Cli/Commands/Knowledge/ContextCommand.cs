using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary><c>opensre context [QUESTION]</c>: the notes, runbooks and past incidents an investigation would know of, and what is cut.</summary>
internal static class ContextCommand
{
    public static int Run(CommandLine line, TextWriter output)
    {
        var (knowledge, memory) = KnowledgeSetup.Open();
        var books = Runbooks.Load(knowledge.RunbookFolders);
        var now = TimeProvider.System.GetUtcNow();
        var incident = line.Input is { } question ? Incident(question, now) : null;
        var (files, problems) = knowledge.Notes(incident?.Incident);
        var sections = ContextChoice.Choose(files, incident is null ? new HashSet<string>() : incident.Words, knowledge.Bytes);

        output.Write($"Notes: {files.Count} {(files.Count == 1 ? "file" : "files")}, {files.Sum(f => (long)f.Bytes):N0} bytes, of which a model is told at most {knowledge.Bytes:N0}\n");
        foreach (var file in files)
        {
            var parts = sections.Where(s => s.File == file).ToList();
            var cut = parts.Where(s => !s.Kept).ToList();
            output.Write($"  {file.Bytes,8:N0}  {Word(file.Scope),-8} {(file.Trusted ? "trusted  " : "untrusted")}  {SafeText.Line(file.Path, 200)}{(file.Hops > 0 ? $"  ({file.Hops} {(file.Hops == 1 ? "hop" : "hops")}, from {SafeText.Line(file.From, 200)})" : "")}\n");
            foreach (var section in cut)
            {
                output.Write($"            left out: {(section.Title.Length > 0 ? SafeText.Line(section.Title, 80) : "its beginning")} ({section.Bytes:N0} bytes)\n");
            }
        }

        output.Write($"Runbooks: {books.All.Count}\n");
        var matches = incident is null ? [] : books.For(incident.Incident, "");
        foreach (var match in matches)
        {
            output.Write($"  fits: {SafeText.Line(BackgroundWords.Runbook(match), 300)}\n");
        }

        foreach (var book in books.All.Where(b => matches.All(m => m.Runbook != b)))
        {
            output.Write($"  {SafeText.Line(book.Title, 80)} ({SafeText.Line(book.Path, 200)})\n");
        }

        output.Write(memory is null ? "Past incidents: not remembered (knowledge: memory: false)\n" : $"Past incidents: {memory.All().Count} in {memory.Path}; opensre memory lists them\n");
        foreach (var problem in problems.Concat(books.Problems))
        {
            output.Write($"! {SafeText.Line(problem, 400)}\n");
        }

        return ExitCodes.Done;
    }

    private static Asked Incident(string question, DateTimeOffset now)
    {
        var alerts = AlertIntake.Read(OneInvestigation.TextOf(question), now).Alerts;
        if (alerts.Count == 0)
        {
            alerts = [new Alert { Name = question, Question = question }];
        }

        var incident = Incidents.From(alerts, now);
        return new Asked(incident, ContextChoice.WordsOf(incident));
    }

    private static string Word(ContextScope scope) => scope.ToString().ToLowerInvariant();

    private sealed record Asked(Incident Incident, IReadOnlySet<string> Words);
}
