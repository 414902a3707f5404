using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Durations, sizes and statuses as people read them.</summary>
internal static class Amounts
{
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 => $"{Math.Max(0, duration.TotalMilliseconds):0} ms",
        < 60 => $"{duration.TotalSeconds:0.0} s",
        _ => $"{(long)duration.TotalMinutes} min {duration.Seconds} s",
    };

    public static string Size(long characters) => characters switch
    {
        < 1000 => $"{characters} B",
        < 1_000_000 => $"{characters / 1000.0:0.0} kB",
        _ => $"{characters / 1_000_000.0:0.0} MB",
    };

    public static string Status(ToolStatus status) => status switch
    {
        ToolStatus.Ok => "ok",
        ToolStatus.Missing => "not here",
        ToolStatus.Refused => "refused",
        ToolStatus.TimedOut => "timed out",
        ToolStatus.Failed => "failed",
        ToolStatus.NotRecorded => "not recorded",
        _ => status.ToString(),
    };

    public static string Count(long number, string one, string many) => $"{number} {(number == 1 ? one : many)}";

    public static string Tokens(long tokens) => tokens switch
    {
        < 1000 => $"{tokens}",
        < 1_000_000 => $"{tokens / 1000.0:0.0}k",
        _ => $"{tokens / 1_000_000.0:0.0}M",
    };

    /// <summary>US dollars; null is no known price.</summary>
    public static string Money(decimal? money) => money is { } known ? $"${known:0.00##}" : "price not known";
}
