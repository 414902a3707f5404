using System.Globalization;

namespace OpenSre.Sources;

/// <summary>Times as Docker writes them, to the second in UTC; its "never" is the year 1.</summary>
internal static class DockerTime
{
    public static string? ToSecond(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? Formats.Utc(time)
            : null;

    public static string? FromUnix(long? seconds) =>
        seconds is > 0 and < 253_402_300_800 ? Formats.Utc(DateTimeOffset.FromUnixTimeSeconds(seconds.Value)) : null;
}
