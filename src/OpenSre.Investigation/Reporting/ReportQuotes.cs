using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// The quotes of a report. In a report every inline code span is a quote of a tool's output, and nothing else is one;
/// commands stand in fenced blocks.
/// </summary>
public static class ReportQuotes
{
    /// <summary>The content of every inline code span outside of fenced blocks, read as CommonMark reads it.</summary>
    public static IReadOnlyList<string> Extract(string markdown)
    {
        List<string> quotes = [];
        foreach (var block in Blocks(markdown))
        {
            ReadSpans(block, quotes);
        }

        return quotes;
    }

    /// <summary>The quotes that stand in no output of the investigation; empty for an honest report.</summary>
    public static IReadOnlyList<string> Unbacked(string markdown, EvidenceLedger ledger) =>
        [.. Extract(markdown).Where(q => !ledger.Outputs.Any(o => o.Text.Contains(q, StringComparison.Ordinal)))];

    /// <summary>Paragraphs and other runs of lines that belong together, without the fenced ones.</summary>
    private static IEnumerable<string> Blocks(string markdown)
    {
        List<string> block = [];
        var fence = 0;
        foreach (var line in markdown.Split('\n'))
        {
            var ticks = FenceLength(line);
            if (fence > 0)
            {
                if (ticks >= fence && line.Trim().All(c => c == '`'))
                {
                    fence = 0;
                }

                continue;
            }

            if (ticks >= 3)
            {
                fence = ticks;
            }

            if (ticks >= 3 || line.AsSpan().Trim().IsEmpty)
            {
                yield return string.Join('\n', block);
                block.Clear();
            }
            else
            {
                block.Add(line);
            }
        }

        yield return string.Join('\n', block);
    }

    /// <summary>The number of backticks that open or close a fenced block on this line, or 0.</summary>
    private static int FenceLength(string line)
    {
        var trimmed = line.TrimStart();
        var ticks = trimmed.Length - trimmed.TrimStart('`').Length;
        return ticks >= 3 && !trimmed.AsSpan(ticks).Contains('`') ? ticks : 0;
    }

    private static void ReadSpans(string block, List<string> quotes)
    {
        for (var i = 0; i < block.Length;)
        {
            if (block[i] == '\\' && i + 1 < block.Length && char.IsAscii(block[i + 1]) && (char.IsPunctuation(block[i + 1]) || char.IsSymbol(block[i + 1])))
            {
                i += 2;
                continue;
            }

            if (block[i] != '`')
            {
                i++;
                continue;
            }

            var ticks = Run(block, i);
            var end = Closing(block, i + ticks, ticks);
            if (end < 0)
            {
                i += ticks;
                continue;
            }

            quotes.Add(Content(block[(i + ticks)..end]));
            i = end + ticks;
        }
    }

    private static int Closing(string block, int from, int ticks)
    {
        for (var i = block.IndexOf('`', from); i >= 0; i = block.IndexOf('`', i))
        {
            var run = Run(block, i);
            if (run == ticks)
            {
                return i;
            }

            i += run;
            if (i >= block.Length)
            {
                return -1;
            }
        }

        return -1;
    }

    private static int Run(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] == '`')
        {
            end++;
        }

        return end - start;
    }

    private static string Content(string span)
    {
        var text = span.Replace('\n', ' ');
        return text.Length > 2 && text[0] == ' ' && text[^1] == ' ' && text.AsSpan().Trim(' ').Length > 0 ? text[1..^1] : text;
    }
}
