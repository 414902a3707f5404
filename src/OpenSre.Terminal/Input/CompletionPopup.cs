namespace OpenSre.Terminal;

/// <summary>The candidates shown under the input line, one of them chosen.</summary>
internal sealed class CompletionPopup(Completions completions)
{
    private const int MostRows = 6;
    private int _chosen;

    public int From => completions.From;

    public Candidate Chosen => completions.Candidates[_chosen];

    /// <summary>A person moved in the list, so Enter means the chosen one.</summary>
    public bool IsTouched { get; private set; }

    public int Count => completions.Candidates.Count;

    public void Move(int step)
    {
        _chosen = (_chosen + step + Count) % Count;
        IsTouched = true;
    }

    /// <summary>What all candidates begin with, for a first Tab that does not choose.</summary>
    public string CommonBeginning()
    {
        var common = completions.Candidates[0].Text.AsSpan();
        foreach (var candidate in completions.Candidates)
        {
            common = common[..common.CommonPrefixLength(candidate.Text)];
        }

        return common.ToString();
    }

    public IEnumerable<Row> Rows(int columns, int mostRows)
    {
        var rows = Math.Min(MostRows, mostRows);
        var first = Math.Clamp(_chosen - (rows / 2), 0, Math.Max(0, Count - rows));
        var shown = completions.Candidates.Skip(first).Take(rows).ToList();
        var width = Math.Min(columns / 2, shown.Select(c => TextWidth.Of(c.Text)).DefaultIfEmpty(0).Max());
        for (var i = 0; i < shown.Count; i++)
        {
            var isChosen = first + i == _chosen;
            var text = Row.Of(shown[i].Text.TrimEnd(), isChosen ? Ink.Accent | Ink.Bold : Ink.None).Cut(width);
            var more = i == shown.Count - 1 && first + rows < Count ? $"   and {Count - first - rows} more" : "";
            yield return new Row().Add(isChosen ? "  ▸ " : "    ", Ink.Accent).Add(text).Add(new string(' ', width - text.Width + 2)).Add(shown[i].Note + more, Ink.Dim).Cut(columns);
        }
    }
}
