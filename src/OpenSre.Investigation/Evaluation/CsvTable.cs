using System.Globalization;

namespace OpenSre.Investigation;

/// <summary>A file of comma-separated values without quoted commas.</summary>
internal static class CsvTable
{
    /// <exception cref="InvalidDataException">The file is missing or has no line.</exception>
    public static List<string[]> Read(string path)
    {
        try
        {
            var rows = File.ReadLines(path).Where(l => l.Length > 0).Select(l => l.Split(',')).ToList();
            return rows.Count > 0 ? rows : throw new InvalidDataException($"{path} is empty");
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A number, NaN where there is none.</summary>
    public static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
