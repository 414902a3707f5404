using System.Globalization;
using System.Text;

namespace OpenSre.Investigation;

/// <summary>Reads comma-separated values: fields in double quotes may hold commas, line feeds and doubled quotes.</summary>
internal static class CsvTable
{
    /// <summary>All rows that hold anything, the one of the names included.</summary>
    /// <exception cref="InvalidDataException">The file is missing, cannot be read or has no row.</exception>
    public static List<string[]> Read(string path)
    {
        try
        {
            var rows = Parse(File.ReadAllText(path));
            return rows.Count > 0 ? rows : throw new InvalidDataException($"{path} is empty");
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Read"/>
    public static List<string[]> Parse(string text)
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
            else if (!quoted && c == ',')
            {
                EndField();
            }
            else if (!quoted && c == '\n')
            {
                EndRow();
            }
            else if (quoted || c != '\r')
            {
                field.Append(c);
            }
        }

        EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            if (row.Count > 0 || field.Length > 0)
            {
                EndField();
                rows.Add([.. row]);
                row.Clear();
            }
        }
    }

    /// <summary>A number, NaN where there is none.</summary>
    public static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
