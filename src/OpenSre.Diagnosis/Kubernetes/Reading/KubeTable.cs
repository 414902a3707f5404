using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A table as <c>kubectl get</c> prints it. Cells are found by the name of their column, never by its number.</summary>
public sealed partial class KubeTable
{
    private readonly Dictionary<string, (int Start, int End)> _columns;

    private KubeTable(Dictionary<string, (int Start, int End)> columns, List<KubeRow> rows)
    {
        _columns = columns;
        Rows = rows;
    }

    public IReadOnlyList<KubeRow> Rows { get; }

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>Reads a table; text without a heading ("No resources found") has no rows.</summary>
    public static KubeTable Parse(string text)
    {
        Dictionary<string, (int, int)> columns = new(StringComparer.OrdinalIgnoreCase);
        List<KubeRow> rows = [];
        KubeTable table = new(columns, rows);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range].TrimEnd('\r', ' ');
            if (columns.Count == 0)
            {
                if (Heading().IsMatch(line))
                {
                    ReadHeading(line, columns);
                }
            }
            else if (line.Length > 0)
            {
                rows.Add(new KubeRow(table, line));
            }
        }

        return table;
    }

    internal string Cell(string line, string column)
    {
        if (!_columns.TryGetValue(column, out var place) || place.Start >= line.Length)
        {
            return "";
        }

        var value = line[place.Start..Math.Min(place.End, line.Length)].Trim();
        return value is "<none>" or "<unset>" or "<unknown>" ? "" : value;
    }

    /// <summary>Where each column begins and ends; two spaces part two headings, one space is part of a name.</summary>
    internal static void ReadHeading(string line, Dictionary<string, (int Start, int End)> columns)
    {
        var names = ColumnName().Matches(line);
        for (var i = 0; i < names.Count; i++)
        {
            columns[names[i].Value] = (names[i].Index, i + 1 < names.Count ? names[i + 1].Index : int.MaxValue);
        }
    }

    [GeneratedRegex(@"^[A-Z][A-Z0-9()/-]*( [A-Z0-9()/-]+)*(\s{2,}[A-Z][A-Z0-9()/ -]*)*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\S+( \S+)*")]
    private static partial Regex ColumnName();
}

/// <summary>One row of a table.</summary>
public readonly record struct KubeRow(KubeTable Table, string Line)
{
    /// <summary>The cell under a heading; "" when there is none.</summary>
    public string this[string column] => Table.Cell(Line, column);
}
