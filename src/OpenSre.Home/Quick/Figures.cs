using System.Globalization;

namespace OpenSre.Home;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Percent(double value) => value is > 0 and < 0.95 ? value.ToString("0.#", CultureInfo.InvariantCulture) + "%" : Math.Round(value).ToString("0", CultureInfo.InvariantCulture) + "%";

    /// <summary>Bytes in the unit asked for, else in the binary one that reads best.</summary>
    public static string Size(double bytes, QuickUnit unit = QuickUnit.Usual)
    {
        var (name, one) = unit switch
        {
            QuickUnit.Kibibytes => ("KiB", 1024d),
            QuickUnit.Kilobytes => ("kB", 1e3),
            QuickUnit.Mebibytes => ("MiB", 1048576d),
            QuickUnit.Gibibytes => ("GiB", 1073741824d),
            QuickUnit.Tebibytes => ("TiB", 1099511627776d),
            QuickUnit.Megabytes => ("MB", 1e6),
            QuickUnit.Gigabytes => ("GB", 1e9),
            QuickUnit.Terabytes => ("TB", 1e12),
            _ => ("", 0d),
        };
        if (one > 0)
        {
            return $"{Short(bytes / one)} {name}";
        }

        var step = 0;
        while (Math.Abs(bytes) >= 1000 && step + 1 < Binary.Length)
        {
            bytes /= 1024;
            step++;
        }

        return $"{Short(bytes)} {Binary[step]}";
    }

    /// <summary>Bytes per second in the unit asked for, which may be one of bits.</summary>
    public static string Rate(double bytesPerSecond, QuickUnit unit) => unit switch
    {
        QuickUnit.Kilobits => $"{Short(bytesPerSecond * 8 / 1e3)} kbit/s",
        QuickUnit.Megabits => $"{Fine(bytesPerSecond * 8 / 1e6)} Mbit/s",
        QuickUnit.Gigabits => $"{Fine(bytesPerSecond * 8 / 1e9)} Gbit/s",
        _ => $"{Size(bytesPerSecond, unit)}/s",
    };

    public static string Heat(double celsius, QuickUnit unit = QuickUnit.Usual) => unit switch
    {
        QuickUnit.Fahrenheit => $"{Math.Round(celsius * 9 / 5 + 32).ToString("0", CultureInfo.InvariantCulture)} °F",
        QuickUnit.Kelvin => $"{Math.Round(celsius + 273.15).ToString("0", CultureInfo.InvariantCulture)} K",
        _ => $"{Math.Round(celsius).ToString("0", CultureInfo.InvariantCulture)} °C",
    };

    /// <summary>The two largest parts: "5 d 3 h", "12 min", "40 s".</summary>
    public static string Span(TimeSpan time)
    {
        time = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return time.TotalDays >= 1 ? (time.Hours > 0 && time.TotalDays < 60 ? $"{(int)time.TotalDays} d {time.Hours} h" : $"{(int)time.TotalDays} d")
            : time.TotalHours >= 1 ? (time.Minutes > 0 ? $"{(int)time.TotalHours} h {time.Minutes} min" : $"{(int)time.TotalHours} h")
            : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min"
            : $"{(int)time.TotalSeconds} s";
    }

    /// <summary>A time in the unit asked for, else in its two largest parts.</summary>
    public static string Span(TimeSpan time, QuickUnit unit) => unit switch
    {
        QuickUnit.Minutes => $"{time.TotalMinutes.ToString("#,0", CultureInfo.InvariantCulture)} minutes",
        QuickUnit.Hours => $"{Fine(time.TotalHours)} hours",
        QuickUnit.Days => $"{Fine(time.TotalDays)} days",
        QuickUnit.Weeks => $"{Fine(time.TotalDays / 7)} weeks",
        _ => Span(time),
    };

    public static string Plain(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Count(int number, string one, string? many = null) => $"{number.ToString(CultureInfo.InvariantCulture)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>With enough digits that a small number is not nothing.</summary>
    private static string Fine(double value) => Math.Abs(value) >= 10 ? Short(value) : value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Short(double value) => Math.Abs(value) >= 100 ? Math.Round(value).ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.#", CultureInfo.InvariantCulture);
}
