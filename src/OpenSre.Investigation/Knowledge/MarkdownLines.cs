namespace OpenSre.Investigation;

/// <summary>What a line of Markdown is.</summary>
internal enum MarkdownKind { Text, Heading, Code }

/// <summary>The lines of a Markdown text, with code told from the rest.</summary>
internal static class MarkdownLines
{
    public static IEnumerable<(string Line, MarkdownKind Kind)> Of(string text)
    {
        var fence = "";
        var blank = true;
        var list = false;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.TrimStart(' ');
            var indent = line.Length - trimmed.Length;
            var run = FenceOf(trimmed);
            if (fence.Length > 0)
            {
                yield return (line, MarkdownKind.Code);
                if (indent < 4 && run.Length >= fence.Length && run[0] == fence[0] && trimmed.TrimEnd().Length == run.Length)
                {
                    fence = "";
                }

                continue;
            }

            if (run.Length > 0 && (indent < 4 || list))
            {
                fence = run;
                yield return (line, MarkdownKind.Code);
                blank = false;
                continue;
            }

            // A line set in by four is code after an empty line, unless it goes on with an item of a list.
            if (blank && !list && trimmed.Trim().Length > 0 && (indent >= 4 || line.StartsWith('\t')))
            {
                yield return (line, MarkdownKind.Code);
                continue;
            }

            list = trimmed.Trim().Length == 0 ? list : IsItem(trimmed) || (list && (indent > 0 || line.StartsWith('\t')));
            blank = trimmed.Trim().Length == 0;
            yield return (line, indent < 4 && IsHeading(trimmed) ? MarkdownKind.Heading : MarkdownKind.Text);
        }
    }

    private static string FenceOf(string line)
    {
        if (line.Length < 3 || line[0] is not ('`' or '~'))
        {
            return "";
        }

        var length = line.TakeWhile(c => c == line[0]).Count();
        return length >= 3 && !(line[0] == '`' && line.AsSpan(length).Contains('`')) ? line[..length] : "";
    }

    private static bool IsHeading(string line)
    {
        var level = line.TakeWhile(c => c == '#').Count();
        return level is > 0 and <= 6 && (line.Length == level || line[level] is ' ' or '\t' or '\r');
    }

    private static bool IsItem(string line) =>
        (line.Length > 1 && line[0] is '-' or '*' or '+' && line[1] == ' ')
        || (line.TakeWhile(char.IsAsciiDigit).Count() is > 0 and < 10 and var digits && line.Length > digits + 1 && line[digits] is '.' or ')' && line[digits + 1] == ' ');
}
