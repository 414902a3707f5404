using System.Text;

namespace OpenSre.Sentry;

/// <summary>
/// Applies hunks to a text in memory: every context and removed line must be there exactly, at the stated place or at the
/// only place where it can be. This is the second opinion on what git does.
/// </summary>
internal static class HunkApplying
{
    /// <summary>The changed text, or null with the reason why it cannot be had.</summary>
    /// <param name="file">The text as <see cref="ByteText"/>.</param>
    /// <param name="hunks">Fitted hunks, in the order of the file.</param>
    /// <param name="exactly">Only the stated places will do.</param>
    public static string? Apply(string file, IReadOnlyList<Hunk> hunks, bool exactly, out string? reason)
    {
        var lines = ByteText.Lines(file);
        var ends = file.Length == 0 || file[^1] == '\n';
        var result = new StringBuilder(file.Length + 256);
        var (done, shifted) = (0, false);
        for (var number = 1; number <= hunks.Count; number++)
        {
            var hunk = hunks[number - 1];
            if (hunk.Lines.Count == 0)
            {
                reason = $"hunk {number} is empty";
                return null;
            }

            var old = hunk.Lines.Where(l => l.Kind != '+').ToArray();
            var stated = old.Length == 0 ? hunk.Start : hunk.Start - 1;
            var place = !shifted && FitsAt(lines, ends, hunk, old, stated, done) ? stated : -1;
            if (place < 0)
            {
                if (exactly)
                {
                    reason = $"hunk {number} does not match at line {hunk.Start}";
                    return null;
                }

                var places = Enumerable.Range(done, Math.Max(0, lines.Length - old.Length - done + 1)).Where(p => old.Length > 0 && FitsAt(lines, ends, hunk, old, p, done)).Take(2).ToArray();
                if (places.Length != 1)
                {
                    reason = places.Length == 0
                        ? $"the lines of hunk {number} (near line {hunk.Start}) are not in the file"
                        : $"the lines of hunk {number} (near line {hunk.Start}) are in the file more than once, and not at the stated line";
                    return null;
                }

                place = places[0];
                shifted = true;
            }

            if (old.Length == 0 && lines.Length > 0)
            {
                reason = $"hunk {number} has no line of context, so its place cannot be checked";
                return null;
            }

            Copy(lines, done, place, ends, result);
            foreach (var line in hunk.Lines)
            {
                if (line.Kind != '-')
                {
                    result.Append(line.Text);
                    if (!line.NoLineEnd)
                    {
                        result.Append('\n');
                    }
                }
            }

            done = place + old.Length;
        }

        Copy(lines, done, lines.Length, ends, result);
        reason = null;
        return result.ToString();
    }

    /// <summary>Hunks that take back what these do.</summary>
    public static List<Hunk> Reversed(IReadOnlyList<Hunk> hunks)
    {
        List<Hunk> reversed = [];
        var delta = 0;
        foreach (var hunk in hunks)
        {
            var lines = new List<HunkLine>(hunk.Lines.Count);
            List<HunkLine> added = [];
            foreach (var line in hunk.Lines)
            {
                // Removals come before additions in a block, whichever way it is read.
                switch (line.Kind)
                {
                    case '+':
                        lines.Add(line with { Kind = '-' });
                        break;
                    case '-':
                        added.Add(line with { Kind = '+' });
                        break;
                    default:
                        lines.AddRange(added);
                        added.Clear();
                        lines.Add(line);
                        break;
                }
            }

            lines.AddRange(added);
            reversed.Add(new Hunk(NewStart(hunk, delta), lines));
            delta += hunk.NewCount - hunk.OldCount;
        }

        return reversed;
    }

    /// <summary>The line a hunk begins at in the new file, as git writes it.</summary>
    /// <param name="delta">Lines the hunks before it added.</param>
    public static int NewStart(Hunk hunk, int delta)
    {
        var (old, now) = (hunk.OldCount, hunk.NewCount);
        var first = old == 0 ? hunk.Start + 1 : hunk.Start;
        return now == 0 ? first + delta - 1 : first + delta;
    }

    private static bool FitsAt(string[] lines, bool ends, Hunk hunk, HunkLine[] old, int place, int done)
    {
        if (place < done || place + old.Length > lines.Length)
        {
            return false;
        }

        // As git has it: what begins at the first line stays there, and what has no context after it is the end.
        if ((hunk.Start <= 1 && place > 0) || (hunk.Lines[^1].Kind != ' ' && place + old.Length < lines.Length))
        {
            return false;
        }

        for (var i = 0; i < old.Length; i++)
        {
            var noLineEnd = !ends && place + i == lines.Length - 1;
            if (old[i].NoLineEnd != noLineEnd || !string.Equals(old[i].Text, lines[place + i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static void Copy(string[] lines, int from, int to, bool ends, StringBuilder result)
    {
        for (var i = from; i < to; i++)
        {
            result.Append(lines[i]);
            if (ends || i < lines.Length - 1)
            {
                result.Append('\n');
            }
        }
    }
}
