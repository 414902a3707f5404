using System.Text;

namespace OpenSre.Investigation;

/// <summary>Reads comma-separated values: fields in double quotes may hold commas, line feeds and doubled quotes.</summary>
internal static class CsvFile
{
    /// <summary>All rows, the one of the names included.</summary>
    public static List<string[]> Read(string text)
    {
        List<string[]> rows = [];
        List<string> row = [];
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(c);
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is (',' or '\n'))
            {
                End(row, field);
                if (c == '\n')
                {
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
            else if (quoted || c != '\r')
            {
                field.Append(c);
            }
        }

        if (row.Count > 0 || field.Length > 0)
        {
            End(row, field);
            rows.Add([.. row]);
        }

        return rows;
    }

    private static void End(List<string> row, StringBuilder field)
    {
        row.Add(field.ToString());
        field.Clear();
    }
}
