using System.Text;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// A run of text that looks the same. <paramref name="Link"/> is where it leads, or null. A class, because lists of a
/// struct of this program would be compiled at each start: <see cref="InteractiveSession"/> says what a start costs.
/// </summary>
internal sealed record Piece(string Text, Ink Ink, string? Link = null);

/// <summary>
/// One line for a terminal. Whatever enters is made safe on the way in: no control character, no line end, no
/// bidirectional override gets into a row, and nothing but rows gets to a screen.
/// </summary>
internal sealed class Row
{
    private readonly List<Piece> _pieces = [];

    public static Row Empty { get; } = new();

    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>Columns further rows are indented by when the row is broken; those of its own indent if not set.</summary>
    public int? Hanging { get; init; }

    public bool IsEmpty => _pieces.Count == 0;

    public static Row Of(string text, Ink ink = Ink.None) => new Row().Add(text, ink);

    public Row Add(string text, Ink ink = Ink.None, string? link = null)
    {
        var safe = SafeText.Clean(text, keepLines: false);
        if (safe.Contains('\t'))
        {
            safe = safe.Replace("\t", "    ", StringComparison.Ordinal);
        }

        if (safe.Length == 0)
        {
            return this;
        }

        if (_pieces.Count > 0 && _pieces[^1] is var last && last.Ink == ink && last.Link == link)
        {
            // Joined, so that a mark that belongs to the character before is measured with it.
            var joined = last.Text + safe;
            Width += TextWidth.Of(joined) - TextWidth.Of(last.Text);
            _pieces[^1] = last with { Text = joined };
            return this;
        }

        Width += TextWidth.Of(safe);
        _pieces.Add(new Piece(safe, ink, link));
        return this;
    }

    public Row Add(Row other)
    {
        foreach (var piece in other._pieces)
        {
            Add(piece.Text, piece.Ink, piece.Link);
        }

        return this;
    }

    /// <summary>Adds a part of a piece of another row: it is clean already, and how wide it is is known.</summary>
    internal void AddPart(Piece piece, int from, int length, int columns)
    {
        Width += columns;
        var part = length == piece.Text.Length ? piece.Text : piece.Text.Substring(from, length);
        if (_pieces.Count > 0 && _pieces[^1] is var last && last.Ink == piece.Ink && last.Link == piece.Link)
        {
            _pieces[^1] = last with { Text = last.Text + part };
        }
        else
        {
            _pieces.Add(length == piece.Text.Length ? piece : piece with { Text = part });
        }
    }

    /// <summary>The same row in at most so many columns; what is cut is marked by an ellipsis.</summary>
    public Row Cut(int columns)
    {
        if (Width <= columns)
        {
            return this;
        }

        var cut = new Row();
        foreach (var piece in _pieces)
        {
            var room = columns - 1 - cut.Width;
            if (TextWidth.Of(piece.Text) <= room)
            {
                cut.Add(piece.Text, piece.Ink, piece.Link);
                continue;
            }

            cut.Add(TextWidth.Fitting(piece.Text, Math.Max(0, room)).ToString() + (columns > 0 ? "…" : ""), piece.Ink, piece.Link);
            break;
        }

        return cut;
    }

    /// <summary>Broken between words so that no row is wider than <paramref name="columns"/>; further rows are indented.</summary>
    public List<Row> Wrap(int columns, int? indent = null) => RowWrapper.Wrap(this, columns, indent ?? Hanging ?? OwnIndent());

    private int OwnIndent() => _pieces.Count == 0 ? 0 : _pieces[0].Text.Length - _pieces[0].Text.TrimStart(' ').Length;

    public string PlainText() => string.Concat(_pieces.Select(p => p.Text));

    public override string ToString() => PlainText();

    /// <summary>Writes the row with what a theme needs, from the default style back to the default style.</summary>
    public void Write(StringBuilder to, Theme theme) => Write(to, theme, 0, int.MaxValue);

    /// <summary>Writes a part of the row, counted in UTF-16 units.</summary>
    public void Write(StringBuilder to, Theme theme, int from, int length)
    {
        var at = 0;
        foreach (var piece in _pieces)
        {
            var start = Math.Max(from - at, 0);
            var end = (int)Math.Min(piece.Text.Length, (long)from + length - at);
            at += piece.Text.Length;
            if (start >= end)
            {
                continue;
            }

            var begin = theme.Begin(piece.Ink);
            var link = theme.Hyperlinks ? piece.Link : null;
            if (link is not null)
            {
                to.Append("\e]8;;").Append(link).Append("\e\\");
            }

            to.Append(begin);
            if (theme.IsAscii)
            {
                AsciiGlyphs.Append(to, piece.Text.AsSpan(start, end - start));
            }
            else
            {
                to.Append(piece.Text, start, end - start);
            }

            if (begin.Length > 0)
            {
                to.Append("\e[m");
            }

            if (link is not null)
            {
                to.Append("\e]8;;\e\\");
            }
        }
    }

    /// <summary>How many UTF-16 units two rows have in common at their beginning, in whole clusters, and the columns those take.</summary>
    public static (int Length, int Columns) CommonBeginning(Row a, Row b)
    {
        var (length, columns) = (0, 0);
        for (var i = 0; i < a._pieces.Count && i < b._pieces.Count; i++)
        {
            var (one, other) = (a._pieces[i], b._pieces[i]);
            if (one.Ink != other.Ink || one.Link != other.Link)
            {
                break;
            }

            if (one.Text == other.Text)
            {
                length += one.Text.Length;
                columns += TextWidth.Of(one.Text);
                continue;
            }

            var common = one.Text.AsSpan().CommonPrefixLength(other.Text);
            for (var at = 0; at < common;)
            {
                // A cluster counts only when both rows end it at the same place.
                var cluster = TextWidth.NextCluster(one.Text.AsSpan(at));
                if (at + cluster > common || TextWidth.NextCluster(other.Text.AsSpan(at)) != cluster)
                {
                    break;
                }

                columns += TextWidth.OfCluster(one.Text.AsSpan(at, cluster));
                at += cluster;
                length += cluster;
            }

            break;
        }

        return (length, columns);
    }

    public static bool Same(Row a, Row b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a._pieces.Count != b._pieces.Count || a.Width != b.Width)
        {
            return false;
        }

        for (var i = 0; i < a._pieces.Count; i++)
        {
            if (a._pieces[i] != b._pieces[i])
            {
                return false;
            }
        }

        return true;
    }
}
