using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Temperatures: hardware monitors first; thermal zones only where they are not the same sensors again.</summary>
internal static class HeatLines
{
    /// <summary>Sensors that are not connected say something like -128, 0 or 255.</summary>
    private const double Coldest = -40, Hottest = 150;

    public static List<TemperatureReading> Read(IReadOnlyList<string> lines)
    {
        var all = lines.Select(l => l.Split('\t')).Where(f => f.Length >= 5).Select(f => (Kind: f[0], Reading: One(f))).Where(f => f.Reading is not null).ToList();
        var sensors = all.Where(f => f.Kind == "sensor").Select(f => f.Reading!).ToList();
        return sensors.Count > 0 ? sensors : [.. all.Where(f => f.Kind == "zone").Select(f => f.Reading!)];
    }

    private static TemperatureReading? One(string[] fields)
    {
        if (ReadingParser.Number(fields[3]) / 1000 is not { } celsius || celsius is <= Coldest or >= Hottest or 0)
        {
            return null;
        }

        var critical = ReadingParser.Number(fields[4]) / 1000;
        return new TemperatureReading(SafeText.Line(fields[1], 40), SafeText.Line(fields[2], 40), celsius, critical is > 40 and < Hottest ? critical : null);
    }
}
