using System.IO.Enumeration;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>The runbooks of some folders, and which of them fit an alert: by what they say they are for, else by their words.</summary>
public sealed class Runbooks
{
    private const int MostFiles = 1_000;
    private const int LongestFile = 256 * 1024;
    private const int MostMatches = 3;

    /// <summary>The least share of an alert's words that the words of a runbook must cover.</summary>
    private const double LeastCover = 0.35;

    private readonly IReadOnlyList<(Runbook Runbook, HashSet<string> Head)> _books;
    private readonly Dictionary<string, int> _spread = new(StringComparer.Ordinal);

    private Runbooks(IReadOnlyList<Runbook> books, IReadOnlyList<string> problems)
    {
        _books = [.. books.Select(b => (b, Head(b)))];
        Problems = problems;
        foreach (var word in _books.SelectMany(b => b.Head))
        {
            _spread[word] = _spread.GetValueOrDefault(word) + 1;
        }
    }

    public IReadOnlyList<Runbook> All => [.. _books.Select(b => b.Runbook)];

    public IReadOnlyList<string> Problems { get; }

    /// <summary>Every Markdown file below the folders that are there.</summary>
    public static Runbooks Load(IEnumerable<string> folders)
    {
        List<Runbook> books = [];
        List<string> problems = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var folder in folders.Where(Directory.Exists))
        {
            try
            {
                foreach (var path in Directory.EnumerateFiles(folder, "*.md", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden }).Order(StringComparer.Ordinal))
                {
                    if (books.Count == MostFiles)
                    {
                        problems.Add($"{folder} has more than {MostFiles} runbooks; the rest is left out");
                        break;
                    }

                    if (seen.Add(path) && Read(path, problems) is { } book)
                    {
                        books.Add(book);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{folder} cannot be listed: {e.Message}");
            }
        }

        return new Runbooks(books, problems);
    }

    /// <summary>The runbooks that fit, best first.</summary>
    /// <param name="fault">The fault type found, or empty.</param>
    public IReadOnlyList<RunbookMatch> For(Incident incident, string fault)
    {
        if (_books.Count == 0)
        {
            return [];
        }

        var words = QuestionWords.Of(incident);
        return [.. _books.Select(b => Match(b.Runbook, b.Head, incident, fault, words)).OfType<RunbookMatch>().OrderByDescending(m => m.Score).ThenBy(m => m.Runbook.Path, StringComparer.Ordinal).Take(MostMatches)];
    }

    private RunbookMatch? Match(Runbook book, HashSet<string> head, Incident incident, string fault, HashSet<string> words)
    {
        foreach (var alert in incident.Alerts)
        {
            if (alert.Find("runbook_url", "runbook", "runbookurl") is { } link && FileName(link) is { Length: > 0 } name && QuestionWords.Plain(name) == QuestionWords.Plain(Path.GetFileNameWithoutExtension(book.Path)))
            {
                return new RunbookMatch(book, 1, "the alert links to it");
            }

            // Without a pattern of its own, labels decide; with one, both have to fit.
            var named = book.Alerts.Any(p => FileSystemName.MatchesSimpleExpression(p, alert.Name, ignoreCase: true));
            var labelled = book.Labels.Count > 0 && book.Labels.All(l => Has(alert, l));
            if ((named && (book.Labels.Count == 0 || labelled)) || (book.Alerts.Count == 0 && labelled))
            {
                return new RunbookMatch(book, named ? 0.95 : 0.9, named ? $"it is for alerts named {alert.Name}" : $"it is for {string.Join(", ", book.Labels)}");
            }

            var plain = QuestionWords.Plain(alert.Name);
            if (plain.Length >= 5 && book.Alerts.Count == 0 && (QuestionWords.Plain(book.Title) == plain || QuestionWords.Plain(Path.GetFileNameWithoutExtension(book.Path)) == plain))
            {
                return new RunbookMatch(book, 0.85, "it is named like the alert");
            }
        }

        if (fault.Length > 0 && book.Faults.Any(f => FileSystemName.MatchesSimpleExpression(f, fault, ignoreCase: true)))
        {
            return new RunbookMatch(book, 0.8, $"it is for {fault}");
        }

        // One that names its alerts is for no other.
        return book.Alerts.Count > 0 || book.Labels.Count > 0 ? null : ByWords(book, head, words);
    }

    private RunbookMatch? ByWords(Runbook book, HashSet<string> head, HashSet<string> words)
    {
        var shared = words.Where(head.Contains).ToList();
        if (shared.Count < 2)
        {
            return null;
        }

        // Words that no runbook has say nothing about which one fits.
        double Worth(string word) => _spread.TryGetValue(word, out var books) ? Math.Log(1 + ((double)_books.Count / books)) : 0;
        var cover = shared.Sum(Worth) / words.Sum(Worth);
        return cover >= LeastCover ? new RunbookMatch(book, 0.7 * cover, $"it speaks of {string.Join(", ", shared.OrderByDescending(Worth).ThenBy(w => w, StringComparer.Ordinal).Take(4))}") : null;
    }

    private static Runbook? Read(string path, List<string> problems)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile)
            {
                problems.Add($"{path} is not read: it is longer than {LongestFile:N0} bytes");
                return null;
            }

            var head = FrontMatter.Of(SafeText.Clean(Redaction.Apply(File.ReadAllText(path, Encoding.UTF8))));
            var title = (head["title"] is [var named, ..] ? named : null) ?? MarkdownLines.Of(head.Body).Where(l => l.Kind == MarkdownKind.Heading).Select(l => l.Line.Trim('#', ' ', '\t', '\r')).FirstOrDefault(t => t.Length > 0) ?? Path.GetFileNameWithoutExtension(path);
            return new Runbook(path, SafeText.Line(title, 120), head["alerts"], head["labels"], head["faults"], [.. head["keywords"], .. head["tags"]], head.Body);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path} cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Title, file name, keywords and headings: what a runbook is about, not all it mentions.</summary>
    private static HashSet<string> Head(Runbook book)
    {
        var words = QuestionWords.Of($"{book.Title} {Path.GetFileNameWithoutExtension(book.Path)} {string.Join(' ', book.Keywords)}");
        foreach (var (line, kind) in MarkdownLines.Of(book.Text))
        {
            if (kind == MarkdownKind.Heading)
            {
                words.UnionWith(QuestionWords.Of(line));
            }
        }

        return words;
    }

    private static bool Has(Alert alert, string label)
    {
        var parts = label.Split('=', 2);
        return parts.Length == 2 && alert.Find(parts[0]) is { } value && FileSystemName.MatchesSimpleExpression(parts[1], value, ignoreCase: true);
    }

    private static string FileName(string link)
    {
        var path = link.Split('?', '#')[0].TrimEnd('/');
        var last = path[(path.LastIndexOf('/') + 1)..];
        return last.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || last.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(last) : last;
    }
}
