namespace OpenSre.Terminal;

/// <summary>Breaks a row between words. A word longer than a row is broken where the row ends.</summary>
internal static class RowWrapper
{
    public static List<Row> Wrap(Row row, int columns, int indent)
    {
        columns = Math.Max(4, columns);
        indent = Math.Min(indent, columns / 2);
        if (row.Width <= columns)
        {
            return [row];
        }

        List<Row> rows = [];
        var current = new Row();
        var word = new Row();
        var spaces = new Row();
        var isFirst = true;

        foreach (var piece in row.Pieces)
        {
            var text = piece.Text.AsSpan();
            for (var i = 0; i < text.Length;)
            {
                var length = TextWidth.NextCluster(text[i..]);
                var cluster = text.Slice(i, length).ToString();
                i += length;
                if (cluster == " ")
                {
                    EndWord();
                    spaces.Add(" ", piece.Ink, piece.Link);
                    continue;
                }

                if (word.Width + TextWidth.OfCluster(cluster) > columns - (isFirst && current.IsEmpty ? 0 : indent))
                {
                    EndWord();
                    if (current.Width > 0 && current.Width + TextWidth.OfCluster(cluster) > columns)
                    {
                        EndRow();
                    }
                }

                word.Add(cluster, piece.Ink, piece.Link);

                // East Asian text has no spaces: between two wide characters a row may end.
                if (TextWidth.OfCluster(cluster) == 2 && i < text.Length && TextWidth.OfCluster(text.Slice(i, TextWidth.NextCluster(text[i..]))) == 2)
                {
                    EndWord();
                }
            }
        }

        EndWord();
        if (!current.IsEmpty || rows.Count == 0)
        {
            rows.Add(current);
        }

        return rows;

        void EndWord()
        {
            if (word.IsEmpty)
            {
                return;
            }

            if (current.Width + spaces.Width + word.Width > columns && HasText())
            {
                EndRow();
                spaces = new Row();
            }

            current.Add(spaces).Add(word);
            spaces = new Row();
            word = new Row();
        }

        bool HasText() => isFirst ? !current.IsEmpty : current.Width > indent;

        void EndRow()
        {
            rows.Add(current);
            current = indent > 0 ? Row.Of(new string(' ', indent)) : new Row();
            isFirst = false;
        }
    }
}
