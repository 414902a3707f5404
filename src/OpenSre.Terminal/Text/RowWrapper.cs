namespace OpenSre.Terminal;

/// <summary>
/// Breaks a row between words. A word longer than a row, such as a path, is broken behind a mark that parts it, and where the
/// row ends if there is none in the second half of it. Each row that comes of it is one stretch of the text, so that every
/// character is looked at once.
/// </summary>
internal sealed class RowWrapper
{
    private readonly Row _row;
    private readonly int _columns;
    private readonly int _indent;
    private readonly List<Row> _rows = [];

    // Places are a piece and a character in it. The row being filled goes from _begin to behind its last word, _end.
    private (int Piece, int At) _begin;
    private (int Piece, int At) _end;
    private (int Piece, int At) _word;

    // The last places in the word being read where it may be broken, and how wide it is up to there: between parts of a path
    // or address, and behind another mark.
    private (int Piece, int At) _part;
    private (int Piece, int At) _mark;
    private int _partWidth;
    private int _markWidth;
    private bool _isFirst = true;
    private bool _hasWord;
    private bool _hasText;
    private int _width;
    private int _spaces;
    private int _wordWidth;

    private RowWrapper(Row row, int columns, int indent) => (_row, _columns, _indent) = (row, columns, indent);

    public static List<Row> Wrap(Row row, int columns, int indent)
    {
        columns = Math.Max(4, columns);
        return row.Width <= columns ? [row] : new RowWrapper(row, columns, Math.Min(indent, columns / 2)).Wrap();
    }

    private List<Row> Wrap()
    {
        for (var p = 0; p < _row.Pieces.Count; p++)
        {
            var text = _row.Pieces[p].Text;
            for (var i = 0; i < text.Length;)
            {
                var length = TextWidth.NextCluster(text.AsSpan(i));
                if (length == 1 && text[i] == ' ')
                {
                    EndWord((p, i));
                    _spaces++;
                    i++;
                    continue;
                }

                var width = TextWidth.OfCluster(text.AsSpan(i, length));
                var room = _columns - (_isFirst && !_hasText ? Math.Min(_spaces, _columns / 2) : _indent);
                if (_wordWidth + width > room)
                {
                    BreakWord((p, i), room);
                    if (!_hasWord && _width > 0 && _width + width > _columns)
                    {
                        EndRow((p, i));
                    }
                }

                if (!_hasWord)
                {
                    (_hasWord, _word) = (true, (p, i));
                }

                _wordWidth += width;
                i += length;
                if (length == 1 && text[i - 1] is '/' or '\\' or '?' or '&')
                {
                    (_part, _partWidth) = ((p, i), _wordWidth);
                }
                else if (length == 1 && text[i - 1] is '-' or '_' or '.' or ',' or ';' or ':' or '=' or '+' or '|')
                {
                    (_mark, _markWidth) = ((p, i), _wordWidth);
                }

                // East Asian text has no spaces: between two wide characters a row may end.
                if (width == 2 && i < text.Length && TextWidth.OfCluster(text.AsSpan(i, TextWidth.NextCluster(text.AsSpan(i)))) == 2)
                {
                    EndWord((p, i));
                }
            }
        }

        EndWord((_row.Pieces.Count, 0));
        if (_hasText || _rows.Count == 0)
        {
            _rows.Add(Stretch());
        }

        return _rows;
    }

    /// <summary>The word is too long for a row of so much room: it ends behind its last part or mark, where that leaves no row half empty, else here.</summary>
    private void BreakWord((int Piece, int At) here, int room)
    {
        var (next, width) = _partWidth > room / 2 ? (_part, _partWidth) : _markWidth > room / 2 ? (_mark, _markWidth) : (here, _wordWidth);
        var rest = _wordWidth - width;
        _wordWidth = width;
        EndWord(next);
        if (rest > 0)
        {
            (_hasWord, _word, _wordWidth) = (true, next, rest);
        }
    }

    /// <summary>The word, which ends here, is put behind those before it, or begins a row where it does not fit any more.</summary>
    private void EndWord((int Piece, int At) here)
    {
        if (!_hasWord)
        {
            return;
        }

        if (_width + _spaces + _wordWidth > _columns && (_isFirst ? _hasText : _width > _indent))
        {
            EndRow(_word);
            _spaces = 0;
        }
        else if (!_hasText && _spaces > _columns / 2)
        {
            // So much space before the first word leaves no room for it.
            (_begin, _spaces) = (_word, 0);
        }

        _width += _spaces + _wordWidth;
        (_end, _hasText, _hasWord, _spaces, _wordWidth) = (here, true, false, 0, 0);
        (_partWidth, _markWidth) = (0, 0);
    }

    private void EndRow((int Piece, int At) next)
    {
        _rows.Add(Stretch());
        (_begin, _end, _isFirst, _hasText, _width) = (next, next, false, false, _indent);
    }

    private Row Stretch()
    {
        var row = new Row();
        if (!_isFirst && _indent > 0)
        {
            row.Add(new string(' ', _indent));
        }

        if (!_hasText)
        {
            return row;
        }

        // All but the indent is counted with the first part: what counts is the whole.
        var rest = _width - row.Width;
        for (var p = _begin.Piece; p < _row.Pieces.Count && (p < _end.Piece || (p == _end.Piece && _end.At > 0)); p++)
        {
            var piece = _row.Pieces[p];
            var from = p == _begin.Piece ? _begin.At : 0;
            var to = p == _end.Piece ? _end.At : piece.Text.Length;
            if (to > from)
            {
                row.AddPart(piece, from, to - from, rest);
                rest = 0;
            }
        }

        return row;
    }
}
