using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>A session on the shelf, as a list shows it.</summary>
/// <param name="Title">Its name, else what it looked into first, else what was typed first.</param>
public sealed record ShelvedSession(string Id, string Path, string Title, DateTimeOffset ChangedAt, long Bytes);

/// <summary>The folder of session files: lists them and finds one.</summary>
public sealed class SessionShelf(string folder)
{
    /// <summary>Lines of a file that are read to find its title.</summary>
    private const int Glance = 400;

    private const int ShortestWords = 3;

    /// <summary>The newest sessions, newest first.</summary>
    public IReadOnlyList<ShelvedSession> Newest(int most) => [.. Files().Take(most).Select(Look)];

    /// <summary>
    /// The sessions that are meant: the one with this id, else those whose id begins with the words, else those whose title
    /// has them. One is an answer; several are a question.
    /// </summary>
    public IReadOnlyList<ShelvedSession> Find(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        // Titles stand inside the files; for an id none of them has to be opened.
        var files = Files();
        if (files.Find(f => Id(f).Equals(words, StringComparison.OrdinalIgnoreCase)) is { } exact)
        {
            return [Look(exact)];
        }

        var begin = files.Where(f => Id(f).StartsWith(words, StringComparison.OrdinalIgnoreCase)).Select(Look).ToList();
        return begin.Count > 0 || words.Length < ShortestWords ? begin : [.. files.Select(Look).Where(s => s.Title.Contains(words, StringComparison.OrdinalIgnoreCase))];
    }

    private static string Id(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name);

    private List<FileInfo> Files() =>
        !Directory.Exists(folder) ? [] : [.. new DirectoryInfo(folder).EnumerateFiles("*.jsonl").OrderByDescending(f => f.LastWriteTimeUtc)];

    private static ShelvedSession Look(FileInfo file)
    {
        var (name, title, input) = ("", "", "");
        try
        {
            foreach (var line in JsonlFile.Lines(file.FullName).Take(Glance))
            {
                if (line.StartsWith(SessionFile.Mark, StringComparison.Ordinal))
                {
                    switch (SessionFile.Parse(line))
                    {
                        case SessionNamed r:
                            name = r.Name;
                            break;
                        case SessionInput r when input.Length == 0:
                            input = r.Text;
                            break;
                    }
                }
                else if (title.Length == 0 && line.StartsWith("{\"type\":\"investigation.started\"", StringComparison.Ordinal) && JsonlEventLog.Parse(line) is InvestigationStarted e)
                {
                    title = e.Title;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            title = "(cannot be read)";
        }

        var shown = name.Length > 0 ? name : title.Length > 0 ? title : input;
        return new ShelvedSession(Id(file), file.FullName, SafeText.Line(shown, 120), new DateTimeOffset(file.LastWriteTimeUtc), file.Length);
    }
}
