namespace OpenSre.Sentry;

/// <summary>
/// Gives hunks what was lost on the way and the file itself can tell: carriage returns, and marks of a missing last line end.
/// Where the patch is silent about the last line end of the new file, the file keeps its habit.
/// </summary>
internal static class HunkFitting
{
    /// <param name="hunks">Hunks in Unicode as received.</param>
    /// <param name="file">The file they shall change, as <see cref="ByteText"/>; null when there is none.</param>
    /// <returns>New hunks, as <see cref="ByteText"/>.</returns>
    public static List<Hunk> Fit(IReadOnlyList<Hunk> hunks, string? file)
    {
        var fitted = hunks.Select(h => new Hunk(h.Start, [.. h.Lines.Select(l => l with { Text = ByteText.OfUnicode(l.Text) })])).ToList();
        if (string.IsNullOrEmpty(file))
        {
            return fitted;
        }

        var addReturns = ByteText.IsCrLf(file) && !fitted.Exists(h => h.Lines.Exists(l => l.Text.EndsWith('\r')));
        if (file[^1] != '\n' && !fitted.Exists(h => h.Lines.Exists(l => l.NoLineEnd)) && fitted.Count > 0 && ReachesEnd(fitted[^1], file, addReturns))
        {
            fitted[^1] = new Hunk(fitted[^1].Start, WithoutLineEnd(fitted[^1].Lines));
        }

        if (addReturns)
        {
            foreach (var hunk in fitted)
            {
                for (var i = 0; i < hunk.Lines.Count; i++)
                {
                    hunk.Lines[i] = hunk.Lines[i].NoLineEnd ? hunk.Lines[i] : hunk.Lines[i] with { Text = hunk.Lines[i].Text + "\r" };
                }
            }
        }

        return fitted;
    }

    private static bool ReachesEnd(Hunk hunk, string file, bool addReturns)
    {
        var lines = ByteText.Lines(file);
        if (addReturns)
        {
            lines = Array.ConvertAll(lines, l => l.EndsWith('\r') ? l[..^1] : l);
        }

        var old = hunk.Lines.Where(l => l.Kind != '+').Select(l => l.Text).ToArray();
        var tail = lines.Length - old.Length;
        if (old.Length == 0 || tail < 0 || !lines.AsSpan(tail).SequenceEqual(old))
        {
            return false;
        }

        // The same lines may stand where the hunk says, away from the end.
        var stated = hunk.Start - 1;
        return stated == tail || stated < 0 || stated + old.Length > lines.Length || !lines.AsSpan(stated, old.Length).SequenceEqual(old);
    }

    private static List<HunkLine> WithoutLineEnd(List<HunkLine> lines)
    {
        var last = lines.FindLastIndex(l => l.Kind != '+');
        List<HunkLine> marked = [.. lines[..last]];
        var (line, after) = (lines[last], lines[(last + 1)..]);
        if (line.Kind == ' ' && after.Count > 0)
        {
            marked.Add(new HunkLine('-', line.Text, NoLineEnd: true));
            marked.Add(new HunkLine('+', line.Text));
        }
        else
        {
            marked.Add(line with { NoLineEnd = true });
        }

        marked.AddRange(after);
        var newLast = marked.FindLastIndex(l => l.Kind != '-');
        if (newLast >= 0 && marked[newLast] is { Kind: '+', Text.Length: > 0 })
        {
            marked[newLast] = marked[newLast] with { NoLineEnd = true };
        }

        return marked;
    }
}
