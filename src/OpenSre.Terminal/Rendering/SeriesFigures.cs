using System.Globalization;

namespace OpenSre.Terminal;

/// <summary>
/// The series of figures a fact was read from, where its words hold one: a record's <c>values=1,2,3</c>, oldest first.
/// A series says more drawn than as numbers.
/// </summary>
internal static class SeriesFigures
{
    private const string Mark = " values=";

    /// <summary>Fewer say nothing about how they went.</summary>
    private const int Fewest = 4;

    private const int MostBars = 60;

    /// <summary>The figures of a quote that were measured; empty when it holds no series.</summary>
    public static IReadOnlyList<double> Of(string quote)
    {
        var from = quote.IndexOf(Mark, StringComparison.Ordinal);
        if (from < 0)
        {
            return [];
        }

        var words = quote.AsSpan(from + Mark.Length);
        var end = words.IndexOf(' ');
        List<double> values = [];
        var list = end < 0 ? words : words[..end];
        foreach (var range in list.Split(','))
        {
            // A gap in the measuring is written as no number; a bar cannot show it.
            if (double.TryParse(list[range], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            {
                values.Add(value);
            }
        }

        return values.Count < Fewest ? [] : values;
    }

    /// <summary>The figures as small bars with their least, greatest and last; null when the quote holds no series.</summary>
    /// <param name="columns">The widest the row may be.</param>
    public static Row? Drawn(string quote, int indent, int columns)
    {
        var values = Of(quote);
        if (values.Count == 0)
        {
            return null;
        }

        var row = Row.Of(new string(' ', Math.Min(indent, columns / 4)));
        var words = string.Create(CultureInfo.InvariantCulture, $"  {values.Min():G4} to {values.Max():G4}, last {values[^1]:G4}");
        return row.Add(Figures.Sparkline(Fitted(values, Math.Clamp(columns - row.Width - words.Length, 8, MostBars)), MostBars), Ink.Accent).Add(words, Ink.Dim).Cut(columns);
    }

    /// <summary>Where there are more figures than bars, a bar shows the one of its stretch that is farthest from the middle of all, so that a peak is never lost.</summary>
    private static IReadOnlyList<double> Fitted(IReadOnlyList<double> values, int bars)
    {
        if (values.Count <= bars)
        {
            return values;
        }

        var middle = values.Order().ElementAt(values.Count / 2);
        return [.. Enumerable.Range(0, bars).Select(i => values.Skip(i * values.Count / bars).Take(Math.Max(1, ((i + 1) * values.Count / bars) - (i * values.Count / bars))).MaxBy(v => Math.Abs(v - middle)))];
    }
}
