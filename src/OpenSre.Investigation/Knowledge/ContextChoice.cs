using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>A part of a file of notes: a heading and what stands below it.</summary>
/// <param name="Title">The heading, or empty for what stands before the first.</param>
/// <param name="Score">How much of the question it speaks of; 0 for nothing.</param>
public sealed record ContextSection(ContextFile File, string Title, string Text, double Score, bool Kept)
{
    public int Bytes { get; } = Encoding.UTF8.GetByteCount(Text);
}

/// <summary>
/// Chooses what of the notes is told within a budget of bytes: all of it when it fits, else the sections that speak of the
/// question, then the nearest. What is chosen stays in its order, and what was left out is said.
/// </summary>
public static class ContextChoice
{
    private const double TitleWeight = 2;

    /// <summary>The words of an incident by which sections are chosen.</summary>
    public static IReadOnlySet<string> WordsOf(Incident incident) => QuestionWords.Of(incident);

    /// <param name="words">The words of the question.</param>
    /// <param name="bytes">How much may be kept, in UTF-8.</param>
    public static IReadOnlyList<ContextSection> Choose(IReadOnlyList<ContextFile> files, IReadOnlySet<string> words, int bytes)
    {
        List<ContextSection> sections = [.. files.SelectMany(Sections)];
        Dictionary<string, int> spread = new(StringComparer.Ordinal);
        var said = sections.ConvertAll(s => QuestionWords.Of(s.Text));
        foreach (var word in said.SelectMany(s => s.Where(words.Contains)))
        {
            spread[word] = spread.GetValueOrDefault(word) + 1;
        }

        // A word that stands everywhere tells nothing about one section.
        double Worth(string word) => Math.Log(1 + ((double)sections.Count / spread[word]));
        for (var i = 0; i < sections.Count; i++)
        {
            var title = QuestionWords.Of(sections[i].Title);
            sections[i] = sections[i] with { Score = said[i].Where(spread.ContainsKey).Sum(w => Worth(w) * (title.Contains(w) ? TitleWeight : 1)) };
        }

        var left = bytes;
        foreach (var i in Enumerable.Range(0, sections.Count).OrderByDescending(i => sections[i].Score).ThenByDescending(i => i))
        {
            if (sections[i].Bytes <= left)
            {
                left -= sections[i].Bytes;
                sections[i] = sections[i] with { Kept = true };
            }
        }

        return sections;
    }

    /// <summary>What was kept of some files, with a line for what was left out.</summary>
    public static string Text(IReadOnlyList<ContextSection> sections)
    {
        var text = new StringBuilder();
        foreach (var file in sections.GroupBy(s => s.File))
        {
            if (!file.Any(s => s.Kept))
            {
                continue;
            }

            text.Append("From ").Append(file.Key.Path).Append(":\n");
            foreach (var section in file.Where(s => s.Kept))
            {
                text.Append(section.Text).Append(section.Text.EndsWith('\n') ? "" : "\n");
            }
        }

        var cut = sections.Where(s => !s.Kept).ToList();
        if (cut.Count > 0)
        {
            text.Append($"[{cut.Count} {(cut.Count == 1 ? "section" : "sections")} of {cut.Sum(s => (long)s.Bytes):N0} bytes left out]\n");
        }

        return text.ToString();
    }

    private static IEnumerable<ContextSection> Sections(ContextFile file)
    {
        var title = "";
        var text = new StringBuilder();
        foreach (var (line, kind) in MarkdownLines.Of(FrontMatter.Of(file.Text).Body))
        {
            if (kind == MarkdownKind.Heading)
            {
                if (text.ToString().Trim().Length > 0)
                {
                    yield return new ContextSection(file, title, text.ToString(), 0, false);
                }

                title = line.Trim('#', ' ', '\t', '\r');
                text.Clear();
            }

            text.Append(line).Append('\n');
        }

        if (text.ToString().Trim().Length > 0)
        {
            yield return new ContextSection(file, title, text.ToString(), 0, false);
        }
    }
}
