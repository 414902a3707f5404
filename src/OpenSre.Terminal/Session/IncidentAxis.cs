using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>Draws an incident on one axis of time: the alert, changes, and the facts that have a time.</summary>
internal static class IncidentAxis
{
    private const int MostRows = 40;

    /// <summary>With fewer columns words stand below their mark, not beside it.</summary>
    private const int Narrow = 64;

    private sealed record Mark(DateTimeOffset From, DateTimeOffset To, string Id, string Words, Ink Ink);

    public static IEnumerable<Row> Draw(CaseFile file, int columns)
    {
        var marks = Marks(file);
        var undated = file.Ledger.Evidence.Count(e => e.Interval is null);
        if (marks.Count == 0)
        {
            return [Row.Of(file.Ledger.Evidence.Count == 0 ? "Nothing has been found that could be drawn." : "None of the facts found says when it was.")];
        }

        var (from, to) = (marks.Min(m => m.From), marks.Max(m => m.To));
        if (to - from < TimeSpan.FromSeconds(1))
        {
            (from, to) = (from - TimeSpan.FromSeconds(30), to + TimeSpan.FromSeconds(30));
        }

        var isNarrow = columns < Narrow;
        var width = isNarrow ? Math.Clamp(columns - 22, 8, 40) : Math.Clamp(columns / 3, 8, 48);
        List<Row> rows = [Axis(from, to, width).Cut(columns)];
        foreach (var mark in marks.Take(MostRows))
        {
            var first = Place(mark.From);
            var last = Math.Max(first, Place(mark.To));
            var line = first == last ? "●" : "●" + new string('━', Math.Max(0, last - first - 1)) + "●";
            var row = new Row { Hanging = width + 5 }.Add("  ").Add(new string('·', first), Ink.Dim).Add(line, mark.Ink).Add(new string('·', Math.Max(0, width - last - 1)), Ink.Dim)
                .Add("  ").Add(Clock(mark.From, to - from), Ink.Dim).Add(mark.Id.Length > 0 ? " " + mark.Id : "", Ink.Accent);
            var words = mark.Ink == Ink.Bad ? Ink.Bold : Ink.None;
            if (isNarrow)
            {
                rows.Add(row.Cut(columns));
                rows.AddRange(Row.Of("    ").Add(mark.Words, words).Wrap(columns));
                continue;
            }

            rows.AddRange(row.Add(" ").Add(mark.Words, words).Wrap(columns));
        }

        if (marks.Count > MostRows)
        {
            rows.Add(Row.Of($"  and {marks.Count - MostRows} more; /evidence lists all", Ink.Dim));
        }

        if (undated > 0)
        {
            rows.Add(Row.Of($"  {Amounts.Count(undated, "fact", "facts")} more without a time", Ink.Dim));
        }

        return rows;

        int Place(DateTimeOffset at) => Math.Clamp((int)Math.Round((at - from) / (to - from) * (width - 1)), 0, width - 1);
    }

    private static List<Mark> Marks(CaseFile file)
    {
        List<Mark> marks = [];
        foreach (var alert in file.Incident.Alerts.Where(a => a.StartsAt is not null).Take(5))
        {
            marks.Add(new Mark(alert.StartsAt!.Value, alert.EndsAt is { } end && end > alert.StartsAt ? end : alert.StartsAt.Value, "", $"alert {SafeText.Line(alert.Name, 120)}", Ink.Bad));
        }

        foreach (var fact in file.Ledger.Evidence.Where(e => e.Interval is not null))
        {
            marks.Add(new Mark(fact.Interval!.Value.Start, fact.Interval.Value.End, fact.Id, fact.Claim, IsChange(fact.Tool) ? Ink.Warn : Ink.Accent));
        }

        return [.. marks.OrderBy(m => m.From).ThenBy(m => m.To)];
    }

    private static bool IsChange(string tool) =>
        tool.Contains("change", StringComparison.Ordinal) || tool.StartsWith("git.", StringComparison.Ordinal) || tool.Contains("package", StringComparison.Ordinal);

    private static Row Axis(DateTimeOffset from, DateTimeOffset to, int width)
    {
        var (left, right) = (Clock(from, to - from), Clock(to, to - from));
        var gap = Math.Max(1, width - left.Length - right.Length);
        return Row.Of("  ").Add(left + new string(' ', gap) + right, Ink.Dim).Add(" UTC", Ink.Dim);
    }

    private static string Clock(DateTimeOffset at, TimeSpan span) => at.UtcDateTime.ToString(span < TimeSpan.FromHours(20) ? span < TimeSpan.FromMinutes(10) ? "HH:mm:ss" : "HH:mm" : "MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
