using System.Buffers;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Emphasis, code and links within one line. Marks count only when their other half stands in the same line; while the
/// line is still being written, an open mark is shown as if it will be closed but what follows it is not settled.
/// </summary>
internal static class InlineMarkdown
{
    /// <summary>Every mark has one of these; the colon is that of a URL.</summary>
    private static readonly SearchValues<char> Marks = SearchValues.Create("\\`*_[:");

    private static readonly SearchValues<char> UrlEnd = SearchValues.Create(" \t<>\"'`|");

    /// <summary>Reads a line from <paramref name="from"/> on and adds it to a row.</summary>
    /// <param name="complete">The end of the line has come.</param>
    /// <returns>False when an open mark may still change how the text reads.</returns>
    public static bool Read(string line, int from, bool complete, Ink ink, Row row) => Read(line.AsSpan(from), complete, ink, row);

    private static bool Read(ReadOnlySpan<char> text, bool complete, Ink ink, Row row)
    {
        if (!text.ContainsAny(Marks))
        {
            row.Add(text.ToString(), ink);
            return true;
        }

        var plain = new StringBuilder();
        void EndPlain()
        {
            row.Add(plain.ToString(), ink);
            plain.Clear();
        }

        var settled = true;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            switch (c)
            {
                case '\\' when i + 1 < text.Length && char.IsAsciiLetterOrDigit(text[i + 1]) is false && text[i + 1] is > ' ' and < '\u007f':
                    plain.Append(text[i + 1]);
                    i += 2;
                    continue;
                case '\\' when i + 1 == text.Length && !complete:
                    settled = false;
                    i++;
                    continue;
                case '`':
                    {
                        var run = RunOf(text[i..], '`');
                        var end = FindRun(text, i + run, '`', run);
                        if (end >= 0)
                        {
                            EndPlain();
                            row.Add(Trimmed(text[(i + run)..end]), ink | Ink.Code);
                            i = end + run;
                            settled &= complete || i < text.Length;
                            continue;
                        }

                        if (!complete)
                        {
                            EndPlain();
                            row.Add(text[(i + run)..].ToString(), ink | Ink.Code);
                            return false;
                        }

                        plain.Append('`', run);
                        i += run;
                        continue;
                    }

                case '*' or '_' when OpensAt(text, i, c, complete, out var run, out var unsure):
                    {
                        var end = CloseOf(text, i + run, c, run);
                        if (end >= 0)
                        {
                            EndPlain();
                            Read(text[(i + run)..end], complete: true, ink | InkOf(run), row);
                            i = end + run;
                            settled &= complete || i < text.Length;
                            continue;
                        }

                        if (!complete)
                        {
                            EndPlain();
                            Read(text[(i + run)..].TrimEnd(c), complete: false, ink | (unsure ? Ink.None : InkOf(run)), row);
                            return false;
                        }

                        plain.Append(c, run);
                        i += run;
                        continue;
                    }

                case '[':
                    {
                        var link = LinkAt(text[i..], complete, out var length, out var label, out var target);
                        if (link == true)
                        {
                            EndPlain();
                            Link(row, label, target, ink);
                            i += length;
                            continue;
                        }

                        settled &= link == false;
                        break;
                    }

                case 'h' when (i == 0 || !char.IsLetterOrDigit(text[i - 1])) && (text[i..].StartsWith("http://") || text[i..].StartsWith("https://")):
                    {
                        var length = UrlLength(text[i..], out var isOpen);
                        EndPlain();
                        var url = text.Slice(i, length).ToString();
                        row.Add(url, ink | Ink.Link, MarkdownLink.Target(url));
                        i += length;
                        settled &= complete || !isOpen;
                        continue;
                    }
            }

            plain.Append(c);
            i++;
        }

        EndPlain();
        return settled;
    }

    private static Ink InkOf(int run) => run switch { 1 => Ink.Italic, 2 => Ink.Bold, _ => Ink.Bold | Ink.Italic };

    private static int RunOf(ReadOnlySpan<char> text, char c)
    {
        var run = text.IndexOfAnyExcept(c);
        return run < 0 ? text.Length : run;
    }

    /// <summary>Emphasis opens before a character that is no space, and "_" not within a word.</summary>
    private static bool OpensAt(ReadOnlySpan<char> text, int i, char c, bool complete, out int run, out bool unsure)
    {
        run = RunOf(text[i..], c);
        unsure = false;
        if (run > 3 || (i > 0 && (text[i - 1] == c || (c == '_' && char.IsLetterOrDigit(text[i - 1])))))
        {
            return false;
        }

        if (i + run == text.Length)
        {
            unsure = true;
            return !complete;
        }

        return !char.IsWhiteSpace(text[i + run]);
    }

    /// <summary>Where the same run closes: after a character that is no space, outside of code.</summary>
    private static int CloseOf(ReadOnlySpan<char> text, int from, char c, int run)
    {
        for (var i = from; i < text.Length;)
        {
            if (text[i] == '`')
            {
                var ticks = RunOf(text[i..], '`');
                var end = FindRun(text, i + ticks, '`', ticks);
                i = end >= 0 ? end + ticks : i + ticks;
                continue;
            }

            if (text[i] != c)
            {
                i++;
                continue;
            }

            var length = RunOf(text[i..], c);
            var closes = length == run && i > from && !char.IsWhiteSpace(text[i - 1]) && (c != '_' || i + length == text.Length || !char.IsLetterOrDigit(text[i + length]));
            if (closes)
            {
                return i;
            }

            i += length;
        }

        return -1;
    }

    private static int FindRun(ReadOnlySpan<char> text, int from, char c, int run)
    {
        for (var i = from; i < text.Length;)
        {
            if (text[i] != c)
            {
                i++;
                continue;
            }

            var length = RunOf(text[i..], c);
            if (length == run)
            {
                return i;
            }

            i += length;
        }

        return -1;
    }

    private static string Trimmed(ReadOnlySpan<char> code) =>
        (code.Length > 2 && code[0] == ' ' && code[^1] == ' ' ? code[1..^1] : code).ToString();

    /// <summary>True for a whole link, false for none, null when it may still become one.</summary>
    private static bool? LinkAt(ReadOnlySpan<char> text, bool complete, out int length, out string label, out string target)
    {
        (length, label, target) = (0, "", "");
        var close = text.IndexOf(']');
        if (close < 0 || close + 1 == text.Length)
        {
            return complete ? false : null;
        }

        if (text[close + 1] != '(')
        {
            return false;
        }

        var end = text[(close + 2)..].IndexOf(')');
        if (end < 0)
        {
            return complete ? false : null;
        }

        label = text[1..close].ToString();
        target = text.Slice(close + 2, end).ToString().Trim();
        length = close + 3 + end;
        return target.Length > 0 && !target.Contains(' ');
    }

    /// <summary>A link whose words hide where it leads shows that beside them.</summary>
    private static void Link(Row row, string label, string target, Ink ink)
    {
        if (label == target)
        {
            row.Add(label, ink | Ink.Link, MarkdownLink.Target(target));
            return;
        }

        row.Add(label, ink).Add(" (", ink | Ink.Dim).Add(target, ink | Ink.Link, MarkdownLink.Target(target)).Add(")", ink | Ink.Dim);
    }

    private static int UrlLength(ReadOnlySpan<char> text, out bool isOpen)
    {
        var length = text.IndexOfAny(UrlEnd);
        isOpen = length < 0;
        length = length < 0 ? text.Length : length;
        while (length > 8 && text[length - 1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '*' or '_')
        {
            length--;
        }

        return length;
    }
}
