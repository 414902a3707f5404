using System.Text;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>Finds <c>@path</c> in notes: at the start of a word, never in code.</summary>
internal static partial class ContextImports
{
    /// <summary>The paths as written, in order, each once.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        List<string> found = [];
        foreach (var (line, kind) in MarkdownLines.Of(text))
        {
            if (kind == MarkdownKind.Code)
            {
                continue;
            }

            foreach (Match match in Import().Matches(WithoutSpans(line)))
            {
                var path = match.Groups["path"].Value.Replace("\\ ", " ", StringComparison.Ordinal);
                var hash = path.IndexOf('#');
                path = hash > 0 ? path[..hash] : path;
                if (path.Length > 0 && !found.Contains(path))
                {
                    found.Add(path);
                }
            }
        }

        return found;
    }

    /// <summary>The line with its code spans blanked out.</summary>
    private static string WithoutSpans(string line)
    {
        if (!line.Contains('`'))
        {
            return line;
        }

        var text = new StringBuilder(line);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '`')
            {
                continue;
            }

            var run = 1;
            while (i + run < line.Length && line[i + run] == '`')
            {
                run++;
            }

            var end = CloseOf(line, i + run, run);
            if (end < 0)
            {
                i += run - 1;
                continue;
            }

            for (var j = i; j < end; j++)
            {
                text[j] = ' ';
            }

            i = end - 1;
        }

        return text.ToString();
    }

    private static int CloseOf(string line, int from, int run)
    {
        for (var i = from; i < line.Length; i++)
        {
            if (line[i] != '`')
            {
                continue;
            }

            var length = 1;
            while (i + length < line.Length && line[i + length] == '`')
            {
                length++;
            }

            if (length == run)
            {
                return i + length;
            }

            i += length - 1;
        }

        return -1;
    }

    [GeneratedRegex(@"(?<=^|\s)@(?<path>(?:[A-Za-z0-9._/~-])(?:\\ |[^\s\\@])*)")]
    private static partial Regex Import();
}
